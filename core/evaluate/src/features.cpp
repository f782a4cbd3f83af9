// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/data/picture_source.h>
#include <ibot/evaluate/evaluator.h>
#include <ibot/evaluate/features.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

namespace ibot::evaluate {

namespace {

// fp32 on the processor, in memory of its own: views would keep all tokens of a batch.
at::Tensor own(const at::Tensor& tokens) {
  return tokens.to(at::kCPU, at::kFloat, /*non_blocking=*/false, /*copy=*/true).contiguous();
}

}  // namespace

Evaluator::~Evaluator() = default;

base::Result<Features> extract_features(nn::Backbone* backbone, const nn::Normalisation& normalisation,
                                        const data::Dataset& dataset, const FeatureRequest& request) {
  const at::NoGradGuard no_grad;
  data::PictureSource source(dataset, 0);
  data::EvalOptions options;
  options.transform = request.transform;
  options.batch = request.batch;
  options.workers = request.workers;
  data::EvalStream stream(source, options, request.indices);
  std::vector<at::Tensor> cls, patches, pixels;
  std::vector<std::int64_t> labels;
  Features features;
  while (const auto batch = stream.next()) {
    if (batch->images == 0) continue;
    const at::Tensor images = at::from_blob(const_cast<std::uint8_t*>(batch->pixels.data()),
                                            {batch->images, 3, batch->size, batch->size}, at::kByte);
    if (request.pixels) pixels.push_back(images.clone());
    if (backbone != nullptr && (request.cls || request.patches)) {
      nn::BackboneInput input;
      input.groups.push_back({images, {}});
      input.normalisation = normalisation;
      const nn::TokenGrid grid = backbone->grid(batch->size, batch->size);
      const at::Tensor tokens =
          backbone->forward(input).view({batch->images, grid.tokens(), backbone->dim()});
      if (request.cls) cls.push_back(own(tokens.select(1, 0)));
      if (request.patches) patches.push_back(own(tokens.narrow(1, grid.prefix, grid.patches())));
    }
    labels.insert(labels.end(), batch->labels.begin(), batch->labels.end());
    features.indices.insert(features.indices.end(), batch->indices.begin(), batch->indices.end());
  }
  if (features.indices.empty()) {
    return base::Error{base::ErrorCode::Corrupt,
                       "none of the pictures can be read (" + dataset.description() + ")", "", ""};
  }
  const std::int64_t asked =
      request.indices ? static_cast<std::int64_t>(request.indices->size()) : dataset.size();
  features.unreadable = asked - static_cast<std::int64_t>(features.indices.size());
  features.labels = at::tensor(labels, at::kLong);
  if (!cls.empty()) features.cls = at::cat(cls);
  if (!patches.empty()) features.patches = at::cat(patches);
  if (!pixels.empty()) features.pixels = at::cat(pixels);
  return features;
}

at::Tensor pixel_features(const at::Tensor& pixels, std::int64_t side) {
  // Piece by piece: as fp32 the pictures of a data set take four times their own memory.
  constexpr std::int64_t kPiece = 256;
  std::vector<at::Tensor> pieces;
  for (std::int64_t first = 0; first < pixels.size(0); first += kPiece) {
    const at::Tensor piece = pixels.narrow(0, first, std::min(kPiece, pixels.size(0) - first));
    pieces.push_back(at::adaptive_avg_pool2d(piece.to(at::kFloat), {side, side}).flatten(1));
  }
  return pieces.empty() ? at::zeros({0, 3 * side * side}) : at::cat(pieces);
}

at::Tensor normalize_rows(const at::Tensor& features) {
  return features / at::linalg_vector_norm(features, 2, {1}, true).clamp_min(1e-12);
}

}  // namespace ibot::evaluate
