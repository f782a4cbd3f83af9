// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels.h"

#include <ibot/nn/ops.h>

#include <ATen/TensorOperators.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/custom_function.h>

namespace ibot::nn {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

// Parameters outlive the graph of a step, so functions remember their addresses.
void remember(AutogradContext* ctx, const char* name, Parameter* parameter) {
  ctx->saved_data[name] = reinterpret_cast<std::int64_t>(parameter);
}
Parameter& recall(AutogradContext* ctx, const char* name) {
  return *reinterpret_cast<Parameter*>(ctx->saved_data[name].toInt());
}

struct LinearFunction : torch::autograd::Function<LinearFunction> {
  static Variable forward(AutogradContext* ctx, const Variable& x, const Variable& /*anchor*/,
                          Parameter* weight, Parameter* bias) {
    const at::Tensor rows = x.to(weight->working.scalar_type());
    remember(ctx, "weight", weight);
    remember(ctx, "bias", bias);
    ctx->saved_data["x"] = rows;
    ctx->saved_data["dtype"] = static_cast<std::int64_t>(x.scalar_type());
    const at::Tensor w = weight->working.flatten(1);  // a convolution's weight is a matrix here
    return bias->defined() ? at::addmm(bias->working, rows, w.t()) : at::mm(rows, w.t());
  }

  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    Parameter& weight = recall(ctx, "weight");
    Parameter& bias = recall(ctx, "bias");
    const at::Tensor x = ctx->saved_data["x"].toTensor();
    const at::Tensor dy = grads[0].to(x.scalar_type()).contiguous();
    weight.accumulate_grad(at::mm(dy.t(), x).view(weight.value.sizes()));
    if (bias.defined()) bias.accumulate_grad(kernels::column_sum(dy, bias.value.scalar_type()));
    at::Tensor dx;
    if (ctx->needs_input_grad(0)) {
      dx = at::mm(dy, weight.working.flatten(1))
               .to(static_cast<at::ScalarType>(ctx->saved_data["dtype"].toInt()));
    }
    return {dx, Variable(), Variable(), Variable()};
  }
};

struct LayerNormFunction : torch::autograd::Function<LayerNormFunction> {
  static Variable forward(AutogradContext* ctx, const Variable& x, const Variable& /*anchor*/,
                          Parameter* weight, Parameter* bias, double eps) {
    const at::Tensor rows = x.reshape({-1, x.size(-1)});
    auto [y, mean, rstd] = kernels::layer_norm(rows, weight->value, bias->value, eps, x.scalar_type());
    remember(ctx, "weight", weight);
    remember(ctx, "bias", bias);
    ctx->saved_data["x"] = rows;
    ctx->saved_data["mean"] = mean;
    ctx->saved_data["rstd"] = rstd;
    return y.view(x.sizes());
  }

  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    Parameter& weight = recall(ctx, "weight");
    Parameter& bias = recall(ctx, "bias");
    const at::Tensor x = ctx->saved_data["x"].toTensor();
    at::Tensor dx = at::zeros_like(x);
    const auto [dw, db] = kernels::layer_norm_backward(grads[0].reshape(x.sizes()).contiguous(), x,
                                                       ctx->saved_data["mean"].toTensor(),
                                                       ctx->saved_data["rstd"].toTensor(), weight.value, dx);
    weight.accumulate_grad(dw);
    bias.accumulate_grad(db);
    return {dx.view(grads[0].sizes()), Variable(), Variable(), Variable(), Variable()};
  }
};

struct WeightNormLinearFunction : torch::autograd::Function<WeightNormLinearFunction> {
  static Variable forward(AutogradContext* ctx, const Variable& x, const Variable& /*anchor*/, Parameter* v,
                          Parameter* g) {
    const at::Tensor effective = weight_norm_effective(*v, *g);
    const at::Tensor rows = x.to(effective.scalar_type());
    remember(ctx, "v", v);
    remember(ctx, "g", g);
    ctx->saved_data["x"] = rows;
    ctx->saved_data["effective"] = effective;
    ctx->saved_data["dtype"] = static_cast<std::int64_t>(x.scalar_type());
    return at::mm(rows, effective.t());
  }

  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    Parameter& v = recall(ctx, "v");
    Parameter& g = recall(ctx, "g");
    const at::Tensor x = ctx->saved_data["x"].toTensor();
    const at::Tensor effective = ctx->saved_data["effective"].toTensor();
    const at::Tensor dy = grads[0].to(x.scalar_type()).contiguous();
    if (v.trainable || g.trainable) {
      // w = g u with u = v / ||v||: dg = <dw, u>, dv = g / ||v|| (dw - <dw, u> u).
      const at::Tensor dw = at::mm(dy.t(), x).to(v.value.scalar_type());
      const at::Tensor values = v.detached();
      const at::Tensor norm = at::linalg_vector_norm(values, 2, {1}, true);
      const at::Tensor unit = values / norm;
      const at::Tensor along = (dw * unit).sum(1, true);
      v.accumulate_grad((dw - along * unit) * (g.detached() / norm));
      g.accumulate_grad(along);
    }
    at::Tensor dx;
    if (ctx->needs_input_grad(0)) {
      dx = at::mm(dy, effective).to(static_cast<at::ScalarType>(ctx->saved_data["dtype"].toInt()));
    }
    return {dx, Variable(), Variable(), Variable()};
  }
};

}  // namespace

// The parameter's value is passed as an input too ("anchor"): the result then requires a gradient when x does
// not, as in the first layer of a network.
at::Tensor linear(const at::Tensor& x, Parameter& weight, Parameter& bias) {
  return LinearFunction::apply(x, weight.value, &weight, &bias);
}

at::Tensor layer_norm(const at::Tensor& x, Parameter& weight, Parameter& bias, double eps) {
  return LayerNormFunction::apply(x, weight.value, &weight, &bias, eps);
}

at::Tensor l2_normalize(const at::Tensor& x) {
  const at::Tensor wide = x.scalar_type() == at::kDouble ? x : x.to(at::kFloat);
  return wide / at::linalg_vector_norm(wide, 2, {-1}, true).clamp_min(1e-12);
}

at::Tensor weight_norm_effective(const Parameter& v, const Parameter& g) {
  const at::Tensor values = v.detached();
  const at::Tensor norm = at::linalg_vector_norm(values, 2, {1}, true);
  return (values * (g.detached() / norm)).to(v.working.scalar_type());
}

at::Tensor weight_norm_linear(const at::Tensor& x, Parameter& v, Parameter& g) {
  return WeightNormLinearFunction::apply(x, v.value, &v, &g);
}

}  // namespace ibot::nn
