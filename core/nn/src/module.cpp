// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels.h"

#include <ibot/nn/module.h>

#include <ATen/core/grad_mode.h>

#include <unordered_map>
#include <unordered_set>

namespace ibot::nn {

void Parameter::accumulate_grad(const at::Tensor& grad) {
  if (!trainable) return;
  at::Tensor& sum = value.mutable_grad();
  if (sum.defined()) {
    kernels::accumulate(sum, grad);
  } else {
    sum = grad.to(value.scalar_type(), /*non_blocking=*/false, /*copy=*/true).view(value.sizes());
  }
}

Module::~Module() = default;

void Module::add(std::string name, Parameter& parameter) {
  entries_.push_back({.name = std::move(name), .parameter = &parameter});
}

void Module::add(std::string name, Module& child) {
  entries_.push_back({.name = std::move(name), .child = &child});
}

void Module::add_buffer(std::string name, at::Tensor& buffer) {
  entries_.push_back({.name = std::move(name), .buffer = &buffer});
}

template <class Visit>
void Module::visit(const std::string& prefix, const Visit& visitor) {
  for (const Entry& entry : entries_) {
    if (entry.child != nullptr) {
      entry.child->visit(prefix + entry.name + ".", visitor);
    } else {
      visitor(prefix + entry.name, entry);
    }
  }
}

std::vector<NamedParameter> Module::parameters() {
  std::vector<NamedParameter> result;
  std::unordered_set<const Parameter*> seen;
  visit("", [&](const std::string& name, const Entry& entry) {
    if (entry.parameter != nullptr && entry.parameter->defined() && seen.insert(entry.parameter).second) {
      result.push_back({name, entry.parameter});
    }
  });
  return result;
}

std::vector<NamedTensor> Module::state() {
  std::vector<NamedTensor> result;
  visit("", [&](const std::string& name, const Entry& entry) {
    at::Tensor* tensor = entry.parameter != nullptr ? &entry.parameter->value : entry.buffer;
    if (tensor->defined()) result.push_back({name, tensor});
  });
  return result;
}

std::vector<NamedTensor> Module::buffers() {
  std::vector<NamedTensor> result;
  visit("", [&](const std::string& name, const Entry& entry) {
    if (entry.buffer != nullptr && entry.buffer->defined()) result.push_back({name, entry.buffer});
  });
  return result;
}

void Module::to(at::Device device, at::ScalarType master, at::ScalarType working) {
  const at::NoGradGuard no_grad;
  for (const NamedParameter& named : parameters()) {
    Parameter& parameter = *named.parameter;
    parameter.value = parameter.value.detach().to(device, master).set_requires_grad(parameter.trainable);
    parameter.working = working == master ? parameter.value.detach() : parameter.value.detach().to(working);
  }
  for (const NamedTensor& buffer : buffers()) {
    const bool floating = at::isFloatingType(buffer.tensor->scalar_type());
    *buffer.tensor = buffer.tensor->to(device, floating ? master : buffer.tensor->scalar_type());
  }
}

Parameter make_parameter(at::Tensor value, bool trainable) {
  Parameter parameter;
  parameter.value = value.detach().set_requires_grad(trainable);
  parameter.working = parameter.value.detach();
  parameter.trainable = trainable;
  return parameter;
}

void copy_matching_state(Module& destination, Module& source) {
  const at::NoGradGuard no_grad;
  std::unordered_map<std::string, at::Tensor*> targets;
  for (const NamedTensor& named : destination.state()) targets.emplace(named.name, named.tensor);
  for (const NamedTensor& named : source.state()) {
    const auto found = targets.find(named.name);
    if (found != targets.end()) found->second->copy_(*named.tensor);
  }
  refresh_working(destination);
}

void refresh_working(Module& module) {
  const at::NoGradGuard no_grad;
  for (const NamedParameter& named : module.parameters()) {
    Parameter& parameter = *named.parameter;
    if (!parameter.working.is_same(parameter.value) && !parameter.working.is_alias_of(parameter.value)) {
      parameter.working.copy_(parameter.value);
    }
  }
}

}  // namespace ibot::nn
