// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "database.h"
#include "row_reading.h"

#include <ibot/record/reader.h>

#include <filesystem>

namespace ibot::record {

/// A folder below the system's temporary folder; removed with what is in it at the end.
class TemporaryFolder {
 public:
  static base::Result<TemporaryFolder> create();
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

/// A record that was opened for reading, where it lies or from a copy.
struct OpenedRecord {
  // Declared before the database, which must be closed before its copy is removed.
  std::optional<TemporaryFolder> copy;
  Database database;
  ReadMode mode = ReadMode::Live;
  std::string mode_text;
};
/// Errors: as Reader::open().
base::Result<OpenedRecord> open_for_reading(const Workspace& workspace, const ReaderOptions& options);

struct Reader::Impl : OpenedRecord {
  explicit Impl(OpenedRecord opened) : OpenedRecord(std::move(opened)) {}
  base::Result<std::int64_t> number_of(std::string_view run);
};

}  // namespace ibot::record
