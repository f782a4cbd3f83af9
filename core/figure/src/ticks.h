// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/figure/grid.h>

#include <string>
#include <vector>

namespace ibot::figure {

struct Tick {
  double value = 0;
  std::string label;
};

/// Multiples of 1, 2 or 5 times a power of ten inside the range, about `count` of them, with as many decimals
/// as tell them apart: "−0.5", "12,000", "2e−7". Precondition: finite, low < high.
std::vector<Tick> round_ticks(Range range, int count);

/// Whole decades of a logarithmic axis, thinned to about `count`. `range` is in powers of ten.
std::vector<Tick> decade_ticks(Range range, int count);

/// So many significant digits without trailing zeros, thousands separators, and a real minus sign.
std::string format_value(double value, int digits = 4);

}  // namespace ibot::figure
