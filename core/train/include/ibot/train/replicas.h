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

namespace ibot::train {

/// In how many equal parts a batch is computed: what the plan says, or (0) as many as divide the batch and
/// have a thread and two images each, at most 8; one for networks of more than ten million parameters, where
/// networks see more than one image at a time (heads with batch statistics) and on devices that parallelise
/// within a product. Errors: InvalidArgument if the plan asks for what is not possible.
IBOT_API base::Result<int> replica_count(const plan::Plan& plan, const Model& model, int threads);

/// Forward and backward of several parts of a batch at the same time, each on a thread of its own with a
/// replica of the student: its parameters are the student's own memory, its gradients are not. The terms see
/// the whole batch, as without replicas, so that any loss is the same up to rounding; sums keep a fixed
/// order, so that equal numbers of replicas give equal bits.
///
/// A small network is computed faster so than with threads inside each product: there are four places to wait
/// in a step instead of hundreds.
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

  /// As Step::forward_backward, of the batch whose part number `i` of replicas() is `part(i)`, made on the
  /// replica's thread. Throws what a part threw, after all have ended.
  StepResult forward_backward(const std::function<StepBatch(int)>& part, const LossContext& context,
                              double scale = 1.0);
  void finish(const LossContext& context);

 private:
  struct Inner;
  explicit ReplicatedStep(std::unique_ptr<Inner> inner);
  std::unique_ptr<Inner> inner_;
};

}  // namespace ibot::train
