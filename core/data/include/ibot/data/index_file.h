// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/data/folder_scan.h>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace ibot::data {

/// Where scans of large folders are kept between runs.
struct IBOT_API IndexCache {
  std::filesystem::path folder;       ///< empty: nothing is cached
  std::int64_t minimum_files = 2000;  ///< smaller folders are listed faster than they are looked up
  bool rebuild = false;               ///< ignore what is there

  /// "<XDG cache>/ibot-workbench/index".
  static IndexCache of_user();
  /// The file of one scanned folder: named by the SHA-256 of its canonical path.
  std::filesystem::path file_of(const std::filesystem::path& root) const;
};

/// scan_folder() through the cache. A cached scan is used if it is whole and no folder has changed; otherwise
/// the folder is listed and the file written anew. A cache that cannot be written is a debug line in the log,
/// not an error.
IBOT_API base::Result<FolderScan> scan_folder_cached(const std::filesystem::path& root,
                                                     const IndexCache& cache, const ListingWatch& watch = {});

/// The index file, version 1, little-endian:
///
///   "IBOTINDX", u32 version, text root
///   u64 folders, each: text path, u64 inode, i64 changed_ns, u64 files
///   u64 files, each: u64 size, text name
///   u64 notes, each: text
///   64 hexadecimal digits: SHA-256 of everything before
///
/// where text is u32 length and bytes.
IBOT_API std::string serialise_index(const FolderScan& scan, const std::filesystem::path& root);

/// Reads an index file of `root`. The bytes are untrusted. Errors: Corrupt, Unsupported (another version),
/// Incompatible (another folder).
IBOT_API base::Result<FolderScan> parse_index(std::span<const std::byte> bytes,
                                              const std::filesystem::path& root);

}  // namespace ibot::data
