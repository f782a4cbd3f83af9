// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <ATen/core/Tensor.h>

namespace ibot::nn {

/// The cross-entropy of soft targets, summed over rows:
///   - sum_r sum_k p_rk log softmax(s_r / tau)_k
/// logits s [R, K] in any floating dtype, differentiable; targets p [R, K] in the dtype to compute in, need
/// not sum to 1 (a row's weight may be part of them) and get no gradient. Returns a scalar of that dtype.
/// Keeps logits and targets alone until backward, where log-softmax by itself would keep two more arrays of
/// their size.
IBOT_API at::Tensor soft_cross_entropy(const at::Tensor& logits, const at::Tensor& targets,
                                       double temperature);

}  // namespace ibot::nn
