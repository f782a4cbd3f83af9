// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

namespace ibot::test {

/// What goes wrong with an operation that changes a file below SQLite. A full disk stops only what needs
/// space: writing, creating a file, growing shared memory.
enum class Fault : std::uint8_t {
  NoSpace = 1,  ///< ENOSPC; nothing of a write arrives
  ShortWrite,   ///< ENOSPC after half of a write
  IoError,      ///< EIO
  Death,        ///< as if the process were gone: this operation and all later ones do not happen
  Kill,         ///< the process is gone, by SIGKILL
};

enum class Lasting : std::uint8_t {
  Once = 1,
  UntilDisarmed,
};

/// An SQLite file system that can fail. While an object lives it is the default of the process, so that code
/// under test meets it without knowing. Everything passes through to the real files, except that nothing is
/// synced for good (it would cost minutes) and, after power_cut(), what had not been "synced" may be missing.
///
///   FaultVfs vfs;
///   vfs.arm(Fault::NoSpace, 17, Lasting::Once);   // the 18th operation from here fails
///
/// Operations that count: write, sync, truncate, delete, creating a file, growing shared memory.
/// Thread: one; at most one object at a time; no connection may outlive it.
class FaultVfs {
 public:
  FaultVfs();
  ~FaultVfs();
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  void arm(Fault fault, std::int64_t after_operations, Lasting lasting);
  void disarm();
  /// Since construction or the last arm().
  std::int64_t operations() const;
  /// Whether the armed fault has happened.
  bool struck() const;

  /// Makes the files in `folder` what a power cut could have left: what was synced, and of the later writes,
  /// file by file and page by page, those that chance (`seed`) lets survive. Close all connections first.
  void power_cut(const std::filesystem::path& folder, std::uint64_t seed);

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace ibot::test
