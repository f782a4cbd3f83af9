// SPDX-License-Identifier: GPL-3.0-or-later
// A disk that fills up while a run trains.
#include "small_run.h"

#include <ibot/base/file.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace ibot::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

// No room for files whose name has `part`, as long as it lives.
class FullFor {
 public:
  explicit FullFor(std::string part) {
    base::set_file_fault_hook(
        [part = std::move(part)](base::FileStep step, const std::filesystem::path& path) {
          return step == base::FileStep::Write && path.string().find(part) != std::string::npos ? ENOSPC : 0;
        });
  }
  ~FullFor() { base::set_file_fault_hook({}); }
  FullFor(const FullFor&) = delete;
  FullFor& operator=(const FullFor&) = delete;
};

TEST(FullDisk, OnTheWayIsAWarning) {
  SmallRuns runs;
  MemorySink free, full;
  ASSERT_TRUE(runs.train(runs.plan({}), {.folder = runs / "free"}, free));
  {
    const FullFor sixth("step-000000006");
    const auto outcome = runs.train(runs.plan({}), {.folder = runs / "full"}, full);
    ASSERT_TRUE(outcome) << outcome.error().to_text();
    EXPECT_EQ(*outcome, train::Outcome::Completed);
  }
  EXPECT_THAT(full.complaints, Contains(HasSubstr("No room for step 6")));
  EXPECT_THAT(full.complaints, Contains(HasSubstr("the last checkpoint is that of step 3")));
  EXPECT_FALSE(std::filesystem::exists(checkpoint_path(runs / "full", 6)));
  expect_same_tensors(checkpoint_path(runs / "full", 12), checkpoint_path(runs / "free", 12));
}

TEST(FullDisk, AtTheEndIsAnErrorThatLeavesTheLastCheckpoint) {
  SmallRuns runs;
  MemorySink sink;
  {
    const FullFor last("step-000000012");
    const auto outcome = runs.train(runs.plan({}), {.folder = runs / "run"}, sink);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, base::ErrorCode::OutOfSpace);
  }
  EXPECT_EQ(sink.phases.back(), train::Phase::Failed);
  // With room again the run goes on from there.
  MemorySink after;
  const auto resumed = runs.train(runs.plan({}), {.folder = runs / "run", .resume_after = 9}, after);
  ASSERT_TRUE(resumed) << resumed.error().to_text();
  EXPECT_EQ(*resumed, train::Outcome::Completed);
}

}  // namespace
}  // namespace ibot::test
