// SPDX-License-Identifier: GPL-3.0-or-later
// Files that are not a record of ours, or cannot be used as one: one message each, and nothing is changed.
#include "fixture.h"

#include <ibot/base/file.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <functional>

namespace ibot::record {
namespace {

using base::ErrorCode;
using testing::HasSubstr;
namespace fs = std::filesystem;

void change_with_sqlite(const fs::path& file, const char* sql) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &handle), SQLITE_OK);
  char* message = nullptr;
  ASSERT_EQ(sqlite3_exec(handle, sql, nullptr, nullptr, &message), SQLITE_OK)
      << (message != nullptr ? message : "");
  ASSERT_EQ(sqlite3_close(handle), SQLITE_OK);
}

// A workspace with a closed record of one run.
struct Closed {
  Closed() : workspace(Workspace::create(dir / "workspace").value()) {
    Store store = Store::open(workspace).value();
    store.create_run(small_run("r")).value();
  }
  std::vector<std::byte> bytes() const { return base::read_file(workspace.record_file()).value(); }
  test::TempDir dir;
  Workspace workspace;
};

void expect_refused(const Workspace& workspace, ErrorCode code, const std::string& words) {
  const auto before = base::read_file(workspace.record_file()).value();
  const auto store = Store::open(workspace);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, code);
  EXPECT_THAT(store.error().to_text(), HasSubstr(words));
  const auto reader = Reader::open(workspace);
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, code);
  EXPECT_THAT(reader.error().to_text(), HasSubstr(words));
  EXPECT_EQ(base::read_file(workspace.record_file()).value(), before);
}

TEST(Refusal, RecordFromTheFuture) {
  const Closed closed;
  change_with_sqlite(closed.workspace.record_file(), "PRAGMA user_version = 77");
  expect_refused(closed.workspace, ErrorCode::Unsupported, "schema version is 77 (expected: at most 4)");
}

TEST(Refusal, DatabaseOfAnotherProgram) {
  const test::TempDir dir;
  const auto workspace = Workspace::create(dir.path()).value();
  change_with_sqlite(workspace.record_file(),
                     "CREATE TABLE moz_places(id); INSERT INTO moz_places VALUES(1)");
  expect_refused(workspace, ErrorCode::Incompatible, "database of another program");
}

TEST(Refusal, DatabaseWithAnotherProgramsMark) {
  const test::TempDir dir;
  const auto workspace = Workspace::create(dir.path()).value();
  change_with_sqlite(workspace.record_file(), "PRAGMA application_id = 1234");
  expect_refused(workspace, ErrorCode::Incompatible, "application id 1234");
}

TEST(Refusal, ChangedTables) {
  const Closed closed;
  change_with_sqlite(closed.workspace.record_file(), "ALTER TABLE notes ADD COLUMN colour TEXT");
  expect_refused(closed.workspace, ErrorCode::Corrupt, "notes is not defined as");
}

TEST(Refusal, MissingTable) {
  const Closed closed;
  change_with_sqlite(closed.workspace.record_file(), "DROP TABLE notes");
  expect_refused(closed.workspace, ErrorCode::Corrupt, "notes");
}

TEST(Refusal, NoDatabaseAtAll) {
  const test::TempDir dir;
  const auto workspace = Workspace::create(dir.path()).value();
  ASSERT_TRUE(base::write_file_atomically(workspace.record_file(), std::string(5000, 'x')));
  expect_refused(workspace, ErrorCode::Corrupt, "not an SQLite database");
}

TEST(Refusal, DamagedFirstPage) {
  const Closed closed;
  auto bytes = closed.bytes();
  std::fill(bytes.begin() + 100, bytes.begin() + 4096, std::byte{0xA5});
  ASSERT_TRUE(base::remove_file(closed.workspace.record_file()));
  ASSERT_TRUE(base::write_file_atomically(closed.workspace.record_file(), bytes));
  expect_refused(closed.workspace, ErrorCode::Corrupt, "damaged");
}

TEST(Refusal, CutFile) {
  const Closed closed;
  auto bytes = closed.bytes();
  bytes.resize(bytes.size() / 2);
  ASSERT_TRUE(base::remove_file(closed.workspace.record_file()));
  ASSERT_TRUE(base::write_file_atomically(closed.workspace.record_file(), bytes));
  expect_refused(closed.workspace, ErrorCode::Corrupt, "damaged");
}

TEST(Refusal, FolderInPlaceOfTheRecord) {
  const test::TempDir dir;
  const Workspace workspace = Workspace::create(dir / "workspace").value();
  std::filesystem::create_directories(workspace.record_file());
  const auto written = Store::open(workspace);
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().message, ::testing::HasSubstr("is a folder"));
  const auto read = Reader::open(workspace);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, ::testing::HasSubstr("is a folder"));
}

TEST(Refusal, EmptyFileIsARecordWithoutRuns) {
  const test::TempDir dir;
  const auto workspace = Workspace::create(dir.path()).value();
  ASSERT_TRUE(base::write_file_atomically(workspace.record_file(), std::string_view()));
  EXPECT_EQ(Reader::open(workspace).error().code, ErrorCode::NotFound);
  EXPECT_TRUE(Store::open(workspace));
}

TEST(Refusal, MissingFile) {
  const test::TempDir dir;
  const auto workspace = Workspace::create(dir.path()).value();
  EXPECT_EQ(Reader::open(workspace).error().code, ErrorCode::NotFound);
  EXPECT_FALSE(fs::exists(workspace.record_file()));
}

TEST(Refusal, TriggersOfTheFileDoNotRun) {
  const Closed closed;
  change_with_sqlite(closed.workspace.record_file(),
                     "CREATE TRIGGER evil AFTER INSERT ON notes BEGIN DELETE FROM runs; END");
  Store store = Store::open(closed.workspace).value();
  ASSERT_TRUE(store.add_note("r", "hello"));
  EXPECT_EQ(Reader::open(closed.workspace).value().runs().value().size(), 1U);
}

TEST(Refusal, PathThatLeavesTheRunsFolder) {
  const Closed closed;
  change_with_sqlite(
      closed.workspace.record_file(),
      "INSERT INTO checkpoints VALUES(1, 1, 'full', '../../../etc/passwd', 1, '', '', 'present', 0)");
  const auto checkpoints = Reader::open(closed.workspace).value().checkpoints("r");
  ASSERT_FALSE(checkpoints);
  EXPECT_EQ(checkpoints.error().code, ErrorCode::Corrupt);
}

TEST(NetworkFileSystem, WritingIsRefusedAndReadingFallsBack) {
  const Closed closed;
  StoreOptions store_options;
  store_options.file_system = FileSystem{"nfs", true};
  const auto store = Store::open(closed.workspace, store_options);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::Incompatible);
  EXPECT_THAT(store.error().message, HasSubstr("network file system (nfs)"));

  ReaderOptions options;
  options.file_system = FileSystem{"nfs", true};
  Reader still = Reader::open(closed.workspace, options).value();
  EXPECT_EQ(still.mode(), ReadMode::Immutable);
  EXPECT_EQ(still.runs().value().size(), 1U);

  // With a log beside it, only a copy shows what is in the log.
  Store writer = Store::open(closed.workspace).value();
  writer.create_run(small_run("second")).value();
  Reader copy = Reader::open(closed.workspace, options).value();
  EXPECT_EQ(copy.mode(), ReadMode::Copy);
  EXPECT_EQ(copy.runs().value().size(), 2U);
  EXPECT_THAT(copy.mode_text(), HasSubstr("copy"));
}

// Runs `body` in a child process without the rights of root and reports its exit status.
// What went wrong, if anything, is printed by the child.
int as_nobody(const std::function<std::string()>& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t kNobody = 65534;
    const bool dropped = ::geteuid() != 0 || (::setgid(kNobody) == 0 && ::setuid(kNobody) == 0);
    const std::string wrong = dropped ? body() : "cannot give up the rights of root";
    if (!wrong.empty()) std::fprintf(stderr, "%s\n", wrong.c_str());
    ::_exit(wrong.empty() ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class ReadOnlyFolder : public testing::Test {
 protected:
  void close_folder() {
    fs::permissions(closed.dir.path(), fs::perms::owner_all | fs::perms::others_read |
                                           fs::perms::others_exec | fs::perms::group_read |
                                           fs::perms::group_exec);
    const auto read_only = fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read;
    for (const auto& entry : fs::directory_iterator(closed.workspace.folder()))
      fs::permissions(entry, read_only);
    fs::permissions(closed.workspace.folder(),
                    read_only | fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec);
  }
  ~ReadOnlyFolder() override { fs::permissions(closed.workspace.folder(), fs::perms::owner_all); }
  Closed closed;
};

std::string wrong_reading(const Workspace& workspace, ReadMode mode, std::size_t runs) {
  auto reader = Reader::open(workspace);
  if (!reader) return reader.error().to_text();
  if (reader->mode() != mode) return "another mode: " + reader->mode_text();
  const auto found = reader->runs();
  if (!found) return found.error().to_text();
  return found->size() == runs ? "" : "another number of runs: " + std::to_string(found->size());
}

TEST_F(ReadOnlyFolder, IsReadAsItLies) {
  close_folder();
  EXPECT_EQ(as_nobody([&] { return wrong_reading(closed.workspace, ReadMode::Immutable, 1); }), 0);
}

TEST_F(ReadOnlyFolder, WriterIsRefusedInWords) {
  close_folder();
  EXPECT_EQ(as_nobody([&]() -> std::string {
              const auto store = Store::open(closed.workspace);
              if (store) return "opened";
              if (store.error().code != ErrorCode::PermissionDenied) return store.error().to_text();
              return store.error().hint.find("owner and mode") != std::string::npos ? ""
                                                                                    : store.error().to_text();
            }),
            0);
}

// A log that was left behind by a crash holds committed rows: they must be seen.
TEST_F(ReadOnlyFolder, LogLeftBehindIsReadFromACopy) {
  const pid_t child = ::fork();
  if (child == 0) {
    Store store = Store::open(closed.workspace).value();
    store.create_run(small_run("second")).value();
    ::_exit(0);  // without closing: the log stays
  }
  ::waitpid(child, nullptr, 0);
  fs::remove(closed.workspace.record_file().string() + "-shm");
  close_folder();
  EXPECT_EQ(as_nobody([&] { return wrong_reading(closed.workspace, ReadMode::Copy, 2); }), 0);
}

}  // namespace
}  // namespace ibot::record
