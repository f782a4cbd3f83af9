// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/nn/backbone.h>
#include <ibot/nn/head.h>
#include <ibot/train/loss_term.h>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ibot::train {

/// Student and teacher. `student` owns a mask token, the teacher none.
struct Networks {
  std::unique_ptr<nn::Backbone> student;
  std::unique_ptr<nn::Head> student_head;
  std::unique_ptr<nn::Backbone> teacher;
  std::unique_ptr<nn::Head> teacher_head;
};

/// A backbone and its head under the published names "backbone.*" and "head.*".
class IBOT_API NetworkView final : public nn::Module {
 public:
  NetworkView(nn::Backbone& backbone, nn::Head& head) {
    add("backbone", backbone);
    add("head", head);
  }
};

struct WeightedTerm {
  std::string name;
  double weight = 1.0;
  std::unique_ptr<LossTerm> term;
};

/// One batch on the device.
struct StepBatch {
  at::Tensor global;   ///< [V_g * B, 3, S, S], crop-major; uint8, or floating point and normalised
  at::Tensor local;    ///< [V_l * B, 3, s, s] or undefined
  at::Tensor teacher;  ///< as `global`, where the teacher sees the large crops in other colours; or undefined
  at::Tensor masks;    ///< bool [V_g * B, h, w]

  const at::Tensor& seen_by_teacher() const { return teacher.defined() ? teacher : global; }

  std::int64_t images = 0;
  /// Uniform draws of the student's stochastic depth, [2 * depth, (V_g + V_l) * B], or undefined.
  at::Tensor drop_path_uniform;
};

struct StepResult {
  at::Tensor loss;  ///< 0-dim: weighted sum of the terms
  /// In term order, each term's own metrics; a term's loss metric is multiplied by its weight, as logged by
  /// the published code (`cls` and `patch` are times lambda).
  std::vector<std::pair<std::string, at::Tensor>> metrics;
};

/// Forward and backward of one batch (spec 1.4): teacher on unmasked global crops, student on masked global
/// and on local crops in one packed pass, then the terms. Computes what the terms read and nothing else: head
/// rows of CLS tokens and masked patches alone, no patch logits for local crops, the mean of all patch logits
/// from the mean of the bottlenecks. Heads with batch statistics see every token, in the calls of the
/// published code.
///
/// Gradients add up in the student's parameters. One thread; borrows networks and terms.
class IBOT_API Step {
 public:
  Step(Networks& networks, std::vector<WeightedTerm>& terms, const nn::Normalisation& normalisation)
      : Step(networks, networks, terms, normalisation) {}
  /// The student of one set of networks and the teacher of another.
  Step(Networks& student, Networks& teacher, std::vector<WeightedTerm>& terms,
       const nn::Normalisation& normalisation);

  /// `scale` multiplies the loss before backward (1 / accumulated batches).
  StepResult forward_backward(const StepBatch& batch, const LossContext& context, double scale = 1.0);
  void finish(const LossContext& context);

  /// What `forward_backward` hands to the terms; for tests and for probes. Without gradients if GradMode is
  /// off.
  StepOutputs forward(const StepBatch& batch);
  /// The weighted terms of what forward computed; the loss carries its graph.
  StepResult losses(const StepOutputs& outputs, const LossContext& context);
  /// Backward of `result.loss * scale`; leaves the plain figure.
  static void backward(StepResult& result, double scale);

 private:
  Networks& student_;
  Networks& teacher_;
  std::vector<WeightedTerm>& terms_;
  nn::Normalisation normalisation_;
  std::vector<Read> reads_;
};

/// What Step::forward would have computed of a whole batch, from what it computed of its equal parts, in
/// order. Differentiable.
IBOT_API StepOutputs join_outputs(const std::vector<StepOutputs>& parts);

}  // namespace ibot::train
