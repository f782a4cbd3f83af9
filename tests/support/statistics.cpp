// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/test/statistics.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace ibot::test {

double chi_square_tail(double x, int degrees) {
  if (degrees <= 0 || x <= 0) return 1;
  // Regularised upper incomplete gamma function Q(a, y), a = degrees / 2, y = x / 2, from its closed forms
  // for a = 1/2 and a = 1 by the recurrence Q(a + 1, y) = Q(a, y) + y^a e^-y / Gamma(a + 1) (Abramowitz and
  // Stegun 6.5.21).
  const double y = x / 2;
  const bool odd = degrees % 2 == 1;
  double a = odd ? 0.5 : 1.0;
  double q = odd ? std::erfc(std::sqrt(y)) : std::exp(-y);
  for (; a < degrees / 2.0; a += 1) q += std::exp(a * std::log(y) - y - std::lgamma(a + 1));
  return std::min(q, 1.0);
}

double same_distribution(std::span<const std::int64_t> a, std::span<const std::int64_t> b,
                         double least_expected) {
  const Moments of_a = moments_of(a);
  const Moments of_b = moments_of(b);
  const double all = of_a.count + of_b.count;
  if (of_a.count == 0 || of_b.count == 0) return of_a.count == of_b.count ? 1 : 0;
  const double share_a = of_a.count / all;
  const double share_b = of_b.count / all;

  struct Pool {
    double a = 0;
    double b = 0;
  };
  const auto is_large = [&](const Pool& pool) {
    return (pool.a + pool.b) * std::min(share_a, share_b) >= least_expected;
  };
  double chi_square = 0;
  int pools = 0;
  const auto add = [&](const Pool& pool) {
    const double expected_a = (pool.a + pool.b) * share_a;
    const double expected_b = (pool.a + pool.b) * share_b;
    chi_square += (pool.a - expected_a) * (pool.a - expected_a) / expected_a +
                  (pool.b - expected_b) * (pool.b - expected_b) / expected_b;
    ++pools;
  };
  // One pool is held back, so that what is left over at the end can join it.
  Pool held, open;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    open.a += i < a.size() ? static_cast<double>(a[i]) : 0;
    open.b += i < b.size() ? static_cast<double>(b[i]) : 0;
    if (!is_large(open)) continue;
    if (held.a + held.b > 0) add(held);
    held = open;
    open = {};
  }
  held.a += open.a;
  held.b += open.b;
  add(held);
  return chi_square_tail(chi_square, pools - 1);
}

Moments moments_of(std::span<const std::int64_t> histogram) {
  Moments result;
  double sum = 0, squares = 0;
  for (std::size_t value = 0; value < histogram.size(); ++value) {
    const auto count = static_cast<double>(histogram[value]);
    result.count += count;
    sum += count * static_cast<double>(value);
    squares += count * static_cast<double>(value * value);
  }
  if (result.count == 0) return result;
  result.mean = sum / result.count;
  if (result.count < 2) return result;
  const double variance = (squares - sum * result.mean) / (result.count - 1);
  result.deviation = std::sqrt(std::max(variance, 0.0));
  return result;
}

}  // namespace ibot::test
