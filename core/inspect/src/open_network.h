// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/inspect/views.h>
#include <ibot/nn/backbone.h>
#include <ibot/nn/head.h>
#include <ibot/weights/tensor_file.h>

#include <memory>
#include <optional>
#include <string>

namespace ibot::inspect {

/// A loaded network. `key` tells it from every other: the file as it was, which network of it, or the seed.
struct OpenNetwork {
  std::string key;
  plan::Plan plan;
  protocol::SeenNetwork seen;
  nn::Normalisation normalisation;
  std::unique_ptr<nn::Backbone> backbone;
  std::unique_ptr<nn::Head> head;  ///< null: of a file without one
};

/// What `choice` means and the key of its network, before anything is loaded.
struct FoundNetwork {
  protocol::NetworkChoice choice;
  std::optional<NetworkSource> source;  ///< of a run
  std::string key;
};

/// Errors: NotFound, InvalidArgument (neither run nor weights, an unknown network).
base::Result<FoundNetwork> find_network(ViewSources* sources, const protocol::NetworkChoice& choice);

/// `masked_modelling`: with a mask token, although it is the teacher of a run, who has none of its own: the
/// student's, from the same file.
/// Errors: those of the file, of the plugin and of the recipe; Incompatible; Unsupported (no mask token).
base::Result<std::shared_ptr<OpenNetwork>> open_network(plugin::Loader& loader, const FoundNetwork& found,
                                                        bool masked_modelling = false);

/// The plan of a file of weights: its recipe's, or that of a Vision Transformer with the sizes of its
/// tensors. Errors: InvalidArgument (a recipe with mistakes), Unsupported (tensors of another network).
base::Result<plan::Plan> plan_of_weights(const plugin::Loader& loader, const protocol::NetworkChoice& choice,
                                         const weights::TensorFile& file);

}  // namespace ibot::inspect
