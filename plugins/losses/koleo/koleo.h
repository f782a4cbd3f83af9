// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/params/schema.h>
#include <ibot/plugin/factories.h>
#include <ibot/train/loss_term.h>

namespace ibot::losses {

struct KoLeoOptions {
  double epsilon = 1e-8;

  static void describe(params::Describer& d, KoLeoOptions& o);
};

/// The Kozachenko-Leonenko regulariser (Sablayrolles et al. 2019, "Spreading vectors for similarity search",
/// eq. 4), on the student's final CLS tokens as in DINOv2 (Oquab et al. 2023, section 4): for each global
/// crop by itself, with x_i of unit length,
///   L = - sum over crops of 1 / B sum_i log( min over j != i |x_i - x_j| + epsilon )
/// DINOv2 gives it the weight 0.1. Metric: koleo (before the weight). Nothing to learn from with one image.
class KoLeo final : public train::LossTerm {
 public:
  using Options = KoLeoOptions;
  KoLeo(const KoLeoOptions& options, const plugin::LossRequest& request);
  std::vector<train::Read> reads() const override;
  train::LossResult compute(const train::StepOutputs& outputs, const train::LossContext& context) override;
  void finish_step(const train::LossContext&) override {}

 private:
  KoLeoOptions options_;
};

}  // namespace ibot::losses
