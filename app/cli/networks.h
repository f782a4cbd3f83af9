// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session.h"

#include <ibot/nn/backbone.h>
#include <ibot/nn/head.h>
#include <ibot/plugin/loader.h>
#include <ibot/weights/match.h>
#include <ibot/weights/tensor_file.h>

#include <filesystem>
#include <memory>
#include <string>

namespace ibot::cli {

/// A backbone and its projection head of a run at one of its saved moments.
struct LoadedNetwork {
  plan::Plan plan;
  std::unique_ptr<nn::Backbone> backbone;
  std::unique_ptr<nn::Head> head;
  nn::Normalisation normalisation;
  std::int64_t step = 0;
  std::string run;
};

/// Loads teacher or student of a run. `step` < 0: the newest full checkpoint, or the newest teacher snapshot
/// where there is none. Errors: NotFound, naming the steps that are there.
base::Result<LoadedNetwork> load_network(plugin::Loader& loader, OpenedRun& opened,
                                         const std::string& network, std::int64_t step);

/// A new backbone of a plan beside a file of weights: every tensor that fits, lacks or is left over. Nothing
/// is loaded yet.
struct MatchedBackbone {
  std::unique_ptr<nn::Backbone> backbone;
  weights::TensorFile file;  ///< what the report refers to
  weights::MatchReport report;
};
/// `masked_modelling`: with a mask token, as a student has. Errors: those of the plugin, of the file and of
/// weights::match; a report that is not complete is none.
base::Result<MatchedBackbone> match_backbone(plugin::Loader& loader, const plan::Plan& plan,
                                             const std::filesystem::path& file, bool masked_modelling);

/// Says on standard error what of the weights fits a run that starts from them. Returns the file's SHA-256.
/// Errors: as match_backbone(), and where a tensor is missing or does not fit.
base::Result<std::string> check_start_weights(plugin::Loader& loader, const plan::Plan& plan,
                                              const std::filesystem::path& file);

/// Whether the networks of a plan have the shapes of a full checkpoint, from which a branch begins. Errors:
/// those of the plugin and of the file, Incompatible.
base::Status check_branch(plugin::Loader& loader, const plan::Plan& plan,
                          const std::filesystem::path& checkpoint);

/// Weights of the plan's normalisation.
nn::Normalisation normalisation_of(const plan::Plan& plan);

}  // namespace ibot::cli
