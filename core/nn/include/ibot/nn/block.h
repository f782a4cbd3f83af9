// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/nn/module.h>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace ibot::nn {

/// Tokens of crops of one size inside a packed row buffer: rows [first_row, first_row + samples * tokens).
struct TokenSegment {
  std::int64_t first_row = 0;
  std::int64_t samples = 0;
  std::int64_t tokens = 0;
};

/// Stochastic depth of one block: factors per row, 0 or 1 / keep probability, wide dtype [R]; undefined: no
/// draw.
struct DropPathRows {
  at::Tensor attention;
  at::Tensor mlp;
};

/// A pre-norm transformer block (spec 1.1):
///   x <- x + drop(gamma_1 * attn(LN1 x));  x <- x + drop(gamma_2 * mlp(LN2 x))
/// with softmax(q k^T / sqrt(head_dim)) v, one qkv product whose output rows are q, k, v, and an exact GELU.
///
/// Works on a packed buffer x [R, D] that holds crops of several sizes; only attention looks at the segments.
/// On the CPU one autograd node with a hand-written backward keeps x, the qkv rows, the attention's output,
/// the pre-activation and the second residual, and computes norms and GELU again. Elsewhere the same maths is
/// composed from LibTorch operators.
class IBOT_API Block : public Module {
 public:
  struct Options {
    std::int64_t dim = 0;
    std::int64_t heads = 0;
    std::int64_t mlp_hidden = 0;
    bool qkv_bias = true;
    double norm_eps = 1e-6;
    double layer_scale = 0;  ///< initial gamma_1, gamma_2; 0: none
  };

  /// Parameters are allocated and constant (weights 0); `initialize` of the network draws them.
  explicit Block(const Options& options);

  /// x [R, D] wide -> [R, D], or [selected, D] when `rows` (int64 indices into R) is given: everything after
  /// the attention product is row-wise, so rows that nobody reads are not computed.
  at::Tensor forward(const at::Tensor& x, const std::vector<TokenSegment>& segments, const DropPathRows& drop,
                     const at::Tensor& rows = {});

  /// The composition that `forward` must equal: for other devices, for tests, and for networks changed by
  /// plugins.
  at::Tensor forward_composed(const at::Tensor& x, const std::vector<TokenSegment>& segments,
                              const DropPathRows& drop, const at::Tensor& rows = {});

  /// Softmax of one query token over all tokens of one segment: x [samples * tokens, D] -> [samples, heads,
  /// tokens]. Only that query's row is computed.
  at::Tensor attention_row(const at::Tensor& x, const TokenSegment& segment, std::int64_t query_token);

  const Options& options() const { return options_; }

  Parameter norm1_weight, norm1_bias, qkv_weight, qkv_bias, proj_weight, proj_bias;
  Parameter norm2_weight, norm2_bias, fc1_weight, fc1_bias, fc2_weight, fc2_bias;
  Parameter gamma1, gamma2;

 private:
  Options options_;
};

}  // namespace ibot::nn
