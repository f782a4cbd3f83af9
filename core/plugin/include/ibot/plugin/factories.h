// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/params/schema.h>

#include <cstdint>
#include <functional>
#include <memory>

// The products, declared only: their headers may include LibTorch, this one must not.
namespace ibot::data {
class MaskStrategy;
}
namespace ibot::nn {
class Backbone;
}
namespace ibot::train {
class LossTerm;
}
namespace ibot::evaluate {
class Evaluator;
}

namespace ibot::plugin {

/// What a backbone must know beyond its own parameters.
struct BackboneRequest {
  int image_size = 224;           ///< px, side of a global crop: decides the native position grid
  int channels = 3;               ///< planes of an image
  bool masked_modelling = false;  ///< true for the student: own a mask token and accept masks
};

/// What a loss term must know beyond its own parameters: the run's shape.
struct LossRequest {
  std::int64_t out_dim = 0;  ///< K, prototypes of the CLS head
  std::int64_t patch_out_dim =
      0;                 ///< K', prototypes of the patch head; equal to out_dim where the head is shared
  int global_crops = 2;  ///< V_g
  int local_crops = 0;   ///< V_l
  std::int64_t epochs = 0;
  std::int64_t steps_per_epoch = 0;
  std::int64_t mask_start_epoch = 0;  ///< first epoch with masks (the masking plugin's start_epoch)
};

/// What an evaluator must know beyond its own parameters.
struct EvaluatorRequest {
  std::uint64_t seed = 0;  ///< of every draw that it makes
};

/// Factories get values that were validated against the plugin's schema. They may throw base::Exception for
/// what a schema cannot say (two parameters that contradict each other); call them through stop_exceptions
/// (<ibot/plugin/boundary.h>). They may be called often, from one thread at a time; the products obey the
/// thread rules of their own headers and may outlive registry and loader, as libraries stay mapped.
using BackboneFactory =
    std::function<std::unique_ptr<nn::Backbone>(const params::Values&, const BackboneRequest&)>;
using MaskingFactory = std::function<std::unique_ptr<data::MaskStrategy>(const params::Values&)>;
using LossFactory =
    std::function<std::unique_ptr<train::LossTerm>(const params::Values&, const LossRequest&)>;
using EvaluatorFactory =
    std::function<std::unique_ptr<evaluate::Evaluator>(const params::Values&, const EvaluatorRequest&)>;

}  // namespace ibot::plugin
