// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/plan/plan.h>

#include <span>
#include <string>
#include <string_view>

namespace ibot::plan {

/// A run that was recorded earlier, as far as it can be compared with a plan.
struct IBOT_API KnownRun {
  std::string id;
  std::string name;
  std::string config, data, seed;  ///< the recorded hashes
};

/// The hash of a run's data as the record keeps it: what the plan says of it, and what the files hold
/// (data::Dataset::content_hash; empty where they are not there).
IBOT_API std::string recorded_data_hash(const Plan& plan, std::string_view content_hash);

/// The first run that would be repeated: same values, plugins, data and seed. Another build of a plugin is no
/// difference, another version is. nullptr if there is none.
IBOT_API const KnownRun* find_duplicate(const Plan& plan, std::string_view content_hash,
                                        std::span<const KnownRun> runs);

}  // namespace ibot::plan
