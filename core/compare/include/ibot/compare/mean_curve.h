// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <cstddef>
#include <span>
#include <vector>

namespace ibot::compare {

/// A curve over whatever curves are aligned by: steps, images, seconds. `x` ascends strictly and is finite;
/// of the length of `y`, in which values may be missing (NaN).
struct AlignedCurve {
  std::vector<double> x, y;
};

/// The mean of several curves, place by place.
struct MeanCurve {
  std::size_t n = 0;  ///< curves that are in it, the same number at every place
  std::vector<double> x;
  std::vector<double> mean;       ///< of the values; NaN where one of them is missing
  std::vector<double> low, high;  ///< 95 % t-interval of the mean of the smoothed curves; empty for n < 2
};

/// The mean at the places of the curve that has the fewest, over the stretch that all curves have: so n does
/// not change along it. Between two points of a curve its values are taken to go straight; where the curves
/// have the same places, nothing is taken. The interval, low and high = m -+ t_{0.975, n-1} s / sqrt(n), is
/// that of the curves after figure::smoothed() with weight `smoothing`, 0 <= smoothing < 1, as the bold line
/// of a plot is that of their mean. Curves without a point are passed over; no stretch in common: no places.
/// Pure, any thread.
IBOT_API MeanCurve mean_curve(std::span<const AlignedCurve> curves, double smoothing);

}  // namespace ibot::compare
