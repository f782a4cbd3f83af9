// SPDX-License-Identifier: GPL-3.0-or-later
#include "ticks.h"

#include <ibot/base/text.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace ibot::figure {
namespace {

constexpr const char* kMinus = "−";

std::string printed(const char* format, int precision, double value) {
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), format, precision, value);
  return buffer.data();
}

// "-12345.50" -> "−12,345.50".
std::string with_separators(std::string digits) {
  const bool negative = digits.starts_with('-');
  if (negative) digits.erase(0, 1);
  const std::size_t whole = std::min(digits.find('.'), digits.size());
  for (std::size_t i = whole; i > 3; i -= 3) digits.insert(i - 3, ",");
  return (negative ? kMinus : "") + digits;
}

// "2.5e-07" -> "2.5e−7".
std::string scientific(double value, int decimals) {
  std::string text = printed("%.*e", decimals, value);
  const std::size_t e = text.find('e');
  std::string mantissa = text.substr(0, e);
  if (mantissa.starts_with('-')) mantissa.replace(0, 1, kMinus);
  const int exponent = std::atoi(text.c_str() + e + 1);
  return mantissa + "e" + (exponent < 0 ? kMinus : "") + std::to_string(std::abs(exponent));
}

std::string tick_label(double value, double step) {
  // The rounding error of index * step is not a label.
  if (std::abs(value) < step * 1e-6) return "0";
  const double largest = std::max(std::abs(value), step);
  if (largest >= 1e9 || step < 1e-5) {
    const int decimals = static_cast<int>(std::floor(std::log10(largest)) - std::floor(std::log10(step)));
    return scientific(value, std::clamp(decimals, 0, 9));
  }
  const int decimals = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
  return with_separators(printed("%.*f", decimals, value));
}

}  // namespace

std::vector<Tick> round_ticks(Range range, int count) {
  const double rough = (range.high - range.low) / std::max(1, count);
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double ratio = rough / power;
  const double step = power * (ratio < 1.5 ? 1 : ratio < 3.5 ? 2 : ratio < 7.5 ? 5 : 10);
  std::vector<Tick> ticks;
  const double tolerance = step * 1e-6;
  const double first = std::ceil((range.low - tolerance) / step);
  for (int i = 0; i < 4 * std::max(1, count) + 4; ++i) {
    const double value = (first + i) * step;
    if (!(value <= range.high + tolerance)) break;
    // Where the range is narrow beside its distance from zero, neighbours can be one number.
    if (!ticks.empty() && !(value > ticks.back().value)) break;
    ticks.push_back({value, tick_label(value, step)});
  }
  return ticks;
}

std::vector<Tick> decade_ticks(Range range, int count) {
  const int first = static_cast<int>(std::ceil(range.low - 1e-9));
  const int last = static_cast<int>(std::floor(range.high + 1e-9));
  const int stride = std::max(1, (last - first + count) / std::max(1, count));
  std::vector<Tick> ticks;
  for (int exponent = first; exponent <= last; exponent += stride) {
    const double value = std::pow(10.0, exponent);
    ticks.push_back(
        {static_cast<double>(exponent), exponent >= -4 && exponent < 7
                                            ? with_separators(printed("%.*f", std::max(0, -exponent), value))
                                            : scientific(value, 0)});
  }
  return ticks;
}

std::string format_value(double value, int digits) {
  if (!std::isfinite(value)) return std::isnan(value) ? "NaN" : value > 0 ? "∞" : std::string(kMinus) + "∞";
  if (value == 0) return "0";
  const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(value))));
  if (magnitude >= 9 || magnitude < -4) return scientific(value, digits - 1);
  std::string text = printed("%.*f", std::max(0, digits - 1 - magnitude), value);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
  }
  return with_separators(text);
}

}  // namespace ibot::figure
