// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/compare/verdict.h>

#include <cstddef>

namespace ibot::compare::test {

/// Studies in which it is known what is true: a baseline and variants, each seed with an effect of its own
/// that all share, as the same crops and order give.
struct SimulatedStudies {
  std::size_t studies = 1000;
  std::size_t seeds = 3;
  std::size_t variants = 1;  ///< beside the baseline
  /// True difference of every variant to the baseline, in standard deviations of the seeds' differences.
  double effect = 0;
};

/// Share of the studies in which at least one variant is called better or worse: false verdicts where there
/// is no effect, the power where there is one.
double share_of_studies_with_a_verdict(const SimulatedStudies& studies);

}  // namespace ibot::compare::test
