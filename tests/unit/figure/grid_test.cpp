// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/figure/grid.h>

#include <gtest/gtest.h>

#include <cmath>

namespace ibot::figure {
namespace {

constexpr Colour kMissing{1, 2, 3};

TEST(DrawGrid, NearestGivesFlatSquares) {
  const std::vector<float> values{0, 1, 1, 0};
  const Picture picture =
      draw_grid({2, 2, values}, ColourMap::Viridis, {0, 1}, Upsampling::Nearest, 8, 6, kMissing);
  ASSERT_EQ(picture.width, 8);
  ASSERT_EQ(picture.height, 6);
  for (int y = 0; y < 6; ++y) {
    for (int x = 0; x < 8; ++x) {
      EXPECT_EQ(picture.at(x, y), map_colour(ColourMap::Viridis, (x < 4) == (y < 3) ? 0 : 1))
          << x << ", " << y;
    }
  }
}

TEST(DrawGrid, SmoothPassesThroughTheCentresAndRisesBetween) {
  const std::vector<float> values{0, 1};
  const Picture picture =
      draw_grid({1, 2, values}, ColourMap::Inferno, {0, 1}, Upsampling::Smooth, 100, 1, kMissing);
  EXPECT_EQ(picture.at(0, 0), map_colour(ColourMap::Inferno, 0));
  EXPECT_EQ(picture.at(99, 0), map_colour(ColourMap::Inferno, 1));
  for (int x = 26; x < 74; x += 4)
    EXPECT_GT(lightness(picture.at(x + 4, 0)), lightness(picture.at(x, 0))) << x;
}

TEST(DrawGrid, AMissingCellSpoilsNoOther) {
  const std::vector<float> values{NAN, 0.5F, 0.5F, HUGE_VALF};
  for (const Upsampling upsampling : {Upsampling::Nearest, Upsampling::Smooth}) {
    const Picture picture = draw_grid({2, 2, values}, ColourMap::Magma, {0, 1}, upsampling, 4, 4, kMissing);
    EXPECT_EQ(picture.at(0, 0), kMissing);
    EXPECT_EQ(picture.at(3, 3), kMissing);
    EXPECT_EQ(picture.at(3, 0), map_colour(ColourMap::Magma, 0.5));
    EXPECT_EQ(picture.at(0, 3), map_colour(ColourMap::Magma, 0.5));
  }
}

TEST(FiniteRange, PassesOverWhatIsNotFinite) {
  const std::vector<float> values{NAN, 2, -1, HUGE_VALF};
  EXPECT_EQ(finite_range(values)->low, -1);
  EXPECT_EQ(finite_range(values)->high, 2);
  EXPECT_FALSE(finite_range(std::vector<float>{NAN}));
  EXPECT_EQ((Range{3, 3}.position(3)), 0);
}

TEST(GridView, KnowsItsSize) {
  const std::vector<float> values(6);
  EXPECT_TRUE((GridView{2, 3, values}.valid()));
  EXPECT_FALSE((GridView{2, 2, values}.valid()));
  EXPECT_FALSE((GridView{-2, -3, values}.valid()));
  EXPECT_FALSE((GridView{0, 0, {}}.valid()));
}

TEST(Resample, KeepsAFlatColour) {
  Picture flat(5, 3);
  for (int y = 0; y < 3; ++y) {
    for (int x = 0; x < 5; ++x) flat.set(x, y, {10, 200, 30});
  }
  for (const auto& [width, height] : {std::pair{17, 11}, std::pair{2, 2}, std::pair{1, 1}}) {
    const Picture resized = resample(flat.view(), width, height);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) EXPECT_EQ(resized.at(x, y), (Colour{10, 200, 30}));
    }
  }
}

TEST(Resample, ShrinkingAveragesAllPixels) {
  Picture stripes(64, 1);
  for (int x = 0; x < 64; x += 2) stripes.set(x, 0, {255, 255, 255});
  EXPECT_NEAR(resample(stripes.view(), 2, 1).at(0, 0).red, 128, 3);
}

}  // namespace
}  // namespace ibot::figure
