// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch_parts.h"

#include <ibot/base/random.h>
#include <ibot/base/text.h>
#include <ibot/data/open.h>
#include <ibot/evaluate/clusters.h>
#include <ibot/evaluate/evaluator.h>
#include <ibot/evaluate/features.h>
#include <ibot/sdk/plugin.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>

namespace {

using namespace ibot;

struct PartClustersOptions {
  std::string path;
  std::string split = "val";
  std::int64_t clusters = 64;
  std::int64_t limit = 1200;
  std::int64_t crop = 0;
  std::int64_t cell = 8;

  static void describe(params::Describer& d, PartClustersOptions& o) {
    d.field("path", o.path).help("Pictures with part masks; empty: the run's own.");
    d.field("split", o.split).help("Split of the pictures.");
    d.field("clusters", o.clusters).at_least(2).help("Clusters of patch tokens, k of k-means.");
    d.field("limit", o.limit).at_least(1).unit("pictures").help("At most so many, drawn once.");
    d.field("crop", o.crop)
        .at_least(0)
        .unit("px")
        .help("Side of the view; 0: the size of the run's global crops.");
    d.field("cell", o.cell).at_least(2).advanced().unit("px").help("Patches of the colour baseline.");
  }
};

/// Do patch tokens mean parts? k-means over the patch tokens that lie on a part, of all pictures together
/// (each of length 1), compared with the part that covers most of each patch. Figures: normalised mutual
/// information, 0 to 1. `nmi` of the backbone's patch tokens; `projection_nmi`, where there is a head, of
/// what the head makes of them before its prototypes, the space in which iBOT compares patches and in which
/// the paper looks for parts (sec. 4.3, pattern layouts). Without a network: mean and deviation of colours.
/// The background is left out before clustering: it is most of the patches, and which of them is lawn and
/// which is sky is no question of parts.
class PartClusters final : public evaluate::Evaluator {
 public:
  using Options = PartClustersOptions;
  PartClusters(const Options& options, const plugin::EvaluatorRequest& request)
      : options_(options), seed_(request.seed) {}

  base::Result<evaluate::EvaluationResult> run(const evaluate::EvaluationInput& input) override {
    data::DataOptions where;
    where.path = options_.path.empty() ? input.data.path : options_.path;
    where.split = options_.split;
    where.kind = options_.path.empty() ? input.data.kind : "auto";
    IBOT_TRY(const auto dataset, data::open_dataset(where));
    const auto crop = static_cast<int>(options_.crop > 0 ? options_.crop : input.crop_size);
    evaluate::FeatureRequest request;
    request.transform = {.resize = crop, .crop = crop};
    request.cls = false;
    request.patches = input.backbone != nullptr;
    request.pixels = input.backbone == nullptr;
    std::vector<std::int64_t> indices(static_cast<std::size_t>(dataset->size()));
    std::iota(indices.begin(), indices.end(), 0);
    base::RandomStream(seed_, base::Purpose::Probe, 0, 3).shuffle(std::span(indices));
    indices.resize(static_cast<std::size_t>(std::min(options_.limit, dataset->size())));
    std::sort(indices.begin(), indices.end());
    request.indices = indices;
    IBOT_TRY(const auto features,
             evaluate::extract_features(input.backbone, input.normalisation, *dataset, request));

    const std::int64_t grid =
        input.backbone != nullptr ? input.backbone->grid(crop, crop).grid_rows : crop / options_.cell;
    std::vector<std::int64_t> parts;
    for (const std::int64_t index : features.indices) {
      IBOT_TRY(const auto majority,
               part_clusters::majority_parts(*dataset, index, request.transform, static_cast<int>(grid)));
      parts.insert(parts.end(), majority.begin(), majority.end());
    }
    const at::Tensor labels = at::tensor(parts, at::kLong);
    const at::Tensor object = labels.gt(0).nonzero().flatten();
    if (object.numel() < options_.clusters) {
      return base::Error{base::ErrorCode::InvalidArgument,
                         base::str("only ", object.numel(), " patches lie on a part"),
                         base::str("more than ", options_.clusters), ""};
    }
    const at::Tensor of_objects = labels.index_select(0, object);
    evaluate::EvaluationResult result;
    const auto add = [&](const char* metric, const at::Tensor& points) -> base::Status {
      IBOT_TRY(const auto clusters, evaluate::k_means(points, options_.clusters, seed_));
      result.figures.push_back(
          {metric, evaluate::normalized_mutual_information(clusters.assignment, of_objects)});
      return {};
    };
    if (input.backbone == nullptr) {
      IBOT_CHECK_OK(add("nmi", colours(features.pixels, grid).index_select(0, object)));
    } else {
      const at::Tensor tokens = features.patches.flatten(0, 1).index_select(0, object);
      IBOT_CHECK_OK(add("nmi", evaluate::normalize_rows(tokens)));
      if (input.head != nullptr) IBOT_CHECK_OK(add("projection_nmi", projected(*input.head, tokens)));
    }
    result.settings_json = nlohmann::json{{"clusters", options_.clusters},
                                          {"pictures", features.indices.size()},
                                          {"patches", labels.numel()},
                                          {"object_patches", object.numel()},
                                          {"crop", crop},
                                          {"data", dataset->content_hash()}}
                               .dump();
    return result;
  }

 private:
  // Tokens [R, D] -> [R, bottleneck], rows of length 1.
  static at::Tensor projected(nn::Head& head, const at::Tensor& tokens) {
    const at::NoGradGuard no_grad;
    const at::Tensor rows =
        head.bottleneck(tokens.to(head.layers().front()->weight.working.options()), false);
    return evaluate::normalize_rows(rows.to(at::kCPU, at::kFloat));
  }

  // [M, 3, S, S] uint8 -> [M * grid * grid, 6]: mean and deviation of each channel, each column with
  // deviation 1.
  static at::Tensor colours(const at::Tensor& pixels, std::int64_t grid) {
    const std::int64_t cell = pixels.size(2) / grid;
    const at::Tensor cells = pixels.to(at::kFloat)
                                 .narrow(2, 0, grid * cell)
                                 .narrow(3, 0, grid * cell)
                                 .reshape({pixels.size(0), 3, grid, cell, grid, cell})
                                 .permute({0, 2, 4, 1, 3, 5})
                                 .reshape({pixels.size(0) * grid * grid, 3, cell * cell});
    const at::Tensor points = at::cat({cells.mean(2), cells.std(2)}, 1);
    return (points - points.mean(0, true)) / points.std(0).clamp_min(1e-6).unsqueeze(0);
  }

  Options options_;
  std::uint64_t seed_;
};

}  // namespace

IBOT_PLUGIN(Evaluator, PartClusters, "part_clusters", "2.1.0",
            "Agreement of patch-token clusters with part masks: do patch tokens mean parts?");
