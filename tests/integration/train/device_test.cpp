// SPDX-License-Identifier: GPL-3.0-or-later
// A run on another device than the processor: nothing is forgotten on the way, and the course is the same.
#include "small_run.h"

#include <ibot/test/pretended_cuda.h>

#include <gtest/gtest.h>

#include <cmath>

namespace ibot::test {
namespace {

class AnotherDevice : public ::testing::TestWithParam<std::vector<std::string>> {};

TEST_P(AnotherDevice, MakesTheStepsOfTheProcessor) {
  if (!pretend_cuda()) GTEST_SKIP() << "LibTorch's CUDA part is loaded";
  SmallRuns runs;
  MemorySink here, there;
  for (auto& [device, sink] : {std::pair<const char*, MemorySink&>{"cpu", here}, {"cuda", there}}) {
    std::vector<std::string> overrides = GetParam();
    overrides.push_back(std::string("train.device=") + device);
    const auto outcome = runs.train(runs.plan(overrides), {.folder = runs / device, .observers = true}, sink);
    ASSERT_TRUE(outcome) << device << ": " << outcome.error().to_text();
  }
  for (const char* name : {"loss", "cls", "patch", "gradient_norm", "teacher_entropy"}) {
    const auto& expected = here.metrics.at(name);
    const auto& actual = there.metrics.at(name);
    ASSERT_EQ(actual.size(), expected.size()) << name;
    for (const auto& [step, value] : expected)
      EXPECT_NEAR(actual.at(step), value, 1e-9 * std::abs(value)) << name << " of step " << step;
  }
  EXPECT_EQ(there.complaints, here.complaints);
  ASSERT_EQ(there.values.size(), here.values.size());
  for (std::size_t i = 0; i < here.values.size(); ++i)
    EXPECT_NEAR(there.values[i].value, here.values[i].value, 1e-6);
  EXPECT_EQ(there.blobs.size(), here.blobs.size());
  EXPECT_FALSE(here.blobs.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Recipes, AnotherDevice,
    ::testing::Values(
        std::vector<std::string>{"train.precision=fp64", "train.replicas=1", "probes.every_steps=4"},
        std::vector<std::string>{"train.precision=fp64", "train.replicas=1", "probes.every_steps=4",
                                 "head.norm=bn", "backbone.drop_path=0.2", "optimizer.kind=lars"}));

TEST(AnotherDevice, GoesOnFromItsCheckpoint) {
  if (!pretend_cuda()) GTEST_SKIP() << "LibTorch's CUDA part is loaded";
  SmallRuns runs;
  const auto plan = runs.plan({"train.precision=fp32", "train.device=cuda"});
  MemorySink whole, pieces;
  ASSERT_TRUE(runs.train(plan, {.folder = runs / "whole"}, whole));
  ASSERT_TRUE(runs.train(plan, {.folder = runs / "pieces", .stop_after = 5}, pieces));
  ASSERT_TRUE(runs.train(plan, {.folder = runs / "pieces", .resume_after = 5}, pieces));
  EXPECT_EQ(pieces.metrics.at("loss"), whole.metrics.at("loss"));
  expect_same_tensors(checkpoint_path(runs / "pieces", 12), checkpoint_path(runs / "whole", 12));
}

}  // namespace
}  // namespace ibot::test
