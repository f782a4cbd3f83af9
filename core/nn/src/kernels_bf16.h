// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

// What bf16 has of its own on the CPU: functions that LibTorch computes one operator at a time, or several
// times slower where rows are short. fp32 inside, rounded once. Called where `fits` says so.
namespace ibot::nn::kernels::bf16 {

/// A contiguous bf16 CPU tensor.
bool fits(const at::Tensor& t);

/// x Phi(x), the exact GELU, with Phi from erfc (Abramowitz and Stegun 7.1.26, error 1.5e-7).
at::Tensor gelu(const at::Tensor& u);
/// du = dg * gelu'(u), written over dg; returns gelu(u), which costs nothing beside it.
at::Tensor gelu_and_gradient_(at::Tensor& dg, const at::Tensor& u);

/// Rows of softmax(scale * s), written over s [..., n] with n <= kLongestRow.
void scaled_softmax_(at::Tensor& s, double scale);
/// ds = scale * p * (dp - sum(p dp)) by rows, written over dp.
void scaled_softmax_backward_(at::Tensor& dp, const at::Tensor& p, double scale);
inline constexpr std::int64_t kLongestRow = 512;

}  // namespace ibot::nn::kernels::bf16
