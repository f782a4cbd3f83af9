// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>

#include <chrono>
#include <filesystem>
#include <utility>

namespace ibot::record {

/// Writers of one record take turns: whoever writes, or folds the write-ahead log into the database, holds an
/// flock(2) on the workspace's folder while doing so.
///
/// SQLite has locks of its own, but up to version 3.51.2 (Debian 12 has 3.40.1) a log that is folded by one
/// connection while another one commits can, very rarely, end in a damaged database
/// (sqlite.org/wal.html#walresetbug). Turns make that meeting impossible. It is the folder that is locked
/// because closing any descriptor of the database file would drop SQLite's own locks on it. The kernel
/// releases a turn when its process dies.
class Turns {
 public:
  /// Errors: NotFound, PermissionDenied.
  static base::Result<Turns> open(const std::filesystem::path& folder, std::chrono::milliseconds timeout);
  Turns(Turns&& other) noexcept : fd_(std::exchange(other.fd_, -1)), timeout_(other.timeout_) {}
  Turns& operator=(Turns&&) = delete;
  ~Turns();

  /// Waits for the turn. Errors: Busy after the timeout. Where the system has no such locks it succeeds, and
  /// SQLite's own must do.
  base::Status take();
  void give_back();

 private:
  Turns(int fd, std::chrono::milliseconds timeout) : fd_(fd), timeout_(timeout) {}
  int fd_;
  std::chrono::milliseconds timeout_;
};

}  // namespace ibot::record
