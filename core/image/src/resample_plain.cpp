// SPDX-License-Identifier: GPL-3.0-or-later
#include "resample.h"

#include <algorithm>

namespace ibot::image::internal {
namespace {

constexpr std::int32_t kHalf = 1 << (kWeightBits - 1);

std::uint8_t to_byte(std::int32_t sum) {
  return static_cast<std::uint8_t>(std::clamp(sum >> kWeightBits, 0, 255));
}

void horizontal(const HorizontalPass& pass) {
  const Axis& axis = *pass.axis;
  for (int r = 0; r < pass.rows; ++r) {
    const std::uint8_t* in = pass.source + r * pass.source_stride;
    std::uint8_t* out = pass.out + r * pass.out_stride;
    for (int x = 0; x < axis.outputs; ++x, out += 3) {
      const int first = axis.first[static_cast<std::size_t>(x)];
      const int taps = std::min(axis.taps, axis.source - first);
      const std::uint8_t* pixel = in + 3 * static_cast<std::ptrdiff_t>(first);
      const std::int32_t* weight = axis.weights.data() + x;
      std::int32_t red = kHalf;
      std::int32_t green = kHalf;
      std::int32_t blue = kHalf;
      for (int t = 0; t < taps; ++t, pixel += 3, weight += axis.stride) {
        red += pixel[0] * *weight;
        green += pixel[1] * *weight;
        blue += pixel[2] * *weight;
      }
      out[0] = to_byte(red);
      out[1] = to_byte(green);
      out[2] = to_byte(blue);
    }
  }
}

void vertical(const VerticalRow& row) {
  const Axis& axis = *row.axis;
  const int first = axis.first[static_cast<std::size_t>(row.y)];
  const int taps = std::min(axis.taps, axis.source - first);
  const std::uint8_t* in = row.source + first * row.source_stride;
  for (int j = 0; j < row.bytes; ++j) {
    std::int32_t sum = kHalf;
    for (int t = 0; t < taps; ++t) {
      sum += in[t * row.source_stride + j] *
             axis.weights[static_cast<std::size_t>(t) * axis.stride + static_cast<std::size_t>(row.y)];
    }
    row.out[j] = to_byte(sum);
  }
}

void to_planes(const PlaneRow& row) {
  const int step = row.flip ? -1 : 1;
  for (int c = 0; c < 3; ++c) {
    std::uint8_t* out = row.plane[c] + (row.flip ? row.width - 1 : 0);
    for (int x = 0; x < row.width; ++x, out += step) *out = row.pixels[3 * x + c];
  }
}

}  // namespace

const ResampleKernels kPlainResample = {horizontal, vertical, to_planes};

}  // namespace ibot::image::internal
