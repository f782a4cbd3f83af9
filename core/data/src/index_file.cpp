// SPDX-License-Identifier: GPL-3.0-or-later
#include "folder_order.h"
#include "user_cache.h"

#include <ibot/base/clock.h>
#include <ibot/base/file.h>
#include <ibot/base/hash.h>
#include <ibot/base/log.h>
#include <ibot/base/text.h>
#include <ibot/data/dataset.h>
#include <ibot/data/index_file.h>

#include <algorithm>
#include <cstring>

namespace ibot::data {
namespace {

constexpr std::string_view kMagic = "IBOTINDX";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kChecksumLength = 64;
constexpr std::uint64_t kLargestIndex = std::uint64_t{4} << 30;
// File systems stamp folders with a coarse clock: an entry that comes in the same tick as the scan would go
// unseen.
constexpr std::int64_t kSettledMicros = 2'000'000;

template <class Integer>
void put(std::string& out, Integer value) {
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    out += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
  }
}

void put_text(std::string& out, std::string_view text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

// Reads untrusted bytes. After the first failure everything reads as zero and empty, and failed() stays true.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  template <class Integer>
  Integer get() {
    const std::string_view bytes = take(sizeof(Integer));
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      value |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    }
    return static_cast<Integer>(value);
  }
  std::string_view text() { return take(get<std::uint32_t>()); }
  // A number of items of at least `smallest` bytes each: no more than the rest can hold.
  std::uint64_t count(std::size_t smallest) {
    const auto number = get<std::uint64_t>();
    if (number > rest_.size() / smallest) failed_ = true;
    return failed_ ? 0 : number;
  }
  bool failed() const { return failed_; }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view take(std::size_t length) {
    if (failed_ || length > rest_.size()) {
      failed_ = true;
      return {};
    }
    const std::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return taken;
  }
  std::string_view rest_;
  bool failed_ = false;
};

// A name that stays inside its folder.
bool is_entry_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == name.npos &&
         name.find('\0') == name.npos;
}

bool is_relative_folder(std::string_view path) {
  while (true) {
    const std::size_t slash = path.find('/');
    if (!is_entry_name(path.substr(0, slash))) return false;
    if (slash == path.npos) return true;
    path.remove_prefix(slash + 1);
  }
}

base::Error corrupt(std::string_view what) {
  return {base::ErrorCode::Corrupt, base::str("the picture index is damaged: ", what), "",
          "It is rebuilt from the folder"};
}

// Folders in order without repetition, names in order inside each, nothing that leads out of the root.
base::Status check_contents(const FolderScan& scan) {
  if (scan.folders.empty() || !scan.folders.front().path.empty())
    return corrupt("it does not begin with the root folder");
  for (std::size_t i = 0; i < scan.folders.size(); ++i) {
    const FolderScan::Folder& folder = scan.folders[i];
    if (i > 0 && !is_relative_folder(folder.path)) return corrupt("a folder has an impossible name");
    if (i > 0 && !folder_before(scan.folders[i - 1].path, folder.path))
      return corrupt("folders are out of order");
    for (std::uint64_t k = 0; k < folder.files; ++k) {
      const std::string_view name = scan.name(scan.files[folder.first_file + k]);
      if (!is_entry_name(name) || !has_picture_extension(name))
        return corrupt("a picture has an impossible name");
      if (k > 0 && !(scan.name(scan.files[folder.first_file + k - 1]) < name))
        return corrupt("pictures are out of order");
    }
  }
  return {};
}

// Puts the files of the scan into the order of its folders, as the file has them.
std::vector<FolderScan::File> files_in_order(const FolderScan& scan) {
  std::vector<FolderScan::File> files;
  files.reserve(scan.files.size());
  for (const FolderScan::Folder& folder : scan.folders) {
    const auto first = scan.files.begin() + static_cast<std::ptrdiff_t>(folder.first_file);
    files.insert(files.end(), first, first + static_cast<std::ptrdiff_t>(folder.files));
  }
  return files;
}

std::filesystem::path canonical_or_same(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path canonical = std::filesystem::canonical(path, error);
  return error ? path : canonical;
}

}  // namespace

IndexCache IndexCache::of_user() {
  IndexCache cache;
  const std::filesystem::path folder = user_cache_folder();
  if (!folder.empty()) cache.folder = folder / "index";
  return cache;
}

std::filesystem::path IndexCache::file_of(const std::filesystem::path& root) const {
  return folder / (base::sha256_hex(canonical_or_same(root).string()).substr(0, 32) + ".index");
}

std::string serialise_index(const FolderScan& scan, const std::filesystem::path& root) {
  std::string out(kMagic);
  out.reserve(scan.names.size() + 12 * scan.files.size() + 64 * scan.folders.size() + 4096);
  put(out, kVersion);
  put_text(out, canonical_or_same(root).string());
  put(out, std::uint64_t{scan.folders.size()});
  for (const FolderScan::Folder& folder : scan.folders) {
    put_text(out, folder.path);
    put(out, folder.inode);
    put(out, folder.changed_ns);
    put(out, folder.files);
  }
  put(out, std::uint64_t{scan.files.size()});
  for (const FolderScan::File& file : files_in_order(scan)) {
    put(out, file.size);
    put_text(out, scan.name(file));
  }
  put(out, std::uint64_t{scan.notes.size()});
  for (const std::string& note : scan.notes) put_text(out, note);
  out += base::sha256_hex(out);
  return out;
}

base::Result<FolderScan> parse_index(std::span<const std::byte> bytes, const std::filesystem::path& root) {
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!text.starts_with(kMagic)) return corrupt("it does not begin with IBOTINDX");
  if (text.size() < kMagic.size() + kChecksumLength) return corrupt("it is cut off");
  const std::string_view checksum = text.substr(text.size() - kChecksumLength);
  text.remove_suffix(kChecksumLength);
  if (base::sha256_hex(text) != checksum) return corrupt("its checksum does not match");

  Reader reader(text.substr(kMagic.size()));
  if (const auto version = reader.get<std::uint32_t>(); version != kVersion) {
    return base::Error{base::ErrorCode::Unsupported, base::str("the picture index has version ", version),
                       base::str(kVersion), ""};
  }
  if (reader.text() != canonical_or_same(root).string()) {
    return base::Error{base::ErrorCode::Incompatible, "the picture index belongs to another folder", "", ""};
  }
  FolderScan scan;
  const std::uint64_t folders = reader.count(28);
  scan.folders.reserve(folders);
  std::uint64_t files_before = 0;
  for (std::uint64_t i = 0; i < folders && !reader.failed(); ++i) {
    FolderScan::Folder folder;
    folder.path = reader.text();
    folder.inode = reader.get<std::uint64_t>();
    folder.changed_ns = reader.get<std::int64_t>();
    folder.files = reader.get<std::uint64_t>();
    folder.first_file = files_before;
    if (folder.files > text.size() - files_before)
      return corrupt("a folder has more pictures than the file has bytes");
    files_before += folder.files;
    scan.folders.push_back(std::move(folder));
  }
  const std::uint64_t files = reader.count(12);
  if (files != files_before) return corrupt("the folders' pictures do not add up");
  scan.files.reserve(files);
  for (std::uint64_t i = 0; i < files && !reader.failed(); ++i) {
    const auto size = reader.get<std::uint64_t>();
    const std::string_view name = reader.text();
    scan.files.push_back({scan.names.size(), static_cast<std::uint32_t>(name.size()), size});
    scan.names += name;
  }
  const std::uint64_t notes = reader.count(4);
  for (std::uint64_t i = 0; i < notes && !reader.failed(); ++i) scan.notes.emplace_back(reader.text());
  if (reader.failed()) return corrupt("it is cut off");
  if (!reader.at_end()) return corrupt("it is longer than its contents");
  IBOT_CHECK_OK(check_contents(scan));
  return scan;
}

base::Result<FolderScan> scan_folder_cached(const std::filesystem::path& root, const IndexCache& cache,
                                            const ListingWatch& watch) {
  if (cache.folder.empty()) return scan_folder(root, watch);
  const std::filesystem::path file = cache.file_of(root);
  if (!cache.rebuild) {
    if (const auto bytes = base::read_file(file, kLargestIndex)) {
      auto scan = parse_index(*bytes, root);
      if (scan && is_current(*scan, root)) return scan;
      base::log_debug(base::str("index ", file.string(),
                                " is not used: ", scan ? "a folder has changed" : scan.error().to_text()));
    }
  }
  const std::int64_t started_micros = base::now_micros();
  IBOT_TRY(FolderScan scan, scan_folder(root, watch));
  const bool settled =
      std::all_of(scan.folders.begin(), scan.folders.end(), [&](const FolderScan::Folder& folder) {
        return folder.changed_ns / 1000 < started_micros - kSettledMicros;
      });
  if (settled && static_cast<std::int64_t>(scan.files.size()) >= cache.minimum_files) {
    std::error_code error;
    std::filesystem::create_directories(cache.folder, error);
    if (const auto written = base::write_file_atomically(file, serialise_index(scan, root)); !written) {
      base::log_debug(base::str("index ", file.string(), " is not written: ", written.error().to_text()));
    }
  }
  return scan;
}

}  // namespace ibot::data
