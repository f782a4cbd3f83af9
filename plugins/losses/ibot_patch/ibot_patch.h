// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/params/schema.h>
#include <ibot/plugin/factories.h>
#include <ibot/train/loss_term.h>
#include <ibot/train/schedule.h>

namespace ibot::losses {

struct IbotPatchOptions {
  double student_temp = 0.1;
  double warmup_teacher_temp = 0.04;
  double teacher_temp = 0.07;
  std::int64_t warmup_teacher_temp_epochs = 30;
  double center_momentum = 0.9;
  std::string reduction = "mean";

  static void describe(params::Describer& d, IbotPatchOptions& o);
};

/// Masked image modelling with the teacher as tokenizer (paper 3.1 eq. 2; spec 1.5):
///   P = softmax((T - C') / tau'_t);  L = 1 / V_g * sum_v mean_B [ sum_i m_i CE(P_i, softmax(S_i / tau_s)) /
///   max(1, M) ]
/// same view only, global crops only, M masked patches of the crop. Images without a mask count as 0. The
/// centre C' follows the mean of the teacher's logits over every patch, masked or not. Metrics: patch (before
/// the weight), patch_teacher_entropy.
class IbotPatch final : public train::LossTerm {
 public:
  using Options = IbotPatchOptions;
  IbotPatch(const IbotPatchOptions& options, const plugin::LossRequest& request);
  std::vector<train::Read> reads() const override;
  train::LossResult compute(const train::StepOutputs& outputs, const train::LossContext& context) override;
  void finish_step(const train::LossContext& context) override;

 private:
  IbotPatchOptions options_;
  train::TemperatureSchedule temperature_;
  train::Centre centre_;
};

}  // namespace ibot::losses
