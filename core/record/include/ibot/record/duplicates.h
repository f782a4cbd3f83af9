// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/record/rows.h>

#include <span>
#include <vector>

namespace ibot::record {

/// Earlier runs of one configuration.
struct IBOT_API Duplicates {
  std::vector<Run> same_seed;    ///< would be made again, bit for bit on the same machine
  std::vector<Run> other_seeds;  ///< repetitions to compare with

  bool empty() const { return same_seed.empty() && other_seeds.empty(); }
};

/// Those of `runs` that are equal in configuration, plugins and data. Branches are none: they began with
/// weights of another run.
IBOT_API Duplicates find_duplicates(std::span<const Run> runs, const Hashes& hashes);

}  // namespace ibot::record
