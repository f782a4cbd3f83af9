// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/compare/run_data.h>

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace ibot::compare {

/// Runs that are equal but for the seed: in configuration, builds of plugins, data, in what they began with
/// and how they were extended. The machine may differ, and the folders where the data lies
/// (plan/places.h) if the record says that they held the same.
struct IBOT_API Replicates {
  /// The parameters in which it differs from the other groups: "mask=none". Of many the few that tell it
  /// apart, and how many there are more: "mask=none lr=0.001 + 3 more". No two groups are called alike.
  std::string name;
  std::vector<std::size_t> runs;  ///< places in what was grouped; by seed, of one seed the oldest first
  std::map<std::string, std::string> levels;  ///< all those parameters by their full keys
};

/// In the order of the first run of each group. Branches are equal if the runs that they left are, at one
/// step.
IBOT_API std::vector<Replicates> group_replicates(std::span<const RunData> runs);

/// A sentence for each two groups that would be one if it were known that the same pictures lay where they
/// say. Pure, any thread.
IBOT_API std::vector<std::string> unknown_places(std::span<const Replicates> groups,
                                                 std::span<const RunData> runs);

/// The place of each group's colour and dashes (see line_dash()), the same in every figure of these groups:
/// that of its first run, or the next one of which no other group has the colour.
IBOT_API std::vector<std::size_t> group_colours(std::span<const Replicates> groups,
                                                std::span<const RunData> runs);

}  // namespace ibot::compare
