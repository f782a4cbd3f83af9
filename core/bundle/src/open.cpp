// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive.h"
#include "manifest.h"

#include <ibot/base/file.h>
#include <ibot/base/hash.h>
#include <ibot/base/machine.h>
#include <ibot/base/text.h>
#include <ibot/record/reader.h>

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

constexpr std::uint64_t kLongestManifest = std::uint64_t{16} << 20;

Error refused(std::string message) {
  return {ErrorCode::Corrupt, "the bundle was refused: " + std::move(message), "", "Ask for the file again"};
}

// What stands in the archive is what its manifest lists, no more and no less.
base::Result<Manifest> manifest_of(const ArchiveReader& archive) {
  const Entry* entry = archive.find(kManifest);
  if (entry == nullptr) {
    return Error{ErrorCode::Incompatible,
                 "this zip file is not a bundle of this program: it has no " + std::string(kManifest), "",
                 ""};
  }
  IBOT_TRY(const std::string text, archive.read_text(*entry, kLongestManifest));
  IBOT_TRY(Manifest manifest, read_manifest(text));
  std::set<std::string> listed;
  for (const BundleFile& file : manifest.files) {
    const Entry* there = archive.find(file.path);
    if (there == nullptr) return refused(file.path + " is missing");
    if (there->size != file.size) return refused(file.path + " has another size than the bundle says");
    listed.insert(file.path);
  }
  for (const Entry& other : archive.entries()) {
    if (other.path != kManifest && !listed.contains(other.path))
      return refused(other.path + " is not listed in the bundle");
  }
  return manifest;
}

base::Status check_hash(base::Sha256& hash, const BundleFile& file) {
  if (hash.hex() == file.sha256) return {};
  return refused(file.path + " is not what the bundle says: its hash is another one");
}

base::Status check_contents(const ArchiveReader& archive, const Manifest& manifest) {
  for (const BundleFile& file : manifest.files) {
    base::Sha256 hash;
    IBOT_CHECK_OK(
        archive.read(*archive.find(file.path), [&](std::span<const std::byte> bytes) -> base::Status {
          hash.update(bytes);
          return {};
        }));
    IBOT_CHECK_OK(check_hash(hash, file));
  }
  return {};
}

// Bytes that were unpacked, told as they come.
class Counter {
 public:
  Counter(const Progress& progress, std::uint64_t total) : progress_(progress), total_(total) {}

  base::Status add(std::uint64_t bytes) {
    done_ += bytes;
    if (!progress_ || progress_(done_, total_)) return {};
    return Error{ErrorCode::Cancelled, "opening the bundle was stopped", "", ""};
  }

 private:
  const Progress& progress_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
};

base::Status unpack(const ArchiveReader& archive, const BundleFile& file, const fs::path& folder,
                    Counter& counter) {
  const fs::path path = folder / file.path;
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) return base::error_from_errno(error.value(), "create " + path.parent_path().string());
  std::ofstream out(path, std::ios::binary);
  base::Sha256 hash;
  const auto failed = [&] {
    return base::error_from_errno(errno != 0 ? errno : EIO, "write " + path.string());
  };
  errno = 0;
  if (!out) return failed();
  IBOT_CHECK_OK(archive.read(*archive.find(file.path), [&](std::span<const std::byte> bytes) -> base::Status {
    hash.update(bytes);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!out) return failed();
    return counter.add(bytes.size());
  }));
  out.close();
  if (!out) return failed();
  return check_hash(hash, file);
}

// The record is one of ours, of the runs that the bundle names, and knows no file that is not there.
base::Status check_record(const record::Workspace& workspace, const Manifest& manifest) {
  auto reader = record::Reader::open(workspace);
  if (!reader) return reader.error().with_context("the bundle was refused");
  IBOT_TRY(const auto runs, reader->runs());
  std::set<std::string> found;
  for (const record::Run& run : runs) {
    if (!record::is_valid_run_id(run.id)) return refused("its record has a run of no valid id");
    found.insert(run.id);
  }
  if (found != std::set<std::string>(manifest.runs.begin(), manifest.runs.end()))
    return refused("its record holds other runs than it says");
  for (const std::string& id : found) {
    IBOT_TRY(const auto checkpoints, reader->checkpoints(id));
    for (const record::Checkpoint& checkpoint : checkpoints) {
      std::error_code ignored;
      if (checkpoint.state == record::CheckpointState::Present &&
          !fs::is_regular_file(workspace.run_folder(id) / checkpoint.path, ignored))
        return refused("its record names weights that it does not hold: " +
                       base::quote_untrusted(checkpoint.path));
    }
  }
  return {};
}

base::Result<Opened> open_into(const fs::path& file, const fs::path& folder, const Limits& limits,
                               const Progress& progress) {
  IBOT_TRY(const ArchiveReader archive, ArchiveReader::open(file, limits));
  IBOT_TRY(Manifest manifest, manifest_of(archive));
  std::uint64_t total = 0;
  for (const BundleFile& one : manifest.files) total += one.size;
  if (const auto free = base::free_disk(folder); free && total > *free) {
    return Error{ErrorCode::OutOfSpace,
                 str("unpacked the bundle takes ", base::format_bytes(total), ", and ",
                     base::format_bytes(*free), " are free in ", folder.string()),
                 "", "Open it on another disk"};
  }
  Counter counter(progress, total);
  IBOT_CHECK_OK(counter.add(0));
  for (const BundleFile& one : manifest.files) IBOT_CHECK_OK(unpack(archive, one, folder, counter));
  // Last, so that a folder with a manifest is a whole bundle; it also keeps writers away.
  IBOT_TRY(const std::string text, archive.read_text(*archive.find(kManifest), kLongestManifest));
  IBOT_CHECK_OK(base::write_file_atomically(folder / kManifest, std::string_view(text)));
  IBOT_TRY(record::Workspace workspace, record::Workspace::open(folder));
  IBOT_CHECK_OK(check_record(workspace, manifest));
  return Opened{std::move(manifest), std::move(workspace)};
}

void empty(const fs::path& folder) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
    fs::remove_all(entry.path(), ignored);
}

}  // namespace

base::Result<Manifest> check_bundle(std::span<const std::byte> bytes, const Limits& limits) {
  IBOT_TRY(const ArchiveReader archive, ArchiveReader::open(bytes, limits));
  IBOT_TRY(Manifest manifest, manifest_of(archive));
  IBOT_CHECK_OK(check_contents(archive, manifest));
  return manifest;
}

base::Result<Manifest> check_bundle(const fs::path& file, const Limits& limits) {
  IBOT_TRY(const ArchiveReader archive, ArchiveReader::open(file, limits));
  IBOT_TRY(Manifest manifest, manifest_of(archive));
  IBOT_CHECK_OK(check_contents(archive, manifest));
  return manifest;
}

base::Result<Opened> open_bundle(const fs::path& file, const fs::path& folder, const Limits& limits,
                                 const Progress& progress) {
  std::error_code error;
  const bool existed = fs::exists(folder, error);
  if (existed && (!fs::is_directory(folder, error) || !fs::is_empty(folder, error))) {
    return Error{ErrorCode::AlreadyExists, "there is something in " + folder.string() + " already",
                 "an empty folder, or one that does not exist yet", ""};
  }
  if (!existed) fs::create_directories(folder, error);
  if (error) {
    base::Error refused_folder =
        base::error_from_errno(error.value(), "create the folder " + folder.string());
    // The system refuses: nothing that was asked for is missing.
    if (refused_folder.code == ErrorCode::NotFound) refused_folder.code = ErrorCode::Io;
    return refused_folder;
  }
  auto opened = open_into(file, folder, limits, progress);
  if (opened) return opened;
  empty(folder);
  if (!existed) fs::remove(folder, error);
  return opened.error();
}

base::Result<TemporaryBundle> TemporaryBundle::open(const fs::path& file, const Limits& limits,
                                                    const Progress& progress) {
  std::error_code error;
  fs::path place = fs::temp_directory_path(error);
  if (error) place = "/tmp";
  std::string name = (place / "ibot-bundle-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    return base::error_from_errno(errno, "create a temporary folder " + name);
  auto opened = open_bundle(file, name, limits, progress);
  if (opened) return TemporaryBundle(name, std::move(opened).value());
  fs::remove_all(name, error);
  return opened.error();
}

TemporaryBundle::TemporaryBundle(TemporaryBundle&& other) noexcept
    : folder_(std::exchange(other.folder_, {})), opened_(std::move(other.opened_)) {}

TemporaryBundle::~TemporaryBundle() {
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

}  // namespace ibot::bundle
