// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>

#include <filesystem>
#include <string>

namespace ibot::record {

/// What kind of file system a path lies on, as far as SQLite's write-ahead log cares: it needs memory shared
/// between all who open the database, which exists on one machine only.
struct FileSystem {
  std::string type;      ///< "ext4", "nfs", "fuse.sshfs": for messages
  bool network = false;  ///< the write-ahead log is unsafe here

  bool operator==(const FileSystem&) const = default;
};

/// Asks statfs(2), and /proc/self/mountinfo for what hides behind FUSE. A path that does not exist yet is
/// judged by its nearest existing parent. Errors: NotFound, PermissionDenied, Io.
IBOT_API base::Result<FileSystem> file_system_of(const std::filesystem::path& path);

/// The judgement alone: `magic` from statfs, `mount_type` from mountinfo (may be empty).
IBOT_API FileSystem classify_file_system(unsigned long magic, const std::string& mount_type);

}  // namespace ibot::record
