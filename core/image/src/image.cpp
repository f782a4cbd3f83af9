// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/image/image.h>

#include <algorithm>
#include <cstring>

namespace ibot::image {

Image::Image(int width, int height) {
  reshape(width, height);
  std::fill(storage_.begin(), storage_.end(), std::uint8_t{0});
}

std::size_t Image::bytes() const {
  return static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_) * kChannels;
}

void Image::reshape(int width, int height) {
  width_ = width;
  height_ = height;
  // Never shrinks, so that memory is cleared (as resize does) only where it is new.
  if (const std::size_t needed = bytes() + kSlack; storage_.size() < needed) storage_.resize(needed);
}

bool Image::operator==(const Image& other) const {
  return width_ == other.width_ && height_ == other.height_ &&
         (bytes() == 0 || std::memcmp(data(), other.data(), bytes()) == 0);
}

bool contains(int width, int height, const Box& box) {
  return box.left >= 0 && box.top >= 0 && box.width > 0 && box.height > 0 && box.width <= width - box.left &&
         box.height <= height - box.top;
}

}  // namespace ibot::image
