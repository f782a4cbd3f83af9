// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/nn/module.h>

#include <ATen/core/Tensor.h>

namespace ibot::nn {

/// y = x W^T + b for rows x [R, in], W [out, in], b [out] (b may be undefined).
/// Computes with the working copies, in their dtype: x is converted to it, y has it. Differentiable in x; the
/// gradients of W and b go straight into the parameters (Parameter::accumulate_grad), so that no per-step
/// copies are made.
IBOT_API at::Tensor linear(const at::Tensor& x, Parameter& weight, Parameter& bias);

/// Layer norm over the last dimension with affine w, b [D]; statistics in the master dtype (spec 1.1, eps
/// 1e-6). Returns the master dtype. Differentiable in x; gradients of w and b go into the parameters.
IBOT_API at::Tensor layer_norm(const at::Tensor& x, Parameter& weight, Parameter& bias, double eps);

/// Rows divided by max(||row||_2, 1e-12), as torch.nn.functional.normalize. Statistics in at least fp32.
IBOT_API at::Tensor l2_normalize(const at::Tensor& x);

/// A weight-normalised, bias-free linear layer (spec 1.3): row k of the weight is g_k v_k / ||v_k||_2.
/// Differentiable in x; gradients of v and (if trainable) g go into the parameters.
IBOT_API at::Tensor weight_norm_linear(const at::Tensor& x, Parameter& v, Parameter& g);

/// The effective weight [K, d] of a weight-normalised layer in the working dtype, without gradient.
IBOT_API at::Tensor weight_norm_effective(const Parameter& v, const Parameter& g);

}  // namespace ibot::nn
