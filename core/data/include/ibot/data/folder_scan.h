// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::data {

/// Every picture below a folder, as found on disk. What the pictures mean (classes or none) is decided later,
/// so that one cached scan serves every kind.
struct IBOT_API FolderScan {
  struct Folder {
    std::string path;  ///< relative to the root, "" for the root itself
    std::uint64_t inode = 0;
    std::int64_t changed_ns = 0;              ///< modification time: changes when an entry comes or goes
    std::uint64_t first_file = 0, files = 0;  ///< its pictures: a range of `files`, sorted by name
  };
  struct File {
    std::uint64_t name_begin = 0;  ///< in `names`
    std::uint32_t name_length = 0;
    std::uint64_t size = 0;  ///< bytes
  };
  /// In ImageFolder's order: by first path component, then by the whole relative path, as bytes.
  std::vector<Folder> folders;
  std::vector<File> files;
  std::string names;
  std::vector<std::string> notes;  ///< what was left out, in sentences

  std::string_view name(const File& file) const {
    return std::string_view(names).substr(file.name_begin, file.name_length);
  }
  bool operator==(const FolderScan&) const = default;
};

/// For a person who waits while a folder is listed.
struct ListingWatch {
  std::stop_token stop;  ///< ends it with Cancelled
  std::function<void(std::int64_t pictures)>
      found;  ///< so many so far; now and then, on the listing's thread
};

/// Lists `root` with everything below it. Links to folders are followed, but no folder is listed twice, so
/// that loops and farms of links end. Hidden entries and other files are left out and noted. Errors:
/// NotFound, InvalidArgument (no folder), PermissionDenied, Cancelled, Io: a folder that cannot be listed is
/// an error, because pictures would be missing without a word.
IBOT_API base::Result<FolderScan> scan_folder(const std::filesystem::path& root,
                                              const ListingWatch& watch = {});

/// True if no folder of the scan has changed on disk since. A file overwritten in place is not seen.
IBOT_API bool is_current(const FolderScan& scan, const std::filesystem::path& root);

}  // namespace ibot::data
