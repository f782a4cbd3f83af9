// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::base {

/// The whole file, at most `limit` bytes. Errors: NotFound, PermissionDenied, OutOfSpace (larger than the
/// limit), Io.
IBOT_API Result<std::vector<std::byte>> read_file(const std::filesystem::path& path,
                                                  std::uint64_t limit = std::uint64_t{1} << 32);
IBOT_API Result<std::string> read_text_file(const std::filesystem::path& path,
                                            std::uint64_t limit = std::uint64_t{64} << 20);

/// A file that appears under its name whole or not at all: written as "<name>.partial-<pid>-<n>" in the same
/// folder, synced, renamed, folder synced. Destroyed before commit(): the partial file is removed and nothing
/// else happened.
///
///   IBOT_TRY(auto file, AtomicFile::create(path));
///   IBOT_CHECK_OK(file.write(bytes));
///   IBOT_CHECK_OK(file.commit());
class IBOT_API AtomicFile {
 public:
  static Result<AtomicFile> create(const std::filesystem::path& path);
  AtomicFile(AtomicFile&&) noexcept;
  AtomicFile& operator=(AtomicFile&&) noexcept;
  ~AtomicFile();

  /// Errors: OutOfSpace (disk or quota full), Io.
  Status write(std::span<const std::byte> bytes);
  Status write(std::string_view text);
  /// Syncs, renames over `path`, syncs the folder. Errors as write().
  Status commit();

 private:
  struct State;
  explicit AtomicFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

IBOT_API Status write_file_atomically(const std::filesystem::path& path, std::span<const std::byte> bytes);
IBOT_API Status write_file_atomically(const std::filesystem::path& path, std::string_view text);

/// Deletes a file; success if there is none. Errors: PermissionDenied, Io.
IBOT_API Status remove_file(const std::filesystem::path& path);

/// The steps of writing at which a test may inject a failure or stop the process.
enum class FileStep : unsigned char { Create = 1, Write, Sync, Rename, SyncFolder, Remove };

/// Test hook: called before each step with the final path; a returned errno makes the step fail with it (0:
/// go on). Set once before threads start; an empty function removes it.
IBOT_API void set_file_fault_hook(std::function<int(FileStep, const std::filesystem::path&)> hook);

/// errno as an Error: ENOSPC and EDQUOT -> OutOfSpace, EACCES, EPERM and EROFS -> PermissionDenied, ENOENT ->
/// NotFound.
IBOT_API Error error_from_errno(int error_number, std::string_view attempted);

}  // namespace ibot::base
