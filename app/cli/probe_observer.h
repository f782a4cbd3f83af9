// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/data/dataset.h>
#include <ibot/plan/plan.h>
#include <ibot/train/trainer.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace ibot::cli {

/// Looks at the plan's probe pictures while a run trains: the pinned files, or the first `probes.pictures` of
/// `order` (indices of the data set). Each is a centre square, at twice the side of the large crops as far as
/// it has the pixels, so that maps are finer than what the network is trained on. Null if there is nothing to
/// look at. Errors: a pinned file that cannot be read, with its reason.
base::Result<std::unique_ptr<train::Observer>> make_probe_observer(const plan::Plan& plan,
                                                                   const data::Dataset& dataset,
                                                                   const std::vector<std::int64_t>& order);

}  // namespace ibot::cli
