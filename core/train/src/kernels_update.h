// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

// Fused CPU loops of the optimiser. The only place in core/train that touches raw memory.
namespace ibot::train::kernels {

/// One tensor of the update; undefined members are left out.
struct UpdateItem {
  at::Tensor value, gradient, moment1, moment2;
  at::Tensor working;  ///< bf16 copy of value, or undefined
  at::Tensor teacher, teacher_working;
  bool apply = true;  ///< false: only the teacher follows (frozen parameter or dropped gradient)
  double weight_decay = 0;
  double correction1 = 1;       ///< 1 - beta1^step
  double correction2_root = 1;  ///< sqrt(1 - beta2^step)
  double gradient_scale = 1;    ///< clip factor
};

struct AdamWConstants {
  double lr, beta1, beta2, eps, teacher_momentum;
};

/// True if the fused loops can run: contiguous CPU tensors of fp32 or fp64.
bool can_fuse(const std::vector<UpdateItem>& items);

/// sum of squares of each gradient, in fp64, with an order that does not depend on the number of threads.
std::vector<double> sums_of_squares(const std::vector<UpdateItem>& items);

/// AdamW (decoupled weight decay, torch.optim.AdamW), then teacher and working copies, then gradient = 0.
void adamw(const std::vector<UpdateItem>& items, const AdamWConstants& constants);

}  // namespace ibot::train::kernels
