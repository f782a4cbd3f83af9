// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/compare/replicates.h>
#include <ibot/record/study.h>

#include <span>
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

}  // namespace ibot::compare
