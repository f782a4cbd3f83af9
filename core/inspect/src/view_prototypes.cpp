// SPDX-License-Identifier: GPL-3.0-or-later
#include "views_state.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <numeric>

namespace ibot::inspect {
namespace {

// The square of three patches a side around a patch, enlarged or not: what lies outside is black.
void copy_crop(const image::Image& picture, int patch, int row, int column, std::uint8_t* crop) {
  const int side = 3 * patch;
  for (int y = 0; y < side; ++y) {
    const int from_y = (row - 1) * patch + y;
    if (from_y < 0 || from_y >= picture.height()) continue;
    for (int x = 0; x < side; ++x) {
      const int from_x = (column - 1) * patch + x;
      if (from_x < 0 || from_x >= picture.width()) continue;
      std::copy_n(picture.row(from_y) + 3 * from_x, 3,
                  crop + (static_cast<std::size_t>(y) * static_cast<std::size_t>(side) +
                          static_cast<std::size_t>(x)) *
                             3);
    }
  }
}

// The crops of a prototype's strongest patches, behind those that are there; fewer are filled up with black.
base::Result<std::vector<protocol::PatchMatch>> add_crops(ViewSession& session, const OpenNetwork& network,
                                                          const PrototypeGallery& gallery,
                                                          std::int64_t prototype, std::size_t most,
                                                          std::vector<std::uint8_t>& crops) {
  const auto patch = static_cast<int>(network.backbone->patch_size());
  const auto side = static_cast<std::size_t>(3 * patch);
  const std::size_t first = crops.size(), bytes = side * side * 3;
  crops.resize(first + most * bytes, 0);
  std::vector<protocol::PatchMatch> matches;
  if (prototype < 0) return matches;
  for (const PrototypeGallery::Found& found : gallery.strongest(prototype)) {
    if (matches.size() == most) break;
    IBOT_TRY(const PicturePointer picture, session.picture(gallery.picture(found.picture), network, {}));
    copy_crop(picture->image, patch, found.row, found.column, crops.data() + first + matches.size() * bytes);
    matches.push_back({found.picture, found.row, found.column, found.logit});
  }
  return matches;
}

base::Status add_cards(const protocol::PrototypesRequest& request, ViewSession& session, OpenNetwork& network,
                       const PrototypeGallery& gallery, protocol::PrototypesReply& reply) {
  std::vector<std::int64_t> order(gallery.counts().size());
  std::iota(order.begin(), order.end(), 0);
  const auto& counts = gallery.counts();
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return counts[static_cast<std::size_t>(a)] > counts[static_cast<std::size_t>(b)];
  });
  reply.side = 3 * static_cast<int>(network.backbone->patch_size());
  reply.most = static_cast<int>(request.strongest);
  const auto end = std::min(request.first + request.cards, static_cast<std::int64_t>(order.size()));
  for (std::int64_t i = request.first; i < end; ++i) {
    const std::int64_t prototype = order[static_cast<std::size_t>(i)];
    const std::int64_t count = counts[static_cast<std::size_t>(prototype)];
    if (count == 0) break;
    IBOT_TRY(auto strongest, add_crops(session, network, gallery, prototype,
                                       static_cast<std::size_t>(reply.most), reply.crops));
    reply.cards.push_back({prototype, count, std::move(strongest)});
  }
  return {};
}

// For each card its partner in the other network.
base::Status add_partners(ViewSession& session, const OpenNetwork& other, const PrototypeGallery& gallery,
                          const std::vector<analysis::LabelPair>& pairs, protocol::PrototypesReply& reply) {
  for (const protocol::PrototypesReply::Card& card : reply.cards) {
    protocol::PrototypesReply::Partner partner;
    for (const analysis::LabelPair& pair : pairs) {
      if (pair.first != card.prototype) continue;
      partner = {pair.second, gallery.counts()[static_cast<std::size_t>(pair.second)], pair.together};
    }
    IBOT_CHECK_OK(add_crops(session, other, gallery, partner.prototype, static_cast<std::size_t>(reply.most),
                            reply.partner_crops));
    reply.partners.push_back(partner);
  }
  return {};
}

}  // namespace

base::Result<protocol::PrototypesReply> Views::prototypes(const protocol::PrototypesRequest& request,
                                                          protocol::Job& job) {
  return guarded([&]() -> base::Result<protocol::PrototypesReply> {
    const at::NoGradGuard no_grad;
    ViewSession& session = state_->session;
    const base::Stopwatch watch;
    const GalleryChoice choice{request.folder, request.split, request.pictures, request.size};
    IBOT_TRY(const NetworkPointer network, session.network(request.network));
    if (network->head == nullptr) patch_logits(*network, {});  // says why
    protocol::PrototypesReply reply;
    reply.network = network->seen;
    IBOT_TRY(const GalleryPointer gallery, state_->gallery(choice, *network, *network));
    NetworkPointer other;
    GalleryPointer beside;
    if (request.beside) {
      IBOT_TRY(other, session.network(*request.beside));
      if (other->seen.patch != network->seen.patch) {
        return base::Error{base::ErrorCode::Incompatible,
                           base::str(other->seen.name, " has patches of ", other->seen.patch, " px"),
                           base::str("patches of ", network->seen.patch, " px"), ""};
      }
      if (other->head == nullptr) patch_logits(*other, {});
      IBOT_TRY(beside, state_->gallery(choice, *network, *other));
    }
    const auto more = [&] {
      return gallery->seen() < gallery->total() || (beside && beside->seen() < beside->total());
    };
    while (more()) {
      if (job.unwanted()) return cancelled_view();
      const bool own = gallery->seen() < gallery->total() && (!beside || gallery->seen() <= beside->seen());
      if (own) {
        gallery->look(session, *network);
      } else {
        beside->look(session, *other);
      }
      if (gallery->seen() % 16 == 0) job.progress("pictures", gallery->seen(), gallery->total());
      if (request.milliseconds > 0 && watch.seconds() * 1000 >= static_cast<double>(request.milliseconds))
        break;
    }
    reply.seen = beside ? std::min(gallery->seen(), beside->seen()) : gallery->seen();
    reply.total = gallery->total();
    reply.patches = gallery->patches();
    reply.size = gallery->size();
    reply.counts = gallery->counts();
    reply.dead = std::count(reply.counts.begin(), reply.counts.end(), std::int64_t{0});
    IBOT_CHECK_OK(add_cards(request, session, *network, *gallery, reply));
    if (beside) {
      const auto overlap = overlap_of(*gallery, *beside);
      if (!overlap) {
        // What was seen before the change is of no use any more.
        state_->galleries.clear();
        return overlap.error();
      }
      reply.overlap = overlap->found;
      reply.overlap_chance = overlap->chance;
      reply.beside = other->seen;
      IBOT_CHECK_OK(add_partners(session, *other, *beside, overlap->pairs, reply));
    }
    if (!request.picture) return reply;
    IBOT_TRY(const PicturePointer picture, session.picture(*request.picture, *network, request.network));
    reply.picture = session.seen(*network, *picture, true);
    const at::Tensor logits = patch_logits(*network, session.patches(*network, *picture, {}));
    reply.chosen = integers_of(logits.argmax(1));
    if (request.prototype >= 0) {
      if (request.prototype >= logits.size(1)) {
        return base::Error{base::ErrorCode::InvalidArgument, base::str("prototype ", request.prototype),
                           base::str("0 to ", logits.size(1) - 1), ""};
      }
      reply.strength = floats_of(logits.select(1, request.prototype));
    }
    return reply;
  });
}

}  // namespace ibot::inspect
