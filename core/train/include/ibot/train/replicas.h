// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/plan/plan.h>
#include <ibot/plugin/registry.h>
#include <ibot/train/model.h>
#include <ibot/train/optimizer.h>

#include <functional>
#include <memory>
#include <vector>

namespace ibot::train {

/// How many equal shares of a batch are computed side by side: what the plan says, or (0) as many as divide
/// the batch and have a thread and two images each, at most 8; one where a share by itself is not the same
/// thing: heads with batch statistics, loss terms that do not split, devices that parallelise within a
/// product. Errors: InvalidArgument if the plan asks for what is not possible.
IBOT_API base::Result<int> replica_count(const plan::Plan& plan, const Model& model, int threads);

/// Forward and backward of several shares of a batch at the same time, each on a thread of its own with a
/// replica of the student: the values of its parameters are the student's own memory, its gradients are not.
/// The same mathematics as gradient accumulation over the same shares (the mean of the shares' gradients),
/// with the sums in a fixed order, so that equal numbers of replicas give equal bits.
///
/// One process computes a small network faster so than with threads inside each product: there is one place
/// to wait in a step instead of hundreds.
///
/// Construct after the optimiser, which owns the memory of the gradients. One thread calls; model and
/// optimiser outlive it.
class IBOT_API ReplicatedStep {
 public:
  /// `replicas` from replica_count; `threads` in all. Errors: whatever the backbone's plugin says.
  static base::Result<std::unique_ptr<ReplicatedStep>> create(const plan::Plan& plan,
                                                              const plugin::Registry& registry, Model& model,
                                                              Optimizer& optimizer, int replicas,
                                                              int threads);
  ~ReplicatedStep();

  int replicas() const;

  /// Share number `i` of `replicas()` is made by `share(i)`, on a thread of its own. Results in order of the
  /// shares; gradients of all of them are in the student when it returns. `scale` multiplies every loss
  /// before backward. What a share throws is thrown here, after all have ended.
  std::vector<StepResult> forward_backward(const std::function<StepBatch(int)>& share,
                                           const LossContext& context, double scale);
  void finish(const LossContext& context);

 private:
  struct Inner;
  explicit ReplicatedStep(std::unique_ptr<Inner> inner);
  std::unique_ptr<Inner> inner_;
};

}  // namespace ibot::train
