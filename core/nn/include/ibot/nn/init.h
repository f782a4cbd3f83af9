// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string_view>

namespace ibot::nn {

/// Draws of initial weights, keyed by (seed, Purpose::Init, name): the order in which tensors are made
/// changes nothing, and two runs of one seed that share a tensor's name and shape start it equal. Values are
/// drawn in fp32 on the CPU, so that dtype and device change nothing either.
class IBOT_API Initializer {
 public:
  explicit Initializer(std::uint64_t seed) : seed_(seed) {}
  /// Normal with mean 0, truncated at +-2 absolute as timm's trunc_normal_ (spec 1.1), in place.
  void truncated_normal(std::string_view name, at::Tensor& tensor, double std_dev) const;
  /// Uniform in [-bound, bound), in place.
  void uniform(std::string_view name, at::Tensor& tensor, double bound) const;

 private:
  template <class Draw>
  void fill(std::string_view name, at::Tensor& tensor, const Draw& draw) const;
  std::uint64_t seed_;
};

class Block;
class Head;

/// Published initial values (spec 1.1, 1.3): truncated normal 0.02 for linear weights, 0 for biases.
IBOT_API void initialize(Block& block, const Initializer& init, std::string_view prefix);
/// The same for the MLP; prototypes keep the default of a linear layer, uniform in +-1/sqrt(bottleneck),
/// length 1.
IBOT_API void initialize(Head& head, const Initializer& init, std::string_view prefix);

}  // namespace ibot::nn
