// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/nn/module.h>
#include <ibot/train/options.h>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace ibot::train {

/// The schedule values of one update.
struct UpdateValues {
  double lr = 0;
  double weight_decay = 0;
  double teacher_momentum = 1;
  bool freeze_last_layer = false;
};

/// One update of student and teacher (spec 1.8), in the published order: clip each tensor's gradient by its
/// own norm, drop the gradients of the last layer while frozen, AdamW / SGD / LARS, then the teacher's moving
/// average, then the working copies. AdamW on the CPU does all of it in one pass over flat buffers after one
/// pass for the norms.
///
/// Construction moves every parameter of student and teacher into flat buffers (64-byte aligned slices, so
/// that sums do not depend on where an allocation fell) and allocates gradients and moments. The networks
/// must outlive it and must not be converted afterwards. One thread calls.
class IBOT_API Optimizer {
 public:
  /// `working`: dtype of the working copies (bf16, or the master dtype).
  Optimizer(nn::Module& student, nn::Module& teacher, const OptimizerOptions& options,
            at::ScalarType working);
  ~Optimizer();
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;

  /// Applies the gathered gradients and sets them to zero. Returns the largest gradient norm of a tensor
  /// before clipping (not finite if any gradient is not).
  double update(const UpdateValues& values);

  /// Where the gradients gather: one flat buffer, of which every `value.grad()` of the student is a slice.
  const at::Tensor& gradients() const { return gradients_; }

  /// L2 norms of the last update's gradients before clipping, in the order of names(): fp64.
  const std::vector<double>& gradient_norms() const { return norms_; }
  const std::vector<std::string>& names() const { return names_; }

  /// Moments and step counts by name ("exp_avg.backbone.cls_token", "step.backbone.cls_token", ...): what a
  /// checkpoint keeps. The tensors are views of the optimiser's memory; step counts are int64 scalars.
  std::vector<nn::NamedTensor> state();

  /// True for a parameter whose weight decays: not 1-D and not a bias (utils.py::get_params_groups).
  static bool decays(const std::string& name, const at::Tensor& value);

 private:
  struct Slot;
  OptimizerOptions options_;
  std::vector<Slot> slots_;
  std::vector<std::string> names_;
  std::vector<double> norms_;
  at::Tensor gradients_;
};

}  // namespace ibot::train
