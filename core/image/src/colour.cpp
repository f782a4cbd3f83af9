// SPDX-License-Identifier: GPL-3.0-or-later
#include "loops.h"

#include <ibot/image/colour.h>

#include <algorithm>

namespace ibot::image {

using internal::loops;

void adjust_brightness(const Planes& planes, float factor, SimdLevel level) {
  loops(level).blend_constant(planes.data, 3 * planes.size(), factor, 0);
}

void adjust_contrast(const Planes& planes, float factor, SimdLevel level) {
  if (planes.size() == 0) return;
  const std::uint64_t sum = loops(level).luma_sum(planes.red(), planes.green(), planes.blue(), planes.size());
  const double mean = static_cast<double>(sum) / static_cast<double>(planes.size());
  loops(level).blend_constant(planes.data, 3 * planes.size(), factor, static_cast<int>(mean + 0.5));
}

void adjust_saturation(const Planes& planes, float factor, SimdLevel level) {
  loops(level).blend_luma(planes.red(), planes.green(), planes.blue(), planes.size(), factor);
}

void adjust_hue(const Planes& planes, double turns, SimdLevel level) {
  // Truncated towards zero, then modulo 256, as a conversion to an 8-bit number.
  const int shift = static_cast<int>(turns * 255) & 255;
  loops(level).turn_hue(planes.red(), planes.green(), planes.blue(), planes.size(), shift);
}

void grey(const Planes& planes, SimdLevel level) {
  loops(level).grey(planes.red(), planes.green(), planes.blue(), planes.size());
}

void solarise(const Planes& planes, int threshold, SimdLevel level) {
  loops(level).solarise(planes.data, 3 * planes.size(), threshold);
}

void flip(const Planes& planes) {
  for (int y = 0; y < 3 * planes.height; ++y) {
    std::uint8_t* const row = planes.data + static_cast<std::ptrdiff_t>(y) * planes.width;
    std::reverse(row, row + planes.width);
  }
}

}  // namespace ibot::image
