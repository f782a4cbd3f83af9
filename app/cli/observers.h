// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/data/dataset.h>
#include <ibot/plan/plan.h>
#include <ibot/plugin/registry.h>
#include <ibot/train/trainer.h>

#include <memory>
#include <vector>

namespace ibot::cli {

/// What looks at a run while it trains, as its plan asks: evaluators on their rhythm, label-free figures with
/// the health rules, probe pictures.
base::Result<std::vector<std::unique_ptr<train::Observer>>> make_observers(const plan::Plan& plan,
                                                                           const plugin::Registry& registry,
                                                                           const data::Dataset& dataset);

}  // namespace ibot::cli
