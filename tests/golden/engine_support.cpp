// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine_support.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

namespace ibot::test {

at::Tensor tensor_of(const GoldenCase& golden, std::string_view key) {
  std::vector<double> values = golden.doubles(key);
  return at::from_blob(values.data(), golden.shape(key), at::kDouble).clone();
}

at::Tensor mask_of(const GoldenCase& golden, std::string_view key) {
  return tensor_of(golden, key).to(at::kBool);
}

std::vector<double> values_of(const at::Tensor& tensor) {
  std::vector<double> values(static_cast<std::size_t>(tensor.numel()));
  at::from_blob(values.data(), tensor.sizes(), at::kDouble).copy_(tensor.detach());
  return values;
}

void expect_golden(const GoldenCase& golden, std::string_view key, const at::Tensor& actual) {
  expect_golden(golden, key, actual, golden.tolerance(key));
}

void expect_golden(const GoldenCase& golden, std::string_view key, const at::Tensor& actual,
                   Tolerance tolerance) {
  EXPECT_EQ(actual.sizes().vec(), golden.shape(key)) << key;
  expect_close(values_of(actual), golden.doubles(key), tolerance, key);
}

void load_golden_state(const GoldenCase& golden, const std::string& prefix, nn::Module& module) {
  module.to(at::kCPU, at::kDouble, at::kDouble);
  const at::NoGradGuard no_grad;
  for (const nn::NamedTensor& named : module.state()) {
    const std::string key = prefix + named.name;
    // Buffers start at their defaults in the cases that do not store them.
    if (!golden.has(key) && named.name.find("running_") != std::string::npos) continue;
    if (!golden.has(key) && named.name.find("num_batches") != std::string::npos) continue;
    named.tensor->copy_(tensor_of(golden, key).view(named.tensor->sizes()));
  }
}

void expect_golden_gradients(const GoldenCase& golden, const std::string& prefix, nn::Module& module,
                             bool partial) {
  int compared = 0;
  for (const nn::NamedParameter& named : module.parameters()) {
    const std::string key = prefix + named.name;
    const at::Tensor& gradient = named.parameter->value.grad();
    if (golden.has(key)) {
      ASSERT_TRUE(gradient.defined()) << key;
      expect_golden(golden, key, gradient);
      ++compared;
    } else if (!partial) {
      EXPECT_TRUE(!gradient.defined() || gradient.abs().max().item<double>() == 0)
          << key << " should have no gradient";
    }
  }
  EXPECT_GT(compared, 0) << prefix;
}

void clear_gradients(nn::Module& module) {
  for (const nn::NamedParameter& named : module.parameters()) named.parameter->value.mutable_grad().reset();
}

}  // namespace ibot::test
