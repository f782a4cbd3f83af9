// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/compare/differences.h>
#include <ibot/compare/result.h>
#include <ibot/compare/table.h>

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The tables that comparisons end in.
namespace ibot::compare {

/// One row a variant: mean, spread, n, difference to the baseline, p, verdict.
IBOT_API Table list_table(const ComparisonResult& result);

/// One row a level of the factor `rows`, one column a level of `columns` (full keys, or names given to the
/// factors of a study); in each cell mean, spread, n and verdict. Errors: InvalidArgument (no such factor,
/// with those that there are, or two groups in one cell, with a factor that would tell them apart).
IBOT_API base::Result<Table> grid_table(const ComparisonResult& result, std::string_view rows,
                                        std::string_view columns);

/// The shapes of the paper's ablations.
enum class Preset : std::uint8_t {
  Pretext = 1,  ///< which losses count and whether their head is shared, as check marks
  Masking,      ///< strategy by ratio
  Head,         ///< separate and shared, side by side
};
IBOT_API std::optional<Preset> parse_preset(std::string_view name);
/// `runs`: those that were compared. Errors: InvalidArgument (the runs have no such parameters, or
/// do not differ in the head).
IBOT_API base::Result<Table> preset_table(Preset preset, const ComparisonResult& result,
                                          std::span<const RunData> runs);

/// One row a run that counts, with all figures of its group: enough to compute every verdict again. Numbers
/// have up to 15 digits, so that 30.2 is not 30.200000000000003.
IBOT_API Table value_table(const ComparisonResult& result, std::span<const RunData> runs);

/// One row a key, one column a run.
IBOT_API Table difference_table(std::span<const DifferenceRow> rows, std::span<const RunData> runs);

/// Metric, rule, groups with their runs, figures and verdicts.
IBOT_API nlohmann::json to_json(const ComparisonResult& result, std::span<const RunData> runs);
IBOT_API nlohmann::json to_json(std::span<const DifferenceRow> rows, std::span<const RunData> runs);

}  // namespace ibot::compare
