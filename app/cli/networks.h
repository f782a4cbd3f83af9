// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session.h"

#include <ibot/nn/backbone.h>
#include <ibot/plugin/loader.h>

#include <memory>
#include <string>

namespace ibot::cli {

/// A backbone of a run at one of its saved moments.
struct LoadedNetwork {
  plan::Plan plan;
  std::unique_ptr<nn::Backbone> backbone;
  nn::Normalisation normalisation;
  std::int64_t step = 0;
  std::string run;
};

/// Loads teacher or student of a run. `step` < 0: the newest full checkpoint, or the newest teacher snapshot
/// where there is none. Errors: NotFound, naming the steps that are there.
base::Result<LoadedNetwork> load_network(plugin::Loader& loader, OpenedRun& opened,
                                         const std::string& network, std::int64_t step);

/// Weights of the plan's normalisation.
nn::Normalisation normalisation_of(const plan::Plan& plan);

}  // namespace ibot::cli
