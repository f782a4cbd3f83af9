// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>
#include <ibot/bundle/bundle.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct zip;

namespace ibot::bundle {

/// An entry of a zip file that was found to be a plain file of a bundle.
struct Entry {
  std::uint64_t index = 0;
  std::string path;
  std::uint64_t size = 0;  ///< unpacked, as declared; reading gives no byte more
};

/// A zip file opened for reading. Every entry was looked at, and none is what a bundle may not hold.
class ArchiveReader {
 public:
  static base::Result<ArchiveReader> open(const std::filesystem::path& file, const Limits& limits);
  /// The bytes must outlive it.
  static base::Result<ArchiveReader> open(std::span<const std::byte> bytes, const Limits& limits);

  const std::vector<Entry>& entries() const { return entries_; }
  const Entry* find(std::string_view path) const;

  /// Hands the unpacked bytes on, piece by piece. Errors: Corrupt (another length than declared, wrong
  /// checksum), those of `take`.
  base::Status read(const Entry& entry,
                    const std::function<base::Status(std::span<const std::byte>)>& take) const;
  /// The whole of a small entry. Errors: also OutOfSpace (larger than `limit`).
  base::Result<std::string> read_text(const Entry& entry, std::uint64_t limit) const;

 private:
  struct Close {
    void operator()(zip* handle) const;
  };
  using Handle = std::unique_ptr<zip, Close>;
  ArchiveReader(Handle handle, std::vector<Entry> entries)
      : handle_(std::move(handle)), entries_(std::move(entries)) {}
  static base::Result<ArchiveReader> check(Handle handle, std::uint64_t packed_size, const Limits& limits);

  Handle handle_;
  std::vector<Entry> entries_;
};

/// What is to be packed: from memory, or from a file if `source` is set.
struct Packed {
  std::string path;
  std::string bytes;
  std::filesystem::path source;
  bool compress = true;
};
/// Writes a zip file under its final name. Errors: of the disk.
base::Status write_archive(const std::filesystem::path& file, const std::vector<Packed>& entries);

}  // namespace ibot::bundle
