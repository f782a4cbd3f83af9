// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive.h"
#include "manifest.h"

#include <ibot/base/clock.h>
#include <ibot/base/file.h>
#include <ibot/base/hash.h>
#include <ibot/base/output_target.h>
#include <ibot/base/text.h>
#include <ibot/record/output_file.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <set>

namespace ibot::bundle {
namespace {

using base::Error;
using base::ErrorCode;
using base::str;
namespace fs = std::filesystem;

// Removed with what is in it.
class Scratch {
 public:
  // Beside the bundle, where there must be room for it anyway.
  static base::Result<Scratch> create(const fs::path& beside) {
    std::string name = (beside / ".ibot-bundle-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      base::Error error = base::error_from_errno(errno, "write into the folder " + beside.string());
      // The system refuses: nothing that was asked for is missing.
      if (error.code == ErrorCode::NotFound) {
        error.code = ErrorCode::Io;
        error.hint = "Make the folder first, or write elsewhere";
      }
      return error;
    }
    return Scratch(name);
  }
  Scratch(Scratch&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  explicit Scratch(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

base::Status check(const BundleContent& content) {
  if (content.runs.empty()) return Error{ErrorCode::InvalidArgument, "a bundle without runs is none", "", ""};
  std::set<std::string> seen;
  for (const ExtraFile& file : content.extra) {
    if (!is_bundle_path(file.path) || file.path == "record.sqlite" || file.path.starts_with("runs/") ||
        !seen.insert(folded(file.path)).second) {
      return Error{ErrorCode::InvalidArgument, "no bundle holds " + base::quote_untrusted(file.path),
                   "report.html, notes.md, plans/NAME.yaml, figures/NAME.svg, each once", ""};
    }
  }
  return {};
}

base::Result<std::vector<Packed>> packed_files(const fs::path& folder) {
  std::vector<Packed> entries;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (!entry->is_regular_file()) continue;
    const std::string path = entry->path().lexically_relative(folder).generic_string();
    if (!is_bundle_path(path)) return Error{ErrorCode::Internal, "the extract holds " + path, "", ""};
    // Weights are as good as random.
    entries.push_back({path, {}, entry->path(), !path.ends_with(".safetensors")});
  }
  if (error) return base::error_from_errno(error.value(), "list " + folder.string());
  std::sort(entries.begin(), entries.end(), [](const Packed& a, const Packed& b) { return a.path < b.path; });
  return entries;
}

base::Result<BundleFile> describe(const Packed& entry) {
  BundleFile file{entry.path, entry.bytes.size(), {}};
  if (entry.source.empty()) {
    file.sha256 = base::sha256_hex(entry.bytes);
    return file;
  }
  std::error_code error;
  file.size = fs::file_size(entry.source, error);
  if (error) return base::error_from_errno(error.value(), "look at " + entry.source.string());
  IBOT_TRY(file.sha256, base::sha256_file(entry.source));
  return file;
}

// Into a pipe or device, which nothing can be renamed to.
base::Status pour(const fs::path& from, const fs::path& into) {
  std::ifstream in(from, std::ios::binary);
  IBOT_TRY(auto out, base::AtomicFile::create(into));
  std::vector<char> piece(std::size_t{1} << 20);
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    IBOT_CHECK_OK(out.write(std::string_view(piece.data(), static_cast<std::size_t>(in.gcount()))));
  }
  if (!in.eof()) return base::error_from_errno(EIO, "read " + from.string());
  return out.commit();
}

// Where the bundle is put together: beside it, but not among devices.
fs::path workshop(const base::OutputTarget& target) {
  if (!target.in_place) return target.path.has_parent_path() ? target.path.parent_path() : fs::path(".");
  std::error_code error;
  const fs::path temporary = fs::temp_directory_path(error);
  return error ? fs::path("/tmp") : temporary;
}

}  // namespace

base::Result<std::uint64_t> create_bundle(const record::Workspace& source, const BundleContent& content,
                                          const fs::path& file, record::ExtractOptions options) {
  IBOT_CHECK_OK(check(content));
  IBOT_CHECK_OK(record::check_output_path(file));
  IBOT_TRY(const base::OutputTarget target, base::output_target(file));
  IBOT_TRY(const Scratch scratch, Scratch::create(workshop(target)));
  options.study = content.study;
  IBOT_CHECK_OK(record::extract_runs(source, content.runs, scratch.path() / "workspace", options));
  IBOT_TRY(auto entries, packed_files(scratch.path() / "workspace"));
  for (const ExtraFile& extra : content.extra) entries.push_back({extra.path, extra.bytes, {}, true});
  Manifest manifest{content.title, content.study, content.runs, base::format_time(base::now_micros()), {}};
  for (const Packed& entry : entries) {
    IBOT_TRY(BundleFile described, describe(entry));
    manifest.files.push_back(std::move(described));
  }
  entries.insert(entries.begin(), {kManifest, write_manifest(manifest), {}, true});
  const fs::path partial = scratch.path() / "bundle";
  IBOT_CHECK_OK(write_archive(partial, entries));
  std::error_code error;
  const std::uint64_t size = fs::file_size(partial, error);
  if (!error && target.in_place) {
    IBOT_CHECK_OK(pour(partial, target.path));
    return size;
  }
  if (!error) fs::rename(partial, target.path, error);
  if (error) return base::error_from_errno(error.value(), "write the bundle " + file.string());
  return size;
}

}  // namespace ibot::bundle
