// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/figure/colour.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ibot::figure {

/// Pixels that somebody else owns: [height, width, 3] bytes, sRGB, rows without padding.
struct PictureView {
  int width = 0;
  int height = 0;
  std::span<const std::uint8_t> rgb;

  /// At least one pixel, at most 32,767 a side, and as many bytes as that needs.
  IBOT_API bool valid() const;
};

/// Pixels of its own.
struct Picture {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb;

  Picture() = default;
  /// Black. Precondition: both sides in [1, 32767].
  Picture(int w, int h)
      : width(w), height(h), rgb(static_cast<std::size_t>(w) * static_cast<std::size_t>(h) * 3) {}
  PictureView view() const { return {width, height, rgb}; }
  void set(int x, int y, Colour colour) {
    std::uint8_t* pixel =
        &rgb[(static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) *
             3];
    pixel[0] = colour.red;
    pixel[1] = colour.green;
    pixel[2] = colour.blue;
  }
  Colour at(int x, int y) const {
    const std::uint8_t* pixel =
        &rgb[(static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) *
             3];
    return {pixel[0], pixel[1], pixel[2]};
  }
};

/// Resampled with a triangle filter, widened when shrinking: for display, not for a network. Precondition:
/// valid().
IBOT_API Picture resample(const PictureView& picture, int width, int height);

/// Every source pixel a flat rectangle: a map must not look finer than it is. Precondition: valid().
IBOT_API Picture enlarge_flat(const PictureView& picture, int width, int height);

/// Mixed towards its own grey by `amount` in [0, 1].
IBOT_API Picture desaturate(Picture picture, double amount);

}  // namespace ibot::figure
