// SPDX-License-Identifier: GPL-3.0-or-later
#include "koleo.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/matmul.h>

namespace ibot::losses {
namespace {

constexpr train::Read kTokens = {train::Network::Student, train::Rows::ClsGlobal, train::Stage::Tokens};

}  // namespace

void KoLeoOptions::describe(params::Describer& d, KoLeoOptions& o) {
  d.field("epsilon", o.epsilon)
      .above(0)
      .advanced()
      .help("Keeps the logarithm of two equal tokens finite.")
      .source("dinov2/loss/koleo_loss.py");
}

KoLeo::KoLeo(const KoLeoOptions& options, const plugin::LossRequest& /*request*/) : options_(options) {}

std::vector<train::Read> KoLeo::reads() const {
  return {kTokens};
}

train::LossResult KoLeo::compute(const train::StepOutputs& outputs, const train::LossContext& /*context*/) {
  train::LossResult result;
  if (outputs.images < 2) return result;
  const at::Tensor tokens = outputs.get(kTokens);
  const at::ScalarType wide = tokens.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  const at::Tensor all = tokens.to(wide).view({outputs.global_crops, outputs.images, -1});
  const at::Tensor unit = all / at::linalg_vector_norm(all, 2, {2}, true).clamp_min(options_.epsilon);
  at::Tensor nearest;  // [V_g, B, D]
  {
    const at::NoGradGuard no_grad;
    at::Tensor similarity = at::matmul(unit, unit.transpose(1, 2));
    similarity.diagonal(0, 1, 2).fill_(-2);
    nearest = at::argmax(similarity, 2, true).expand({-1, -1, unit.size(2)});
  }
  // As torch.nn.PairwiseDistance: epsilon inside the norm keeps its gradient finite.
  const at::Tensor distance =
      at::linalg_vector_norm(unit - unit.gather(1, nearest) + options_.epsilon, 2, {2});
  result.loss = -(distance + options_.epsilon).log().mean(1).sum();
  result.metrics.emplace_back("koleo", result.loss.detach());
  return result;
}

}  // namespace ibot::losses
