// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/file.h>
#include <ibot/compare/curve_band.h>
#include <ibot/figure/curve_figure.h>
#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace ibot::compare {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::vector<double> numbers(const nlohmann::json& values) {
  std::vector<double> result;
  for (const auto& value : values) result.push_back(value.is_null() ? kNone : value.get<double>());
  return result;
}

void expect_equal(const std::vector<double>& found, const nlohmann::json& expected, const char* what) {
  const std::vector<double> wanted = numbers(expected);
  ASSERT_EQ(found.size(), wanted.size()) << what;
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(std::isnan(found[i]), std::isnan(wanted[i])) << what << ' ' << i;
    if (!std::isnan(wanted[i])) {
      EXPECT_NEAR(found[i], wanted[i], 1e-12) << what << ' ' << i;
    }
  }
}

TEST(CurveBand, EqualsNumPy) {
  const auto vectors = nlohmann::json::parse(
      base::read_text_file(ibot::test::source_dir() / "tests/unit/compare/vectors/curve_band.json").value());
  ASSERT_GE(vectors["bands"].size(), 5U);
  for (const auto& row : vectors["bands"]) {
    std::vector<AlignedCurve> curves;
    for (const auto& curve : row["curves"]) curves.push_back({numbers(curve["x"]), numbers(curve["y"])});
    const CurveBand band = curve_band(curves, 0);
    EXPECT_EQ(band.n, curves.size());
    EXPECT_EQ(band.quantiles, curves.size() >= kQuantileCurves);
    expect_equal(band.x, row["x"], "x");
    expect_equal(band.low, row["low"], "low");
    expect_equal(band.median, row["median"], "median");
    expect_equal(band.high, row["high"], "high");
  }
}

TEST(CurveBand, FewCurvesMakeNoBand) {
  EXPECT_THAT(curve_band({}, 0).x, IsEmpty());
  const std::vector<AlignedCurve> one = {{{0, 1}, {5, 7}}, {{0, 1}, {kNone, kNone}}, {{}, {}}};
  EXPECT_EQ(curve_band(one, 0).n, 1U);
  EXPECT_THAT(curve_band(one, 0).x, IsEmpty());
}

TEST(CurveBand, GoesStraightBetweenPointsAndEndsWhereHalfOfThemEnd) {
  const std::vector<AlignedCurve> curves = {
      {{0, 10, 20, 30}, {0, 10, 20, 30}}, {{0, 20}, {2, 22}}, {{5, 10}, {0, 0}}};
  const CurveBand band = curve_band(curves, 0);
  EXPECT_THAT(band.x, ElementsAre(0, 10, 20, 30));
  EXPECT_EQ(band.low[1], 0);
  EXPECT_EQ(band.median[1], 10);
  EXPECT_EQ(band.high[1], 12) << "half-way between 2 and 22";
  EXPECT_EQ(band.high[2], 22) << "two of three are enough";
  EXPECT_TRUE(std::isnan(band.high[3])) << "one is not";
}

TEST(CurveBand, IsThatOfTheSmoothedCurves) {
  const std::vector<AlignedCurve> curves = {{{0, 1, 2}, {1, 5, 3}}, {{0, 1, 2}, {2, 0, 8}}};
  const CurveBand band = curve_band(curves, 0.5);
  for (std::size_t i = 0; i < 3; ++i) {
    const double a = figure::smoothed(curves[0].y, 0.5)[i];
    const double b = figure::smoothed(curves[1].y, 0.5)[i];
    EXPECT_EQ(band.low[i], std::min(a, b));
    EXPECT_EQ(band.high[i], std::max(a, b));
  }
}

TEST(CurveBand, LongCurvesKeepTheirEnds) {
  AlignedCurve curve;
  for (int i = 0; i < 20'000; ++i) {
    curve.x.push_back(i);
    curve.y.push_back(i);
  }
  const CurveBand band = curve_band(std::vector<AlignedCurve>{curve, curve}, 0);
  EXPECT_LE(band.x.size(), kBandPlaces);
  EXPECT_EQ(band.x.front(), 0);
  EXPECT_EQ(band.x.back(), 19'999);
  EXPECT_EQ(band.median.back(), 19'999);
}

}  // namespace
}  // namespace ibot::compare
