// SPDX-License-Identifier: GPL-3.0-or-later
#include "resample.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace ibot::image::internal {

std::uint8_t* AlignedBuffer::ensure(std::size_t bytes) {
  constexpr std::size_t kAlignment = 64;
  if (capacity_ < bytes) {
    const std::size_t rounded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
    memory_.reset(static_cast<std::uint8_t*>(std::aligned_alloc(kAlignment, rounded)));
    capacity_ = memory_ ? rounded : 0;
    if (!memory_) throw std::bad_alloc();
  }
  return memory_.get();
}

void AlignedBuffer::Free::operator()(std::uint8_t* memory) const {
  std::free(memory);
}

void Axis::compute(const AxisGeometry& geometry, const Loops& loops) {
  source = geometry.source;
  outputs = geometry.count;
  stride = (static_cast<std::size_t>(outputs) + 31) / 16 * 16;
  grow(first, stride);
  grow(count_, stride);
  grow(centre_, stride);
  taps = loops.axis_bounds(geometry, centre_.data(), first.data(), count_.data());
  std::fill(first.begin() + outputs, first.begin() + static_cast<std::ptrdiff_t>(stride),
            first[static_cast<std::size_t>(outputs) - 1]);

  const auto rows = static_cast<std::size_t>(taps);
  grow(work_, (rows + 1) * stride);
  grow(weights, padded_taps() * stride);
  // What axis_weights leaves out: columns behind the outputs, rows behind the taps.
  const auto count = static_cast<std::size_t>(outputs);
  for (std::size_t t = 0; t < rows; ++t) std::fill_n(weights.data() + t * stride + count, stride - count, 0);
  std::fill_n(weights.data() + rows * stride, (padded_taps() - rows) * stride, 0);
  loops.axis_weights(geometry, taps, stride, centre_.data(), first.data(), count_.data(), work_.data(),
                     weights.data());
}

Axis::Range Axis::trim() {
  // Supports begin and end in ascending order.
  const int begin = first.front();
  const auto last = static_cast<std::size_t>(outputs) - 1;
  const int end = first[last] + count_[last];
  for (std::size_t x = 0; x < stride; ++x) first[x] -= begin;
  source = end - begin;
  return {begin, source};
}

std::ptrdiff_t intermediate_stride(int outputs) {
  // Groups of 5 pixels are written as 16 bytes, then rows are read in vectors of 64 bytes.
  return (static_cast<std::ptrdiff_t>(outputs) + 5) * 3 / 64 * 64 + 128;
}

}  // namespace ibot::image::internal
