// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/image/resize.h>
#include <ibot/image/simd.h>

#include <cstddef>
#include <cstdint>

namespace ibot::image::internal {

/// Fixed point of resampling weights: 8 bits of pixel, 2 bits against overshoot, 22 bits of fraction.
inline constexpr int kWeightBits = 22;

/// The geometry of one axis of a resize: outputs [begin, begin + count) of `target`, made from `source`
/// pixels.
struct AxisGeometry {
  int source = 0;
  int target = 0;
  int begin = 0;
  int count = 0;
  Filter filter = Filter::Bicubic;
};

/// One pass of the extended box filter: the 2 radius + 1 nearest values weigh `inner`, the two next ones
/// `outer`, in units of 2^-24.
struct BoxFilter {
  int radius = 0;
  std::uint32_t inner = 0;
  std::uint32_t outer = 0;
};

/// Loops written in plain C++ and compiled once per SimdLevel; the compiler turns them into vectors.
/// The file is loops.inc; it says what each does.
struct Loops {
  int (*axis_bounds)(const AxisGeometry& geometry, double* centre, int* first, int* count);
  void (*axis_weights)(const AxisGeometry& geometry, int taps, std::size_t stride, const double* centre,
                       const int* first, const int* count, double* work, std::int32_t* weights);

  void (*blend_constant)(std::uint8_t* values, std::size_t count, float factor, int constant);
  std::uint64_t (*luma_sum)(const std::uint8_t* red, const std::uint8_t* green, const std::uint8_t* blue,
                            std::size_t count);
  void (*blend_luma)(std::uint8_t* red, std::uint8_t* green, std::uint8_t* blue, std::size_t count,
                     float factor);
  void (*grey)(std::uint8_t* red, std::uint8_t* green, std::uint8_t* blue, std::size_t count);
  void (*turn_hue)(std::uint8_t* red, std::uint8_t* green, std::uint8_t* blue, std::size_t count, int shift);
  void (*solarise)(std::uint8_t* values, std::size_t count, int threshold);

  void (*box)(const std::uint8_t* const* taps, const BoxFilter& filter, std::size_t count, std::uint8_t* out);
};

const Loops& loops(SimdLevel level);

}  // namespace ibot::image::internal
