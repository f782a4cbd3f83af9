// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/nn/backbone.h>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace ibot::nn {

/// A backbone that hands out its residual stream. Whoever keeps it gets attention and tokens of any layer
/// without another pass through the blocks: a click costs milliseconds. A backbone that is none of these is
/// looked at through the functions of Backbone, more slowly.
class IBOT_API StreamBackbone : public Backbone {
 public:
  ~StreamBackbone() override;

  /// The input of every block and the output of the last, [depth + 1] of [n, tokens, D], before the final
  /// norm.
  virtual std::vector<at::Tensor> residual_stream(const ImageGroup& group,
                                                  const Normalisation& normalisation) = 0;
  /// attention_row of some query tokens of a layer (0-based) from that layer's entry of the stream:
  /// [n, heads, queries, tokens]. Only these rows are computed.
  virtual at::Tensor attention_rows(const at::Tensor& stream, std::int64_t layer,
                                    const std::vector<std::int64_t>& query_tokens) = 0;
  /// Any entry of the stream through the final norm, as intermediate() gives it.
  virtual at::Tensor final_tokens(const at::Tensor& stream) = 0;
};

}  // namespace ibot::nn
