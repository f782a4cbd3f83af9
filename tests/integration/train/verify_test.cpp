// SPDX-License-Identifier: GPL-3.0-or-later
// The first steps of a run, made again, are its own.
#include "small_run.h"

#include <ibot/train/first_steps.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace ibot::test {
namespace {

using testing::IsEmpty;
using testing::Not;

train::TrainerRequest request_of(const cli::PreparedPlan& prepared, SmallRuns& runs) {
  return {.plan = prepared.plan,
          .registry = &runs.loader().registry(),
          .dataset = prepared.dataset.get(),
          .sink = nullptr,
          .run = "again",
          .run_folder = {},
          .segments = {},
          .resume_from = {},
          .saved_steps = {},
          .init_from = {},
          .observers = {}};
}

TEST(Verify, FirstStepsMadeAgainAreEqualToTheBit) {
  SmallRuns runs;
  const cli::PreparedPlan plan = runs.plan({});
  MemorySink recorded;
  ASSERT_TRUE(runs.train(plan, {.folder = runs / "run", .observers = true}, recorded));
  const auto again = train::first_steps(request_of(plan, runs), {.last_step = 5});
  ASSERT_TRUE(again) << again.error().to_text();
  EXPECT_EQ(again->at("loss").size(), 5U);
  const auto found = train::compare_courses(recorded.metrics, *again);
  EXPECT_EQ(found.steps, 5);
  EXPECT_GT(found.values, 20);
  EXPECT_THAT(found.first, IsEmpty());
  EXPECT_EQ(found.largest, 0);
}

TEST(Verify, AnotherSeedDiffersFromTheFirstStepOn) {
  SmallRuns runs;
  MemorySink recorded;
  ASSERT_TRUE(runs.train(runs.plan({}), {.folder = runs / "run"}, recorded));
  const cli::PreparedPlan other = runs.plan({"seed=1"});
  const auto again = train::first_steps(request_of(other, runs), {.last_step = 3});
  ASSERT_TRUE(again) << again.error().to_text();
  const auto found = train::compare_courses(recorded.metrics, *again);
  ASSERT_THAT(found.first, Not(IsEmpty()));
  EXPECT_EQ(found.first.front().step, recorded.metrics.at("loss").begin()->first);
  EXPECT_GT(found.largest, 1e-6);
}

TEST(Verify, StopsWhenAsked) {
  SmallRuns runs;
  const cli::PreparedPlan plan = runs.plan({});
  const auto again = train::first_steps(
      request_of(plan, runs), {.last_step = 9, .progress = [](std::int64_t step) { return step < 2; }});
  ASSERT_TRUE(again) << again.error().to_text();
  EXPECT_EQ(again->at("loss").size(), 2U);
}

TEST(CompareCourses, NamesTheFirstStepWithADifference) {
  const train::StepMetrics recorded = {{"loss", {{1, 2.0}, {2, 3.0}, {3, 4.0}}},
                                       {"lr", {{1, 0.5}, {2, 0.5}}}};
  const train::StepMetrics again = {{"loss", {{1, 2.0}, {2, 3.5}, {3, 8.0}}}, {"lr", {{1, 0.5}, {2, 0.25}}}};
  const auto found = train::compare_courses(recorded, again);
  ASSERT_EQ(found.first.size(), 2U);
  EXPECT_EQ(found.first[0].metric, "loss");
  EXPECT_EQ(found.first[0].step, 2);
  EXPECT_EQ(found.first[1].metric, "lr");
  EXPECT_EQ(found.largest, 0.5);
  EXPECT_EQ(found.steps, 3);
  EXPECT_EQ(found.values, 5);
}

TEST(CompareCourses, WithinATolerance) {
  const train::StepMetrics recorded = {{"loss", {{1, 2.0}, {2, 4.0}}}, {"lr", {{1, 0.5}, {2, 0}}}};
  const train::StepMetrics again = {{"loss", {{1, 2.0001}, {2, 4.1}}}, {"lr", {{1, 0.5}, {2, 0}}}};
  const auto rough = train::compare_courses(recorded, again, 1e-3);
  ASSERT_EQ(rough.first.size(), 1U) << "the first step is within it";
  EXPECT_EQ(rough.first[0].step, 2);
  EXPECT_EQ(rough.apart, 1);
  EXPECT_EQ(rough.values, 4);
  EXPECT_NEAR(rough.largest, 0.1 / 4.1, 1e-12);
  EXPECT_EQ(rough.largest_at.metric, "loss");
  EXPECT_EQ(rough.largest_at.step, 2);
  EXPECT_THAT(train::compare_courses(recorded, again, 0.05).first, IsEmpty());
  EXPECT_EQ(train::compare_courses(recorded, again).apart, 2) << "to the bit";
  // What is no number is like nothing, whatever the tolerance.
  EXPECT_EQ(train::compare_courses({{"loss", {{1, NAN}}}}, {{"loss", {{1, 2.0}}}}, 0.05).apart, 1);
  EXPECT_EQ(train::compare_courses({{"loss", {{1, NAN}}}}, {{"loss", {{1, NAN}}}}, 0.05).apart, 0);
  EXPECT_EQ(train::compare_courses(recorded, recorded).largest_at.step, 0);
  EXPECT_GT(train::tolerance_of("bf16"), train::tolerance_of("fp32"));
  EXPECT_GT(train::tolerance_of("fp32"), train::tolerance_of("fp64"));
}

TEST(CompareCourses, KnowsNothingWhereNothingIsInCommon) {
  EXPECT_EQ(train::compare_courses({{"loss", {{1, 2.0}}}}, {{"loss", {{2, 2.0}}}}).values, 0);
}

}  // namespace
}  // namespace ibot::test
