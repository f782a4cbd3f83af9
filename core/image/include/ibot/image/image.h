// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ibot::image {

/// A rectangle of whole pixels: columns [left, left + width), rows [top, top + height).
struct Box {
  int left = 0;
  int top = 0;
  int width = 0;
  int height = 0;

  bool operator==(const Box&) const = default;
};

/// An 8-bit RGB picture: interleaved, row-major, [height, width, 3], rows without gaps.
///
/// Made to be reused: reshape() keeps the memory, so that a worker that decodes picture after picture
/// allocates only when one is larger than all before it. Vector code may read up to kSlack bytes past the
/// last pixel; they belong to the buffer and their value is unspecified.
class IBOT_API Image {
 public:
  static constexpr int kChannels = 3;
  static constexpr std::size_t kSlack = 128;

  Image() = default;
  /// A black picture. Precondition: sizes are not negative.
  Image(int width, int height);

  int width() const { return width_; }
  int height() const { return height_; }
  Box bounds() const { return {0, 0, width_, height_}; }
  /// Bytes from one row to the next.
  std::ptrdiff_t stride() const { return static_cast<std::ptrdiff_t>(width_) * kChannels; }
  /// Bytes of the pixels: height * width * 3.
  std::size_t bytes() const;

  std::uint8_t* data() { return storage_.data(); }
  const std::uint8_t* data() const { return storage_.data(); }
  std::uint8_t* row(int y) { return storage_.data() + y * stride(); }
  const std::uint8_t* row(int y) const { return storage_.data() + y * stride(); }
  std::uint8_t* pixel(int x, int y) { return row(y) + kChannels * x; }
  const std::uint8_t* pixel(int x, int y) const { return row(y) + kChannels * x; }

  /// Changes the size; the pixels are unspecified afterwards. Memory only ever grows.
  void reshape(int width, int height);

  /// Same size and same pixels.
  bool operator==(const Image& other) const;

 private:
  int width_ = 0;
  int height_ = 0;
  std::vector<std::uint8_t> storage_;
};

/// True if `box` is not empty and lies within a picture of that size.
IBOT_API bool contains(int width, int height, const Box& box);

}  // namespace ibot::image
