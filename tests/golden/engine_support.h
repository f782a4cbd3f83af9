// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/nn/module.h>
#include <ibot/test/golden.h>

#include <ATen/core/Tensor.h>

#include <string>
#include <string_view>
#include <vector>

namespace ibot::test {

/// A stored tensor in float64 (integers and float32 are exact there).
at::Tensor tensor_of(const GoldenCase& golden, std::string_view key);
/// The same as booleans.
at::Tensor mask_of(const GoldenCase& golden, std::string_view key);

std::vector<double> values_of(const at::Tensor& tensor);

/// Compares a tensor with the stored one of that key: shape, then values within the case's tolerance.
void expect_golden(const GoldenCase& golden, std::string_view key, const at::Tensor& actual);
void expect_golden(const GoldenCase& golden, std::string_view key, const at::Tensor& actual,
                   Tolerance tolerance);

/// Brings a module to float64 and copies `prefix` + name into every parameter and buffer; every name must be
/// there.
void load_golden_state(const GoldenCase& golden, const std::string& prefix, nn::Module& module);

/// Compares the gradients of all parameters with `prefix` + name; parameters without a stored gradient must
/// have none unless `partial`.
void expect_golden_gradients(const GoldenCase& golden, const std::string& prefix, nn::Module& module,
                             bool partial);

void clear_gradients(nn::Module& module);

}  // namespace ibot::test
