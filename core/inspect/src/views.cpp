// SPDX-License-Identifier: GPL-3.0-or-later
#include "views_state.h"

#include <ibot/analysis/attention.h>
#include <ibot/base/text.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/mv.h>
#include <ATen/ops/topk.h>

#include <algorithm>

namespace ibot::inspect {
namespace {

constexpr double kForegroundMass = 0.6;

}  // namespace

Views::Views(plugin::Loader& loader, ViewSources* sources, const ViewLimits& limits)
    : state_(std::make_unique<State>(loader, sources, limits)) {}
Views::~Views() = default;

base::Result<GalleryPointer> Views::State::gallery(const GalleryChoice& choice, const OpenNetwork& owner,
                                                   const OpenNetwork& network) {
  const std::string name = PrototypeGallery::key(choice, owner, network);
  if (const GalleryPointer* kept = galleries.find(name)) return *kept;
  IBOT_TRY(GalleryPointer made, PrototypeGallery::open(choice, owner, network));
  return galleries.put(name, std::move(made), 1);
}

at::Tensor cls_attention(ViewSession& session, OpenNetwork& network, const ViewPicture& picture) {
  const nn::TokenGrid grid = session.grid(network, picture);
  return session.attention(network, picture, network.backbone->depth(), {0})
      .select(1, 0)
      .narrow(1, grid.prefix, grid.patches());
}

at::Tensor attended_patches(ViewSession& session, OpenNetwork& network, const ViewPicture& picture) {
  const std::vector<float> mean = floats_of(cls_attention(session, network, picture).mean(0));
  std::vector<std::uint8_t> mask = analysis::attention_mass(mean, kForegroundMass);
  return at::from_blob(mask.data(), {static_cast<std::int64_t>(mask.size())}, at::kByte)
      .to(at::kBool)
      .clone();
}

base::Result<protocol::NetworkReply> Views::network(const protocol::NetworkRequest& request) {
  return guarded([&]() -> base::Result<protocol::NetworkReply> {
    IBOT_TRY(const NetworkPointer network, state_->session.network(request.network));
    protocol::NetworkReply reply{network->seen, network->backbone->heads() > 0, true};
    // Asked on a picture of one patch: a backbone says what it lacks only when it is asked.
    const int side = static_cast<int>(network->backbone->patch_size());
    const ViewPicture small{"one patch " + std::to_string(side), "", image::Image(side, side), side, side};
    const auto offered = [](const auto& ask) {
      try {
        ask();
        return true;
      } catch (const base::Exception& e) {
        return e.error().code != base::ErrorCode::Unsupported;
      }
    };
    reply.attention = reply.attention && offered([&] { state_->session.attention(*network, small, 1, {0}); });
    reply.intermediate = offered([&] { state_->session.tokens(*network, small, 1); });
    return reply;
  });
}

base::Result<protocol::AttentionReply> Views::attention(const protocol::AttentionRequest& request) {
  return guarded([&]() -> base::Result<protocol::AttentionReply> {
    ViewSession& session = state_->session;
    IBOT_TRY(const NetworkPointer network, session.network(request.network));
    IBOT_TRY(const PicturePointer picture, session.picture(request.picture, *network, request.network));
    const nn::TokenGrid grid = session.grid(*network, *picture);
    protocol::AttentionReply reply;
    reply.network = network->seen;
    reply.picture = session.seen(*network, *picture, request.pixels);
    reply.layer = ViewSession::layer_of(*network, request.layer);
    reply.queries = request.queries;
    std::vector<std::int64_t> tokens;
    for (const protocol::PatchPlace& place : request.queries)
      tokens.push_back(ViewSession::token_of(grid, place));
    const at::Tensor rows = session.attention(*network, *picture, reply.layer, tokens).transpose(0, 1);
    reply.heads = static_cast<int>(rows.size(1));
    reply.attention = floats_of(rows.narrow(2, grid.prefix, grid.patches()));
    reply.prefix = floats_of(rows.narrow(2, 0, grid.prefix));
    const auto patches = static_cast<std::size_t>(grid.patches());
    const auto side = static_cast<double>(network->backbone->patch_size());
    for (std::size_t i = 0; i < tokens.size() * static_cast<std::size_t>(reply.heads); ++i) {
      const protocol::PatchPlace& place = reply.queries[i / static_cast<std::size_t>(reply.heads)];
      const auto map = std::span(reply.attention).subspan(i * patches, patches);
      reply.entropy.push_back(static_cast<float>(analysis::attention_entropy(map)));
      reply.distance.push_back(static_cast<float>(
          side * analysis::attention_distance(map, reply.picture.rows, reply.picture.columns, place.row,
                                              place.column)));
    }
    return reply;
  });
}

base::Result<protocol::SimilarityReply> Views::similarity(const protocol::SimilarityRequest& request,
                                                          protocol::Job& job) {
  return guarded([&]() -> base::Result<protocol::SimilarityReply> {
    ViewSession& session = state_->session;
    protocol::SimilarityReply reply;
    reply.patch = request.patch;
    std::int64_t patch_size = 0;
    std::vector<protocol::PictureChoice> choices;
    const auto steps = static_cast<std::int64_t>(request.networks.size() * request.pictures.size());
    std::int64_t done = 0;
    for (const protocol::NetworkChoice& choice : request.networks) {
      IBOT_TRY(const NetworkPointer network, session.network(choice));
      if (reply.networks.empty()) {
        patch_size = network->seen.patch;
        choices = ViewSession::sized_for(*network, request.pictures);
        reply.tokens = ViewSession::resolved(*network, request.tokens);
      } else if (network->seen.patch != patch_size) {
        return base::Error{base::ErrorCode::Incompatible,
                           base::str(network->seen.name, " has patches of ", network->seen.patch, " px, ",
                                     reply.networks.front().name, " of ", patch_size, " px"),
                           "networks of one patch size", "Compare it with a network of its own grid"};
      }
      reply.networks.push_back(network->seen);
      IBOT_TRY(const auto pictures, session.readable(choices, *network, request.networks.front(),
                                                     request.leave_out, reply.left_out));
      if (!reply.left_out.empty() && reply.left_out.front().picture == 0) {
        return base::Error{base::ErrorCode::InvalidArgument,
                           "the clicked picture cannot be read: " + reply.left_out.front().why, "a picture",
                           ""};
      }
      const nn::TokenGrid grid = session.grid(*network, *pictures.front());
      at::Tensor query;
      if (request.patch.row < 0) {
        at::Tensor cls =
            session.tokens(*network, *pictures.front(), ViewSession::layer_of(*network, request.tokens.layer))
                .narrow(0, 0, 1);
        if (request.tokens.projection) cls = projected(*network, cls);
        query = unit_rows(cls).squeeze(0);
      } else {
        query = session.unit_patches(*network, *pictures.front(), request.tokens)
                    .select(0, ViewSession::token_of(grid, request.patch) - grid.prefix);
      }
      std::vector<at::Tensor> others;
      for (std::size_t i = 0; i < pictures.size(); ++i) {
        if (job.unwanted()) return cancelled_view();
        const at::Tensor map =
            at::mv(session.unit_patches(*network, *pictures[i], request.tokens), query).clamp(-1, 1);
        reply.maps.push_back(floats_of(map));
        if (reply.networks.size() == 1)
          reply.pictures.push_back(session.seen(*network, *pictures[i], request.pixels));
        if (i > 0) others.push_back(map);
        if (steps > 8) job.progress("pictures", ++done, steps);
      }
      std::vector<protocol::PatchMatch>& matches = reply.matches.emplace_back();
      if (request.best == 0 || others.empty()) continue;
      const at::Tensor all = at::cat(others);
      const auto [values, places] = at::topk(all, std::min(request.best, all.numel()));
      const std::vector<float> best = floats_of(values);
      const std::vector<std::int64_t> where = integers_of(places);
      for (std::size_t i = 0; i < where.size(); ++i) {
        std::size_t picture = 1;
        std::int64_t patch = where[i];
        while (patch >= others[picture - 1].numel()) patch -= others[picture++ - 1].numel();
        const protocol::PatchPlace place = place_of(patch, reply.pictures[picture]);
        matches.push_back({static_cast<int>(picture), place.row, place.column, best[i]});
      }
    }
    return reply;
  });
}

}  // namespace ibot::inspect
