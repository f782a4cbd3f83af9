// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/nn/block.h>

#include <ATen/core/Tensor.h>

#include <cstdint>

// Multi-head attention of one segment on the CPU, on rows (H heads, d = D / H):
//   out = softmax(q k^T / sqrt(d)) v,   qkv [n * t, 3D] -> [n * t, D]
//
// LibTorch's CPU flash attention multiplies head by head, and for bf16 each of its small products costs more
// to set up than to compute (measured: half of a step at 65 tokens). Up to kBatchedTokens tokens all heads go
// through one batched product instead, and backward makes the probabilities again, so that nothing of size t
// x t is kept. Longer sequences use flash.
namespace ibot::nn {

inline constexpr std::int64_t kBatchedTokens = 512;

/// `log_sum` is what flash wants to see again in backward; undefined for the batched form.
at::Tensor attend(const at::Tensor& qkv, const TokenSegment& segment, std::int64_t heads,
                  at::Tensor& log_sum);

/// Writes the gradient of the segment's rows of qkv into dqkv, for the gradient of out. `out`, `dout`: [R,
/// D], all rows.
void attend_backward(const at::Tensor& qkv, const TokenSegment& segment, std::int64_t heads,
                     const at::Tensor& out, const at::Tensor& log_sum, const at::Tensor& dout,
                     at::Tensor& dqkv);

}  // namespace ibot::nn
