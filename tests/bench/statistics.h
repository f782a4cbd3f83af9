// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace ibot::bench {

/// Five numbers of a sample. Quartiles interpolate linearly between order statistics (type 7 of Hyndman and
/// Fan).
struct Spread {
  double minimum = 0;
  double lower_quartile = 0;
  double median = 0;
  double upper_quartile = 0;
  double maximum = 0;
};

/// Precondition: `values` is not empty and all are finite.
Spread spread_of(std::vector<double> values);

}  // namespace ibot::bench
