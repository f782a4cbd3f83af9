// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace ibot::data::parts {

/// Rounds towards minus infinity; std::floor is a call on baseline x86-64.
inline int floor_to_int(float x) {
  const int i = static_cast<int>(x);
  return i - static_cast<int>(x < static_cast<float>(i));
}

/// Smooth random functions of the plane, the same in every scene: a scene starts at an offset of its own.
/// Cheap to make (it refers to one table); make one per loop, not per point.
class Noise {
 public:
  Noise();

  /// In [0, 1], one value per unit cell, mean 1/2, period 128 in both directions.
  float operator()(float x, float y) const {
    const int ix = floor_to_int(x);
    const int iy = floor_to_int(y);
    const float fx = x - static_cast<float>(ix);
    const float fy = y - static_cast<float>(iy);
    const float sx = fx * fx * (3 - 2 * fx);
    const float sy = fy * fy * (3 - 2 * fy);
    const float* corner = values_ + (iy & kWrap) * kStride + (ix & kWrap);
    const float upper = corner[0] + (corner[1] - corner[0]) * sx;
    const float lower = corner[kStride] + (corner[kStride + 1] - corner[kStride]) * sx;
    return upper + (lower - upper) * sy;
  }

  /// Three octaves of it, in [0, 1].
  float cloud(float x, float y) const {
    return 0.57F * (*this)(x, y) + 0.29F * (*this)(2.03F * x + 17.3F, 2.03F * y + 5.9F) +
           0.14F * (*this)(4.11F * x + 41.7F, 4.11F * y + 77.1F);
  }

  /// In [0, 1], of a whole cell.
  float cell(int x, int y) const { return values_[(y & kWrap) * kStride + (x & kWrap)]; }

 private:
  static constexpr int kWrap = 127;
  static constexpr int kStride =
      129;  // a row and a column more than the period, equal to the first: no wrap to test

  const float* values_;
};

/// 0 below `low`, 1 above `high`, smooth in between.
inline float smooth_step(float low, float high, float x) {
  const float t = (x - low) / (high - low);
  const float c = t < 0 ? 0 : t > 1 ? 1 : t;
  return c * c * (3 - 2 * c);
}

}  // namespace ibot::data::parts
