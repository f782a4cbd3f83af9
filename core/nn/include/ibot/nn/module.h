// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace ibot::nn {

/// One learnable tensor in up to two precisions.
///
/// `value` is the master weight (fp32, or fp64 in tests), a leaf of autograd when trainable. `working` is the
/// copy that products are computed with: the same tensor as `value` unless the network computes in bf16, when
/// the optimiser refreshes it after every update. Gradients gather in `value.grad()`, which the trainer
/// allocates once.
struct IBOT_API Parameter {
  at::Tensor value;
  at::Tensor working;
  bool trainable = true;

  bool defined() const { return value.defined(); }
  /// The value without autograd; undefined if there is none.
  at::Tensor detached() const { return value.defined() ? value.detach() : at::Tensor(); }
  /// Adds to the gradient, whatever its dtype; allocates it if there is none. No-op for a frozen parameter.
  void accumulate_grad(const at::Tensor& grad);
};

class Module;

struct NamedParameter {
  std::string name;
  Parameter* parameter;
};
struct NamedTensor {
  std::string name;
  at::Tensor* tensor;
};

/// A tree of named parameters, buffers and children; no forward of its own. Names are the published ones
/// ("blocks.0.attn.qkv.weight"), so that state dictionaries need no translation. Children and parameters are
/// members of the deriving class and are registered by address: modules are neither copied nor moved.
class IBOT_API Module {
 public:
  Module() = default;
  virtual ~Module();
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  /// Every parameter once, in registration order, under its first name (as torch's named_parameters).
  std::vector<NamedParameter> parameters();
  /// Every parameter and buffer under every name, aliases repeated (as torch's state_dict). The tensors are
  /// the master values.
  std::vector<NamedTensor> state();
  std::vector<NamedTensor> buffers();

  /// Moves values and buffers to a device and dtype; integer buffers keep their dtype. Working copies follow.
  void to(at::Device device, at::ScalarType master, at::ScalarType working);

 protected:
  void add(std::string name, Parameter& parameter);
  void add(std::string name, Module& child);
  void add_buffer(std::string name, at::Tensor& buffer);

 private:
  struct Entry {
    std::string name;
    Parameter* parameter = nullptr;
    at::Tensor* buffer = nullptr;
    Module* child = nullptr;
  };
  template <class Visit>
  void visit(const std::string& prefix, const Visit& visitor);
  std::vector<Entry> entries_;
};

/// Makes a parameter of a fresh value.
IBOT_API Parameter make_parameter(at::Tensor value, bool trainable = true);

/// Copies by name what both have: destination <- source, in the order of the source's state, aliases
/// included. This is the non-strict load with which the published code starts the teacher (spec 1.3,
/// semi-shared subtlety (a)).
IBOT_API void copy_matching_state(Module& destination, Module& source);

/// Refreshes every working copy from its master value.
IBOT_API void refresh_working(Module& module);

}  // namespace ibot::nn
