// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/train/health.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/_unique.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/linalg_svdvals.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/xlogy.h>

#include <cmath>

namespace ibot::train {
namespace {

// The centre of the first term that has one for this many prototypes, [1, K]; the CLS term in shipped
// recipes.
at::Tensor first_centre(Model& model, std::int64_t prototypes) {
  for (const WeightedTerm& term : model.terms) {
    for (const nn::NamedTensor& buffer : term.term->buffers()) {
      if (buffer.name == "center" && buffer.tensor->numel() == prototypes)
        return buffer.tensor->to(at::kFloat).view({1, -1});
    }
  }
  return {};
}

}  // namespace

HealthFigures measure_health(Model& model, const at::Tensor& pictures, double temperature) {
  const at::NoGradGuard no_grad;
  nn::Backbone& backbone = *model.networks.teacher;
  nn::Head& head = *model.networks.teacher_head;
  nn::BackboneInput input;
  input.groups.push_back({pictures, {}});
  input.normalisation = model.normalisation;
  const nn::TokenGrid grid = backbone.grid(pictures.size(2), pictures.size(3));
  const at::Tensor tokens = backbone.forward(input);
  const at::Tensor cls = tokens.view({pictures.size(0), grid.tokens(), -1}).select(1, 0).to(at::kFloat);

  HealthFigures figures;
  const at::Tensor unit = cls / at::linalg_vector_norm(cls, 2, {1}, true).clamp_min(1e-12);
  figures.feature_std =
      unit.std(0, false).mean().item<double>() * std::sqrt(static_cast<double>(cls.size(1)));
  const at::Tensor singular = at::linalg_svdvals(cls - cls.mean(0, true));
  const at::Tensor share = singular / singular.sum().clamp_min(1e-12);
  figures.feature_rank = std::exp(-at::xlogy(share, share).sum().item<double>());

  // In evaluation mode: running statistics of a head with batch norm must not move.
  const at::Tensor all = head.cls_logits(head.bottleneck(tokens, false), false).to(at::kFloat);
  const at::Tensor logits = all.view({pictures.size(0), grid.tokens(), -1}).select(1, 0);
  const std::int64_t possible = std::min(head.out_dim(), all.size(0));
  figures.prototypes_used = static_cast<double>(std::get<0>(at::_unique(at::argmax(all, 1))).numel()) /
                            static_cast<double>(possible);
  at::Tensor centred = logits;
  if (const at::Tensor centre = first_centre(model, logits.size(1)); centre.defined()) {
    centred = logits - centre;
    figures.centre_norm =
        at::linalg_vector_norm(centre).item<double>() / std::sqrt(static_cast<double>(centre.numel()));
  }
  figures.cls_winners = std::get<0>(at::_unique(at::argmax(centred, 1))).numel();
  const at::Tensor p = at::softmax(centred / temperature, 1);
  figures.target_entropy =
      -at::xlogy(p, p).sum(1).mean().item<double>() / std::log(static_cast<double>(logits.size(1)));
  return figures;
}

std::optional<std::string> HealthRules::judge(const HealthFigures& figures, double cls_loss,
                                              bool warming_up) {
  const double uniform = std::log(static_cast<double>(prototypes_));
  Finding finding = Finding::Healthy;
  if (figures.feature_std < 0.02) {
    finding = Finding::OnePoint;
  } else if (figures.target_entropy > 0.999 && std::abs(cls_loss - uniform) < 1e-3 * uniform) {
    finding = Finding::UniformOutputs;
  } else if (figures.target_entropy < 0.02 && figures.cls_winners <= 1) {
    finding = Finding::OnePrototype;
  }
  times_ = finding == current_ ? times_ + 1 : 1;
  current_ = finding;
  if (finding == Finding::Healthy) told_ = Finding::Healthy;
  if (finding == Finding::Healthy || warming_up || times_ < patience_ || told_ == finding)
    return std::nullopt;
  told_ = finding;
  switch (finding) {
    case Finding::UniformOutputs:
      return base::str("Collapse: the outputs are uniform. The CLS loss stands at ln K = ",
                       base::format_number(std::round(uniform * 1e4) / 1e4),
                       " and the teacher prefers no prototype; lower the teacher's temperature or its "
                       "momentum, or raise the learning rate.");
    case Finding::OnePrototype:
      return "Collapse: one prototype wins for every picture. Raise the teacher's temperature, keep the "
             "prototypes still for longer "
             "(optimizer.freeze_last_layer_epochs), or lower the learning rate.";
    case Finding::OnePoint:
      return "Collapse: every picture has the same CLS token. Lower the learning rate, or check that the "
             "crops differ.";
    case Finding::Healthy:
      break;
  }
  return std::nullopt;
}

}  // namespace ibot::train
