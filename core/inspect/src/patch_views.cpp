// SPDX-License-Identifier: GPL-3.0-or-later
#include "components.h"

#include <ibot/base/text.h>
#include <ibot/evaluate/clusters.h>
#include <ibot/evaluate/features.h>
#include <ibot/inspect/patch_views.h>
#include <ibot/nn/backbone.h>
#include <ibot/nn/head.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>

#include <nlohmann/json.hpp>

#include <bit>
#include <span>

namespace ibot::inspect {
namespace {

constexpr std::int64_t kComponents = 3;
constexpr double kStepsPerDeviation = 51;  // 2.5 standard deviations to either side

// [n, 3, H, W] uint8.
at::Tensor pixels_of(const std::vector<image::Image>& pictures) {
  std::vector<at::Tensor> all;
  for (const image::Image& picture : pictures) {
    all.push_back(at::from_blob(const_cast<std::uint8_t*>(picture.data()),
                                {picture.height(), picture.width(), 3}, at::kByte)
                      .permute({2, 0, 1}));
  }
  return at::stack(all).contiguous();
}

template <class T>
std::vector<T> values_of(const at::Tensor& tensor, at::ScalarType type) {
  std::vector<T> values(static_cast<std::size_t>(tensor.numel()));
  at::from_blob(values.data(), tensor.sizes(), type).copy_(tensor);
  return values;
}

}  // namespace

base::Result<std::vector<PatchView>> look_at_patches(nn::Backbone& backbone, nn::Head* head,
                                                     const nn::Normalisation& normalisation,
                                                     const std::vector<image::Image>& pictures,
                                                     const PatchViewOptions& options) {
  const at::NoGradGuard no_grad;
  if (pictures.empty()) return base::Error{base::ErrorCode::InvalidArgument, "no picture to look at", "", ""};
  for (const image::Image& picture : pictures) {
    if (picture.width() == pictures.front().width() && picture.height() == pictures.front().height())
      continue;
    return base::Error{base::ErrorCode::InvalidArgument, "pictures of different sizes",
                       base::str(pictures.front().width(), " x ", pictures.front().height(), " as the first"),
                       ""};
  }
  try {
    const auto count = static_cast<std::int64_t>(pictures.size());
    const at::Tensor pixels = pixels_of(pictures);
    const nn::TokenGrid grid = backbone.grid(pixels.size(2), pixels.size(3));
    nn::BackboneInput input;
    input.groups.push_back({pixels, {}});
    input.normalisation = normalisation;
    const at::Tensor tokens = backbone.forward(input)
                                  .view({count, grid.tokens(), -1})
                                  .narrow(1, grid.prefix, grid.patches())
                                  .flatten(0, 1);
    const at::Tensor wide = tokens.to(at::kFloat).cpu();
    const at::Tensor scores = components_of(wide, kComponents).scores;
    IBOT_TRY(const auto found,
             evaluate::k_means(evaluate::normalize_rows(wide), options.clusters, options.seed));
    const at::Tensor clusters =
        ordered_clusters(found.assignment, scores.select(1, 0), options.clusters).view({count, -1});
    at::Tensor colours = at::zeros({wide.size(0), kComponents}, at::kDouble);
    colours.narrow(1, 0, scores.size(1)).copy_(scores);
    colours = (colours * kStepsPerDeviation + 128).round().clamp(0, 255).view({count, -1, kComponents});
    at::Tensor prototypes;
    if (head != nullptr) {
      prototypes =
          at::argmax(head->patch_logits(head->bottleneck(tokens, false), false), 1).view({count, -1});
    }
    const at::Tensor attention = backbone.attention_row({pixels, {}}, normalisation, backbone.depth() - 1, 0)
                                     .narrow(2, grid.prefix, grid.patches())
                                     .to(at::kFloat);  // [n, heads, patches]
    const at::Tensor peak = attention.amax(2, true);
    const at::Tensor shares = (attention / peak.clamp_min(1e-30) * 255).round();

    std::vector<PatchView> views(pictures.size());
    for (std::size_t i = 0; i < views.size(); ++i) {
      PatchView& view = views[i];
      const auto picture = static_cast<std::int64_t>(i);
      view.rows = static_cast<int>(grid.grid_rows);
      view.columns = static_cast<int>(grid.grid_cols);
      view.heads = static_cast<int>(attention.size(1));
      view.attention = values_of<std::uint8_t>(shares[picture], at::kByte);
      view.attention_peak = values_of<float>(peak[picture], at::kFloat);
      view.pca = values_of<std::uint8_t>(colours[picture], at::kByte);
      view.clusters = values_of<std::uint8_t>(clusters[picture], at::kByte);
      if (prototypes.defined()) view.prototypes = values_of<std::int32_t>(prototypes[picture], at::kInt);
    }
    return views;
  } catch (const base::Exception& e) {
    return e.error();
  }
}

std::vector<ProbeArray> to_arrays(const PatchView& view, std::string_view network, int clusters) {
  static_assert(std::endian::native == std::endian::little);
  std::vector<ProbeArray> arrays;
  const auto add = [&]<class T>(const char* kind, const std::vector<T>& values, std::vector<int> shape,
                                const char* type, nlohmann::json more) {
    more["shape"] = shape;
    more["type"] = type;
    more["network"] = network;
    const auto bytes = std::as_bytes(std::span(values));
    arrays.push_back({kind, more.dump(), {bytes.begin(), bytes.end()}});
  };
  add("attention_cls", view.attention, {view.heads, view.rows, view.columns}, "uint8",
      {{"layer", "last"}, {"query", "cls"}, {"peak", view.attention_peak}});
  add("pca", view.pca, {view.rows, view.columns, static_cast<int>(kComponents)}, "uint8",
      nlohmann::json::object());
  add("clusters", view.clusters, {view.rows, view.columns}, "uint8", {{"clusters", clusters}});
  if (!view.prototypes.empty()) {
    add("prototypes", view.prototypes, {view.rows, view.columns}, "int32", nlohmann::json::object());
  }
  return arrays;
}

}  // namespace ibot::inspect
