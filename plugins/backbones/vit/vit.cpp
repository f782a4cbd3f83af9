// SPDX-License-Identifier: GPL-3.0-or-later
#include "vit.h"

#include <ibot/base/result.h>
#include <ibot/base/text.h>
#include <ibot/nn/init.h>
#include <ibot/nn/ops.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/floor.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/upsample_bicubic2d.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include <cmath>

namespace ibot::vit {
namespace {

constexpr double kNormEps = 1e-6;

struct PublishedSize {
  const char* name;
  std::int64_t dim, depth, heads;
};
constexpr PublishedSize kSizes[] = {
    {"tiny", 192, 12, 3}, {"small", 384, 12, 6}, {"base", 768, 12, 12}, {"large", 1024, 24, 16}};

}  // namespace

void VitOptions::describe(params::Describer& d, VitOptions& o) {
  d.field("size", o.size)
      .choices({"tiny", "small", "base", "large"})
      .help(
          "Published size: ViT-T (dim 192, depth 12), S (384, 12), B (768, 12) or L (1024, 24), heads of 64.")
      .source("models/vision_transformer.py");
  d.field("patch", o.patch)
      .between(1, 128)
      .unit("px")
      .help("Side of a patch. Halving it quadruples the tokens: finer parts, four times the work.")
      .source("main_ibot.py --patch_size");
  d.field("dim", o.dim).at_least(0).help("Width of tokens; 0: from size.");
  d.field("depth", o.depth).between(0, 256).unit("blocks").help("Transformer blocks; 0: from size.");
  d.field("heads", o.heads).at_least(0).help("Attention heads; must divide dim; 0: from size, or dim / 64.");
  d.field("drop_path", o.drop_path)
      .at_least(0)
      .below(1)
      .help(
          "Stochastic depth of the student's last block, rising linearly from 0. Raise it for larger "
          "networks.")
      .source("main_ibot.py --drop_path");
  d.field("mlp_ratio", o.mlp_ratio)
      .above(0)
      .advanced()
      .help("Hidden width of the MLP over dim.")
      .source("models/vision_transformer.py");
  d.field("qkv_bias", o.qkv_bias)
      .advanced()
      .help("Bias of the qkv product.")
      .source("models/vision_transformer.py");
  d.field("layer_scale", o.layer_scale)
      .at_least(0)
      .advanced()
      .help("Initial factor of each branch; 0: no layer scale.")
      .source("init_values in models/vision_transformer.py; never used in official runs");
  d.field("mean_pooling", o.mean_pooling)
      .advanced()
      .help(
          "Put the normed mean of patch tokens into the CLS slot; for networks without a trained CLS token.")
      .source("use_mean_pooling in models/vision_transformer.py");
}

VitOptions VitOptions::resolved() const {
  VitOptions result = *this;
  for (const PublishedSize& published : kSizes) {
    if (size != published.name) continue;
    if (dim == 0) result.dim = published.dim;
    if (depth == 0) result.depth = published.depth;
    if (heads == 0) result.heads = dim == 0 ? published.heads : std::max<std::int64_t>(1, dim / 64);
  }
  return result;
}

Vit::Vit(const VitOptions& options, std::int64_t image_size, bool masked_modelling)
    : options_(options.resolved()) {
  const std::int64_t dim = options_.dim;
  const std::int64_t patch = options_.patch;
  if (image_size < patch || dim <= 0) {
    throw base::Exception(
        {base::ErrorCode::InvalidArgument,
         base::str("vit: image size ", image_size, " with patches of ", patch, " and dim ", dim),
         "an image of at least one patch", ""});
  }
  const std::int64_t side = image_size / patch;
  cls_token_ = nn::make_parameter(at::zeros({1, 1, dim}));
  pos_embed_ = nn::make_parameter(at::zeros({1, 1 + side * side, dim}));
  if (masked_modelling) masked_embed_ = nn::make_parameter(at::zeros({1, dim}));
  patch_weight_ = nn::make_parameter(at::zeros({dim, 3, patch, patch}));
  patch_bias_ = nn::make_parameter(at::zeros({dim}));
  add("cls_token", cls_token_);
  add("pos_embed", pos_embed_);
  add("masked_embed", masked_embed_);
  add("patch_embed.proj.weight", patch_weight_);
  add("patch_embed.proj.bias", patch_bias_);
  nn::Block::Options block;
  block.dim = dim;
  block.heads = options_.heads;
  block.mlp_hidden = static_cast<std::int64_t>(static_cast<double>(dim) * options_.mlp_ratio);
  block.qkv_bias = options_.qkv_bias;
  block.norm_eps = kNormEps;
  block.layer_scale = options_.layer_scale;
  for (std::int64_t i = 0; i < options_.depth; ++i) {
    blocks_.push_back(std::make_unique<nn::Block>(block));
    add("blocks." + std::to_string(i), *blocks_.back());
  }
  if (options_.mean_pooling) {
    fc_norm_weight_ = nn::make_parameter(at::ones({dim}));
    fc_norm_bias_ = nn::make_parameter(at::zeros({dim}));
    add("fc_norm.weight", fc_norm_weight_);
    add("fc_norm.bias", fc_norm_bias_);
  } else {
    norm_weight_ = nn::make_parameter(at::ones({dim}));
    norm_bias_ = nn::make_parameter(at::zeros({dim}));
    add("norm.weight", norm_weight_);
    add("norm.bias", norm_bias_);
  }
}

nn::TokenGrid Vit::grid(std::int64_t height, std::int64_t width) const {
  if (height < options_.patch || width < options_.patch) {
    throw base::Exception(
        {base::ErrorCode::InvalidArgument,
         base::str("vit: a picture of ", width, " x ", height, " px is smaller than a patch"),
         base::str("at least ", options_.patch, " px a side"), ""});
  }
  return {1, height / options_.patch, width / options_.patch};
}

void Vit::initialize(const nn::Initializer& init) {
  init.truncated_normal("cls_token", cls_token_.value, 0.02);
  init.truncated_normal("pos_embed", pos_embed_.value, 0.02);
  // The patch embedding keeps the framework's default (kaiming uniform, a = sqrt 5).
  const double bound = 1.0 / std::sqrt(static_cast<double>(3 * options_.patch * options_.patch));
  init.uniform("patch_embed.proj.weight", patch_weight_.value, bound);
  init.uniform("patch_embed.proj.bias", patch_bias_.value, bound);
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    nn::initialize(*blocks_[i], init, "blocks." + std::to_string(i) + ".");
  }
}

at::Tensor Vit::positions(std::int64_t height, std::int64_t width) {
  const at::Tensor& stored = pos_embed_.value;
  const nn::TokenGrid wanted = grid(height, width);
  if (wanted.tokens() == stored.size(1) && height == width) return stored;
  const auto side =
      static_cast<std::int64_t>(std::lround(std::sqrt(static_cast<double>(stored.size(1) - 1))));
  const auto scale = [side](std::int64_t cells) {
    return (static_cast<double>(cells) + 0.1) / static_cast<double>(side);
  };
  const at::Tensor map =
      stored.narrow(1, 1, side * side).reshape({1, side, side, dim()}).permute({0, 3, 1, 2});
  const at::Tensor resized =
      at::upsample_bicubic2d(map, {wanted.grid_rows, wanted.grid_cols}, /*align_corners=*/false,
                             scale(wanted.grid_rows), scale(wanted.grid_cols));
  return at::cat(
      {stored.narrow(1, 0, 1), resized.permute({0, 2, 3, 1}).reshape({1, wanted.patches(), dim()})}, 1);
}

at::Tensor Vit::embed(const nn::ImageGroup& group, const nn::Normalisation& normalisation) {
  const std::int64_t samples = group.images.size(0);
  const std::int64_t height = group.images.size(2);
  const std::int64_t width = group.images.size(3);
  const nn::TokenGrid cells = grid(height, width);
  const at::ScalarType wide = cls_token_.value.scalar_type();
  // Pictures come from the processor, wherever the network is.
  const at::Tensor images = group.images.to(patch_weight_.working.device());
  at::Tensor x =
      nn::linear(nn::patch_rows(images, options_.patch, normalisation, patch_weight_.working.scalar_type()),
                 patch_weight_, patch_bias_)
          .to(wide)
          .view({samples, cells.patches(), dim()});
  if (group.mask.defined()) {
    if (!masked_embed_.defined()) {
      throw base::Exception(
          {base::ErrorCode::Internal, "vit: a mask was given to a network without a mask token", "", ""});
    }
    x = at::where(group.mask.reshape({samples, cells.patches(), 1}).to(x.device()),
                  masked_embed_.value.view({1, 1, dim()}), x);
  }
  x = at::cat({cls_token_.value.expand({samples, 1, dim()}), x}, 1) + positions(height, width);
  return x.view({samples * cells.tokens(), dim()});
}

at::Tensor Vit::embed_all(const nn::BackboneInput& input) {
  std::vector<at::Tensor> parts;
  for (const nn::ImageGroup& group : input.groups) parts.push_back(embed(group, input.normalisation));
  return parts.size() == 1 ? parts.front() : at::cat(parts);
}

nn::DropPathRows Vit::drop_rows(std::int64_t block, const at::Tensor& uniform,
                                const std::vector<nn::TokenSegment>& segments) const {
  const double rate = options_.depth > 1 ? options_.drop_path * static_cast<double>(block) /
                                               static_cast<double>(options_.depth - 1)
                                         : 0.0;
  if (!uniform.defined() || rate <= 0) return {};
  const double keep = 1.0 - rate;
  const auto rows = [&](std::int64_t call) {
    const at::Tensor factor = at::floor(uniform.select(0, call) + keep) / keep;  // [samples]
    std::vector<at::Tensor> parts;
    std::int64_t sample = 0;
    for (const nn::TokenSegment& segment : segments) {
      parts.push_back(factor.narrow(0, sample, segment.samples)
                          .unsqueeze(1)
                          .expand({segment.samples, segment.tokens})
                          .reshape({segment.samples * segment.tokens}));
      sample += segment.samples;
    }
    return parts.size() == 1 ? parts.front() : at::cat(parts);
  };
  return {rows(2 * block), rows(2 * block + 1)};
}

at::Tensor Vit::final_norm(const at::Tensor& x) {
  return norm_weight_.defined() ? nn::layer_norm(x, norm_weight_, norm_bias_, kNormEps) : x;
}

at::Tensor Vit::forward(const nn::BackboneInput& input) {
  const std::vector<nn::TokenSegment> segments = this->segments(input.groups);
  at::Tensor x = embed_all(input);
  // Mean pooling reads every patch of the last block, so nothing can be left out.
  const bool select_last = input.rows.defined() && !options_.mean_pooling;
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    const bool last = i + 1 == blocks_.size();
    x = blocks_[i]->forward(x, segments,
                            drop_rows(static_cast<std::int64_t>(i), input.drop_path_uniform, segments),
                            last && select_last ? input.rows : at::Tensor());
  }
  if (!options_.mean_pooling) return final_norm(x);
  std::vector<at::Tensor> parts;
  for (const nn::TokenSegment& segment : segments) {
    const at::Tensor tokens = x.narrow(0, segment.first_row, segment.samples * segment.tokens)
                                  .view({segment.samples, segment.tokens, dim()});
    const at::Tensor patches = tokens.narrow(1, 1, segment.tokens - 1);
    const at::Tensor pooled = nn::layer_norm(patches.mean(1), fc_norm_weight_, fc_norm_bias_, kNormEps);
    parts.push_back(at::cat({pooled.unsqueeze(1), patches}, 1).view({-1, dim()}));
  }
  x = at::cat(parts);
  return input.rows.defined() ? at::index_select(x, 0, input.rows) : x;
}

std::vector<at::Tensor> Vit::intermediate(const nn::ImageGroup& group, const nn::Normalisation& normalisation,
                                          std::int64_t count) {
  const at::NoGradGuard no_grad;
  const std::vector<nn::TokenSegment> segments = this->segments({group});
  at::Tensor x = embed(group, normalisation);
  std::vector<at::Tensor> result;
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    x = blocks_[i]->forward(x, segments, {});
    if (static_cast<std::int64_t>(blocks_.size() - i) <= count) {
      result.push_back(final_norm(x).view({segments[0].samples, segments[0].tokens, dim()}));
    }
  }
  return result;
}

at::Tensor Vit::attention_row(const nn::ImageGroup& group, const nn::Normalisation& normalisation,
                              std::int64_t layer, std::int64_t query_token) {
  const at::NoGradGuard no_grad;
  const std::vector<nn::TokenSegment> segments = this->segments({group});
  if (layer < 0 || layer >= depth() || query_token < 0 || query_token >= segments[0].tokens) {
    throw base::Exception(
        {base::ErrorCode::InvalidArgument,
         base::str("vit: attention of layer ", layer, ", token ", query_token),
         base::str("layer from 0 to ", depth() - 1, ", token from 0 to ", segments[0].tokens - 1), ""});
  }
  at::Tensor x = embed(group, normalisation);
  for (std::int64_t i = 0; i < layer; ++i) x = blocks_[static_cast<std::size_t>(i)]->forward(x, segments, {});
  return blocks_[static_cast<std::size_t>(layer)]->attention_row(x, segments[0], query_token);
}

std::vector<at::Tensor> Vit::residual_stream(const nn::ImageGroup& group,
                                             const nn::Normalisation& normalisation) {
  const at::NoGradGuard no_grad;
  const std::vector<nn::TokenSegment> segments = this->segments({group});
  at::Tensor x = embed(group, normalisation);
  std::vector<at::Tensor> stream;
  const auto keep = [&] { stream.push_back(x.view({segments[0].samples, segments[0].tokens, dim()})); };
  keep();
  for (const std::unique_ptr<nn::Block>& block : blocks_) {
    x = block->forward(x, segments, {});
    keep();
  }
  return stream;
}

at::Tensor Vit::attention_rows(const at::Tensor& stream, std::int64_t layer,
                               const std::vector<std::int64_t>& query_tokens) {
  const at::NoGradGuard no_grad;
  const nn::TokenSegment segment{0, stream.size(0), stream.size(1)};
  std::vector<at::Tensor> rows;
  for (const std::int64_t query : query_tokens) {
    if (layer < 0 || layer >= depth() || query < 0 || query >= segment.tokens) {
      throw base::Exception(
          {base::ErrorCode::InvalidArgument, base::str("vit: attention of layer ", layer, ", token ", query),
           base::str("layer from 0 to ", depth() - 1, ", token from 0 to ", segment.tokens - 1), ""});
    }
    rows.push_back(
        blocks_[static_cast<std::size_t>(layer)]->attention_row(stream.flatten(0, 1), segment, query));
  }
  return at::stack(rows, 2);
}

at::Tensor Vit::final_tokens(const at::Tensor& stream) {
  const at::NoGradGuard no_grad;
  return final_norm(stream.flatten(0, 1)).view(stream.sizes());
}

}  // namespace ibot::vit
