// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/compare/mean_curve.h>
#include <ibot/compare/statistics.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace ibot::compare {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

TEST(MeanCurve, IsMeanAndIntervalOfTheValuesAtEachPlace) {
  const std::vector<AlignedCurve> curves = {
      {{0, 10, 20}, {1, 2, 3}}, {{0, 10, 20}, {2, 2, 5}}, {{0, 10, 20}, {6, 2, 4}}};
  const MeanCurve mean = mean_curve(curves, 0);
  EXPECT_EQ(mean.n, 3U);
  EXPECT_THAT(mean.x, ElementsAre(0, 10, 20));
  EXPECT_THAT(mean.mean, ElementsAre(3, 2, 4));
  const auto first = t_interval(std::vector<double>{1, 2, 6});
  const auto last = t_interval(std::vector<double>{3, 5, 4});
  EXPECT_THAT(mean.low,
              ElementsAre(DoubleNear(first->low, 1e-12), DoubleNear(2, 1e-12), DoubleNear(last->low, 1e-12)));
  EXPECT_THAT(mean.high, ElementsAre(DoubleNear(first->high, 1e-12), DoubleNear(2, 1e-12),
                                     DoubleNear(last->high, 1e-12)));
}

TEST(MeanCurve, KeepsToTheStretchThatAllHaveAndGoesStraightBetweenPoints) {
  const std::vector<AlignedCurve> curves = {{{0, 4, 8, 12, 16}, {0, 4, 8, 12, 16}}, {{3, 9, 14}, {0, 6, 11}}};
  const MeanCurve mean = mean_curve(curves, 0);
  EXPECT_THAT(mean.x, ElementsAre(3, 9, 14)) << "the places of the one with the fewest";
  EXPECT_THAT(mean.mean, ElementsAre(1.5, 7.5, 12.5));
  EXPECT_EQ(mean_curve(std::vector<AlignedCurve>{{{0, 1}, {1, 1}}, {{5, 6}, {1, 1}}}, 0).x.size(), 0U);
}

TEST(MeanCurve, OneCurveHasNoIntervalAndNoneNoPlaces) {
  const MeanCurve one = mean_curve(std::vector<AlignedCurve>{{{1, 2}, {5, 7}}, {{}, {}}}, 0.9);
  EXPECT_EQ(one.n, 1U);
  EXPECT_THAT(one.mean, ElementsAre(5, 7));
  EXPECT_THAT(one.low, IsEmpty());
  EXPECT_THAT(mean_curve({}, 0).x, IsEmpty());
}

TEST(MeanCurve, WhatIsMissingInOneIsMissingInTheMean) {
  const std::vector<AlignedCurve> curves = {{{0, 1, 2}, {1, kNone, 3}}, {{0, 1, 2}, {3, 9, 5}}};
  const MeanCurve mean = mean_curve(curves, 0.5);
  EXPECT_EQ(mean.mean[0], 2);
  EXPECT_TRUE(std::isnan(mean.mean[1]));
  EXPECT_TRUE(std::isnan(mean.low[1]));
  // (0.25 a + 0.5 b) / 0.75 of each curve: the place between counts in none.
  EXPECT_NEAR((mean.low[2] + mean.high[2]) / 2, (0.25 * 2 + 0.5 * 4) / 0.75, 1e-12);
}

TEST(MeanCurve, TheIntervalIsThatOfTheSmoothedCurves) {
  const std::vector<AlignedCurve> curves = {{{0, 1}, {1, 3}}, {{0, 1}, {3, 9}}};
  const MeanCurve mean = mean_curve(curves, 0.5);
  EXPECT_THAT(mean.mean, ElementsAre(2, 6)) << "of the values themselves";
  const double a = (0.25 * 1 + 0.5 * 3) / 0.75;
  const double b = (0.25 * 3 + 0.5 * 9) / 0.75;
  const auto interval = t_interval(std::vector<double>{a, b});
  EXPECT_NEAR(mean.low[1], interval->low, 1e-12);
  EXPECT_NEAR(mean.high[1], interval->high, 1e-12);
}

}  // namespace
}  // namespace ibot::compare
