// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/plan/plan.h>
#include <ibot/record/rows.h>

#include <span>
#include <string_view>
#include <vector>

namespace ibot::compare {

/// The hashes under which the record keeps a run of this plan; `environment` is left empty. `content_hash`:
/// of what the data set's files hold (data::Dataset::content_hash), empty where it is unknown. `init_sha256`:
/// of the weights that the run starts from; empty: none. From other weights the same values make another run.
IBOT_API record::Hashes recorded_hashes(const plan::Plan& plan, std::string_view content_hash,
                                        std::string_view init_sha256 = {});

/// Earlier runs of one configuration: the one rule for the Check page, matrices, `ibot plan`, `ibot train`
/// and the queue. The versions of plugins belong to the configuration, the bytes of their libraries do not.
struct IBOT_API Duplicates {
  std::vector<record::Run> same_seed;     ///< would be made again, bit for bit on the same machine
  std::vector<record::Run> other_builds;  ///< the same, but a plugin of the same version was another build
  std::vector<record::Run> other_seeds;   ///< repetitions to compare with, of the same builds

  bool empty() const { return same_seed.empty() && other_builds.empty() && other_seeds.empty(); }
};

/// Those of `runs` that are equal in configuration and data. Branches are none, since they began with weights
/// of another run, nor are those in the trash.
IBOT_API Duplicates find_duplicates(std::span<const record::Run> runs, const record::Hashes& hashes);

}  // namespace ibot::compare
