// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels_update.h"

#include <ibot/base/result.h>
#include <ibot/train/optimizer.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace ibot::train {

struct Optimizer::Slot {
  std::string name;
  nn::Parameter* student = nullptr;
  nn::Parameter* teacher = nullptr;  // null: the teacher has no such parameter
  at::Tensor moment1, moment2;
  at::Tensor steps;  // int64 scalar: updates that this parameter has seen
  bool decays = false;
  bool last_layer = false;
};

namespace {

// Slices of a flat buffer, each starting on a multiple of 64 bytes.
class FlatAllocator {
 public:
  FlatAllocator(std::int64_t elements, at::TensorOptions options)
      : step_(64 / static_cast<std::int64_t>(c10::elementSize(c10::typeMetaToScalarType(options.dtype())))),
        buffer_(at::zeros({elements}, options)) {}

  static std::int64_t padded(std::int64_t count, std::int64_t step) {
    return (count + step - 1) / step * step;
  }

  at::Tensor take(at::IntArrayRef shape, std::int64_t count) {
    at::Tensor slice = buffer_.narrow(0, next_, count).view(shape);
    next_ += padded(count, step_);
    return slice;
  }
  const at::Tensor& buffer() const { return buffer_; }

 private:
  std::int64_t step_;
  std::int64_t next_ = 0;
  at::Tensor buffer_;
};

std::int64_t padded_total(const std::vector<nn::NamedParameter>& parameters) {
  std::int64_t total = 0;
  // 32 elements of bf16 are 64 bytes; the widest padding serves every dtype.
  for (const nn::NamedParameter& p : parameters)
    total += FlatAllocator::padded(p.parameter->value.numel(), 32);
  return total;
}

// Moves values and working copies of a network into flat buffers.
void flatten(const std::vector<nn::NamedParameter>& parameters, at::ScalarType working) {
  if (parameters.empty()) return;
  const at::NoGradGuard no_grad;
  const at::TensorOptions options = parameters.front().parameter->value.options().requires_grad(false);
  const at::ScalarType master = parameters.front().parameter->value.scalar_type();
  const std::int64_t total = padded_total(parameters);
  FlatAllocator values(total, options);
  FlatAllocator copies(working == master ? 0 : total, options.dtype(working));
  for (const nn::NamedParameter& named : parameters) {
    nn::Parameter& parameter = *named.parameter;
    at::Tensor value = values.take(parameter.value.sizes(), parameter.value.numel());
    value.copy_(parameter.value.detach());
    parameter.value = value.set_requires_grad(parameter.trainable);
    parameter.working = working == master ? parameter.value.detach()
                                          : copies.take(value.sizes(), value.numel()).copy_(value.detach());
  }
}

}  // namespace

bool Optimizer::decays(const std::string& name, const at::Tensor& value) {
  return value.dim() != 1 && !name.ends_with(".bias");
}

Optimizer::Optimizer(nn::Module& student, nn::Module& teacher, const OptimizerOptions& options,
                     at::ScalarType working)
    : options_(options) {
  const at::NoGradGuard no_grad;
  const std::vector<nn::NamedParameter> own = student.parameters();
  const std::vector<nn::NamedParameter> others = teacher.parameters();
  flatten(own, working);
  flatten(others, working);
  std::unordered_map<std::string, nn::Parameter*> teachers;
  for (const nn::NamedParameter& named : others) {
    named.parameter->trainable = false;
    named.parameter->value.set_requires_grad(false);
    teachers.emplace(named.name, named.parameter);
  }
  std::vector<nn::NamedParameter> trainable;
  std::copy_if(own.begin(), own.end(), std::back_inserter(trainable),
               [](const nn::NamedParameter& named) { return named.parameter->trainable; });
  const at::TensorOptions flat = own.front().parameter->value.options().requires_grad(false);
  const std::int64_t total = padded_total(trainable);
  FlatAllocator gradients(total, flat);
  FlatAllocator first(total, flat);
  FlatAllocator second(options.kind == "adamw" ? total : 0, flat);
  gradients_ = gradients.buffer();
  for (const nn::NamedParameter& named : own) {
    Slot slot;
    slot.name = named.name;
    slot.student = named.parameter;
    const auto found = teachers.find(named.name);
    if (found != teachers.end()) slot.teacher = found->second;
    slot.decays = decays(named.name, named.parameter->value);
    slot.last_layer = named.name.find("last_layer") != std::string::npos;
    if (named.parameter->trainable) {
      const at::Tensor& value = named.parameter->value;
      named.parameter->value.mutable_grad() = gradients.take(value.sizes(), value.numel());
      slot.moment1 = first.take(value.sizes(), value.numel());
      if (options.kind == "adamw") slot.moment2 = second.take(value.sizes(), value.numel());
      slot.steps = at::zeros({}, at::kLong);
      names_.push_back(named.name);
    }
    slots_.push_back(std::move(slot));
  }
  norms_.resize(names_.size());
}

Optimizer::~Optimizer() = default;

double Optimizer::update(const UpdateValues& values) {
  const at::NoGradGuard no_grad;
  std::vector<kernels::UpdateItem> items;
  items.reserve(slots_.size());
  for (Slot& slot : slots_) {
    kernels::UpdateItem item;
    item.value = slot.student->value;
    item.gradient = slot.student->trainable ? slot.student->value.grad() : at::Tensor();
    item.moment1 = slot.moment1;
    item.moment2 = slot.moment2;
    if (!slot.student->working.is_alias_of(slot.student->value)) item.working = slot.student->working;
    if (slot.teacher != nullptr) {
      item.teacher = slot.teacher->value;
      if (!slot.teacher->working.is_alias_of(slot.teacher->value))
        item.teacher_working = slot.teacher->working;
    }
    item.apply = slot.student->trainable && !(values.freeze_last_layer && slot.last_layer);
    item.weight_decay = slot.decays ? values.weight_decay : 0.0;
    items.push_back(std::move(item));
  }

  const bool fused = kernels::can_fuse(items);
  std::vector<double> squares;
  if (fused) {
    squares = kernels::sums_of_squares(items);
  } else {
    for (const kernels::UpdateItem& item : items) {
      squares.push_back(
          item.gradient.defined() ? std::pow(at::linalg_vector_norm(item.gradient).item<double>(), 2) : 0);
    }
  }
  double largest = 0;
  for (std::size_t i = 0, n = 0; i < items.size(); ++i) {
    if (!slots_[i].student->trainable) continue;
    const double norm = std::sqrt(squares[i]);
    norms_[n++] = norm;
    // A NaN is taken, because nothing compares with it, and then stays.
    if (!std::isnan(largest) && !(norm <= largest)) largest = norm;
    if (options_.clip_grad > 0) items[i].gradient_scale = std::min(1.0, options_.clip_grad / (norm + 1e-6));
  }
  if (!std::isfinite(largest)) return largest;

  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!items[i].apply) continue;
    slots_[i].steps.add_(1);
    if (options_.kind != "adamw") continue;
    const auto steps = slots_[i].steps.item<double>();
    items[i].correction1 = 1 - std::pow(options_.beta1, steps);
    items[i].correction2_root = std::sqrt(1 - std::pow(options_.beta2, steps));
  }
  if (fused && options_.kind == "adamw") {
    kernels::adamw(items, {values.lr, options_.beta1, options_.beta2, options_.eps, values.teacher_momentum});
    return largest;
  }
  for (kernels::UpdateItem& item : items) {
    if (item.apply) {
      at::Tensor gradient = item.gradient * item.gradient_scale;
      at::Tensor value = item.value.detach();
      if (options_.kind == "adamw") {
        value.mul_(1 - values.lr * item.weight_decay);
        item.moment1.lerp_(gradient, 1 - options_.beta1);
        item.moment2.mul_(options_.beta2).addcmul_(gradient, gradient, 1 - options_.beta2);
        value.addcdiv_(item.moment1, item.moment2.sqrt().div_(item.correction2_root).add_(options_.eps),
                       -values.lr / item.correction1);
      } else {
        if (options_.kind == "lars") {
          // utils.py::LARS: neither decay nor adaptation for 1-D tensors.
          if (value.dim() != 1) {
            gradient = gradient + item.weight_decay * value;
            const double length = at::linalg_vector_norm(value).item<double>();
            const double change = at::linalg_vector_norm(gradient).item<double>();
            if (length > 0 && change > 0) gradient = gradient * (options_.lars_eta * length / change);
          }
        } else {
          gradient = gradient + item.weight_decay * value;
        }
        item.moment1.mul_(options_.momentum).add_(gradient);
        value.add_(item.moment1, -values.lr);
      }
    }
    if (item.working.defined()) item.working.copy_(item.value.detach());
    if (item.teacher.defined()) {
      item.teacher.mul_(values.teacher_momentum).add_(item.value.detach(), 1 - values.teacher_momentum);
      if (item.teacher_working.defined()) item.teacher_working.copy_(item.teacher);
    }
  }
  gradients_.zero_();
  return largest;
}

std::vector<nn::NamedTensor> Optimizer::state() {
  std::vector<nn::NamedTensor> result;
  for (Slot& slot : slots_) {
    if (!slot.student->trainable) continue;
    result.push_back({"exp_avg." + slot.name, &slot.moment1});
    if (slot.moment2.defined()) result.push_back({"exp_avg_sq." + slot.name, &slot.moment2});
    result.push_back({"step." + slot.name, &slot.steps});
  }
  return result;
}

}  // namespace ibot::train
