// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/compare/replicates.h>
#include <ibot/record/study.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::compare {

/// The study that all of these runs belong to: of several the one with the fewest runs, of equals the one
/// that was changed last. nullptr: there is none, or there are no runs.
IBOT_API const record::Study* study_of(std::span<const record::Study> studies, std::span<const RunData> runs);

/// Calls groups by the levels of a study's factors ("mask=none crops=small"), and adds these to their levels.
/// Nothing is done, and false is returned, unless each run is in the study, each run of a group has the same
/// levels, and no two groups would be called alike.
IBOT_API bool name_by_levels(const record::Study& study, std::span<const RunData> runs,
                             std::vector<Replicates>& groups);

/// Factors of a study that its runs have levels of, ascending.
IBOT_API std::vector<std::string> factors_of(const record::Study& study);

/// The runs that the name of a variant means, as tables show it: "mask=none", "mask=none crops=small". Those
/// of which every factor has that level, by a study that they are in or by their plan, where "mask" stands
/// for mask.plugin and "lr" for optimizer.lr. Places in `runs`, ascending; none where the name has no such
/// form.
IBOT_API std::vector<std::size_t> runs_called(std::string_view name, std::span<const record::Study> studies,
                                              std::span<const RunData> runs);

}  // namespace ibot::compare
