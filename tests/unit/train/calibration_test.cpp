// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/train/calibration.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ibot::train {
namespace {

TEST(Calibration, OneStepHasNoSpread) {
  const std::vector<StepTiming> steps = {{0.5, 0.2}};
  const Calibration result = summarise(steps, 32, 100);
  EXPECT_EQ(result.steps, 1);
  EXPECT_DOUBLE_EQ(result.images_per_second.value, 64);
  EXPECT_DOUBLE_EQ(result.images_per_second.low, 64);
  EXPECT_DOUBLE_EQ(result.images_per_second.high, 64);
  EXPECT_DOUBLE_EQ(result.data_wait, 0.2);
  EXPECT_DOUBLE_EQ(result.duration.value().value, 50);
}

TEST(Calibration, SpreadIsThatOfTheSlowestAndTheFastestEighth) {
  // Sixteen steps of a second, but for two that follow each other and take three.
  std::vector<StepTiming> steps(16, {1.0, 0.0});
  steps[4] = steps[5] = {3.0, 0.5};
  const Calibration result = summarise(steps, 10, 1000);
  EXPECT_DOUBLE_EQ(result.images_per_second.value, 160.0 / 20);
  EXPECT_DOUBLE_EQ(result.images_per_second.low, 10.0 / 3);
  EXPECT_DOUBLE_EQ(result.images_per_second.high, 10);
  EXPECT_DOUBLE_EQ(result.duration->value, 1250);
  EXPECT_DOUBLE_EQ(result.duration->low, 1000);
  EXPECT_DOUBLE_EQ(result.duration->high, 3000);
  // Three of twenty seconds.
  EXPECT_DOUBLE_EQ(result.data_wait, 3.0 / 20);
}

TEST(Calibration, SaysNothingOfARunWhoseStepsAreUnknown) {
  const std::vector<StepTiming> steps = {{0.5, 0}};
  const Calibration result = summarise(steps, 32, std::nullopt);
  EXPECT_FALSE(result.duration.has_value());
  EXPECT_FALSE(result.to_json().contains("duration_seconds"));
  EXPECT_THAT(result.to_text(), testing::Not(testing::HasSubstr("Duration")));
}

}  // namespace
}  // namespace ibot::train
