// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/nn/stream_backbone.h>
#include <ibot/params/schema.h>
#include <ibot/plugin/factories.h>

#include <memory>
#include <string>
#include <vector>

namespace ibot::vit {

/// Sizes and switches of the Vision Transformer (spec 1.1). dim, depth and heads of 0 follow `size`.
struct VitOptions {
  std::string size = "small";
  std::int64_t patch = 16;
  std::int64_t dim = 0;
  std::int64_t depth = 0;
  std::int64_t heads = 0;
  double mlp_ratio = 4.0;
  bool qkv_bias = true;
  double drop_path = 0.1;
  double layer_scale = 0.0;
  bool mean_pooling = false;

  static void describe(params::Describer& d, VitOptions& o);
  /// With dim, depth and heads filled in from `size`.
  VitOptions resolved() const;
};

/// The Vision Transformer of iBOT (models/vision_transformer.py): patch embedding, CLS token, learned
/// absolute positions, pre-norm blocks, final norm; the mask token overwrites patch embeddings before
/// positions are added.
class Vit final : public nn::StreamBackbone {
 public:
  using Options = VitOptions;
  Vit(const VitOptions& options, const plugin::BackboneRequest& request)
      : Vit(options, request.image_size, request.masked_modelling) {}
  /// `image_size`: pixels a side for which positions are stored. `masked_modelling`: has a mask token (the
  /// student).
  Vit(const VitOptions& options, std::int64_t image_size, bool masked_modelling);

  std::int64_t dim() const override { return options_.dim; }
  std::int64_t depth() const override { return options_.depth; }
  std::int64_t heads() const override { return options_.heads; }
  std::int64_t patch_size() const override { return options_.patch; }
  nn::TokenGrid grid(std::int64_t height, std::int64_t width) const override;
  at::Tensor forward(const nn::BackboneInput& input) override;
  void initialize(const nn::Initializer& init) override;
  std::vector<at::Tensor> intermediate(const nn::ImageGroup& group, const nn::Normalisation& normalisation,
                                       std::int64_t count) override;
  at::Tensor attention_row(const nn::ImageGroup& group, const nn::Normalisation& normalisation,
                           std::int64_t layer, std::int64_t query_token) override;
  std::vector<at::Tensor> residual_stream(const nn::ImageGroup& group,
                                          const nn::Normalisation& normalisation) override;
  at::Tensor attention_rows(const at::Tensor& stream, std::int64_t layer,
                            const std::vector<std::int64_t>& query_tokens) override;
  at::Tensor final_tokens(const at::Tensor& stream) override;

  /// Stored positions [1, 1 + g * g, D] resized to a crop of height x width pixels, [1, 1 + h * w, D],
  /// differentiable. Bicubic with scale factors (h + 0.1) / g as published: resizing by target size gives
  /// other values (spec 1.1).
  at::Tensor positions(std::int64_t height, std::int64_t width);

 private:
  at::Tensor embed(const nn::ImageGroup& group, const nn::Normalisation& normalisation);
  at::Tensor embed_all(const nn::BackboneInput& input);
  nn::DropPathRows drop_rows(std::int64_t block, const at::Tensor& uniform,
                             const std::vector<nn::TokenSegment>& segments) const;
  at::Tensor final_norm(const at::Tensor& x);

  VitOptions options_;
  nn::Parameter cls_token_, pos_embed_, masked_embed_, patch_weight_, patch_bias_, norm_weight_, norm_bias_;
  nn::Parameter fc_norm_weight_, fc_norm_bias_;
  std::vector<std::unique_ptr<nn::Block>> blocks_;
};

}  // namespace ibot::vit
