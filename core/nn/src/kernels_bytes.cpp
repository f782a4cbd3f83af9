// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels_bytes.h"

#include <ATen/ops/empty.h>

#include <cstring>

namespace ibot::nn::kernels {

std::span<const std::byte> bytes_of(const at::Tensor& tensor) {
  return {static_cast<const std::byte*>(tensor.data_ptr()), tensor.nbytes()};
}

at::Tensor from_bytes(std::span<const std::byte> bytes, at::IntArrayRef shape, at::ScalarType dtype) {
  at::Tensor tensor = at::empty(shape, dtype);
  if (!bytes.empty()) std::memcpy(tensor.data_ptr(), bytes.data(), std::min(bytes.size(), tensor.nbytes()));
  return tensor;
}

}  // namespace ibot::nn::kernels
