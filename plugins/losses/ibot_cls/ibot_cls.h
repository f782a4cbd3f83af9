// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/params/schema.h>
#include <ibot/plugin/factories.h>
#include <ibot/train/loss_term.h>
#include <ibot/train/schedule.h>

namespace ibot::losses {

struct IbotClsOptions {
  double student_temp = 0.1;
  double warmup_teacher_temp = 0.04;
  double teacher_temp = 0.04;
  std::int64_t warmup_teacher_temp_epochs = 30;
  double center_momentum = 0.9;

  static void describe(params::Describer& d, IbotClsOptions& o);
};

/// The cross-view loss on CLS tokens of DINO and iBOT (paper 3.1 eq. 1; spec 1.5):
///   p_q = softmax((t_q - C) / tau_t);  L = 1 / n1 * sum_q sum_{v != q} mean_B CE(p_q, softmax(s_v / tau_s))
/// q over global teacher views, v over all student views, n1 = V_g (V_g + V_l - 1). The teacher's
/// distributions are summed before the student's log-softmax is read, so that each student view is visited
/// once. Metrics: cls (before the weight), acc, teacher_entropy.
class IbotCls final : public train::LossTerm {
 public:
  using Options = IbotClsOptions;
  IbotCls(const IbotClsOptions& options, const plugin::LossRequest& request);
  std::vector<train::Read> reads() const override;
  train::LossResult compute(const train::StepOutputs& outputs, const train::LossContext& context) override;
  void finish_step(const train::LossContext& context) override;

 private:
  IbotClsOptions options_;
  train::TemperatureSchedule temperature_;
  train::Centre centre_;
  bool has_local_;
};

}  // namespace ibot::losses
