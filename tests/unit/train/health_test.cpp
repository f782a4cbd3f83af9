// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/train/health.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace ibot::train {
namespace {

using ::testing::HasSubstr;

HealthFigures healthy() {
  return {.feature_std = 0.9,
          .feature_rank = 30,
          .prototypes_used = 0.6,
          .cls_winners = 30,
          .target_entropy = 0.7,
          .centre_norm = 0.1};
}

// What five measurements in a row lead to.
std::string verdict(HealthRules& rules, const HealthFigures& figures, double loss, bool warming_up = false) {
  std::string text;
  for (int i = 0; i < 5; ++i) text += rules.judge(figures, loss, warming_up).value_or("");
  return text;
}

TEST(HealthRules, SayNothingWhileARunIsHealthy) {
  HealthRules rules(4096);
  EXPECT_EQ(verdict(rules, healthy(), 6.0), "");
  // Every run begins near ln K: no alarm while the learning rate still rises.
  HealthFigures start = healthy();
  start.target_entropy = 0.9999;
  EXPECT_EQ(verdict(rules, start, std::log(4096.0), true), "");
}

TEST(HealthRules, NameUniformOutputs) {
  HealthRules rules(4096);
  HealthFigures figures = healthy();
  figures.target_entropy = 0.9999;
  EXPECT_THAT(verdict(rules, figures, 8.3178), HasSubstr("ln K = 8.3178"));
  EXPECT_EQ(verdict(rules, figures, 8.3178), "") << "said once";
}

TEST(HealthRules, NameOnePrototype) {
  HealthRules rules(512);
  HealthFigures figures = healthy();
  figures.target_entropy = 0.001;
  figures.cls_winners = 1;
  EXPECT_THAT(verdict(rules, figures, 0.01), HasSubstr("one prototype"));
}

TEST(HealthRules, NameOnePoint) {
  HealthRules rules(512);
  HealthFigures figures = healthy();
  figures.feature_std = 0.001;
  EXPECT_THAT(verdict(rules, figures, 4), HasSubstr("same CLS token"));
}

TEST(HealthRules, WaitForSeveralMeasurementsAndForget) {
  HealthRules rules(512);
  HealthFigures bad = healthy();
  bad.feature_std = 0.001;
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(rules.judge(bad, 4, false));
  EXPECT_FALSE(rules.judge(healthy(), 4, false));
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(rules.judge(bad, 4, false));
  EXPECT_TRUE(rules.judge(bad, 4, false));
}

}  // namespace
}  // namespace ibot::train
