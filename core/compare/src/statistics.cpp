// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/compare/distribution.h>
#include <ibot/compare/statistics.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

namespace ibot::compare {
namespace {

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

// Sum of squares about the mean; the second sum takes away what rounding left in the first.
double scatter_of(std::span<const double> values, double mean) {
  double squares = 0, rest = 0;
  for (const double value : values) {
    squares += (value - mean) * (value - mean);
    rest += value - mean;
  }
  return std::max(0.0, squares - rest * rest / static_cast<double>(values.size()));
}

std::optional<double> correlation_of(std::span<const double> a, std::span<const double> b) {
  if (a.size() < 3) return std::nullopt;
  const double mean_a = mean_of(a), mean_b = mean_of(b);
  double together = 0;
  for (std::size_t i = 0; i < a.size(); ++i) together += (a[i] - mean_a) * (b[i] - mean_b);
  const double scale = std::sqrt(scatter_of(a, mean_a)) * std::sqrt(scatter_of(b, mean_b));
  if (!(scale > 0)) return std::nullopt;
  return std::clamp(together / scale, -1.0, 1.0);
}

// Differences of equal values differ by rounding: of the size of the values, not of the differences.
bool is_constant(std::span<const double> differences, double largest) {
  const auto [low, high] = std::minmax_element(differences.begin(), differences.end());
  return *high - *low <= 8 * std::numeric_limits<double>::epsilon() * largest;
}

}  // namespace

Sample describe(std::span<const double> values) {
  Sample sample{values.size(), mean_of(values), {}};
  if (values.size() > 1)
    sample.deviation = std::sqrt(scatter_of(values, sample.mean) / static_cast<double>(values.size() - 1));
  return sample;
}

std::optional<Interval> t_interval(std::span<const double> values, double coverage) {
  const Sample sample = describe(values);
  if (!sample.deviation) return std::nullopt;
  const double n = static_cast<double>(sample.n);
  const double half = student_t_quantile(0.5 + coverage / 2, n - 1) * *sample.deviation / std::sqrt(n);
  return Interval{sample.mean - half, sample.mean + half};
}

PairedTest paired_t_test(std::span<const double> a, std::span<const double> b) {
  std::vector<double> differences(a.size());
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    differences[i] = a[i] - b[i];
    largest = std::max({largest, std::abs(a[i]), std::abs(b[i])});
  }
  const Sample sample = describe(differences);
  PairedTest test;
  test.n = sample.n;
  test.mean = sample.mean;
  test.deviation = sample.deviation;
  test.interval = t_interval(differences);
  test.correlation = correlation_of(a, b);
  if (!sample.deviation) return test;
  if (is_constant(differences, largest)) {
    const bool zero = std::all_of(differences.begin(), differences.end(), [](double d) { return d == 0; });
    if (zero) {
      test.t = 0;
      test.p = 1;
    }
    return test;
  }
  const double n = static_cast<double>(sample.n);
  test.t = sample.mean / (*sample.deviation / std::sqrt(n));
  test.p = student_t_p(*test.t, n - 1);
  return test;
}

std::optional<double> sign_flip_p(std::span<const double> differences) {
  const std::size_t n = differences.size();
  if (n == 0 || n > kMostSignFlips) return std::nullopt;
  double sum = 0, size = 0;
  for (const double difference : differences) {
    sum += difference;
    size += std::abs(difference);
  }
  // Sums that are equal on paper differ by rounding.
  const double least = std::abs(sum) - 1e-12 * size;
  // All signs turned give the same distance from zero, so that the first need not be turned.
  const std::uint64_t assignments = std::uint64_t{1} << (n - 1);
  std::uint64_t as_far = 0;
  for (std::uint64_t signs = 0; signs < assignments; ++signs) {
    double flipped = differences[0];
    for (std::size_t i = 1; i < n; ++i)
      flipped += ((signs >> (i - 1)) & 1) != 0 ? -differences[i] : differences[i];
    if (std::abs(flipped) >= least) ++as_far;
  }
  return static_cast<double>(as_far) / static_cast<double>(assignments);
}

double smallest_sign_flip_p(std::size_t n) {
  return n < 2 ? 1 : std::ldexp(1.0, 1 - static_cast<int>(std::min<std::size_t>(n, 1000)));
}

std::vector<double> holm(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> corrected(p.size());
  double before = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    before = std::max(before, std::min(1.0, static_cast<double>(order.size() - i) * p[order[i]]));
    corrected[order[i]] = before;
  }
  return corrected;
}

}  // namespace ibot::compare
