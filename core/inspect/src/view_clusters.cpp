// SPDX-License-Identifier: GPL-3.0-or-later
#include "components.h"
#include "regions.h"
#include "views_state.h"

#include <ibot/analysis/tsne.h>
#include <ibot/base/text.h>
#include <ibot/data/summary.h>
#include <ibot/evaluate/clusters.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/bincount.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/topk.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <map>

namespace ibot::inspect {
namespace {

constexpr std::int64_t kComponents = 3;
constexpr double kStepsPerDeviation = 51;  // 2.5 standard deviations to either side

std::vector<std::uint8_t> bytes_of(const at::Tensor& tensor) {
  std::vector<std::uint8_t> values(static_cast<std::size_t>(tensor.numel()));
  at::from_blob(values.data(), tensor.sizes(), at::kByte).copy_(tensor);
  return values;
}

// What k-means and components say of rows that belong together.
struct Grouped {
  at::Tensor assignment;  // int64 [M], numbered along the first component
  at::Tensor distance;    // [M] to the own centre
  Components components;  // of c columns
};

base::Result<Grouped> group(const at::Tensor& rows, std::int64_t clusters, std::uint64_t seed) {
  Grouped grouped;
  grouped.components = components_of(rows, kComponents);
  const at::Tensor unit = unit_rows(rows);
  IBOT_TRY(const auto found, evaluate::k_means(unit, clusters, seed));
  grouped.distance = (unit - found.centres.index_select(0, found.assignment)).square().sum(1).sqrt();
  grouped.assignment = ordered_clusters(found.assignment, grouped.components.scores.select(1, 0), clusters);
  return grouped;
}

// The patch tokens of some pictures, one after the other.
struct AllPatches {
  at::Tensor rows;                   // [M, D]
  std::vector<std::int64_t> counts;  // of each picture
};

AllPatches all_patches(ViewSession& session, OpenNetwork& network,
                       const std::vector<PicturePointer>& pictures, const protocol::TokenChoice& tokens,
                       protocol::Job& job) {
  std::vector<at::Tensor> parts;
  AllPatches all;
  for (const PicturePointer& picture : pictures) {
    if (job.unwanted()) throw base::Exception(cancelled_view());
    parts.push_back(session.patches(network, *picture, tokens));
    all.counts.push_back(parts.back().size(0));
    if (pictures.size() > 8)
      job.progress("pictures", static_cast<std::int64_t>(parts.size()),
                   static_cast<std::int64_t>(pictures.size()));
  }
  all.rows = at::cat(parts);
  require_finite(all.rows);
  return all;
}

// Rows on one side of the first component: that to which the CLS token attends more, on average over its
// patches, for the sign of a component says nothing; without attention the smaller side. bool [M].
at::Tensor side_of_component(ViewSession& session, OpenNetwork& network,
                             const std::vector<PicturePointer>& pictures, const at::Tensor& rows) {
  const at::Tensor positive = components_of(rows, 1).scores.select(1, 0).gt(0);
  const auto count = positive.sum().item<std::int64_t>();
  if (count == 0 || count == rows.size(0)) return at::ones_like(positive);
  if (network.backbone->heads() == 0) return 2 * count <= rows.size(0) ? positive : positive.logical_not();
  std::vector<at::Tensor> parts;
  for (const PicturePointer& picture : pictures)
    parts.push_back(cls_attention(session, network, *picture).mean(0).flatten().to(at::kDouble));
  const at::Tensor attention = at::cat(parts);
  const double inside = attention.masked_select(positive).mean().item<double>();
  const double outside = attention.masked_select(positive.logical_not()).mean().item<double>();
  return inside >= outside ? positive : positive.logical_not();
}

at::Tensor foreground_of(ViewSession& session, OpenNetwork& network,
                         const std::vector<PicturePointer>& pictures, const AllPatches& all,
                         protocol::Foreground rule) {
  if (rule == protocol::Foreground::Component) return side_of_component(session, network, pictures, all.rows);
  if (rule == protocol::Foreground::Attention) {
    std::vector<at::Tensor> parts;
    for (const PicturePointer& picture : pictures)
      parts.push_back(attended_patches(session, network, *picture));
    return at::cat(parts);
  }
  return at::ones({all.rows.size(0)}, at::kBool);
}

// Numbers and colours of all patches, those outside the foreground too.
struct Painted {
  at::Tensor labels;   // int64 [M], 255 outside
  at::Tensor colours;  // [M, 3], 0 outside
};

Painted painted(const Grouped& grouped, const at::Tensor& kept, std::int64_t patches) {
  Painted result;
  result.labels = at::full({patches}, std::int64_t{protocol::ClustersReply::kBackground}, at::kLong);
  result.labels.index_copy_(0, kept, grouped.assignment);
  const at::Tensor& scores = grouped.components.scores;
  at::Tensor shown = at::zeros({kept.size(0), kComponents}, at::kDouble);
  shown.narrow(1, 0, scores.size(1)).copy_(scores);
  // Zero is kept for what lies outside.
  shown = (shown * kStepsPerDeviation + 128).round().clamp(1, 255);
  result.colours = at::zeros({patches, kComponents}, at::kDouble).index_copy_(0, kept, shown);
  return result;
}

void add_nearest(const Grouped& grouped, const at::Tensor& kept, std::int64_t wanted,
                 protocol::ClustersReply& reply) {
  for (std::int64_t cluster = 0; cluster < reply.clusters; ++cluster) {
    std::vector<protocol::PatchMatch>& nearest = reply.nearest.emplace_back();
    const at::Tensor members = grouped.assignment.eq(cluster).nonzero().flatten();
    const std::int64_t count = std::min(wanted, members.size(0));
    if (count == 0) continue;
    const auto [away, which] = at::topk(grouped.distance.index_select(0, members), count, 0, false);
    const std::vector<float> distances = floats_of(away);
    const std::vector<std::int64_t> patches =
        integers_of(kept.index_select(0, members.index_select(0, which)));
    for (std::size_t i = 0; i < patches.size(); ++i) {
      std::int64_t patch = patches[i];
      std::size_t picture = 0;
      const auto count_of = [&](std::size_t p) {
        return std::int64_t{reply.pictures[p].rows} * reply.pictures[p].columns;
      };
      while (patch >= count_of(picture)) patch -= count_of(picture++);
      const std::int64_t columns = reply.pictures[picture].columns;
      nearest.push_back({static_cast<int>(picture), static_cast<int>(patch / columns),
                         static_cast<int>(patch % columns), distances[i]});
    }
  }
}

// What the clusters hold of the regions of masks, where the data set has some.
void add_purity(ViewSession& session, OpenNetwork& network, const std::vector<PicturePointer>& pictures,
                protocol::ClustersReply& reply) {
  std::vector<std::map<std::int64_t, std::int64_t>> kinds(static_cast<std::size_t>(reply.clusters));
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const ViewPicture& picture = *pictures[i];
    using Fit = protocol::PictureChoice::Fit;
    const auto regions = regions_beside(picture.file, picture.image.width(), picture.image.height(),
                                        picture.square ? Fit::Crop : Fit::Whole);
    if (!regions) continue;
    ++reply.masked_pictures;
    const std::vector<std::int64_t> covered =
        kinds_of_patches(*regions, picture.image.width(), session.grid(network, picture),
                         static_cast<int>(network.backbone->patch_size()));
    for (std::size_t patch = 0; patch < covered.size(); ++patch) {
      const std::uint8_t cluster = reply.labels[i][patch];
      if (covered[patch] >= 0 && cluster != protocol::ClustersReply::kBackground)
        ++kinds[cluster][covered[patch]];
    }
  }
  if (reply.masked_pictures == 0) return;
  for (const auto& of_kind : kinds) {
    std::int64_t most = 0, all = 0;
    for (const auto& [kind, count] : of_kind) {
      most = std::max(most, count);
      all += count;
    }
    reply.purity.push_back(all == 0 ? -1 : static_cast<double>(most) / static_cast<double>(all));
  }
}

base::Error too_few(std::int64_t patches, std::int64_t clusters) {
  return {base::ErrorCode::InvalidArgument, base::str(patches, " patches for ", clusters, " clusters"),
          "at least as many patches as clusters", "Fewer clusters, more pictures, or another foreground"};
}

}  // namespace

base::Result<protocol::ClustersReply> Views::clusters(const protocol::ClustersRequest& request,
                                                      protocol::Job& job) {
  return guarded([&]() -> base::Result<protocol::ClustersReply> {
    const at::NoGradGuard no_grad;
    ViewSession& session = state_->session;
    IBOT_TRY(const NetworkPointer network, session.network(request.network));
    protocol::ClustersReply reply;
    IBOT_TRY(const auto pictures, session.readable(request.pictures, *network, request.network,
                                                   request.leave_out, reply.left_out));
    reply.network = network->seen;
    reply.tokens = ViewSession::resolved(*network, request.tokens);
    reply.clusters = static_cast<int>(request.clusters);
    for (const PicturePointer& picture : pictures)
      reply.pictures.push_back(session.seen(*network, *picture, request.pixels));
    const auto seed = static_cast<std::uint64_t>(request.seed);

    // Of all pictures together, or of each alone: lists of pictures that belong together.
    std::vector<std::vector<PicturePointer>> sets;
    if (request.joint) {
      sets.push_back(pictures);
    } else {
      for (const PicturePointer& picture : pictures) sets.push_back({picture});
    }
    at::Tensor sizes = at::zeros({request.clusters}, at::kLong);
    for (const std::vector<PicturePointer>& set : sets) {
      const AllPatches all = all_patches(session, *network, set, reply.tokens, job);
      const at::Tensor kept =
          foreground_of(session, *network, set, all, request.foreground).nonzero().flatten();
      if (kept.size(0) < request.clusters) return too_few(kept.size(0), request.clusters);
      IBOT_TRY(Grouped grouped, group(all.rows.index_select(0, kept), request.clusters, seed));
      if (request.aligned_to) {
        IBOT_TRY(const NetworkPointer other, session.network(*request.aligned_to));
        if (other->seen.patch != network->seen.patch) {
          return base::Error{base::ErrorCode::Incompatible,
                             base::str(other->seen.name, " has patches of ", other->seen.patch, " px"),
                             base::str("patches of ", network->seen.patch, " px"), ""};
        }
        const protocol::TokenChoice same{std::min(reply.tokens.layer, other->backbone->depth()),
                                         reply.tokens.projection};
        const AllPatches before = all_patches(session, *other, set, same, job);
        IBOT_TRY(const Grouped reference, group(before.rows.index_select(0, kept), request.clusters, seed));
        grouped.components.scores = aligned_scores(grouped.components.scores, reference.components.scores);
        grouped.assignment = aligned_clusters(grouped.assignment, reference.assignment, request.clusters);
      }
      const Painted all_painted = painted(grouped, kept, all.rows.size(0));
      std::int64_t from = 0;
      for (const std::int64_t count : all.counts) {
        reply.labels.push_back(bytes_of(all_painted.labels.narrow(0, from, count)));
        reply.components.push_back(bytes_of(all_painted.colours.narrow(0, from, count)));
        from += count;
      }
      sizes += at::bincount(grouped.assignment, {}, request.clusters);
      if (reply.explained.empty()) {
        for (const float share : floats_of(grouped.components.explained))
          reply.explained.push_back(std::clamp(static_cast<double>(share), 0.0, 1.0));
      }
      if (request.joint && request.nearest > 0) add_nearest(grouped, kept, request.nearest, reply);
    }
    reply.sizes = integers_of(sizes);
    if (request.joint) add_purity(session, *network, pictures, reply);
    return reply;
  });
}

base::Result<protocol::EmbeddingReply> Views::embedding(const protocol::EmbeddingRequest& request,
                                                        protocol::Job& job) {
  return guarded([&]() -> base::Result<protocol::EmbeddingReply> {
    const at::NoGradGuard no_grad;
    ViewSession& session = state_->session;
    IBOT_TRY(const NetworkPointer network, session.network(request.network));
    protocol::EmbeddingReply reply;
    IBOT_TRY(const auto pictures, session.readable(request.pictures, *network, request.network,
                                                   request.leave_out, reply.left_out));
    reply.network = network->seen;
    reply.tokens = ViewSession::resolved(*network, request.tokens);
    reply.tsne = request.tsne;
    std::vector<std::int64_t> places;  // of all patches: picture, row, column
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      reply.pictures.push_back(session.seen(*network, *pictures[i], false));
      for (int row = 0; row < reply.pictures[i].rows; ++row) {
        for (int column = 0; column < reply.pictures[i].columns; ++column)
          places.insert(places.end(), {static_cast<std::int64_t>(i), row, column});
      }
    }
    const AllPatches all = all_patches(session, *network, pictures, reply.tokens, job);
    reply.patches = all.rows.size(0);
    const std::vector<std::int64_t> chosen = data::spread_indices(reply.patches, request.points);
    for (const std::int64_t patch : chosen) {
      const auto from = places.begin() + 3 * patch;
      reply.places.insert(reply.places.end(), from, from + 3);
    }
    const auto count = static_cast<std::int64_t>(chosen.size());
    if (count < request.clusters) return too_few(count, request.clusters);
    const at::Tensor unit = unit_rows(all.rows.index_select(0, at::tensor(chosen, at::kLong)));
    IBOT_TRY(const auto found,
             evaluate::k_means(unit, request.clusters, static_cast<std::uint64_t>(request.seed)));
    const Components components = components_of(unit, 2);
    reply.labels =
        bytes_of(ordered_clusters(found.assignment, components.scores.select(1, 0), request.clusters));
    at::Tensor start = at::mm(unit.to(at::kDouble) - components.mean, components.axes);
    if (start.size(1) < 2) start = at::cat({start, at::zeros({count, 1}, at::kDouble)}, 1);
    reply.points = floats_of(start);
    if (!request.tsne) return reply;
    // Of rows of unit length: |a - b|^2 = 2 - 2 a b.
    const std::vector<float> distances = floats_of((2 - 2 * at::mm(unit, unit.t())).clamp_min(0));
    analysis::TsneOptions options;
    // Small selections cannot have the usual number of neighbours.
    options.perplexity = std::min(request.perplexity, static_cast<double>(count - 1) / 3);
    options.iterations = static_cast<int>(request.iterations);
    options.exaggerated = std::min(options.exaggerated, options.iterations / 2);
    constexpr int kReportEvery = 10;
    IBOT_TRY(const auto result, analysis::tsne(distances, reply.points, options, [&](int iteration) {
               if (iteration % kReportEvery == 0) job.progress("t-SNE", iteration, options.iterations);
               return !job.unwanted();
             }));
    reply.points = result.points;
    reply.objective = std::max(0.0, result.objective);
    return reply;
  });
}

}  // namespace ibot::inspect
