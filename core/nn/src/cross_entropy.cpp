// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/nn/cross_entropy.h>

#include <ATen/TensorOperators.h>
#include <ATen/ops/logsumexp.h>
#include <torch/csrc/autograd/custom_function.h>

namespace ibot::nn {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

struct SoftCrossEntropy : torch::autograd::Function<SoftCrossEntropy> {
  // sum_r (mass_r lse_r - p_r . s_r / tau), mass_r = sum_k p_rk
  static Variable forward(AutogradContext* ctx, const Variable& logits, const at::Tensor& targets,
                          double temperature) {
    at::Tensor scaled = logits.to(targets.scalar_type(), /*non_blocking=*/false, /*copy=*/true);
    scaled.div_(temperature);
    const at::Tensor log_sum = at::logsumexp(scaled, at::IntArrayRef({1}), true);
    const at::Tensor mass = targets.sum(at::IntArrayRef({1}), true);
    const at::Tensor loss = (mass * log_sum).sum() - scaled.mul_(targets).sum();
    ctx->saved_data["logits"] = logits.detach();
    ctx->saved_data["targets"] = targets;
    ctx->saved_data["log_sum"] = log_sum;
    ctx->saved_data["mass"] = mass;
    ctx->saved_data["temperature"] = temperature;
    return loss;
  }

  // d/ds = (mass softmax(s / tau) - p) / tau
  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    const at::Tensor logits = ctx->saved_data["logits"].toTensor();
    const at::Tensor targets = ctx->saved_data["targets"].toTensor();
    const double temperature = ctx->saved_data["temperature"].toDouble();
    at::Tensor gradient = logits.to(targets.scalar_type(), /*non_blocking=*/false, /*copy=*/true);
    gradient.div_(temperature).sub_(ctx->saved_data["log_sum"].toTensor()).exp_();
    gradient.mul_(ctx->saved_data["mass"].toTensor()).sub_(targets);
    gradient.mul_(grads[0] / temperature);
    return {gradient.to(logits.scalar_type()), Variable(), Variable()};
  }
};

}  // namespace

at::Tensor soft_cross_entropy(const at::Tensor& logits, const at::Tensor& targets, double temperature) {
  return SoftCrossEntropy::apply(logits, targets.detach(), temperature);
}

}  // namespace ibot::nn
