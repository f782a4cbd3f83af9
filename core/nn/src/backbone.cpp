// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/result.h>
#include <ibot/nn/backbone.h>

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>

namespace ibot::nn {

Backbone::~Backbone() = default;

std::vector<at::Tensor> Backbone::intermediate(const ImageGroup&, const Normalisation&, std::int64_t) {
  throw base::Exception(
      {base::ErrorCode::Unsupported, "this backbone offers no intermediate tokens", "", ""});
}

at::Tensor Backbone::attention_row(const ImageGroup&, const Normalisation&, std::int64_t, std::int64_t) {
  throw base::Exception({base::ErrorCode::Unsupported, "this backbone has no attention to show", "", ""});
}

std::vector<TokenSegment> Backbone::segments(const std::vector<ImageGroup>& groups) const {
  std::vector<TokenSegment> result;
  std::int64_t row = 0;
  for (const ImageGroup& group : groups) {
    const TokenSegment segment{row, group.images.size(0),
                               grid(group.images.size(2), group.images.size(3)).tokens()};
    row += segment.samples * segment.tokens;
    result.push_back(segment);
  }
  return result;
}

at::Tensor patch_rows(const at::Tensor& images, std::int64_t patch, const Normalisation& normalisation,
                      at::ScalarType dtype) {
  const std::int64_t n = images.size(0);
  const std::int64_t h = images.size(2) / patch;
  const std::int64_t w = images.size(3) / patch;
  at::Tensor pixels = images.narrow(2, 0, h * patch).narrow(3, 0, w * patch);
  if (pixels.scalar_type() == at::kByte) {
    const at::ScalarType wide = dtype == at::kDouble ? at::kDouble : at::kFloat;
    const auto options = pixels.options().dtype(wide);
    const at::Tensor mean =
        at::tensor(at::ArrayRef<double>(normalisation.mean), options).mul_(255).view({1, 3, 1, 1});
    const at::Tensor std =
        at::tensor(at::ArrayRef<double>(normalisation.std), options).mul_(255).view({1, 3, 1, 1});
    pixels = pixels.to(wide).sub_(mean).div_(std);
  }
  return pixels.reshape({n, images.size(1), h, patch, w, patch})
      .permute({0, 2, 4, 1, 3, 5})
      .reshape({n * h * w, images.size(1) * patch * patch})
      .to(dtype);
}

}  // namespace ibot::nn
