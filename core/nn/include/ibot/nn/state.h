// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/nn/module.h>
#include <ibot/weights/match.h>
#include <ibot/weights/tensor_file.h>

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Between tensors and files of weights.
namespace ibot::nn {

/// A copy of a stored tensor, on the CPU, in its own dtype.
IBOT_API at::Tensor tensor_from(const weights::TensorView& view);

/// Tensors about to be written: keeps contiguous CPU copies alive as long as the views are used.
class IBOT_API TensorList {
 public:
  /// `dtype`: converted to it if floating point; undefined: as it is.
  void add(std::string name, const at::Tensor& tensor, std::optional<at::ScalarType> dtype = {});
  const std::vector<weights::TensorView>& views() const { return views_; }

 private:
  std::vector<at::Tensor> owned_;
  std::vector<weights::TensorView> views_;
};

/// Whether "prefix + name" is in a file for every parameter and buffer of a module, with its shape. Errors:
/// Incompatible, naming the first that does not fit and how many there are.
IBOT_API base::Status check_state(const weights::TensorFile& file, std::string_view prefix, Module& module);

/// Copies "prefix + name" of a file into every parameter and buffer of a module. Strict: nothing is
/// copied unless all fit. Errors: as check_state().
IBOT_API base::Status load_state(const weights::TensorFile& file, std::string_view prefix, Module& module);

/// What core/weights compares a file with: every parameter and buffer once. The mask token is optional.
IBOT_API std::vector<weights::ExpectedTensor> expected_tensors(Module& module);

/// Copies what a complete report matched into the module; positions of another square grid are resized
/// bicubically. Precondition: report.complete().
IBOT_API void load_matched(const weights::MatchReport& report, Module& module);

}  // namespace ibot::nn
