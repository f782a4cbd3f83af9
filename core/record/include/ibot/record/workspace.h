// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>

#include <filesystem>
#include <string_view>

namespace ibot::record {

/// A folder that holds one record and the files beside it:
///
///   record.sqlite             the database (with -wal and -shm while it is open)
///   runs/<run id>/checkpoints full checkpoints
///   runs/<run id>/snapshots   compact teacher weights
///   runs/<run id>/log.txt     what the trainer printed
///
/// Only knows paths; opens nothing.
class IBOT_API Workspace {
 public:
  /// Makes the folder if it is missing. Errors: PermissionDenied, OutOfSpace, InvalidArgument (a file is
  /// there), Io.
  static base::Result<Workspace> create(const std::filesystem::path& folder);
  /// Errors: NotFound (no folder, or no record in it).
  static base::Result<Workspace> open(const std::filesystem::path& folder);

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path record_file() const { return folder_ / "record.sqlite"; }
  std::filesystem::path runs_folder() const { return folder_ / "runs"; }

  /// Precondition of the next four: is_valid_run_id(run).
  std::filesystem::path run_folder(std::string_view run) const;
  std::filesystem::path checkpoints_folder(std::string_view run) const;
  std::filesystem::path snapshots_folder(std::string_view run) const;
  std::filesystem::path log_file(std::string_view run) const;

  /// Makes the run's folders. Errors: InvalidArgument (no id), NotFound, PermissionDenied, OutOfSpace, Io.
  base::Status create_run_folders(std::string_view run) const;

 private:
  explicit Workspace(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path folder_;
};

/// 1 to 64 characters of A-Z a-z 0-9 . _ -, not beginning with a dot: safe as a folder name.
IBOT_API bool is_valid_run_id(std::string_view id);
/// A non-empty relative path that stays below its folder: a record is untrusted, and its paths are opened and
/// deleted.
IBOT_API bool is_safe_relative_path(std::string_view path);

}  // namespace ibot::record
