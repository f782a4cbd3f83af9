// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/image/image.h>

#include <cstddef>
#include <cstdint>

namespace ibot::image {

/// A view of an 8-bit RGB picture as planes, [3, height, width] without gaps: the layout of training batches.
/// Owns nothing; the memory must outlive it.
struct Planes {
  std::uint8_t* data = nullptr;
  int width = 0;
  int height = 0;

  /// Bytes of one plane.
  std::size_t size() const { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }
  std::uint8_t* red() const { return data; }
  std::uint8_t* green() const { return data + size(); }
  std::uint8_t* blue() const { return data + 2 * size(); }
};

/// From planes to interleaved; `image` is reshaped.
IBOT_API void interleave(const Planes& planes, Image& image);

/// From interleaved to planes. Precondition: equal sizes.
IBOT_API void deinterleave(const Image& image, const Planes& planes);

}  // namespace ibot::image
