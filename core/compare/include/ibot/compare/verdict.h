// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/compare/statistics.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::compare {

enum class Direction : std::uint8_t { HigherIsBetter = 1, LowerIsBetter };

/// The value of a metric that one seed gave.
struct SeedValue {
  std::string seed;
  double value = 0;
};

/// Runs equal but for the seed, and what each gave.
struct Variant {
  std::string name;
  std::vector<SeedValue> values;  ///< one a seed
  /// Why it cannot be compared with the baseline, whatever its values; empty: it can.
  std::string obstacle;
};

enum class Verdict : std::uint8_t {
  Baseline = 1,       ///< what the others are compared with
  Better,             ///< the corrected p is below kLevel, and the mean difference says better
  Worse,              ///< the same the other way round
  NoDifferenceShown,  ///< enough seeds for a test, which does not show a difference
  SingleRun,          ///< the variant has one seed: nothing can be said
  NotCompared,        ///< no baseline, fewer than two seeds in common, or an obstacle
};
/// "better", "worse", "no difference shown", "single run", "baseline", "not compared".
IBOT_API std::string_view to_string(Verdict verdict);

/// One variant: its own mean, and how it stands to the baseline.
struct Comparison {
  Sample sample;
  std::optional<Interval> interval;  ///< of the mean; none for n = 1
  PairedTest paired;                 ///< variant minus baseline, over the seeds that both have
  std::optional<double> p_holm;      ///< paired.p corrected over the variants of this comparison
  std::optional<double> sign_flip_p;
  double smallest_p = 1;  ///< that sign flips of so many pairs can give
  Verdict verdict = Verdict::NotCompared;
  std::string reason;  ///< why the verdict is not one of a test, in words; empty otherwise
};

/// Every variant beside the baseline, paired by seed. Decided by the paired t-test with Holm's correction
/// over all variants that can be tested; the sign flips only stand beside it. `baseline`: its place in
/// `variants`.
IBOT_API std::vector<Comparison> compare_to_baseline(std::span<const Variant> variants,
                                                     std::optional<std::size_t> baseline,
                                                     Direction direction);

}  // namespace ibot::compare
