// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive.h"

#include "manifest.h"

#include <ibot/base/file.h>
#include <ibot/base/text.h>

#include <sys/stat.h>
#include <zip.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <system_error>

namespace ibot::bundle {
namespace {

using base::Error;
using base::ErrorCode;
using base::str;

constexpr std::size_t kPiece = std::size_t{64} << 10;
constexpr std::uint64_t kFreeOfRatio = std::uint64_t{1} << 20;
// 1980-01-01, the zip format's first day: the same content gives the same file.
constexpr zip_uint16_t kNoTime = 0, kNoDate = 33;

Error refused(std::string message, std::string expected = {}) {
  return {ErrorCode::Corrupt, "the bundle was refused: " + std::move(message), std::move(expected),
          "Nothing of it was unpacked; ask for the file again"};
}

Error too_large(std::string message, std::string expected) {
  return {ErrorCode::OutOfSpace, "the bundle was refused: " + std::move(message), std::move(expected), ""};
}

Error zip_failure(zip_error_t* error, std::string_view what) {
  const int system = zip_error_system_type(error) == ZIP_ET_SYS ? zip_error_code_system(error) : 0;
  const std::string reason = zip_error_strerror(error);
  zip_error_fini(error);
  if (system == ENOSPC || system == EACCES || system == ENOENT || system == EROFS)
    return base::error_from_errno(system, what);
  return {ErrorCode::Corrupt, str("cannot ", what, ": ", reason), "a whole zip file",
          "Where it was cut on its way, copy it again"};
}

// The types of Unix stand in the upper half of the attributes of files that were made there.
base::Status check_type(zip_t* archive, zip_uint64_t index, const std::string& name) {
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  if (zip_file_get_external_attributes(archive, index, 0, &system, &attributes) != 0)
    return refused("the attributes of " + name + " cannot be read");
  const zip_uint32_t mode = attributes >> 16;
  if (mode != 0 && (mode & S_IFMT) != 0 && !S_ISREG(mode)) {
    return refused(name + (S_ISLNK(mode)   ? " is a symbolic link"
                           : S_ISDIR(mode) ? " is a folder"
                                           : " is no plain file"),
                   "plain files");
  }
  return {};
}

base::Result<Entry> check_entry(zip_t* archive, zip_uint64_t index) {
  const char* raw = zip_get_name(archive, index, ZIP_FL_ENC_RAW);
  if (raw == nullptr) return refused("an entry has no name");
  const std::string name = raw;
  const std::string quoted = base::quote_untrusted(name);
  if (name != kManifest && !is_bundle_path(name)) {
    const bool outside = name.find("..") != std::string::npos || name.starts_with('/') ||
                         name.find('\\') != std::string::npos || name.find(':') != std::string::npos;
    return refused(
        outside ? "it names a path outside of itself: " + quoted : "it holds what no bundle holds: " + quoted,
        "bundle.json, record.sqlite, report.html, notes.md, plans/, figures/, runs/");
  }
  IBOT_CHECK_OK(check_type(archive, index, quoted));
  zip_stat_t info;
  zip_stat_init(&info);
  if (zip_stat_index(archive, index, 0, &info) != 0)
    return refused("the entry " + quoted + " cannot be read");
  constexpr zip_uint64_t kNeeded = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
  if ((info.valid & kNeeded) != kNeeded) return refused("the entry " + quoted + " does not say its size");
  if ((info.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && info.encryption_method != ZIP_EM_NONE)
    return Error{ErrorCode::Unsupported, "the bundle was refused: " + quoted + " is encrypted", "", ""};
  if (info.comp_method != ZIP_CM_STORE && info.comp_method != ZIP_CM_DEFLATE) {
    return Error{ErrorCode::Unsupported,
                 str("the bundle was refused: ", quoted, " is packed by method ", info.comp_method),
                 "stored or deflated", ""};
  }
  return Entry{index, name, info.size};
}

}  // namespace

void ArchiveReader::Close::operator()(zip* handle) const {
  zip_discard(handle);
}

base::Result<ArchiveReader> ArchiveReader::open(const std::filesystem::path& file, const Limits& limits) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status))
    return Error{ErrorCode::NotFound, "there is no bundle " + file.string(), "", ""};
  if (!std::filesystem::is_regular_file(status)) return refused(file.string() + " is no file");
  const std::uint64_t size = std::filesystem::file_size(file, error);
  if (error) return base::error_from_errno(error.value(), "look at " + file.string());
  int code = 0;
  zip_t* archive = zip_open(file.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code);
  if (archive == nullptr) {
    zip_error_t why;
    zip_error_init_with_code(&why, code);
    return zip_failure(&why, "open the bundle " + file.string());
  }
  return check(Handle(archive), size, limits);
}

base::Result<ArchiveReader> ArchiveReader::open(std::span<const std::byte> bytes, const Limits& limits) {
  zip_error_t why;
  zip_error_init(&why);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &why);
  if (source == nullptr) return zip_failure(&why, "read the bundle");
  zip_t* archive = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &why);
  if (archive == nullptr) {
    zip_source_free(source);
    return zip_failure(&why, "open the bundle");
  }
  zip_error_fini(&why);
  return check(Handle(archive), bytes.size(), limits);
}

base::Result<ArchiveReader> ArchiveReader::check(Handle handle, std::uint64_t packed_size,
                                                 const Limits& limits) {
  const zip_int64_t count = zip_get_num_entries(handle.get(), 0);
  if (count < 0 || static_cast<std::uint64_t>(count) > limits.entries)
    return too_large(str("it has ", count, " entries"), str("at most ", limits.entries));
  std::vector<Entry> entries;
  std::set<std::string> seen;
  std::uint64_t total = 0, packed = 0;
  for (zip_uint64_t index = 0; index < static_cast<zip_uint64_t>(count); ++index) {
    IBOT_TRY(Entry entry, check_entry(handle.get(), index));
    if (!seen.insert(folded(entry.path)).second) return refused("it holds " + entry.path + " twice");
    if (entry.size > limits.total_bytes - total)
      return too_large("unpacked it would take more than the limit", base::format_bytes(limits.total_bytes));
    total += entry.size;
    zip_stat_t info;
    zip_stat_init(&info);
    if (zip_stat_index(handle.get(), index, 0, &info) == 0)
      packed += std::min<std::uint64_t>(info.comp_size, packed_size + 1);
    entries.push_back(std::move(entry));
  }
  // Entries that share their packed bytes make a small file unpack to anything.
  if (packed > packed_size) return refused("its entries overlap");
  if (total > kFreeOfRatio && total / limits.ratio > packed_size) {
    return too_large(
        str("its ", base::format_bytes(packed_size), " would unpack to ", base::format_bytes(total)),
        str("at most ", limits.ratio, " times its size"));
  }
  return ArchiveReader(std::move(handle), std::move(entries));
}

const Entry* ArchiveReader::find(std::string_view path) const {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.path == path; });
  return found == entries_.end() ? nullptr : &*found;
}

base::Status ArchiveReader::read(const Entry& entry,
                                 const std::function<base::Status(std::span<const std::byte>)>& take) const {
  struct CloseFile {
    void operator()(zip_file_t* file) const { zip_fclose(file); }
  };
  const std::unique_ptr<zip_file_t, CloseFile> file(zip_fopen_index(handle_.get(), entry.index, 0));
  if (!file) return refused(str(entry.path, " cannot be unpacked: ", zip_strerror(handle_.get())));
  std::vector<std::byte> piece(kPiece);
  std::uint64_t got = 0;
  for (;;) {
    const zip_int64_t count = zip_fread(file.get(), piece.data(), piece.size());
    if (count < 0) return refused(str(entry.path, " cannot be unpacked: ", zip_file_strerror(file.get())));
    if (count == 0) break;
    got += static_cast<std::uint64_t>(count);
    if (got > entry.size) return refused(entry.path + " is longer than it says");
    IBOT_CHECK_OK(take(std::span(piece).first(static_cast<std::size_t>(count))));
  }
  if (got != entry.size) return refused(entry.path + " is shorter than it says");
  return {};
}

base::Result<std::string> ArchiveReader::read_text(const Entry& entry, std::uint64_t limit) const {
  if (entry.size > limit) return too_large(entry.path + " is too long", base::format_bytes(limit));
  std::string text;
  const base::Status read_all = read(entry, [&](std::span<const std::byte> bytes) -> base::Status {
    text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  });
  if (!read_all) return read_all.error();
  return text;
}

base::Status write_archive(const std::filesystem::path& file, const std::vector<Packed>& entries) {
  int code = 0;
  zip_t* archive = zip_open(file.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  zip_error_t why;
  if (archive == nullptr) {
    zip_error_init_with_code(&why, code);
    return zip_failure(&why, "write the bundle " + file.string());
  }
  const auto fail = [&]() -> base::Status {
    const std::string reason = zip_strerror(archive);
    const int system = zip_error_code_system(zip_get_error(archive));
    zip_discard(archive);
    if (system != 0) return base::error_from_errno(system, "write the bundle " + file.string());
    return Error{ErrorCode::Io, "cannot write the bundle " + file.string() + ": " + reason, "", ""};
  };
  for (const Packed& entry : entries) {
    zip_source_t* source = entry.source.empty()
                               ? zip_source_buffer(archive, entry.bytes.data(), entry.bytes.size(), 0)
                               : zip_source_file(archive, entry.source.c_str(), 0, -1);
    if (source == nullptr) return fail();
    const zip_int64_t index = zip_file_add(archive, entry.path.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
      zip_source_free(source);
      return fail();
    }
    const auto place = static_cast<zip_uint64_t>(index);
    if (zip_set_file_compression(archive, place, entry.compress ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0) != 0 ||
        zip_file_set_dostime(archive, place, kNoTime, kNoDate, 0) != 0 ||
        zip_file_set_external_attributes(archive, place, 0, ZIP_OPSYS_UNIX, (S_IFREG | 0644U) << 16) != 0)
      return fail();
  }
  if (zip_close(archive) != 0) return fail();
  return {};
}

}  // namespace ibot::bundle
