// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/figure/colour.h>

#include <gtest/gtest.h>

#include <cmath>

namespace ibot::figure {
namespace {

void expect_near(Colour actual, Colour expected, int tolerance) {
  EXPECT_NEAR(actual.red, expected.red, tolerance);
  EXPECT_NEAR(actual.green, expected.green, tolerance);
  EXPECT_NEAR(actual.blue, expected.blue, tolerance);
}

// First, middle and last colour of the published tables.
TEST(ColourMap, FollowsThePublishedTables) {
  constexpr int kTolerance = 6;
  expect_near(map_colour(ColourMap::Viridis, 0), colour_from_hex(0x440154), kTolerance);
  expect_near(map_colour(ColourMap::Viridis, 0.5), colour_from_hex(0x21918c), kTolerance);
  expect_near(map_colour(ColourMap::Viridis, 1), colour_from_hex(0xfde725), kTolerance);
  expect_near(map_colour(ColourMap::Magma, 0), colour_from_hex(0x000004), kTolerance);
  expect_near(map_colour(ColourMap::Magma, 0.5), colour_from_hex(0xb73779), kTolerance);
  expect_near(map_colour(ColourMap::Magma, 1), colour_from_hex(0xfcfdbf), kTolerance);
  expect_near(map_colour(ColourMap::Inferno, 0), colour_from_hex(0x000004), kTolerance);
  expect_near(map_colour(ColourMap::Inferno, 0.5), colour_from_hex(0xbc3754), kTolerance);
  expect_near(map_colour(ColourMap::Inferno, 1), colour_from_hex(0xfcffa4), kTolerance);
}

// A larger value is never darker, and equal steps look about equal.
TEST(ColourMap, LightnessRisesEvenly) {
  for (const ColourMap map : {ColourMap::Viridis, ColourMap::Magma, ColourMap::Inferno}) {
    const double first = lightness(map_colour(map, 0)), last = lightness(map_colour(map, 1));
    double previous = first;
    for (int i = 1; i <= 32; ++i) {
      const double now = lightness(map_colour(map, i / 32.0));
      EXPECT_GT(now, previous - 0.5) << to_string(map) << " at " << i / 32.0;
      EXPECT_NEAR(now, first + (last - first) * i / 32.0, 7) << to_string(map) << " at " << i / 32.0;
      previous = now;
    }
  }
}

TEST(ColourMap, DifferenceIsLightestInTheMiddle) {
  EXPECT_GT(lightness(map_colour(ColourMap::Difference, 0.5)), 95);
  for (int i = 1; i <= 16; ++i) {
    const double near = (i - 1) / 32.0, far = i / 32.0;
    EXPECT_LT(lightness(map_colour(ColourMap::Difference, 0.5 - far)),
              lightness(map_colour(ColourMap::Difference, 0.5 - near)));
    EXPECT_LT(lightness(map_colour(ColourMap::Difference, 0.5 + far)),
              lightness(map_colour(ColourMap::Difference, 0.5 + near)));
  }
}

TEST(ColourMap, ClampsWhatIsOutside) {
  for (const ColourMap map :
       {ColourMap::Viridis, ColourMap::Magma, ColourMap::Inferno, ColourMap::Difference}) {
    EXPECT_EQ(map_colour(map, -HUGE_VAL), map_colour(map, 0));
    EXPECT_EQ(map_colour(map, 1e300), map_colour(map, 1));
    EXPECT_EQ(map_colour(map, std::nan("")), map_colour(map, 0));
    EXPECT_EQ(parse_colour_map(to_string(map)), map);
  }
  EXPECT_EQ(parse_colour_map("jet"), std::nullopt);
}

TEST(Contrast, OfBlackAndWhite) {
  EXPECT_NEAR(contrast({}, {255, 255, 255}), 21, 1e-9);
  EXPECT_NEAR(lightness({255, 255, 255}), 100, 1e-3);
  EXPECT_EQ(lightness({}), 0);
}

TEST(Style, TextIsReadable) {
  for (const Theme theme : {Theme::Light, Theme::Dark}) {
    const Style& style = style_of(theme);
    EXPECT_GE(contrast(style.text, style.base), 4.5);
    EXPECT_GE(contrast(style.secondary, style.base), 4.5);
  }
}

TEST(SeriesColour, StandsOutFromItsBackground) {
  for (const Theme theme : {Theme::Light, Theme::Dark}) {
    for (std::size_t i = 0; i < kSeriesColours; ++i) {
      EXPECT_GE(contrast(series_colour(i, theme), style_of(theme).base), 3) << i;
    }
  }
  EXPECT_EQ(series_colour(0, Theme::Dark), series_colour(kSeriesColours, Theme::Dark));
}

TEST(ClusterColour, AllDiffer) {
  for (std::size_t i = 0; i < kClusterColours; ++i) {
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_FALSE(cluster_colour(i) == cluster_colour(j)) << i << " and " << j;
  }
}

}  // namespace
}  // namespace ibot::figure
