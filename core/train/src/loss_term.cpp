// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/result.h>
#include <ibot/dist/collectives.h>
#include <ibot/train/loss_term.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros.h>

namespace ibot::train {

LossTerm::~LossTerm() = default;

const at::Tensor& StepOutputs::get(const Read& read) const {
  const auto found = values_.find(read);
  if (found == values_.end()) {
    throw base::Exception(
        {base::ErrorCode::Internal, "a loss term reads something that it did not declare", "", ""});
  }
  return found->second;
}

Centre::Centre(std::int64_t width, double momentum) : value_(at::zeros({1, width})), momentum_(momentum) {}

void Centre::observe(const at::Tensor& mean) {
  const at::NoGradGuard no_grad;
  const at::Tensor wide = mean.detach().to(value_.scalar_type()).view(value_.sizes());
  sum_ = sum_.defined() ? sum_ + wide : wide.clone();
  ++batches_;
}

void Centre::finish_step(dist::Collectives& collectives) {
  if (batches_ == 0) return;
  const at::NoGradGuard no_grad;
  collectives.all_reduce_sum(sum_);
  sum_.div_(static_cast<double>(batches_ * collectives.world_size()));
  value_.mul_(momentum_).add_(sum_, 1 - momentum_);
  sum_.reset();
  batches_ = 0;
}

}  // namespace ibot::train
