// SPDX-License-Identifier: GPL-3.0-or-later
#include "statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>

namespace ibot::bench {
namespace {

constexpr double kPi = 3.14159265358979323846;

}  // namespace

Spread spread_of(std::vector<double> values) {
  assert(!values.empty());
  std::sort(values.begin(), values.end());
  const auto quantile = [&values](double share) {
    const double position = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(std::floor(position));
    const std::size_t above = std::min(below + 1, values.size() - 1);
    const double fraction = position - static_cast<double>(below);
    return values[below] + fraction * (values[above] - values[below]);
  };
  return {values.front(), quantile(0.25), quantile(0.5), quantile(0.75), values.back()};
}

double student_t95(int degrees) {
  const double n = degrees;
  const double log_scale = std::lgamma((n + 1) / 2) - std::lgamma(n / 2) - 0.5 * std::log(n * kPi);
  const auto density = [&](double t) { return std::exp(log_scale - (n + 1) / 2 * std::log1p(t * t / n)); };
  // Simpson's rule; the density is smooth and falls from 0 on.
  const auto share_within = [&](double bound) {
    constexpr int kSteps = 4000;
    const double width = bound / kSteps;
    double sum = density(0) + density(bound);
    for (int i = 1; i < kSteps; ++i) sum += (i % 2 == 1 ? 4 : 2) * density(i * width);
    return 2 * sum * width / 3;
  };
  double low = 1, high = 16;  // 1.96 for many degrees, 12.71 for one
  while (high - low > 1e-9) {
    const double middle = (low + high) / 2;
    (share_within(middle) < 0.95 ? low : high) = middle;
  }
  return low;
}

Interval interval_of(const std::vector<double>& values) {
  assert(values.size() >= 2);
  const auto count = static_cast<double>(values.size());
  double mean = 0;
  for (const double value : values) mean += value / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double half =
      student_t95(static_cast<int>(values.size()) - 1) * std::sqrt(squares / (count - 1) / count);
  return {mean, mean - half, mean + half};
}

}  // namespace ibot::bench
