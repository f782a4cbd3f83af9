// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/analysis/outliers.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace ibot::analysis {

double median(std::span<const float> values) {
  std::vector<float> sorted(values.begin(), values.end());
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  if (sorted.size() % 2 == 1) return *middle;
  return (static_cast<double>(*middle) + *std::max_element(sorted.begin(), middle)) / 2;
}

Outliers find_outliers(std::span<const float> values, double factor) {
  constexpr double kNormal = 1.4826;  // a normal distribution's deviation over its median absolute one
  Outliers result;
  result.median = median(values);
  std::vector<float> away;
  for (const float value : values) away.push_back(static_cast<float>(std::fabs(value - result.median)));
  result.threshold = result.median + factor * kNormal * median(away);
  result.count =
      std::count_if(values.begin(), values.end(), [&](float value) { return value > result.threshold; });
  return result;
}

}  // namespace ibot::analysis
