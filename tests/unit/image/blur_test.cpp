// SPDX-License-Identifier: GPL-3.0-or-later
#include "pictures.h"

#include <ibot/base/error.h>
#include <ibot/image/blur.h>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace ibot::image {
namespace {

std::vector<std::uint8_t> blurred(const Image& source, float sigma, SimdLevel level = SimdLevel::Plain) {
  std::vector<std::uint8_t> memory(source.bytes());
  const Planes planes{memory.data(), source.width(), source.height()};
  deinterleave(source, planes);
  GaussianBlur(level).apply(planes, sigma);
  return memory;
}

TEST(Blur, KeepsAConstantPicture) {
  Image source(31, 17);
  std::fill_n(source.data(), source.bytes(), std::uint8_t{201});
  EXPECT_EQ(blurred(source, 1.7F), std::vector<std::uint8_t>(source.bytes(), 201));
}

TEST(Blur, SigmaZeroChangesNothing) {
  const Image source = test::noise(9, 5);
  std::vector<std::uint8_t> expected(source.bytes());
  deinterleave(source, {expected.data(), 9, 5});
  EXPECT_EQ(blurred(source, 0.0F), expected);
}

// The response to one bright column has the variance that was asked for.
TEST(Blur, SpreadsAsFarAsSigmaSays) {
  for (const float sigma : {0.8F, 1.5F, 4.0F}) {
    Image source(81, 3);
    for (int y = 0; y < 3; ++y) source.pixel(40, y)[0] = 255;
    const auto out = blurred(source, sigma);
    double mass = 0;
    double squares = 0;
    for (int x = 0; x < 81; ++x) {
      const double value = out[static_cast<std::size_t>(81 + x)];
      mass += value;
      squares += value * (x - 40) * (x - 40);
    }
    EXPECT_NEAR(mass, 255, 6);
    EXPECT_NEAR(std::sqrt(squares / mass), sigma, 0.06 * sigma);
  }
}

TEST(Blur, AllLevelsGiveTheSameBytes) {
  // Radius 0, 1, 2, and larger ones, also than the picture.
  for (const float sigma : {0.1F, 0.7F, 1.3F, 2.0F, 3.1F, 5.0F, 40.0F}) {
    for (const int width : {1, 2, 33, 96, 300}) {
      const Image source = test::noise(width, 19);
      const auto expected = blurred(source, sigma);
      for (const SimdLevel level : supported_simd_levels()) {
        EXPECT_EQ(blurred(source, sigma, level), expected)
            << sigma << " " << width << " " << to_string(level);
      }
    }
  }
}

TEST(Blur, RefusesAnImpossibleSigma) {
  EXPECT_THROW(blurred(test::noise(4, 4), -1.0F), base::Exception);
  EXPECT_THROW(blurred(test::noise(4, 4), std::numeric_limits<float>::quiet_NaN()), base::Exception);
}

}  // namespace
}  // namespace ibot::image
