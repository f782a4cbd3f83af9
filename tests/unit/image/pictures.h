// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/random.h>
#include <ibot/image/image.h>

#include <cstddef>
#include <cstdint>

namespace ibot::image::test {

/// Independent random bytes: every rounding and clipping case occurs.
inline Image noise(int width, int height, std::uint64_t seed = 1) {
  base::RandomStream random(seed, base::Purpose::Test, 0, 0);
  Image image(width, height);
  for (std::size_t i = 0; i < image.bytes(); ++i) {
    image.data()[i] = static_cast<std::uint8_t>(random.next_u32());
  }
  return image;
}

/// Red grows to the right, green downwards, blue along the diagonal: smooth, so that JPEG keeps it well.
inline Image gradient(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      image.pixel(x, y)[0] = static_cast<std::uint8_t>(255 * x / width);
      image.pixel(x, y)[1] = static_cast<std::uint8_t>(255 * y / height);
      image.pixel(x, y)[2] = static_cast<std::uint8_t>(255 * (x + y) / (width + height));
    }
  }
  return image;
}

}  // namespace ibot::image::test
