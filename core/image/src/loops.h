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

/// Loops written in plain C++ and compiled once per SimdLevel; the compiler turns them into vectors.
/// The file is loops.inc; it says what each does.
struct Loops {
  int (*axis_bounds)(const AxisGeometry& geometry, double* centre, int* first, int* count);
  void (*axis_weights)(const AxisGeometry& geometry, int taps, std::size_t stride, const double* centre,
                       const int* first, const int* count, double* work, std::int32_t* weights);
};

const Loops& loops(SimdLevel level);

}  // namespace ibot::image::internal
