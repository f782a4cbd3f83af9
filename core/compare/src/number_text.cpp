// SPDX-License-Identifier: GPL-3.0-or-later
#include "number_text.h"

#include <ibot/base/text.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace ibot::compare {

int decimals_of(const ComparisonResult& result) {
  constexpr int kMost = 6;
  double smallest = 0, largest = 0;
  for (const GroupResult& group : result.groups) {
    const Sample& sample = group.comparison.sample;
    if (sample.n > 0) largest = std::max(largest, std::abs(sample.mean));
    const double deviation = sample.deviation.value_or(0);
    if (deviation > 0 && (smallest == 0 || deviation < smallest)) smallest = deviation;
  }
  // Without any spread four digits of the values.
  if (smallest == 0)
    return largest > 0 ? std::clamp(3 - static_cast<int>(std::floor(std::log10(largest))), 0, kMost) : 1;
  return std::clamp(1 - static_cast<int>(std::floor(std::log10(smallest))), 0, kMost);
}

int decimals_of_difference(const Comparison& comparison, int decimals) {
  constexpr int kMost = 9;
  const PairedTest& paired = comparison.paired;
  // Differences of decimals have a spread of rounding.
  const double rounding = 1e-12 * std::max(std::abs(comparison.sample.mean), std::abs(paired.mean));
  double scale = paired.deviation.value_or(0);
  if (scale <= rounding) scale = std::abs(paired.mean);
  if (scale <= rounding) return decimals;
  const int first = -static_cast<int>(std::floor(std::log10(scale)));  // decimals of its first digit
  return first <= decimals ? decimals : std::min(kMost, first + 1);
}

std::string fixed(double value, int decimals) {
  char text[400];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string plain_number(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.15g", value);
  return base::format_number(base::parse_double(text).value_or(value));
}

std::string signed_fixed(double value, int decimals) {
  std::string text = fixed(std::abs(value), decimals);
  const bool zero = text.find_first_not_of("0.") == std::string::npos;
  return (zero ? "" : value < 0 ? "\u2212" : "+") + text;
}

std::string p_text(const std::optional<double>& p) {
  if (!p) return "\u2013";
  return *p < 0.001 ? "< 0.001" : fixed(*p, 3);
}

std::string mean_text(const Comparison& comparison, int decimals) {
  if (comparison.sample.n == 0) return "\u2013";
  std::string text = fixed(comparison.sample.mean, decimals);
  if (comparison.sample.deviation) text += " \u00b1 " + fixed(*comparison.sample.deviation, decimals);
  return text;
}

}  // namespace ibot::compare
