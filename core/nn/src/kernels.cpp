// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels.h"

#include "kernels_bf16.h"
#include "kernels_rows.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/_softmax.h>
#include <ATen/ops/_softmax_backward_data.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/gelu_backward.h>
#include <ATen/ops/native_layer_norm.h>
#include <ATen/ops/native_layer_norm_backward.h>

namespace ibot::nn::kernels {

std::span<float> span_of(at::Tensor& tensor) {
  return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

LayerNormResult layer_norm(const at::Tensor& x, const at::Tensor& w, const at::Tensor& b, double eps,
                           at::ScalarType work) {
  if (rows::fits(x, work) && x.dim() == 2) {
    LayerNormResult result{at::empty_like(x, x.options().dtype(work)), at::empty({x.size(0)}, x.options()),
                           at::empty({x.size(0)}, x.options())};
    rows::layer_norm(x, w, b, eps, result.y, result.mean, result.rstd);
    return result;
  }
  auto [y, mean, rstd] = at::native_layer_norm(x, {x.size(-1)}, w, b, eps);
  return {y.to(work), mean.flatten(), rstd.flatten()};
}

at::Tensor residual_add(const at::Tensor& x, const at::Tensor& y, const at::Tensor& scale,
                        const at::Tensor& gamma) {
  if (rows::fits(x, y.scalar_type()) && x.dim() == 2 && y.is_contiguous() && !x.requires_grad() &&
      !y.requires_grad()) {
    at::Tensor out = at::empty_like(x);
    rows::residual_add(x, y, scale, gamma, out);
    return out;
  }
  at::Tensor branch = y.to(x.scalar_type());
  if (gamma.defined()) branch = branch * gamma;
  if (scale.defined()) branch = branch * scale.unsqueeze(1);
  return x + branch;
}

at::Tensor branch_grad(const at::Tensor& dx, const at::Tensor& scale, const at::Tensor& gamma,
                       at::ScalarType work) {
  if (rows::fits(dx, work)) {
    at::Tensor out = at::empty_like(dx, dx.options().dtype(work));
    rows::branch_grad(dx, scale, gamma, out);
    return out;
  }
  at::Tensor dy = dx;
  if (gamma.defined()) dy = dy * gamma;
  if (scale.defined()) dy = dy * scale.unsqueeze(1);
  return dy.to(work);
}

std::tuple<at::Tensor, at::Tensor> layer_norm_backward(const at::Tensor& dy, const at::Tensor& x,
                                                       const at::Tensor& mean, const at::Tensor& rstd,
                                                       const at::Tensor& w, at::Tensor& dx_in_out) {
  if (rows::fits(x, dy.scalar_type()) && dy.is_contiguous() && dx_in_out.is_contiguous()) {
    at::Tensor dw = at::empty_like(w);
    at::Tensor db = at::empty_like(w);
    rows::layer_norm_backward(dy, x, mean, rstd, w, dx_in_out, dw, db);
    return {dw, db};
  }
  auto [dx, dw, db] =
      at::native_layer_norm_backward(dy.to(x.scalar_type()), x, {x.size(-1)}, mean.unsqueeze(1),
                                     rstd.unsqueeze(1), w, w, {true, true, true});
  dx_in_out.add_(dx);
  return {dw, db};
}

at::Tensor layer_norm_again(const at::Tensor& x, const at::Tensor& mean, const at::Tensor& rstd,
                            const at::Tensor& w, const at::Tensor& b, at::ScalarType work) {
  if (rows::fits(x, work)) {
    at::Tensor y = at::empty_like(x, x.options().dtype(work));
    rows::layer_norm_again(x, mean, rstd, w, b, y);
    return y;
  }
  return ((x - mean.unsqueeze(1)) * rstd.unsqueeze(1) * w + b).to(work);
}

void accumulate(at::Tensor& sum, const at::Tensor& grad) {
  if (rows::fits(sum, grad.scalar_type()) && grad.is_contiguous()) {
    rows::accumulate(sum, grad);
  } else {
    sum.add_(grad);
  }
}

at::Tensor gelu(const at::Tensor& u) {
  return bf16::fits(u) ? bf16::gelu(u) : at::gelu(u);
}

at::Tensor gelu_and_gradient_(at::Tensor& dg, const at::Tensor& u) {
  if (bf16::fits(u) && bf16::fits(dg)) return bf16::gelu_and_gradient_(dg, u);
  dg = at::gelu_backward(dg, u);
  return at::gelu(u);
}

at::Tensor scaled_softmax(at::Tensor s, double scale) {
  if (!bf16::fits(s) || s.size(-1) > bf16::kLongestRow) return at::_softmax(s.mul_(scale), -1, false);
  bf16::scaled_softmax_(s, scale);
  return s;
}

at::Tensor scaled_softmax_backward(at::Tensor dp, const at::Tensor& p, double scale) {
  if (!bf16::fits(dp) || !bf16::fits(p))
    return at::_softmax_backward_data(dp, p, -1, p.scalar_type()).mul_(scale);
  bf16::scaled_softmax_backward_(dp, p, scale);
  return dp;
}

at::Tensor column_sum(const at::Tensor& y, at::ScalarType wide) {
  if (rows::fits(y, at::kFloat) || (y.is_cpu() && y.is_contiguous() && y.scalar_type() == at::kBFloat16)) {
    at::Tensor sum = at::empty({y.size(1)}, y.options().dtype(wide));
    if (wide == at::kFloat) {
      rows::column_sum(y, sum);
      return sum;
    }
  }
  return y.sum(at::IntArrayRef({0}), false, wide);
}

}  // namespace ibot::nn::kernels
