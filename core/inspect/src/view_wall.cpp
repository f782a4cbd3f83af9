// SPDX-License-Identifier: GPL-3.0-or-later
#include "views_state.h"

#include <ibot/base/text.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/mv.h>

#include <filesystem>
#include <optional>

namespace ibot::inspect {
namespace {

using base::Error;
using base::ErrorCode;

// The asked head's attention of CLS over the patches, or the mean of all.
at::Tensor attention_map(ViewSession& session, OpenNetwork& network, const ViewPicture& picture,
                         const protocol::WallRequest& request) {
  const std::int64_t layer = ViewSession::layer_of(network, request.layer);
  const nn::TokenGrid grid = session.grid(network, picture);
  const at::Tensor heads =
      session.attention(network, picture, layer, {0}).select(1, 0).narrow(1, grid.prefix, grid.patches());
  if (request.head == 0) return heads.mean(0);
  if (request.head > heads.size(0)) {
    throw base::Exception({ErrorCode::InvalidArgument,
                           base::str("head ", request.head, " of ", network.seen.name),
                           base::str("1 to ", heads.size(0), ", or 0 for their mean"), ""});
  }
  return heads.select(0, request.head - 1);
}

// Where the clicked picture stands among those that can be read.
base::Result<std::int64_t> place_of_clicked(const protocol::WallRequest& request,
                                            const std::vector<protocol::LeftOut>& left_out) {
  if (request.clicked >= static_cast<std::int64_t>(request.pictures.size())) {
    return Error{ErrorCode::InvalidArgument, base::str("picture ", request.clicked + 1),
                 base::str("1 to ", request.pictures.size()), ""};
  }
  std::int64_t place = request.clicked;
  for (const protocol::LeftOut& each : left_out) {
    if (each.picture == request.clicked) {
      return Error{ErrorCode::InvalidArgument, "the clicked picture cannot be read: " + each.why, "a picture",
                   ""};
    }
    if (each.picture < request.clicked) --place;
  }
  return place;
}

// The token at the clicked place as a network sees it, of unit length.
at::Tensor clicked_token(ViewSession& session, OpenNetwork& network, const ViewPicture& picture,
                         const protocol::WallRequest& request) {
  const protocol::TokenChoice tokens{request.layer, false};
  if (request.patch.row < 0) {
    const std::int64_t layer = ViewSession::layer_of(network, request.layer);
    return unit_rows(session.tokens(network, picture, layer).narrow(0, 0, 1)).squeeze(0);
  }
  const nn::TokenGrid grid = session.grid(network, picture);
  return session.unit_patches(network, picture, tokens)
      .select(0, ViewSession::token_of(grid, request.patch) - grid.prefix);
}

// Of a run that is there, but keeps no weights of what is asked for. Nothing: it does, or it is not there.
std::optional<protocol::WallGap> gap_of(ViewSession& session, const protocol::NetworkChoice& choice,
                                        std::int64_t place) {
  if (choice.run.empty() || choice.untrained) return std::nullopt;
  std::error_code ignored;
  const auto found = find_network(session.sources(), choice);
  // What was kept may have been deleted since.
  const bool kept = found ? std::filesystem::exists(found->source->file, ignored)
                          : found.error().code != ErrorCode::NotFound;
  if (kept) return std::nullopt;
  protocol::NetworkChoice run = choice;
  run.untrained = true;
  const auto known = find_network(session.sources(), run);
  if (!known) return std::nullopt;
  const protocol::SeenNetwork& seen = known->source->seen;
  return protocol::WallGap{.place = place,
                           .run = seen.run,
                           .name = seen.name,
                           .network = choice.network,
                           .step = choice.step,
                           .why = "no weights kept"};
}

// Nothing at all to look at.
Error nothing_kept(const std::vector<protocol::WallGap>& gaps) {
  std::string names;
  for (const protocol::WallGap& gap : gaps) {
    const std::string name = base::quote_untrusted(gap.name);
    if (names.find(name) == std::string::npos) names += (names.empty() ? "" : ", ") + name;
  }
  return {ErrorCode::NotFound, "no run of this wall keeps the weights that are asked for: " + names,
          "a run that has saved something", "Publish a snapshot of one, or ask for other steps"};
}

}  // namespace

base::Result<protocol::WallReply> Views::wall(const protocol::WallRequest& request, protocol::Job& job) {
  return guarded([&]() -> base::Result<protocol::WallReply> {
    const at::NoGradGuard no_grad;
    ViewSession& session = state_->session;
    const std::size_t cells = request.networks.size() * request.pictures.size();
    if (cells == 0 || cells > protocol::WallRequest::kMostCells) {
      return Error{
          ErrorCode::InvalidArgument,
          base::str(request.networks.size(), " networks over ", request.pictures.size(), " pictures"),
          base::str("1 to ", protocol::WallRequest::kMostCells, " cells"), "Take fewer moments or pictures"};
    }
    const bool similar = request.map == protocol::WallRequest::Map::Similarity;
    protocol::WallReply reply;
    reply.map = request.map;
    reply.layer = request.layer;
    reply.head = similar ? 0 : request.head;
    if (similar) reply.patch = request.patch;
    std::vector<protocol::PictureChoice> choices;
    std::int64_t done = 0, place = -1;
    for (const protocol::NetworkChoice& choice : request.networks) {
      ++place;
      auto opened = session.network(choice);
      if (!opened && request.networks.size() > 1) {
        if (auto gap = gap_of(session, choice, place)) {
          reply.gaps.push_back(std::move(*gap));
          done += static_cast<std::int64_t>(request.pictures.size());
          continue;
        }
      }
      IBOT_TRY(const NetworkPointer network, std::move(opened));
      const bool first = reply.networks.empty();
      if (first) choices = ViewSession::sized_for(*network, request.pictures);
      if (!first && network->seen.patch != reply.networks.front().patch) {
        return Error{ErrorCode::Incompatible,
                     base::str(network->seen.name, " has patches of ", network->seen.patch, " px, ",
                               reply.networks.front().name, " of ", reply.networks.front().patch, " px"),
                     "networks of one patch size", "Look at it on a wall of its own"};
      }
      reply.networks.push_back(network->seen);
      IBOT_TRY(const auto pictures, session.readable(choices, *network, request.networks.front(),
                                                     request.leave_out, reply.left_out));
      if (first && similar) {
        IBOT_TRY(reply.clicked, place_of_clicked(request, reply.left_out));
      }
      if (!first && pictures.size() != reply.pictures.size()) {
        return Error{ErrorCode::Incompatible, "the pictures have changed while they were looked at",
                     "the same pictures for every network", "Ask again"};
      }
      at::Tensor query;
      if (similar) {
        const PicturePointer& clicked = pictures[static_cast<std::size_t>(reply.clicked)];
        query = clicked_token(session, *network, *clicked, request);
      }
      for (const PicturePointer& picture : pictures) {
        if (job.unwanted()) return cancelled_view();
        const at::Tensor map =
            similar
                ? at::mv(session.unit_patches(*network, *picture, {request.layer, false}), query).clamp(-1, 1)
                : attention_map(session, *network, *picture, request);
        reply.maps.push_back(floats_of(map));
        if (first) reply.pictures.push_back(session.seen(*network, *picture, request.pixels));
        if (cells > 8) job.progress("cells", ++done, static_cast<std::int64_t>(cells));
      }
    }
    if (reply.networks.empty()) return nothing_kept(reply.gaps);
    return reply;
  });
}

}  // namespace ibot::inspect
