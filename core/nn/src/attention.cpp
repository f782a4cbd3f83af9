// SPDX-License-Identifier: GPL-3.0-or-later
#include "attention.h"

#include "kernels.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/_scaled_dot_product_flash_attention_for_cpu.h>
#include <ATen/ops/_scaled_dot_product_flash_attention_for_cpu_backward.h>
#include <ATen/ops/bmm.h>

#include <cmath>
#include <tuple>
#include <vector>

namespace ibot::nn {
namespace {

at::Tensor rows_of(const at::Tensor& all, const TokenSegment& segment) {
  return all.narrow(0, segment.first_row, segment.samples * segment.tokens);
}

// [n * t, width * D] -> [width, n, H, t, d], a view.
at::Tensor by_head(const at::Tensor& all, const TokenSegment& segment, std::int64_t heads,
                   std::int64_t width) {
  const std::int64_t dim = all.size(1) / width;
  return rows_of(all, segment)
      .view({segment.samples, segment.tokens, width, heads, dim / heads})
      .permute({2, 0, 3, 1, 4});
}

// The same in memory, heads as batches: [width, n * H, t, d].
at::Tensor batches(const at::Tensor& view) {
  return view.reshape({view.size(0), view.size(1) * view.size(2), view.size(3), view.size(4)});
}

at::Tensor probabilities(const at::Tensor& q, const at::Tensor& k) {
  const double scale = 1.0 / std::sqrt(static_cast<double>(q.size(2)));
  return kernels::scaled_softmax(at::bmm(q, k.transpose(1, 2)), scale);
}

}  // namespace

at::Tensor attend(const at::Tensor& qkv, const TokenSegment& segment, std::int64_t heads,
                  at::Tensor& log_sum) {
  const at::Tensor view = by_head(qkv, segment, heads, 3);
  const std::int64_t dim = qkv.size(1) / 3;
  at::Tensor out;  // [n, H, t, d]
  if (segment.tokens <= kBatchedTokens) {
    const at::Tensor all = batches(view);
    out = at::bmm(probabilities(all[0], all[1]), all[2])
              .view({segment.samples, heads, segment.tokens, dim / heads});
  } else {
    std::tie(out, log_sum) = at::_scaled_dot_product_flash_attention_for_cpu(
        view[0], view[1], view[2], 0.0, false, {}, 1.0 / std::sqrt(static_cast<double>(dim / heads)));
  }
  return out.transpose(1, 2).reshape({segment.samples * segment.tokens, dim});
}

void attend_backward(const at::Tensor& qkv, const TokenSegment& segment, std::int64_t heads,
                     const at::Tensor& out, const at::Tensor& log_sum, const at::Tensor& dout,
                     at::Tensor& dqkv) {
  const at::Tensor view = by_head(qkv, segment, heads, 3);
  const at::Tensor target = by_head(dqkv, segment, heads, 3);
  const at::Tensor gradient = by_head(dout, segment, heads, 1);
  const double scale = 1.0 / std::sqrt(static_cast<double>(view.size(4)));
  if (segment.tokens > kBatchedTokens) {
    const auto [dq, dk, dv] = at::_scaled_dot_product_flash_attention_for_cpu_backward(
        gradient[0], view[0], view[1], view[2], by_head(out, segment, heads, 1)[0], log_sum, 0.0, false, {},
        scale);
    target[0].copy_(dq);
    target[1].copy_(dk);
    target[2].copy_(dv);
    return;
  }
  const at::Tensor all = batches(view);
  const at::Tensor grad = batches(gradient)[0];
  const at::Tensor p = probabilities(all[0], all[1]);
  const at::Tensor ds = kernels::scaled_softmax_backward(at::bmm(grad, all[2].transpose(1, 2)), p, scale);
  const std::vector<std::int64_t> shape = target[0].sizes().vec();
  target[0].copy_(at::bmm(ds, all[1]).view(shape));
  target[1].copy_(at::bmm(ds.transpose(1, 2), all[0]).view(shape));
  target[2].copy_(at::bmm(p.transpose(1, 2), grad).view(shape));
}

}  // namespace ibot::nn
