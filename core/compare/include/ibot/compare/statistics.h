// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

// What a few repetitions with other seeds can say. Pure, any thread; values must be finite.
namespace ibot::compare {

/// Share of intervals that hold what they estimate, and 1 - level of the tests.
inline constexpr double kCoverage = 0.95;
inline constexpr double kLevel = 0.05;
/// Of this many signs every combination is still tried.
inline constexpr std::size_t kMostSignFlips = 20;

struct Interval {
  double low = 0;
  double high = 0;
};

/// n, mean and standard deviation of the sample (divided by n - 1; none for n < 2).
struct Sample {
  std::size_t n = 0;
  double mean = 0;
  std::optional<double> deviation;
};
IBOT_API Sample describe(std::span<const double> values);

/// mean +- t_{(1 + coverage) / 2, n - 1} s / sqrt(n): where the mean of all seeds lies, if values are normal.
/// In units of s the half width is 8.98 for n = 2, 2.48 for 3, 1.59 for 4, 1.24 for 5. None for n < 2.
IBOT_API std::optional<Interval> t_interval(std::span<const double> values, double coverage = kCoverage);

/// Student's paired test: t = mean(d) / (s(d) / sqrt(n)), two-sided p with n - 1 degrees of freedom.
struct PairedTest {
  std::size_t n = 0;
  double mean = 0;                   ///< of the differences
  std::optional<double> deviation;   ///< of the differences
  std::optional<Interval> interval;  ///< of the mean difference
  /// None for n < 2, and where all differences are equal but not zero: then there is no spread to judge by,
  /// as happens with metrics of few steps. All zero: t = 0, p = 1.
  std::optional<double> t, p;
  /// Pearson's, of the pairs: what pairing is worth. None for n < 3 or where one side does not vary.
  std::optional<double> correlation;
};
/// `a` minus `b`, value by value. Precondition: of one length.
IBOT_API PairedTest paired_t_test(std::span<const double> a, std::span<const double> b);

/// Exact test of differences that are as likely as their opposites: the share of the 2^n assignments of signs
/// whose sum is at least as far from zero. None for n = 0 or n > kMostSignFlips.
IBOT_API std::optional<double> sign_flip_p(std::span<const double> differences);
/// The smallest p that sign flips of n differences can give: 2^(1 - n), at most 1. With 3 seeds 0.25, with 5
/// 0.0625, with 6 0.031.
IBOT_API double smallest_sign_flip_p(std::size_t n);

/// Holm's step-down correction: p of the i-th smallest of m times m - i + 1, never smaller than the one
/// before, at most 1. In the order of `p`.
IBOT_API std::vector<double> holm(std::span<const double> p);

}  // namespace ibot::compare
