// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixture.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>

namespace ibot::record {
namespace {

RunUpdate one_point(std::int64_t step) {
  RunUpdate update;
  update.metrics = {{"loss", step, static_cast<double>(step), step}};
  update.step = step;
  return update;
}

// An open read transaction would keep the log from being emptied.
TEST(Concurrency, ReadersLeaveNoTransactionOpen) {
  RecordFixture f;
  f.start("r");
  Reader reader = f.reader();
  for (std::int64_t step = 0; step < 50; ++step) {
    ASSERT_TRUE(f.store.write("r", one_point(step)));
    ASSERT_TRUE(reader.runs());
    ASSERT_TRUE(reader.run("r"));
    ASSERT_TRUE(reader.curve("r", "loss", -1, 3));  // ended by its limit
    ASSERT_TRUE(reader.coarse_curve("r", "loss", 1));
    ASSERT_FALSE(reader.run("absent"));
    ASSERT_TRUE(reader.change_counter());
  }
  ASSERT_TRUE(f.store.checkpoint_log());
  EXPECT_EQ(std::filesystem::file_size(f.workspace.record_file().string() + "-wal"), 0U);
}

TEST(Concurrency, WaitingForAnotherWriterEndsInWords) {
  RecordFixture f;
  f.start("r");
  StoreOptions impatient;
  impatient.busy_timeout = std::chrono::milliseconds(20);
  Store store = Store::open(f.workspace, impatient).value();

  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(f.workspace.record_file().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  const auto error = store.write("r", one_point(1)).error();
  EXPECT_EQ(error.code, base::ErrorCode::Busy);
  EXPECT_THAT(error.to_text(), testing::HasSubstr("another program holds the record"));
  EXPECT_TRUE(f.reader().runs());        // readers are not kept waiting
  EXPECT_TRUE(store.take_command("r"));  // nor is who only looks whether a command waits
  ASSERT_EQ(sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr), SQLITE_OK);
  ASSERT_EQ(sqlite3_close(other), SQLITE_OK);
  EXPECT_TRUE(store.write("r", one_point(1)));
}

// Writers of this program lock the folder; who holds it too long is named in the same way.
TEST(Concurrency, WaitingForATurnEndsInWords) {
  RecordFixture f;
  f.start("r");
  StoreOptions impatient;
  impatient.busy_timeout = std::chrono::milliseconds(20);
  Store store = Store::open(f.workspace, impatient).value();
  const int folder = ::open(f.workspace.folder().c_str(), O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(::flock(folder, LOCK_EX), 0);
  const auto error = store.write("r", one_point(1)).error();
  EXPECT_EQ(error.code, base::ErrorCode::Busy);
  EXPECT_THAT(error.to_text(), testing::HasSubstr("another program has been writing"));
  EXPECT_EQ(Store::open(f.workspace, impatient).error().code, base::ErrorCode::Busy);
  ::close(folder);  // as when its process dies
  EXPECT_TRUE(store.write("r", one_point(1)));
}

// The last to close leaves the database alone in the folder, be it a reader.
TEST(Concurrency, NothingIsLeftBesideAClosedRecord) {
  const test::TempDir dir;
  const auto workspace = Workspace::create(dir.path()).value();
  {
    Store store = Store::open(workspace).value();
    store.create_run(small_run("r")).value();
  }
  EXPECT_EQ(Reader::open(workspace).value().runs().value().size(), 1U);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(dir.path()))
    names.push_back(entry.path().filename());
  EXPECT_THAT(names, testing::ElementsAre("record.sqlite"));
}

// The log is folded when it grows, without anybody asking.
TEST(Concurrency, LogStaysShort) {
  RecordFixture f;
  f.start("r");
  for (std::int64_t batch = 0; batch < 60; ++batch) {
    RunUpdate update;
    for (std::int64_t i = 0; i < 2000; ++i) update.metrics.push_back({"loss", batch * 2000 + i, 0.5, i});
    ASSERT_TRUE(f.store.write("r", update));
  }
  const auto size = [&](const char* suffix) {
    return std::filesystem::file_size(f.workspace.record_file().string() + suffix);
  };
  EXPECT_GT(size(""), 2U << 20);
  EXPECT_LT(size("-wal"), 6U << 20);  // 1,000 pages of 4 kB and one more commit
}

// Two trainers and a window on one record, all at full speed.
TEST(Concurrency, TrainersAndReaderTogether) {
  RecordFixture f;
  f.start("a");
  f.start("b");
  constexpr std::int64_t kSteps = 150;
  std::atomic<int> at_work{2};
  std::atomic<int> failures{0};
  const auto train = [&](const char* run) {
    auto store = Store::open(f.workspace);
    for (std::int64_t step = 0; step < kSteps && store; ++step) {
      if (!store->write(run, one_point(step))) ++failures;
    }
    if (!store) ++failures;
    --at_work;
  };
  std::thread first(train, "a");
  std::thread second(train, "b");
  Reader reader = f.reader();
  std::int64_t seen = -1;
  while (at_work > 0) {
    const auto news = reader.curve("a", "loss", seen);
    if (!news) {
      ++failures;
      continue;
    }
    for (const CurvePoint& point : *news) {
      if (point.step != seen + 1) ++failures;  // no gap, no repetition
      seen = point.step;
    }
  }
  first.join();
  second.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(reader.curve("a", "loss").value().size(), static_cast<std::size_t>(kSteps));
  EXPECT_EQ(reader.curve("b", "loss").value().size(), static_cast<std::size_t>(kSteps));
}

// Many processes may begin in an empty workspace at the same moment.
TEST(Concurrency, FirstOpeningIsARaceThatAllWin) {
  const test::TempDir dir;
  const auto workspace = Workspace::create(dir.path()).value();
  std::array<std::string, 4> errors;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      auto store = Store::open(workspace);
      const base::Status status =
          store ? store->create_run(small_run("run-" + std::to_string(i))) : base::Status(store.error());
      if (!status) errors[static_cast<std::size_t>(i)] = status.error().to_text();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(errors, testing::Each(""));
  EXPECT_EQ(Reader::open(workspace).value().runs().value().size(), 4U);
}

}  // namespace
}  // namespace ibot::record
