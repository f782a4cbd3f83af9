// SPDX-License-Identifier: GPL-3.0-or-later
#include "ibot_cls.h"

#include <ibot/nn/cross_entropy.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/xlogy.h>

namespace ibot::losses {
namespace {

constexpr train::Read kTeacher = {train::Network::Teacher, train::Rows::ClsGlobal, train::Stage::Logits};
constexpr train::Read kGlobal = {train::Network::Student, train::Rows::ClsGlobal, train::Stage::Logits};
constexpr train::Read kLocal = {train::Network::Student, train::Rows::ClsLocal, train::Stage::Logits};

}  // namespace

void IbotClsOptions::describe(params::Describer& d, IbotClsOptions& o) {
  d.field("student_temp", o.student_temp)
      .above(0)
      .advanced()
      .help("Temperature of the student's softmax.")
      .source("main_ibot.py::iBOTLoss");
  d.field("warmup_teacher_temp", o.warmup_teacher_temp)
      .above(0)
      .help("Teacher temperature at the start. Lower is sharper; lower it when the loss does not fall.")
      .source("main_ibot.py --warmup_teacher_temp");
  d.field("teacher_temp", o.teacher_temp)
      .above(0)
      .help("Teacher temperature after the warm-up. Above 0.07 training tends to become unstable.")
      .source("main_ibot.py --teacher_temp; official runs 0.07");
  d.field("warmup_teacher_temp_epochs", o.warmup_teacher_temp_epochs)
      .at_least(0)
      .unit("epochs")
      .help("Length of the temperature's warm-up.")
      .source("main_ibot.py --warmup_teacher_temp_epochs");
  d.field("center_momentum", o.center_momentum)
      .between(0, 1)
      .advanced()
      .help("EMA momentum of the centre that keeps one prototype from winning always.")
      .source("main_ibot.py::iBOTLoss");
}

IbotCls::IbotCls(const IbotClsOptions& options, const plugin::LossRequest& request)
    : options_(options),
      temperature_(train::TemperatureSchedule::create({options.warmup_teacher_temp, options.teacher_temp,
                                                       options.warmup_teacher_temp_epochs, 0, request.epochs})
                       .value()),
      centre_(request.out_dim, options.center_momentum),
      has_local_(request.local_crops > 0) {
  add_buffer("center", centre_.value());
}

std::vector<train::Read> IbotCls::reads() const {
  std::vector<train::Read> reads = {kTeacher, kGlobal};
  if (has_local_) reads.push_back(kLocal);
  return reads;
}

train::LossResult IbotCls::compute(const train::StepOutputs& outputs, const train::LossContext& context) {
  const at::ScalarType wide = centre_.value().scalar_type();
  const std::int64_t global = outputs.global_crops;
  const std::int64_t images = outputs.images;
  const at::Tensor teacher = outputs.get(kTeacher).to(wide);
  centre_.observe(teacher.mean(0, true));

  const double temperature = temperature_.at(context.epoch);
  at::Tensor targets;  // [V_g + V_l, B, K]: sum over q != v of p_q
  at::Tensor entropy;
  {
    const at::NoGradGuard no_grad;
    const at::Tensor p =
        at::softmax((teacher - centre_.value()).div_(temperature), -1).view({global, images, -1});
    entropy = -at::xlogy(p, p).sum(-1).mean();
    const at::Tensor total = p.sum(0, true);
    targets = total - p;
    if (outputs.local_crops > 0) targets = at::cat({targets, total.expand({outputs.local_crops, -1, -1})});
  }
  at::Tensor student = outputs.get(kGlobal);
  if (outputs.local_crops > 0) student = at::cat({student, outputs.get(kLocal)});

  train::LossResult result;
  const std::int64_t pairs = global * (global + outputs.local_crops - 1);
  if (pairs > 0) {
    result.loss = nn::soft_cross_entropy(student, targets.view(student.sizes()), options_.student_temp) /
                  static_cast<double>(pairs * images);
    result.metrics.emplace_back("cls", result.loss.detach());
  }
  if (global > 1) {
    const at::NoGradGuard no_grad;
    const at::Tensor agree = at::argmax(teacher.narrow(0, 0, images), 1)
                                 .eq(at::argmax(outputs.get(kGlobal).narrow(0, images, images), 1));
    result.metrics.emplace_back("acc", agree.to(wide).mean());
  }
  result.metrics.emplace_back("teacher_entropy", entropy);
  // On the processor, so that reading it waits for no device.
  result.metrics.emplace_back("teacher_temp", at::scalar_tensor(temperature, at::kDouble));
  return result;
}

void IbotCls::finish_step(const train::LossContext& context) {
  centre_.finish_step(*context.collectives);
}

}  // namespace ibot::losses
