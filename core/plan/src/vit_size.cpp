// SPDX-License-Identifier: GPL-3.0-or-later
#include "sizes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace ibot::plan {
namespace {

struct PublishedSize {
  std::string_view name;
  std::int64_t dim, depth, heads;
};

constexpr std::array<PublishedSize, 4> kPublishedSizes = {
    {{"tiny", 192, 12, 3}, {"small", 384, 12, 6}, {"base", 768, 12, 12}, {"large", 1024, 24, 16}}};

template <class T>
const T* find(const params::Values& values, std::string_view key) {
  const auto found = values.find(key);
  return found == values.end() ? nullptr : std::get_if<T>(&found->second);
}

}  // namespace

std::optional<VitSize> vit_size(const ResolvedSection& backbone) {
  if (!backbone.plugin || backbone.plugin->id != "vit") return std::nullopt;
  const params::Values& values = backbone.content.values;
  const auto* name = find<std::string>(values, "size");
  const auto* patch = find<std::int64_t>(values, "patch");
  const auto* dim = find<std::int64_t>(values, "dim");
  const auto* depth = find<std::int64_t>(values, "depth");
  const auto* heads = find<std::int64_t>(values, "heads");
  const auto* mlp_ratio = find<double>(values, "mlp_ratio");
  const auto* qkv_bias = find<bool>(values, "qkv_bias");
  const auto* layer_scale = find<double>(values, "layer_scale");
  if (!name || !patch || !dim || !depth || !heads || !mlp_ratio || !qkv_bias || !layer_scale)
    return std::nullopt;
  const auto published = std::find_if(kPublishedSizes.begin(), kPublishedSizes.end(),
                                      [name](const PublishedSize& size) { return size.name == *name; });
  if (published == kPublishedSizes.end()) return std::nullopt;
  if (*patch < 1 || *dim < 0 || *depth < 0 || *heads < 0) return std::nullopt;
  VitSize size{*patch, *dim, *depth, *heads, *mlp_ratio, *qkv_bias, *layer_scale > 0};
  if (size.dim == 0) size.dim = published->dim;
  if (size.depth == 0) size.depth = published->depth;
  if (size.heads == 0) size.heads = *dim == 0 ? published->heads : std::max<std::int64_t>(1, size.dim / 64);
  return size;
}

double vit_parameters(const VitSize& size, std::int64_t grid) {
  const auto d = static_cast<double>(size.dim);
  const auto patch = static_cast<double>(size.patch);
  const auto cells = static_cast<double>(grid);
  const double hidden = std::floor(d * size.mlp_ratio);
  const double patch_embedding = 3 * patch * patch * d + d;
  const double tokens = d + (1 + cells * cells) * d;  // CLS and positions
  const double attention = 3 * d * d + (size.qkv_bias ? 3 * d : 0) + d * d + d;
  const double mlp = 2 * d * hidden + hidden + d;
  const double norms = 4 * d;
  const double scales = size.layer_scale ? 2 * d : 0;
  return patch_embedding + tokens + static_cast<double>(size.depth) * (attention + mlp + norms + scales) +
         2 * d;
}

}  // namespace ibot::plan
