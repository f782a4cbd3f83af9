// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/data/dataset.h>
#include <ibot/data/eval_stream.h>
#include <ibot/nn/backbone.h>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace ibot::evaluate {

/// What is kept of each picture.
struct FeatureRequest {
  data::EvalTransform transform;
  int workers = 2;
  int batch = 64;
  bool cls = true;                                   ///< final CLS token
  bool patches = false;                              ///< final patch tokens
  bool pixels = false;                               ///< the uint8 crop itself, for baselines
  std::optional<std::vector<std::int64_t>> indices;  ///< only these pictures, in this order
};

/// In the order of the pictures; unreadable ones are left out and counted.
struct Features {
  at::Tensor cls;                     ///< [M, D] fp32, not normalised
  at::Tensor patches;                 ///< [M, N, D] fp32
  at::Tensor pixels;                  ///< uint8 [M, 3, S, S]
  at::Tensor labels;                  ///< int64 [M], -1 unknown
  std::vector<std::int64_t> indices;  ///< [M] in the data set
  std::int64_t unreadable = 0;
};

/// Runs pictures through a backbone (null: pixels alone), without gradients, with the working copies of its
/// weights.
IBOT_API base::Result<Features> extract_features(nn::Backbone* backbone,
                                                 const nn::Normalisation& normalisation,
                                                 const data::Dataset& dataset, const FeatureRequest& request);

/// Raw pixels as features: S x S averaged down to `side` x `side`, [M, 3 * side * side] fp32.
IBOT_API at::Tensor pixel_features(const at::Tensor& pixels, std::int64_t side);

/// Rows of length 1.
IBOT_API at::Tensor normalize_rows(const at::Tensor& features);

}  // namespace ibot::evaluate
