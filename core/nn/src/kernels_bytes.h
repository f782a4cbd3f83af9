// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <span>

namespace ibot::nn::kernels {

/// The memory of a contiguous CPU tensor.
std::span<const std::byte> bytes_of(const at::Tensor& tensor);
/// A tensor with a copy of those bytes.
at::Tensor from_bytes(std::span<const std::byte> bytes, at::IntArrayRef shape, at::ScalarType dtype);

}  // namespace ibot::nn::kernels
