// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/compare/distribution.h>

#include <math.h>

#include <cmath>
#include <limits>

namespace ibot::compare {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kLargest = 5000;

// std::lgamma writes a global.
double log_gamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}

// Of I_x(a, b) without its factor x^a y^b / (a B(a, b)). Precondition: x < (a + 1) / (a + b + 2).
double continued_fraction(double a, double b, double x) {
  constexpr int kMostTerms = 20'000;
  constexpr double kTiny = 1e-300;
  constexpr double kEnough = 5e-16;
  const auto away_from_zero = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
  double c = 1;
  double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
  double fraction = d;
  for (int m = 1; m < kMostTerms; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away_from_zero(1 + even * d);
    c = away_from_zero(1 + even / c);
    fraction *= c * d;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_zero(1 + odd * d);
    c = away_from_zero(1 + odd / c);
    fraction *= c * d;
    if (std::abs(c * d - 1) < kEnough) break;
  }
  return fraction;
}

}  // namespace

double incomplete_beta(double a, double b, double x, double y) {
  if (!(a > 0 && a <= kLargest && b > 0 && b <= kLargest && x >= 0 && x <= 1 && y >= 0 && y <= 1))
    return kNaN;
  if (x == 0) return 0;
  if (y == 0) return 1;
  const double log_factor =
      a * std::log(x) + b * std::log(y) + log_gamma(a + b) - log_gamma(a) - log_gamma(b);
  const double factor = std::exp(log_factor);
  if (x < (a + 1) / (a + b + 2)) return factor * continued_fraction(a, b, x) / a;
  return 1 - factor * continued_fraction(b, a, y) / b;
}

double student_t_p(double t, double degrees) {
  if (std::isnan(t) || !(degrees > 0 && degrees <= 2 * kLargest)) return kNaN;
  if (std::isinf(t)) return 0;
  // Of t^2 / d rather than t^2, so that nothing overflows.
  const double ratio = (t / degrees) * t;
  if (std::isinf(ratio)) return 0;
  return incomplete_beta(degrees / 2, 0.5, 1 / (1 + ratio), ratio / (1 + ratio));
}

double student_t_quantile(double probability, double degrees) {
  if (!(probability > 0 && probability < 1) || !(degrees > 0 && degrees <= 2 * kLargest)) return kNaN;
  if (probability == 0.5) return 0;
  const bool lower = probability < 0.5;
  const double both_tails = 2 * (lower ? probability : 1 - probability);
  double low = 0, high = 1;
  while (student_t_p(high, degrees) > both_tails) {
    low = high;
    high *= 2;
    if (std::isinf(high)) return lower ? -high : high;
  }
  for (;;) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (student_t_p(middle, degrees) > both_tails ? low : high) = middle;
  }
  return lower ? -high : high;
}

}  // namespace ibot::compare
