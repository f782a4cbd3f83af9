// SPDX-License-Identifier: GPL-3.0-or-later
#include "ibot_patch.h"

#include <ibot/nn/cross_entropy.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/xlogy.h>
#include <ATen/ops/zeros.h>

namespace ibot::losses {
namespace {

constexpr train::Read kTeacher = {train::Network::Teacher, train::Rows::MaskedPatches, train::Stage::Logits};
constexpr train::Read kTeacherMean = {train::Network::Teacher, train::Rows::AllPatches, train::Stage::Logits,
                                      train::Reduction::Mean};
constexpr train::Read kStudent = {train::Network::Student, train::Rows::MaskedPatches, train::Stage::Logits};

}  // namespace

void IbotPatchOptions::describe(params::Describer& d, IbotPatchOptions& o) {
  d.field("student_temp", o.student_temp)
      .above(0)
      .advanced()
      .help("Temperature of the student's softmax.")
      .source("main_ibot.py::iBOTLoss");
  d.field("warmup_teacher_temp", o.warmup_teacher_temp)
      .above(0)
      .help("Teacher temperature for patches at the start. Lower is sharper.")
      .source("main_ibot.py --warmup_teacher_patch_temp");
  d.field("teacher_temp", o.teacher_temp)
      .above(0)
      .help("Teacher temperature for patches after the warm-up.")
      .source("main_ibot.py --teacher_patch_temp");
  d.field("warmup_teacher_temp_epochs", o.warmup_teacher_temp_epochs)
      .at_least(0)
      .unit("epochs")
      .help("Length of the temperature's warm-up; it begins with the first masks.")
      .source("main_ibot.py --warmup_teacher_temp_epochs");
  d.field("center_momentum", o.center_momentum)
      .between(0, 1)
      .advanced()
      .help("EMA momentum of the patch centre.")
      .source("main_ibot.py::iBOTLoss");
  d.field("reduction", o.reduction)
      .choices({"mean", "sum"})
      .advanced()
      .help("Over the masked patches of a crop: mean as the published code, or sum as the paper's equation.")
      .source("main_ibot.py::iBOTLoss; paper eq. 2");
}

IbotPatch::IbotPatch(const IbotPatchOptions& options, const plugin::LossRequest& request)
    : options_(options),
      temperature_(train::TemperatureSchedule::create({options.warmup_teacher_temp, options.teacher_temp,
                                                       options.warmup_teacher_temp_epochs,
                                                       request.mask_start_epoch, request.epochs})
                       .value()),
      centre_(request.patch_out_dim, options.center_momentum) {
  add_buffer("center", centre_.value());
}

std::vector<train::Read> IbotPatch::reads() const {
  return {kTeacher, kTeacherMean, kStudent};
}

train::LossResult IbotPatch::compute(const train::StepOutputs& outputs, const train::LossContext& context) {
  const at::ScalarType wide = centre_.value().scalar_type();
  centre_.observe(outputs.get(kTeacherMean));

  train::LossResult result;
  const double temperature = temperature_.at(context.epoch);
  // On the processor, so that reading it waits for no device.
  result.metrics.emplace_back("patch_teacher_temp", at::scalar_tensor(temperature, at::kDouble));
  const at::Tensor teacher = outputs.get(kTeacher).to(wide);
  if (teacher.size(0) == 0) {
    result.metrics.emplace_back("patch", at::zeros({}, teacher.options()));
    return result;
  }
  at::Tensor p;
  at::Tensor weight;
  {
    const at::NoGradGuard no_grad;
    p = at::softmax((teacher - centre_.value()).div_(temperature), -1);
    result.metrics.emplace_back("patch_teacher_entropy", -at::xlogy(p, p).sum(-1).mean());
    weight = options_.reduction == "mean" ? outputs.masked_weight : at::ones_like(outputs.masked_weight);
    p.mul_(weight.to(wide).unsqueeze(1));
  }
  result.loss = nn::soft_cross_entropy(outputs.get(kStudent), p, options_.student_temp) /
                static_cast<double>(outputs.global_crops * outputs.images);
  result.metrics.emplace_back("patch", result.loss.detach());
  return result;
}

void IbotPatch::finish_step(const train::LossContext& context) {
  centre_.finish_step(*context.collectives);
}

}  // namespace ibot::losses
