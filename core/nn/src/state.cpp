// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels_bytes.h"

#include <ibot/base/text.h>
#include <ibot/nn/state.h>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/upsample_bicubic2d.h>

#include <cmath>
#include <unordered_map>
#include <unordered_set>

namespace ibot::nn {
namespace {

at::ScalarType to_scalar_type(weights::DType dtype) {
  switch (dtype) {
    case weights::DType::F64:
      return at::kDouble;
    case weights::DType::F32:
      return at::kFloat;
    case weights::DType::F16:
      return at::kHalf;
    case weights::DType::BF16:
      return at::kBFloat16;
    case weights::DType::I64:
      return at::kLong;
    case weights::DType::I32:
      return at::kInt;
    case weights::DType::I16:
      return at::kShort;
    case weights::DType::I8:
      return at::kChar;
    case weights::DType::U8:
      return at::kByte;
    case weights::DType::Bool:
      return at::kBool;
  }
  return at::kFloat;
}

weights::DType to_dtype(at::ScalarType type) {
  switch (type) {
    case at::kDouble:
      return weights::DType::F64;
    case at::kHalf:
      return weights::DType::F16;
    case at::kBFloat16:
      return weights::DType::BF16;
    case at::kLong:
      return weights::DType::I64;
    case at::kInt:
      return weights::DType::I32;
    case at::kShort:
      return weights::DType::I16;
    case at::kChar:
      return weights::DType::I8;
    case at::kByte:
      return weights::DType::U8;
    case at::kBool:
      return weights::DType::Bool;
    default:
      return weights::DType::F32;
  }
}

// Positions [1, 1 + g * g, D] for another square grid: the CLS entry is kept, the map is resized bicubically
// by size.
at::Tensor resize_positions(const at::Tensor& stored, std::int64_t tokens) {
  const auto side = [](std::int64_t patches) {
    return static_cast<std::int64_t>(std::lround(std::sqrt(static_cast<double>(patches))));
  };
  const std::int64_t from = side(stored.size(1) - 1);
  const std::int64_t to = side(tokens - 1);
  const at::Tensor map = stored.narrow(1, 1, from * from).reshape({1, from, from, -1}).permute({0, 3, 1, 2});
  const at::Tensor resized = at::upsample_bicubic2d(map, {to, to}, false);
  return at::cat({stored.narrow(1, 0, 1), resized.permute({0, 2, 3, 1}).reshape({1, to * to, -1})}, 1);
}

}  // namespace

at::Tensor tensor_from(const weights::TensorView& view) {
  return kernels::from_bytes(view.bytes, view.shape, to_scalar_type(view.dtype));
}

void TensorList::add(std::string name, const at::Tensor& tensor, std::optional<at::ScalarType> dtype) {
  at::Tensor copy = tensor.detach();
  if (dtype && at::isFloatingType(copy.scalar_type())) copy = copy.to(*dtype);
  copy = copy.cpu().contiguous();
  views_.push_back(
      {std::move(name), to_dtype(copy.scalar_type()), copy.sizes().vec(), kernels::bytes_of(copy)});
  owned_.push_back(std::move(copy));
}

base::Status check_state(const weights::TensorFile& file, std::string_view prefix, Module& module) {
  std::string first;
  int wrong = 0;
  const auto complain = [&](std::string text) {
    if (wrong++ == 0) first = std::move(text);
  };
  const std::vector<NamedTensor> state = module.state();
  for (const NamedTensor& named : state) {
    const std::string name = std::string(prefix) + named.name;
    const weights::TensorView* view = file.find(name);
    if (view == nullptr) {
      complain(name + " is missing");
    } else if (view->shape != named.tensor->sizes().vec()) {
      complain(base::str(name, " has shape ", weights::format_shape(view->shape), ", the network ",
                         weights::format_shape(named.tensor->sizes().vec())));
    }
  }
  if (wrong == 0) return {};
  return base::Error{base::ErrorCode::Incompatible,
                     base::str(wrong, " of ", state.size(), " tensors do not fit; the first: ", first),
                     "the tensors of the same network", "The checkpoint belongs to another plan"};
}

base::Status load_state(const weights::TensorFile& file, std::string_view prefix, Module& module) {
  const at::NoGradGuard no_grad;
  IBOT_CHECK_OK(check_state(file, prefix, module));
  for (const NamedTensor& named : module.state()) {
    named.tensor->copy_(tensor_from(*file.find(std::string(prefix) + named.name)));
  }
  refresh_working(module);
  return {};
}

std::vector<weights::ExpectedTensor> expected_tensors(Module& module) {
  std::vector<weights::ExpectedTensor> result;
  std::unordered_set<const at::Tensor*> seen;
  for (const NamedTensor& named : module.state()) {
    if (!seen.insert(named.tensor).second) continue;
    const bool mask_token = named.name == "masked_embed" || named.name.ends_with(".masked_embed");
    result.push_back({named.name, named.tensor->sizes().vec(), mask_token});
  }
  return result;
}

void load_matched(const weights::MatchReport& report, Module& module) {
  const at::NoGradGuard no_grad;
  std::unordered_map<std::string, at::Tensor*> targets;
  for (const NamedTensor& named : module.state()) targets.emplace(named.name, named.tensor);
  for (const weights::MatchReport::Matched& match : report.matched) {
    at::Tensor& target = *targets.at(match.name);
    at::Tensor value = tensor_from(match.tensor).to(target.scalar_type());
    if (match.interpolate) value = resize_positions(value, target.size(1));
    target.copy_(value.view(target.sizes()));
  }
  refresh_working(module);
}

}  // namespace ibot::nn
