// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

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
  EXPECT_THAT(error.to_text(), testing::HasSubstr("another program holds it"));
  EXPECT_TRUE(f.reader().runs());        // readers are not kept waiting
  EXPECT_TRUE(store.take_command("r"));  // nor is who only looks whether a command waits
  ASSERT_EQ(sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr), SQLITE_OK);
  ASSERT_EQ(sqlite3_close(other), SQLITE_OK);
  EXPECT_TRUE(store.write("r", one_point(1)));
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
