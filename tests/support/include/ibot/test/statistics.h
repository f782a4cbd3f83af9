// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

namespace ibot::test {

/// Probability that a chi-square variable with `degrees` degrees of freedom exceeds `x`; 1 for 0 degrees.
double chi_square_tail(double x, int degrees);

/// Pearson's test that two histograms over the same bins are samples of one distribution: the probability of
/// a difference at least as large by chance. Neighbouring bins are pooled until each expects at least
/// `least_expected` counts in the smaller sample. Empty histograms agree with empty ones alone.
double same_distribution(std::span<const std::int64_t> a, std::span<const std::int64_t> b,
                         double least_expected = 20);

/// Mean and standard deviation (of the sample, n - 1) of the value that a histogram's bins are numbered by.
struct Moments {
  double count = 0;
  double mean = 0;
  double deviation = 0;
};
Moments moments_of(std::span<const std::int64_t> histogram);

}  // namespace ibot::test
