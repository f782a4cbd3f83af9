// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/image/image.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::nn {
class Backbone;
class Head;
struct Normalisation;
}  // namespace ibot::nn

namespace ibot::inspect {

/// What a network says of the patches of one picture, compact enough to be kept for every few hundred steps.
/// Patches are row-major.
struct PatchView {
  int rows = 0, columns = 0;
  int heads = 0;
  /// [heads, rows, columns]: last layer's softmax of the CLS query, 255 for `attention_peak` of its head.
  std::vector<std::uint8_t> attention;
  std::vector<float> attention_peak;     ///< [heads], each head's largest value
  std::vector<std::uint8_t> pca;         ///< [rows, columns, 3]: 128 + 51 z, z in standard deviations
  std::vector<std::uint8_t> clusters;    ///< [rows, columns], 0 .. clusters - 1
  std::vector<std::int32_t> prototypes;  ///< [rows, columns]: the patch prototype with the largest logit
};

struct PatchViewOptions {
  int clusters = 6;
  std::uint64_t seed = 0;  ///< of k-means
};

/// Views of pictures of one size, that belong together: principal components and clusters are those of the
/// patch tokens of all of them, of unit length for the clusters.
///
/// A function of weights, pictures and options alone, so that a run that goes on records what one that never
/// stopped would have. Signs of components are chosen so that the values lean to the positive side (third
/// moment), clusters are numbered along the first component: both move slowly while a network learns.
///
/// `head` may be null: no prototypes. Changes nothing. Errors: InvalidArgument (no picture, different sizes,
/// a picture smaller than a patch, fewer patches than clusters), Unsupported (a backbone without attention).
IBOT_API base::Result<std::vector<PatchView>> look_at_patches(nn::Backbone& backbone, nn::Head* head,
                                                              const nn::Normalisation& normalisation,
                                                              const std::vector<image::Image>& pictures,
                                                              const PatchViewOptions& options);

/// One view as it is kept: an array and what it is, as JSON: {"shape": [...], "type": "uint8" or "int32"
/// (little-endian), "network": ..., and for attention "layer": "last", "query": "cls", "peak": [...] by head,
/// for clusters "clusters": k}.
struct ProbeArray {
  std::string kind;  ///< "attention_cls", "pca", "clusters", "prototypes"
  std::string meta_json;
  std::vector<std::byte> data;
};
IBOT_API std::vector<ProbeArray> to_arrays(const PatchView& view, std::string_view network, int clusters);

}  // namespace ibot::inspect
