// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/compare/mean_curve.h>

#include <cstddef>
#include <span>
#include <vector>

namespace ibot::compare {

/// Where the curves of earlier runs lie: what a new curve is held against to see whether it is normal.
struct CurveBand {
  std::size_t n = 0;       ///< curves that are in it
  bool quantiles = false;  ///< from the 10 % to the 90 % quantile; else from the smallest to the largest
  std::vector<double> x;
  std::vector<double> low, median, high;  ///< NaN where too few curves have a value
};

/// From as many curves on quantiles are taken: of fewer the outer tenths are no more than their ends.
inline constexpr std::size_t kQuantileCurves = 10;

/// At the places of the curve that reaches farthest, at most kBandPlaces of them. A place counts where at
/// least two curves and half of all have a value; between two points of a curve its values are taken to go
/// straight. Quantiles are those of Hyndman and Fan's type 7: at (n - 1) p between the ordered values. Each
/// curve is smoothed at first, as figure::smoothed() does, 0 <= smoothing < 1. Curves without a value are
/// passed over; of fewer than two curves the band is empty. Pure, any thread.
IBOT_API CurveBand curve_band(std::span<const AlignedCurve> curves, double smoothing);
inline constexpr std::size_t kBandPlaces = 1000;

}  // namespace ibot::compare
