// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels.h"

#include <ATen/TensorOperators.h>
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
  auto [y, mean, rstd] = at::native_layer_norm(x, {x.size(-1)}, w, b, eps);
  return {y.to(work), mean.flatten(), rstd.flatten()};
}

at::Tensor residual_add(const at::Tensor& x, const at::Tensor& y, const at::Tensor& scale,
                        const at::Tensor& gamma) {
  at::Tensor branch = y.to(x.scalar_type());
  if (gamma.defined()) branch = branch * gamma;
  if (scale.defined()) branch = branch * scale.unsqueeze(1);
  return x + branch;
}

at::Tensor branch_grad(const at::Tensor& dx, const at::Tensor& scale, const at::Tensor& gamma,
                       at::ScalarType work) {
  at::Tensor dy = dx;
  if (gamma.defined()) dy = dy * gamma;
  if (scale.defined()) dy = dy * scale.unsqueeze(1);
  return dy.to(work);
}

std::tuple<at::Tensor, at::Tensor> layer_norm_backward(const at::Tensor& dy, const at::Tensor& x,
                                                       const at::Tensor& mean, const at::Tensor& rstd,
                                                       const at::Tensor& w, at::Tensor& dx_in_out) {
  auto [dx, dw, db] =
      at::native_layer_norm_backward(dy.to(x.scalar_type()), x, {x.size(-1)}, mean.unsqueeze(1),
                                     rstd.unsqueeze(1), w, w, {true, true, true});
  dx_in_out.add_(dx);
  return {dw, db};
}

at::Tensor layer_norm_again(const at::Tensor& x, const at::Tensor& mean, const at::Tensor& rstd,
                            const at::Tensor& w, const at::Tensor& b, at::ScalarType work) {
  return ((x - mean.unsqueeze(1)) * rstd.unsqueeze(1) * w + b).to(work);
}

at::Tensor gelu(const at::Tensor& u) {
  return at::gelu(u);
}

void gelu_backward_(at::Tensor& dg, const at::Tensor& u) {
  dg = at::gelu_backward(dg, u);
}

at::Tensor column_sum(const at::Tensor& y, at::ScalarType wide) {
  return y.sum(at::IntArrayRef({0}), false, wide);
}

}  // namespace ibot::nn::kernels
