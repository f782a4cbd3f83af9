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

/// A mean, and the bounds that hold the true one in 95 of 100 such samples of independent, nearly normal
/// values: mean +- t s / sqrt(n), s the deviation of the sample (n - 1), t of n - 1 degrees of freedom
/// (Student 1908).
struct Interval {
  double mean = 0;
  double low = 0;
  double high = 0;
};

/// Precondition: at least two values, all finite.
Interval interval_of(const std::vector<double>& values);

/// What the size of a variable with Student's distribution exceeds with a probability of 0.05, to about 1e-6.
/// Precondition: degrees > 0.
double student_t95(int degrees);

}  // namespace ibot::bench
