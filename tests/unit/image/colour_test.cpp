// SPDX-License-Identifier: GPL-3.0-or-later
#include "pictures.h"

#include <ibot/image/colour.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <vector>

namespace ibot::image {
namespace {

using Colour = std::array<int, 3>;

/// One pixel through an operation on planes.
Colour through(Colour colour, const std::function<void(const Planes&)>& operation) {
  std::array<std::uint8_t, 3> memory;
  std::copy(colour.begin(), colour.end(), memory.begin());
  operation({memory.data(), 1, 1});
  return {memory[0], memory[1], memory[2]};
}

TEST(Colour, BrightnessScalesAndClips) {
  EXPECT_EQ(through({10, 100, 200}, [](const Planes& p) { adjust_brightness(p, 1.5F); }),
            (Colour{15, 150, 255}));
  EXPECT_EQ(through({10, 100, 200}, [](const Planes& p) { adjust_brightness(p, 0.0F); }), (Colour{0, 0, 0}));
}

TEST(Colour, ContrastMovesAwayFromTheMeanLuma) {
  // Two grey pixels, 50 and 151: mean 100.5, rounded up to 101.
  std::array<std::uint8_t, 6> memory{50, 151, 50, 151, 50, 151};
  adjust_contrast({memory.data(), 2, 1}, 2.0F);
  EXPECT_EQ(memory, (std::array<std::uint8_t, 6>{0, 201, 0, 201, 0, 201}));
}

TEST(Colour, SaturationZeroIsGrey) {
  const Colour colour{200, 30, 90};
  const int luma = (19595 * 200 + 38470 * 30 + 7471 * 90 + 32768) >> 16;
  EXPECT_EQ(through(colour, [](const Planes& p) { adjust_saturation(p, 0.0F); }), (Colour{luma, luma, luma}));
  EXPECT_EQ(through(colour, [](const Planes& p) { grey(p); }), (Colour{luma, luma, luma}));
  EXPECT_EQ(through(colour, [](const Planes& p) { adjust_saturation(p, 1.0F); }), colour);
}

TEST(Colour, SolariseInvertsFromTheThresholdOn) {
  EXPECT_EQ(through({127, 128, 255}, [](const Planes& p) { solarise(p, 128); }), (Colour{127, 127, 0}));
  EXPECT_EQ(through({0, 128, 255}, [](const Planes& p) { solarise(p, 0); }), (Colour{255, 127, 0}));
  EXPECT_EQ(through({0, 128, 255}, [](const Planes& p) { solarise(p, 256); }), (Colour{0, 128, 255}));
}

TEST(Colour, FlipMirrorsEachRow) {
  std::array<std::uint8_t, 12> memory{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  flip({memory.data(), 2, 2});
  EXPECT_EQ(memory, (std::array<std::uint8_t, 12>{2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11}));
}

/// Hue as Pillow defines it, in floating point and with all its branches: RGB -> HSV as Python's colorsys,
/// truncated to bytes, then back with rounding.
Colour turned(Colour colour, int shift) {
  const auto [r, g, b] = colour;
  const int highest = std::max({r, g, b});
  const int lowest = std::min({r, g, b});
  int hue = 0;
  int saturation = 0;
  if (highest != lowest) {
    const auto range = static_cast<float>(highest - lowest);
    const float red = static_cast<float>(highest - r) / range;
    const float green = static_cast<float>(highest - g) / range;
    const float blue = static_cast<float>(highest - b) / range;
    float sixths;
    if (r == highest) {
      sixths = blue - green;
    } else if (g == highest) {
      sixths = static_cast<float>(2.0 + red - blue);
    } else {
      sixths = static_cast<float>(4.0 + green - red);
    }
    const auto turns = static_cast<float>(std::fmod(sixths / 6.0 + 1.0, 1.0));
    hue = static_cast<int>(turns * 255.0);
    saturation = static_cast<int>(range / static_cast<float>(highest) * 255.0);
  }
  if (saturation == 0) return {highest, highest, highest};
  hue = (hue + shift) & 255;
  const double position = static_cast<float>(hue) * 6.0 / 255.0;
  const int sector = static_cast<int>(position);
  const auto f = static_cast<float>(position - sector);
  const auto s = static_cast<float>(saturation / 255.0);
  const auto v = static_cast<float>(highest);
  const auto rounded = [](double x) { return std::clamp(static_cast<int>(std::floor(x + 0.5)), 0, 255); };
  const int p = rounded(v * (1.0 - s));
  const int q = rounded(v * (1.0 - s * f));
  const int t = rounded(v * (1.0 - s * (1.0 - f)));
  switch (sector % 6) {
    case 0:
      return {highest, t, p};
    case 1:
      return {q, highest, p};
    case 2:
      return {p, highest, t};
    case 3:
      return {p, q, highest};
    case 4:
      return {t, p, highest};
    default:
      return {highest, p, q};
  }
}

// A seventh of all colours, with a shift that changes from column to column.
TEST(Colour, HueEqualsItsDefinition) {
  std::vector<std::uint8_t> memory(3 * 256);
  for (int r = 0; r < 256; ++r) {
    for (int g = r % 7; g < 256; g += 7) {
      const int shift = (37 * r + 11 * g) & 255;
      for (int b = 0; b < 256; ++b) {
        const auto at = static_cast<std::size_t>(b);
        memory[at] = static_cast<std::uint8_t>(r);
        memory[256 + at] = static_cast<std::uint8_t>(g);
        memory[512 + at] = static_cast<std::uint8_t>(b);
      }
      adjust_hue({memory.data(), 256, 1}, (shift > 127 ? shift - 256 : shift) / 254.999);
      for (int b = 0; b < 256; ++b) {
        const auto at = static_cast<std::size_t>(b);
        const Colour actual{memory[at], memory[256 + at], memory[512 + at]};
        ASSERT_EQ(actual, turned({r, g, b}, shift)) << r << " " << g << " " << b << " shift " << shift;
      }
    }
  }
}

TEST(Colour, AllLevelsGiveTheSameBytes) {
  const std::vector<std::function<void(const Planes&, SimdLevel)>> operations = {
      [](const Planes& p, SimdLevel level) { adjust_brightness(p, 1.37F, level); },
      [](const Planes& p, SimdLevel level) { adjust_contrast(p, 0.63F, level); },
      [](const Planes& p, SimdLevel level) { adjust_contrast(p, 1.39F, level); },
      [](const Planes& p, SimdLevel level) { adjust_saturation(p, 1.19F, level); },
      [](const Planes& p, SimdLevel level) { adjust_hue(p, -0.07, level); },
      [](const Planes& p, SimdLevel level) { grey(p, level); },
      [](const Planes& p, SimdLevel level) { solarise(p, 100, level); },
  };
  for (const int width : {1, 7, 64, 301}) {
    const Image source = test::noise(width, 23);
    for (std::size_t i = 0; i < operations.size(); ++i) {
      std::vector<std::uint8_t> expected(source.bytes());
      deinterleave(source, {expected.data(), width, 23});
      std::vector<std::uint8_t> start = expected;
      operations[i]({expected.data(), width, 23}, SimdLevel::Plain);
      for (const SimdLevel level : supported_simd_levels()) {
        std::vector<std::uint8_t> actual = start;
        operations[i]({actual.data(), width, 23}, level);
        EXPECT_EQ(actual, expected) << "operation " << i << ", " << to_string(level) << ", width " << width;
      }
    }
  }
}

}  // namespace
}  // namespace ibot::image
