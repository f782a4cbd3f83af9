// SPDX-License-Identifier: GPL-3.0-or-later
#include "pictures.h"

#include <ibot/base/error.h>
#include <ibot/image/resize.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace ibot::image {
namespace {

using test::gradient;
using test::noise;

Image resized(const Image& source, const ResizeRequest& request, SimdLevel level = SimdLevel::Plain) {
  Image out;
  Resizer(level).resize(source, request, out);
  return out;
}

TEST(Resize, ToTheSameSizeChangesNothing) {
  const Image source = noise(37, 23);
  for (const Filter filter : {Filter::Bilinear, Filter::Bicubic, Filter::Lanczos}) {
    EXPECT_EQ(resized(source, {.box = source.bounds(), .width = 37, .height = 23, .filter = filter}), source);
  }
}

TEST(Resize, KeepsAConstantPicture) {
  Image source(50, 30);
  std::fill_n(source.data(), source.bytes(), std::uint8_t{137});
  const Image out = resized(source, {.box = source.bounds(), .width = 224, .height = 17});
  EXPECT_TRUE(
      std::all_of(out.data(), out.data() + out.bytes(), [](std::uint8_t value) { return value == 137; }));
}

// Bilinear from 2 pixels to 4: centres at 0.25, 0.75, 1.25, 1.75 source pixels, so shares of 0, 1/4, 3/4, 1.
TEST(Resize, WeighsByDistance) {
  Image source(2, 1);
  source.pixel(1, 0)[0] = 200;
  const Image out =
      resized(source, {.box = source.bounds(), .width = 4, .height = 1, .filter = Filter::Bilinear});
  EXPECT_EQ(out.pixel(0, 0)[0], 0);
  EXPECT_EQ(out.pixel(1, 0)[0], 50);
  EXPECT_EQ(out.pixel(2, 0)[0], 150);
  EXPECT_EQ(out.pixel(3, 0)[0], 200);
  EXPECT_EQ(out.pixel(3, 0)[1], 0);
}

TEST(Resize, SeesNothingOutsideTheBox) {
  Image source = noise(60, 40);
  const ResizeRequest request{.box = {10, 5, 30, 20}, .width = 25, .height = 31};
  const Image before = resized(source, request);
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 60; ++x) {
      if (x < 10 || x >= 40 || y < 5 || y >= 25) source.pixel(x, y)[0] ^= 255;
    }
  }
  for (const SimdLevel level : supported_simd_levels()) EXPECT_EQ(resized(source, request, level), before);
}

TEST(Resize, AWindowIsAPartOfTheWhole) {
  const Image source = gradient(80, 120);
  // The second size takes the vertical pass first.
  for (const int height : {64, 20}) {
    const Image whole = resized(source, {.box = source.bounds(), .width = 70, .height = height});
    const Box window{13, 3, 41, 15};
    for (const SimdLevel level : supported_simd_levels()) {
      const Image part =
          resized(source, {.box = source.bounds(), .width = 70, .height = height, .window = window}, level);
      for (int y = 0; y < window.height; ++y) {
        EXPECT_TRUE(
            std::equal(part.row(y), part.row(y) + part.stride(), whole.pixel(window.left, window.top + y)));
      }
    }
  }
}

TEST(Resize, PlanesHoldTheSamePixels) {
  const Image source = noise(90, 70);
  for (const SimdLevel level : supported_simd_levels()) {
    for (const bool flip : {false, true}) {
      for (const int width : {1, 15, 16, 63, 64, 65, 96, 224}) {
        const ResizeRequest request{.box = source.bounds(), .width = width, .height = 3, .flip = flip};
        const Image expected = resized(source, request);
        const auto plane = static_cast<std::size_t>(width) * 3;
        std::vector<std::uint8_t> planes(3 * plane + 1, 77);
        Resizer(level).resize(source, request, Planes{planes.data(), width, 3});
        for (int y = 0; y < 3; ++y) {
          for (int x = 0; x < width; ++x) {
            for (std::size_t c = 0; c < 3; ++c) {
              ASSERT_EQ(planes[c * plane + static_cast<std::size_t>(y * width + x)], expected.pixel(x, y)[c])
                  << to_string(level) << " width " << width << " flip " << flip;
            }
          }
        }
        EXPECT_EQ(planes.back(), 77) << "wrote behind the planes";
      }
    }
  }
}

TEST(Resize, FlipMirrors) {
  const Image source = noise(31, 12);
  const Image plain = resized(source, {.box = source.bounds(), .width = 20, .height = 9});
  const Image flipped = resized(source, {.box = source.bounds(), .width = 20, .height = 9, .flip = true});
  for (int y = 0; y < 9; ++y) {
    for (int x = 0; x < 20; ++x) {
      EXPECT_TRUE(std::equal(plain.pixel(x, y), plain.pixel(x, y) + 3, flipped.pixel(19 - x, y)));
    }
  }
}

// Sizes from one pixel to shrinking by 100, where the widest vectors give way to narrower ones.
TEST(Resize, AllLevelsGiveTheSameBytes) {
  base::RandomStream random(11, base::Purpose::Test, 0, 0);
  const auto between = [&](int low, int high) {
    return low + static_cast<int>(random.below(static_cast<std::uint64_t>(high - low + 1)));
  };
  const Image source = noise(420, 300);
  std::vector<Resizer> resizers;
  for (const SimdLevel level : supported_simd_levels()) resizers.emplace_back(level);
  Image expected;
  Image actual;
  for (int i = 0; i < 120; ++i) {
    ResizeRequest request;
    request.box.width = between(1, i % 2 == 0 ? 420 : 30);
    request.box.height = between(1, i % 3 == 0 ? 300 : 40);
    request.box.left = between(0, 420 - request.box.width);
    request.box.top = between(0, 300 - request.box.height);
    request.width = between(1, i % 4 == 0 ? 8 : 100);
    request.height = between(1, i % 5 == 0 ? 6 : 100);
    request.filter = static_cast<Filter>(between(1, 3));
    request.flip = i % 7 == 0;
    resizers[0].resize(source, request, expected);
    for (std::size_t level = 1; level < resizers.size(); ++level) {
      resizers[level].resize(source, request, actual);
      ASSERT_EQ(actual, expected) << to_string(supported_simd_levels()[level]) << ": " << request.box.width
                                  << " x " << request.box.height << " to " << request.width << " x "
                                  << request.height;
    }
  }
}

TEST(Resize, RefusesWhatDoesNotFit) {
  const Image source(20, 10);
  EXPECT_THROW(resized(source, {.box = {0, 0, 21, 10}, .width = 5, .height = 5}), base::Exception);
  EXPECT_THROW(resized(source, {.box = {-1, 0, 5, 5}, .width = 5, .height = 5}), base::Exception);
  EXPECT_THROW(resized(source, {.box = {0, 0, 0, 5}, .width = 5, .height = 5}), base::Exception);
  EXPECT_THROW(resized(source, {.box = source.bounds(), .width = 0, .height = 5}), base::Exception);
  EXPECT_THROW(resized(source, {.box = source.bounds(), .width = 5, .height = 5, .window = {0, 0, 6, 5}}),
               base::Exception);
}

}  // namespace
}  // namespace ibot::image
