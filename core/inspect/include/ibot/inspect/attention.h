// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/image/image.h>

#include <cstdint>
#include <vector>

namespace ibot::nn {
class Backbone;
struct Normalisation;
}  // namespace ibot::nn

namespace ibot::inspect {

/// Attention of one query token over the patches of a picture.
struct AttentionMaps {
  int rows = 0, columns = 0;              ///< patch grid
  std::vector<std::vector<float>> heads;  ///< [heads][rows * columns], the softmax's own values
};

/// Runs a picture through the blocks before `layer` and computes the asked row of that layer's attention
/// alone, so that the fused attention stays on. `query` is a token: 0 is CLS, 1 + row * columns + column a
/// patch. `layer` counts from 0. Sides are cut to multiples of the patch. Errors: InvalidArgument (layer or
/// query out of range, a picture smaller than a patch), Unsupported (a backbone without attention).
IBOT_API base::Result<AttentionMaps> attention_maps(nn::Backbone& backbone,
                                                    const nn::Normalisation& normalisation,
                                                    const image::Image& picture, std::int64_t layer,
                                                    std::int64_t query = 0);

}  // namespace ibot::inspect
