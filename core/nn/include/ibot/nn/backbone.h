// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/nn/block.h>
#include <ibot/nn/module.h>

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace ibot::nn {

class Initializer;

/// How uint8 pixels become network input: (x / 255 - mean) / std per channel. Defaults: ImageNet (spec 1.7).
struct Normalisation {
  std::array<double, 3> mean = {0.485, 0.456, 0.406};
  std::array<double, 3> std = {0.229, 0.224, 0.225};
};

/// Crops of one size.
struct ImageGroup {
  at::Tensor images;  ///< [n, 3, H, W]: uint8 RGB, or floating point and already normalised; on any device
  at::Tensor
      mask;  ///< bool [n, h, w] over the patch grid, true = masked; undefined: no masked modelling here
};

/// One forward pass over crops of several sizes.
struct BackboneInput {
  std::vector<ImageGroup> groups;
  Normalisation normalisation;
  /// Uniform draws in [0, 1) of stochastic depth, [2 * depth, samples], row 2i the attention branch of block
  /// i and row 2i + 1 its MLP branch, samples over all groups in order. Undefined: no stochastic depth
  /// (teacher, evaluation).
  at::Tensor drop_path_uniform;
  /// Rows of the packed token buffer that the caller reads (int64); undefined: all. Others need not be
  /// computed.
  at::Tensor rows;
};

/// The grid of one crop: tokens = prefix + grid_rows * grid_cols, prefix tokens (CLS) first, patches
/// row-major.
struct TokenGrid {
  std::int64_t prefix = 1;
  std::int64_t grid_rows = 0;
  std::int64_t grid_cols = 0;
  std::int64_t patches() const { return grid_rows * grid_cols; }
  std::int64_t tokens() const { return prefix + patches(); }
};

/// A network that maps images, with optional patch masks, to tokens (architecture: plugins, backbones).
///
/// Tokens of all groups lie in one packed buffer [R, D], group after group, sample after sample, prefix
/// tokens first. One thread at a time. Inspection requests may be unsupported; the default implementations
/// say so.
class IBOT_API Backbone : public Module {
 public:
  ~Backbone() override;

  virtual std::int64_t dim() const = 0;
  virtual std::int64_t depth() const = 0;
  virtual std::int64_t heads() const = 0;       ///< 0 without attention
  virtual std::int64_t patch_size() const = 0;  ///< pixels a side of one mask cell
  /// Throws Exception (InvalidArgument) for an image smaller than a patch.
  virtual TokenGrid grid(std::int64_t height, std::int64_t width) const = 0;

  /// Final, normalised tokens [R, D] in the wide dtype, or those of input.rows. Differentiable.
  virtual at::Tensor forward(const BackboneInput& input) = 0;
  virtual void initialize(const Initializer& init) = 0;

  /// Tokens after each of the last `count` blocks, each through the final norm, [n, tokens, D], earliest
  /// first.
  virtual std::vector<at::Tensor> intermediate(const ImageGroup& group, const Normalisation& normalisation,
                                               std::int64_t count);
  /// Attention of one query token over all tokens in a layer (0-based), [n, heads, tokens], softmaxed.
  virtual at::Tensor attention_row(const ImageGroup& group, const Normalisation& normalisation,
                                   std::int64_t layer, std::int64_t query_token);

  /// The segments of a packed buffer for these groups.
  std::vector<TokenSegment> segments(const std::vector<ImageGroup>& groups) const;
};

/// Non-overlapping patches as rows for a linear embedding: images [n, 3, H, W] -> [n * h * w, 3 * p * p],
/// columns in the order of a convolution's weight (channel, row, column), in `dtype`. Trailing pixels that
/// fill no patch are left out, as a convolution does. Differentiable for floating-point images.
IBOT_API at::Tensor patch_rows(const at::Tensor& images, std::int64_t patch,
                               const Normalisation& normalisation, at::ScalarType dtype);

}  // namespace ibot::nn
