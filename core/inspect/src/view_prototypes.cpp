// SPDX-License-Identifier: GPL-3.0-or-later
#include "views_state.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/data/open.h>
#include <ibot/data/summary.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <numeric>

namespace ibot::inspect {
namespace {

using GalleryPointer = std::shared_ptr<PrototypeGallery>;

base::Result<GalleryPointer> make_gallery(const protocol::PrototypesRequest& request,
                                          const OpenNetwork& network) {
  data::DataOptions where;
  if (request.folder.empty()) {
    if (network.seen.run.empty()) {
      return base::Error{base::ErrorCode::InvalidArgument, "no pictures were named", "a folder or a list",
                         ""};
    }
    where = network.plan.data();
  } else {
    where.path = request.folder;
  }
  if (!request.split.empty()) where.split = request.split;
  IBOT_TRY(auto opened, data::open_dataset(where));
  const std::shared_ptr<const data::Dataset> dataset = std::move(opened);
  return std::make_shared<PrototypeGallery>(dataset, data::spread_indices(dataset->size(), request.pictures),
                                            request.size, network.seen.prototypes);
}

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

base::Status add_cards(const protocol::PrototypesRequest& request, ViewSession& session, OpenNetwork& network,
                       const PrototypeGallery& gallery, protocol::PrototypesReply& reply) {
  std::vector<std::int64_t> order(gallery.counts().size());
  std::iota(order.begin(), order.end(), 0);
  const auto& counts = gallery.counts();
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return counts[static_cast<std::size_t>(a)] > counts[static_cast<std::size_t>(b)];
  });
  const auto patch = static_cast<int>(network.backbone->patch_size());
  reply.side = 3 * patch;
  reply.most = static_cast<int>(request.strongest);
  const auto end = std::min(request.first + request.cards, static_cast<std::int64_t>(order.size()));
  const std::size_t bytes = static_cast<std::size_t>(reply.side) * static_cast<std::size_t>(reply.side) * 3;
  for (std::int64_t i = request.first; i < end; ++i) {
    const std::int64_t prototype = order[static_cast<std::size_t>(i)];
    const std::int64_t count = counts[static_cast<std::size_t>(prototype)];
    if (count == 0) break;
    protocol::PrototypesReply::Card card{prototype, count, {}};
    const std::size_t first = reply.crops.size();
    reply.crops.resize(first + static_cast<std::size_t>(reply.most) * bytes, 0);
    for (const PrototypeGallery::Found& found : gallery.strongest(prototype)) {
      if (card.strongest.size() == static_cast<std::size_t>(reply.most)) break;
      IBOT_TRY(const PicturePointer picture, session.picture(gallery.picture(found.picture), network, {}));
      copy_crop(picture->image, patch, found.row, found.column,
                reply.crops.data() + first + card.strongest.size() * bytes);
      card.strongest.push_back({found.picture, found.row, found.column, found.logit});
    }
    reply.cards.push_back(std::move(card));
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
    const auto gallery_of = [&](OpenNetwork& network) -> base::Result<GalleryPointer> {
      const std::string name = base::str(network.key, "#", request.folder, "#", request.split, "#",
                                         request.pictures, "#", request.size);
      if (const GalleryPointer* kept = state_->galleries.find(name)) return *kept;
      IBOT_TRY(GalleryPointer made, make_gallery(request, network));
      return state_->galleries.put(name, std::move(made), 1);
    };
    IBOT_TRY(const NetworkPointer network, session.network(request.network));
    if (network->head == nullptr) patch_logits(*network, {});  // says why
    protocol::PrototypesReply reply;
    reply.network = network->seen;
    IBOT_TRY(const GalleryPointer gallery, gallery_of(*network));
    NetworkPointer other;
    GalleryPointer beside;
    if (request.beside) {
      IBOT_TRY(other, session.network(*request.beside));
      if (other->seen.patch != network->seen.patch) {
        return base::Error{base::ErrorCode::Incompatible,
                           base::str(other->seen.name, " has patches of ", other->seen.patch, " px"),
                           base::str("patches of ", network->seen.patch, " px"), ""};
      }
      IBOT_TRY(beside, gallery_of(*other));
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
    reply.counts = gallery->counts();
    reply.dead = std::count(reply.counts.begin(), reply.counts.end(), std::int64_t{0});
    IBOT_CHECK_OK(add_cards(request, session, *network, *gallery, reply));
    if (beside) {
      const Overlap overlap = overlap_of(gallery->assignment(), beside->assignment());
      reply.overlap = overlap.found;
      reply.overlap_chance = overlap.chance;
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
