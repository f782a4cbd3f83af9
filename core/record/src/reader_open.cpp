// SPDX-License-Identifier: GPL-3.0-or-later
// How a record is opened for reading where it lies, or where it cannot.
#include "reader_impl.h"
#include "schema.h"

#include <ibot/base/file.h>
#include <ibot/base/text.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace ibot::record {
namespace {

using base::ErrorCode;
using base::str;
namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kBusyTimeout{2000};
constexpr int kCopyAttempts = 5;

fs::path log_of(const fs::path& file) {
  return file.string() + "-wal";
}

// Size and time of change: if they are the same before and after, the copy in between is of one moment.
struct Stamp {
  off_t size = -1;
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;
  bool operator==(const Stamp&) const = default;
};

Stamp stamp_of(const fs::path& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0) return {};
  return {info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec};
}

base::Status copy_contents(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::copy_file(from, to, fs::copy_options::overwrite_existing, error);
  // The mode is copied too, and SQLite needs to write beside its copy.
  if (!error) fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write, error);
  if (error) return base::error_from_errno(error.value(), str("copy ", from.string(), " to ", to.string()));
  return {};
}

base::Result<TemporaryFolder> copy_record(const fs::path& file) {
  IBOT_TRY(auto folder, TemporaryFolder::create());
  const fs::path copy = folder.path() / file.filename();
  for (int attempt = 0; attempt < kCopyAttempts; ++attempt) {
    const Stamp database = stamp_of(file);
    const Stamp log = stamp_of(log_of(file));
    IBOT_CHECK_OK(copy_contents(file, copy));
    std::error_code ignored;
    fs::remove(log_of(copy), ignored);
    if (log.size >= 0) IBOT_CHECK_OK(copy_contents(log_of(file), log_of(copy)));
    if (stamp_of(file) == database && stamp_of(log_of(file)) == log) return folder;
  }
  return base::Error{ErrorCode::Busy, "cannot copy the record " + file.string() + ": it changes all the time",
                     "", "Open it on the machine that writes it"};
}

base::Result<Database> open_checked(const fs::path& file, Database::Mode mode, std::int64_t deadline_micros) {
  IBOT_TRY(auto database, Database::open(file, mode, kBusyTimeout));
  database.set_deadline(deadline_micros);
  database.fold_log_on_close(false);
  IBOT_CHECK_OK(prepare_schema(database, Access::Read));
  database.fold_log_on_close(true);
  return database;
}

// Whether it was refused because an earlier version of this program wrote it.
bool is_older(const fs::path& file, Database::Mode mode) {
  auto database = Database::open(file, mode, kBusyTimeout);
  if (!database) return false;
  database->fold_log_on_close(false);
  const auto version = database->query_integer("PRAGMA user_version");
  return version && *version >= 1 && *version < supported_schema_version();
}

// A copy that is brought up to date; what was copied stays as it was.
base::Result<TemporaryFolder> copy_up_to_date(const fs::path& file) {
  IBOT_TRY(auto folder, copy_record(file));
  IBOT_TRY(auto copy,
           Database::open(folder.path() / file.filename(), Database::Mode::ReadWriteCreate, kBusyTimeout));
  IBOT_CHECK_OK(prepare_schema(copy, Access::Write));
  return folder;
}

bool is_access_trouble(const base::Error& error) {
  return error.code == ErrorCode::PermissionDenied || error.code == ErrorCode::Io;
}

}  // namespace

base::Result<TemporaryFolder> TemporaryFolder::create() {
  std::error_code error;
  fs::path pattern = fs::temp_directory_path(error);
  if (error) pattern = "/tmp";
  std::string name = (pattern / "ibot-record-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    return base::error_from_errno(errno, "create a temporary folder " + name);
  return TemporaryFolder(name);
}

TemporaryFolder::~TemporaryFolder() {
  if (path_.empty()) return;
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

base::Result<OpenedRecord> open_for_reading(const Workspace& workspace, const ReaderOptions& options) {
  const fs::path file = workspace.record_file();
  FileSystem file_system;
  if (options.file_system) {
    file_system = *options.file_system;
  } else {
    IBOT_TRY(file_system, file_system_of(file));
  }
  std::error_code ignored;
  if (!fs::exists(file, ignored)) {
    return base::Error{ErrorCode::NotFound, "there is no record " + file.string(), "",
                       "Start a run with this workspace, or choose another one"};
  }
  if (::access(file.c_str(), R_OK) != 0)
    return base::error_from_errno(errno, "read the record " + file.string());

  const auto read_copy = [&](TemporaryFolder copy, const std::string& why) -> base::Result<OpenedRecord> {
    IBOT_TRY(auto database,
             open_checked(copy.path() / file.filename(), Database::Mode::QueryOnly, options.deadline_micros));
    return OpenedRecord{std::move(copy), std::move(database), ReadMode::Copy,
                        str("The record ", why, "; it is read from a copy made just now")};
  };
  const auto read_older = [&]() -> base::Result<OpenedRecord> {
    IBOT_TRY(auto copy, copy_up_to_date(file));
    return read_copy(std::move(copy), "was written by an earlier version of this program");
  };
  std::string reason = "lies on a network file system (" + file_system.type + ")";
  if (!file_system.network) {
    auto live = open_checked(file, Database::Mode::QueryOnly, options.deadline_micros);
    if (live) return OpenedRecord{{}, std::move(live).value(), ReadMode::Live, ""};
    if (live.error().code == ErrorCode::Unsupported && is_older(file, Database::Mode::QueryOnly))
      return read_older();
    // A log beside the database cannot be shared where the folder cannot be written.
    if (!is_access_trouble(live.error())) return live.error();
    reason = "cannot be opened live (its folder is not writable)";
  }
  if (!fs::exists(log_of(file), ignored)) {
    auto database = open_checked(file, Database::Mode::Immutable, options.deadline_micros);
    if (!database && database.error().code == ErrorCode::Unsupported &&
        is_older(file, Database::Mode::Immutable)) {
      return read_older();
    }
    if (!database) return database.error();
    return OpenedRecord{{},
                        std::move(database).value(),
                        ReadMode::Immutable,
                        str("The record ", reason, "; it is read as it lies")};
  }
  IBOT_TRY(auto copy, copy_record(file));
  if (is_older(copy.path() / file.filename(), Database::Mode::QueryOnly)) return read_older();
  return read_copy(std::move(copy), reason);
}

base::Result<Reader> Reader::open(const Workspace& workspace, const ReaderOptions& options) {
  IBOT_TRY(auto opened, open_for_reading(workspace, options));
  return Reader(std::make_unique<Impl>(std::move(opened)));
}

}  // namespace ibot::record
