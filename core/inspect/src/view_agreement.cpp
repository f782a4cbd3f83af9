// SPDX-License-Identifier: GPL-3.0-or-later
#include "regions.h"
#include "views_state.h"

#include <ibot/analysis/attention.h>
#include <ibot/analysis/masks.h>
#include <ibot/analysis/matches.h>
#include <ibot/base/text.h>
#include <ibot/data/summary.h>
#include <ibot/evaluate/clusters.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/mv.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/upsample_bilinear2d.h>
#include <ATen/ops/upsample_nearest2d.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace ibot::inspect {
namespace {

// A picture with its regions, as one network's grid sees them.
struct Scene {
  PicturePointer picture;
  std::string folder;
  std::vector<Region> regions;        // large enough
  std::vector<std::uint8_t> all;      // union of the regions, pixels
  std::vector<std::int64_t> kinds;    // [patches]: kind that covers most of each, -1 for none
  std::vector<std::int64_t> middles;  // [regions]: the patch inside that lies in the middle
};

// Of the patches that the region covers most, the one nearest to the region's centre.
std::int64_t middle_patch(const std::vector<double>& shares, const nn::TokenGrid& grid) {
  double y = 0, x = 0, weight = 0, most = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const auto patch = static_cast<std::int64_t>(i);
    y += shares[i] * static_cast<double>(patch / grid.grid_cols);
    x += shares[i] * static_cast<double>(patch % grid.grid_cols);
    weight += shares[i];
    most = std::max(most, shares[i]);
  }
  std::int64_t best = 0;
  double nearest = INFINITY;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (shares[i] < 0.99 * most) continue;
    const auto patch = static_cast<std::int64_t>(i);
    const double away = std::hypot(static_cast<double>(patch / grid.grid_cols) - y / weight,
                                   static_cast<double>(patch % grid.grid_cols) - x / weight);
    if (away < nearest) {
      nearest = away;
      best = patch;
    }
  }
  return best;
}

void settle(Scene& scene, const nn::TokenGrid& grid, int patch, double least_area) {
  const int width = scene.picture->image.width();
  const auto pixels = static_cast<double>(width) * scene.picture->image.height();
  std::erase_if(scene.regions,
                [&](const Region& region) { return static_cast<double>(region.area) < least_area * pixels; });
  scene.all.assign(static_cast<std::size_t>(pixels), 0);
  scene.kinds = kinds_of_patches(scene.regions, width, grid, patch);
  for (const Region& region : scene.regions) {
    const std::vector<double> shares = coverage(region.mask, width, grid, patch);
    for (std::size_t i = 0; i < region.mask.size(); ++i) scene.all[i] |= region.mask[i];
    scene.middles.push_back(middle_patch(shares, grid));
  }
}

// The picture and its regions. What cannot be read may be one file of many.
base::Status read_scene(ViewSession& session, const protocol::AgreementRequest& request,
                        const protocol::NetworkChoice& choice, const OpenNetwork& network,
                        const MaskedPicture& pair, Scene& scene) {
  IBOT_TRY(
      scene.picture,
      session.picture({.file = pair.picture.string(), .probe = {}, .size = request.size, .fit = request.fit},
                      network, choice));
  const image::Image& view = scene.picture->image;
  IBOT_TRY(scene.regions, read_regions(pair.masks, view.width(), view.height(), request.fit,
                                       scene.picture->width, scene.picture->height));
  return {};
}

// A map of patches [N] at the size of the view.
std::vector<float> enlarged(const at::Tensor& map, const nn::TokenGrid& grid, const ViewPicture& picture,
                            bool smooth) {
  const at::Tensor image = map.to(at::kFloat).view({1, 1, grid.grid_rows, grid.grid_cols});
  const std::vector<std::int64_t> size = {picture.image.height(), picture.image.width()};
  return floats_of(smooth ? at::upsample_bilinear2d(image, size, false)
                          : at::upsample_nearest2d(image, size));
}

// Sums over scenes that become a network's figures.
struct Sums {
  double click = 0, jaccard = 0, box = 0;
  std::int64_t regions = 0, pictures = 0;
  std::int64_t joined = 0, right = 0;
  std::int64_t longer_side = 0;  // px, of the largest picture
  double chance = 0;
};

void add_clicks(const Scene& scene, const nn::TokenGrid& grid, const at::Tensor& unit, Sums& sums) {
  std::vector<std::vector<float>> maps;
  std::vector<analysis::MapAndRegion> both;
  for (const std::int64_t middle : scene.middles)
    maps.push_back(enlarged(at::mv(unit, unit.select(0, middle)), grid, *scene.picture, true));
  for (std::size_t i = 0; i < maps.size(); ++i) both.push_back({maps[i], scene.regions[i].mask});
  for (const double iou : analysis::best_threshold(both).ious) sums.click += iou;
  sums.regions += static_cast<std::int64_t>(maps.size());
  for (const Region& region : scene.regions) {
    sums.box +=
        analysis::centred_box_iou(region.mask, scene.picture->image.width(), scene.picture->image.height());
  }
}

void add_attention(ViewSession& session, OpenNetwork& network, const Scene& scene, const nn::TokenGrid& grid,
                   double mass, Sums& sums) {
  const at::Tensor heads = cls_attention(session, network, *scene.picture);
  double best = 0;
  for (std::int64_t head = 0; head < heads.size(0); ++head) {
    std::vector<std::uint8_t> mask = analysis::attention_mass(floats_of(heads[head]), mass);
    const at::Tensor kept = at::from_blob(mask.data(), {static_cast<std::int64_t>(mask.size())}, at::kByte);
    const std::vector<float> large = enlarged(kept, grid, *scene.picture, false);
    const std::vector<std::uint8_t> bytes(large.begin(), large.end());
    best = std::max(best, analysis::intersection_over_union(bytes, scene.all));
  }
  sums.jaccard += best;
  ++sums.pictures;
}

std::vector<std::int64_t> patches_on_regions(const Scene& scene) {
  std::vector<std::int64_t> patches;
  for (std::size_t i = 0; i < scene.kinds.size(); ++i) {
    if (scene.kinds[i] >= 0) patches.push_back(static_cast<std::int64_t>(i));
  }
  return patches;
}

// Mutual matches of two neighbouring pictures, of patches on regions.
void add_matches(const Scene& first, const at::Tensor& a, const Scene& second, const at::Tensor& b,
                 Sums& sums) {
  const std::vector<std::int64_t> left = patches_on_regions(first), right = patches_on_regions(second);
  if (left.empty() || right.empty()) return;
  const at::Tensor similarity = at::mm(a.index_select(0, at::tensor(left, at::kLong)),
                                       b.index_select(0, at::tensor(right, at::kLong)).t());
  const auto matches = analysis::mutual_nearest(floats_of(similarity), left.size(), right.size());
  std::map<std::int64_t, double> of_left, of_right;
  const auto kind = [](const Scene& scene, const std::vector<std::int64_t>& patches, int at) {
    return scene.kinds[static_cast<std::size_t>(patches[static_cast<std::size_t>(at)])];
  };
  for (const analysis::Match& match : matches) {
    const std::int64_t from = kind(first, left, match.first), to = kind(second, right, match.second);
    sums.right += from == to ? 1 : 0;
    ++of_left[from];
    ++of_right[to];
  }
  const auto count = static_cast<double>(matches.size());
  sums.joined += static_cast<std::int64_t>(matches.size());
  for (const auto& [each, times] : of_left) {
    const auto found = of_right.find(each);
    if (found != of_right.end()) sums.chance += times * found->second / count;
  }
}

}  // namespace

base::Result<protocol::AgreementReply> Views::agreement(const protocol::AgreementRequest& request,
                                                        protocol::Job& job) {
  return guarded([&]() -> base::Result<protocol::AgreementReply> {
    const at::NoGradGuard no_grad;
    ViewSession& session = state_->session;
    IBOT_TRY(const auto pairs, find_masked_pictures(request.pictures, request.masks));
    const std::vector<std::int64_t> chosen =
        data::spread_indices(static_cast<std::int64_t>(pairs.size()), request.limit);
    std::vector<std::filesystem::path> files;
    for (const std::int64_t index : chosen) files.push_back(pairs[static_cast<std::size_t>(index)].picture);
    protocol::AgreementReply reply;
    const auto steps = static_cast<std::int64_t>(chosen.size() * request.networks.size());
    std::int64_t done = 0;
    for (const protocol::NetworkChoice& choice : request.networks) {
      IBOT_TRY(const NetworkPointer network, session.network(choice));
      const auto patch = static_cast<int>(network->backbone->patch_size());
      Sums sums;
      std::vector<at::Tensor> points;
      std::vector<std::int64_t> kinds;
      Scene before;
      at::Tensor tokens_before;
      std::vector<protocol::LeftOut> left_out;
      std::optional<base::Error> first_problem;
      std::int64_t place = 0;
      for (const std::int64_t index : chosen) {
        if (job.unwanted()) return cancelled_view();
        job.progress("pictures", ++done, steps);
        ++place;
        const MaskedPicture& pair = pairs[static_cast<std::size_t>(index)];
        Scene scene;
        scene.folder = pair.picture.parent_path().string();
        if (const base::Status read = read_scene(session, request, choice, *network, pair, scene); !read) {
          if (!first_problem) first_problem = read.error();
          left_out.push_back({place - 1,
                              left_out.size() < protocol::AgreementRequest::kMostNamed
                                  ? told_apart(pair.picture, files)
                                  : pair.picture.filename().string(),
                              read.error().to_text()});
          continue;
        }
        const image::Image& view = scene.picture->image;
        sums.longer_side =
            std::max(sums.longer_side, static_cast<std::int64_t>(std::max(view.width(), view.height())));
        const nn::TokenGrid grid = session.grid(*network, *scene.picture);
        settle(scene, grid, patch, request.least_area);
        if (scene.regions.empty()) continue;
        const at::Tensor unit = session.unit_patches(*network, *scene.picture, request.tokens);
        add_clicks(scene, grid, unit, sums);
        add_attention(session, *network, scene, grid, request.mass, sums);
        const std::vector<std::int64_t> on_regions = patches_on_regions(scene);
        points.push_back(unit.index_select(0, at::tensor(on_regions, at::kLong)));
        for (const std::int64_t patch_index : on_regions)
          kinds.push_back(scene.kinds[static_cast<std::size_t>(patch_index)]);
        if (tokens_before.defined() && before.folder == scene.folder)
          add_matches(before, tokens_before, scene, unit, sums);
        before = std::move(scene);
        tokens_before = unit;
      }
      if (left_out.size() == chosen.size() && first_problem) {
        return first_problem->with_context(base::str("none of ", chosen.size(),
                                                     " pictures could be read; the first, ",
                                                     base::quote_untrusted(left_out.front().name, 200)));
      }
      // The same files for every network.
      reply.unreadable = static_cast<std::int64_t>(left_out.size());
      left_out.resize(std::min(left_out.size(), protocol::AgreementRequest::kMostNamed));
      reply.left_out = std::move(left_out);
      if (sums.regions == 0) {
        return base::Error{base::ErrorCode::NotFound, "no picture has a region that is large enough",
                           base::str("regions of at least ", request.least_area * 100, " % of the view"), ""};
      }
      protocol::AgreementReply::Figures figures;
      figures.network = network->seen;
      figures.longer_side = sums.longer_side;
      figures.click_iou = sums.click / static_cast<double>(sums.regions);
      figures.attention_jaccard = sums.jaccard / static_cast<double>(sums.pictures);
      if (sums.joined > 0) {
        figures.matches = static_cast<double>(sums.right) / static_cast<double>(sums.joined);
        figures.matches_chance = sums.chance / static_cast<double>(sums.joined);
      }
      if (static_cast<std::int64_t>(kinds.size()) >= request.clusters) {
        IBOT_TRY(const auto found, evaluate::k_means(at::cat(points), request.clusters,
                                                     static_cast<std::uint64_t>(request.seed)));
        // Kinds are any numbers; mutual information wants them from 0.
        std::map<std::int64_t, std::int64_t> numbers;
        std::vector<std::int64_t> numbered;
        for (const std::int64_t kind : kinds)
          numbered.push_back(numbers.emplace(kind, static_cast<std::int64_t>(numbers.size())).first->second);
        figures.purity = analysis::purity(integers_of(found.assignment), numbered);
        figures.nmi = std::min(
            1.0, evaluate::normalized_mutual_information(found.assignment, at::tensor(numbered, at::kLong)));
      }
      reply.networks.push_back(figures);
      reply.pictures = sums.pictures;
      reply.regions = sums.regions;
      reply.patches = static_cast<std::int64_t>(kinds.size());
      reply.box_iou = sums.box / static_cast<double>(sums.regions);
    }
    return reply;
  });
}

}  // namespace ibot::inspect
