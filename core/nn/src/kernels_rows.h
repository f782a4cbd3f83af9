// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

// Fused CPU loops over rows: fp32 residual stream, fp32 or bf16 products. Called by kernels.cpp where `fits`
// says so; every other case is composed from LibTorch operators there. Sums over rows use a fixed number of
// blocks, so that results do not depend on the number of threads.
namespace ibot::nn::kernels::rows {

/// wide [R, D] is a contiguous fp32 CPU tensor, and `work` fp32 or bf16.
bool fits(const at::Tensor& wide, at::ScalarType work);

void layer_norm(const at::Tensor& x, const at::Tensor& w, const at::Tensor& b, double eps, at::Tensor& y,
                at::Tensor& mean, at::Tensor& rstd);
void layer_norm_again(const at::Tensor& x, const at::Tensor& mean, const at::Tensor& rstd,
                      const at::Tensor& w, const at::Tensor& b, at::Tensor& y);
/// dx_in_out += ...; dw, db [D] are written.
void layer_norm_backward(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& mean,
                         const at::Tensor& rstd, const at::Tensor& w, at::Tensor& dx_in_out, at::Tensor& dw,
                         at::Tensor& db);
/// scale [R] and gamma [D] may be undefined.
void residual_add(const at::Tensor& x, const at::Tensor& y, const at::Tensor& scale, const at::Tensor& gamma,
                  at::Tensor& out);
void branch_grad(const at::Tensor& dx, const at::Tensor& scale, const at::Tensor& gamma, at::Tensor& dy);
void column_sum(const at::Tensor& y, at::Tensor& sum);
/// sum += grad, element by element; sum fp32, grad fp32 or bf16.
void accumulate(at::Tensor& sum, const at::Tensor& grad);

}  // namespace ibot::nn::kernels::rows
