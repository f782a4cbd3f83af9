// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/compare/metric.h>
#include <ibot/compare/replicates.h>
#include <ibot/compare/verdict.h>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ibot::compare {

/// A run that counts: one a seed.
struct UsedRun {
  std::size_t run = 0;  ///< its place among the runs
  std::string seed;
  double value = 0;
  std::int64_t step = 0;
};

/// A group of replicates with its values and how it stands to the baseline.
struct IBOT_API GroupResult {
  Replicates group;
  std::vector<UsedRun> used;
  std::vector<std::string> left_out;  ///< a sentence for each run without a value, or repeated
  Comparison comparison;
};

/// What came out of a comparison by one metric.
struct IBOT_API ComparisonResult {
  MetricChoice metric;
  std::vector<GroupResult> groups;
  std::optional<std::size_t> baseline;  ///< its place among the groups
  /// Why values or verdicts may mislead, a sentence each: those of training_warnings(), too few pairs for the
  /// exact test, a direction that is not the usual one.
  std::vector<std::string> warnings = {};

  /// What a reader must know, a sentence each: the warnings, metric and direction, rule, test, correction,
  /// smallest p, which differences are over fewer seeds than the means, and why there are no verdicts.
  std::vector<std::string> caption() const;
};

/// Judges groups by the values of their runs. Of several runs of one seed the oldest counts, whatever it
/// gave. A group whose evaluations were set otherwise than the baseline's is not compared, nor one of which
/// training_obstacle() says why not. `values`: one a run.
IBOT_API ComparisonResult compare_groups(std::span<const RunData> runs, std::span<const RunValue> values,
                                         std::vector<Replicates> groups, const MetricChoice& metric,
                                         std::optional<std::size_t> baseline);

/// The group that holds a run; nothing if none does.
IBOT_API std::optional<std::size_t> group_of(std::span<const Replicates> groups,
                                             std::span<const RunData> runs, std::string_view run);

}  // namespace ibot::compare
