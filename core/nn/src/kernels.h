// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <span>
#include <tuple>

// The element-wise and row-wise work between matrix products. Each function has a composition of LibTorch
// operators, which works for every device and dtype, and on the CPU a fused loop for fp32 (residual stream)
// with fp32 or bf16 (products). R rows, D columns; "wide" is the residual stream's dtype, "work" the dtype of
// products.
namespace ibot::nn::kernels {

/// The elements of a contiguous CPU tensor of floats. Raw memory is touched in files named kernels* alone.
std::span<float> span_of(at::Tensor& tensor);

struct LayerNormResult {
  at::Tensor y;     ///< [R, D], work
  at::Tensor mean;  ///< [R], wide
  at::Tensor rstd;  ///< [R], wide
};

/// y = (x - mean) * rstd * w + b.
LayerNormResult layer_norm(const at::Tensor& x, const at::Tensor& w, const at::Tensor& b, double eps,
                           at::ScalarType work);

/// x' = x + scale * gamma * y, with scale [R] (stochastic depth; undefined: 1) and gamma [D] (layer scale;
/// undefined: 1).
at::Tensor residual_add(const at::Tensor& x, const at::Tensor& y, const at::Tensor& scale,
                        const at::Tensor& gamma);

/// Gradient of the branch: dy = scale * gamma * dx, in work.
at::Tensor branch_grad(const at::Tensor& dx, const at::Tensor& scale, const at::Tensor& gamma,
                       at::ScalarType work);

/// dx_in_out += gradient of layer norm for dy (work); returns (dw, db) in wide.
std::tuple<at::Tensor, at::Tensor> layer_norm_backward(const at::Tensor& dy, const at::Tensor& x,
                                                       const at::Tensor& mean, const at::Tensor& rstd,
                                                       const at::Tensor& w, at::Tensor& dx_in_out);

/// The same y again from x and its statistics: cheaper than to keep it.
at::Tensor layer_norm_again(const at::Tensor& x, const at::Tensor& mean, const at::Tensor& rstd,
                            const at::Tensor& w, const at::Tensor& b, at::ScalarType work);

/// Exact (erf) GELU.
at::Tensor gelu(const at::Tensor& u);
/// du = dg * gelu'(u), written over dg; returns gelu(u) once more.
at::Tensor gelu_and_gradient_(at::Tensor& dg, const at::Tensor& u);

/// softmax(scale * s) over the last dimension, written over s where that can be.
at::Tensor scaled_softmax(at::Tensor s, double scale);
/// Gradient of scaled_softmax for dp, given its result p; written over dp where that can be.
at::Tensor scaled_softmax_backward(at::Tensor dp, const at::Tensor& p, double scale);

/// Sum over rows in wide: [R, D] -> [D].
at::Tensor column_sum(const at::Tensor& y, at::ScalarType wide);

/// sum += grad, whatever grad's dtype.
void accumulate(at::Tensor& sum, const at::Tensor& grad);

}  // namespace ibot::nn::kernels
