// SPDX-License-Identifier: GPL-3.0-or-later
#include "views_state.h"

#include <ibot/analysis/matches.h>

#include <ATen/TensorOperators.h>
#include <ATen/ops/mm.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace ibot::inspect {
namespace {

using protocol::CorrespondenceReply;
using protocol::PatchPlace;
using protocol::SeenPicture;

struct Point {
  double x = 0, y = 0;
};

// A crop and the grid of patches in which a network sees it.
class CropGrid {
 public:
  CropGrid(const data::CropRecipe& crop, const SeenPicture& seen) : crop_(crop), seen_(seen) {}

  // Where in the picture, px, the middle of a patch lies.
  Point middle(const PatchPlace& place) const {
    const double across = (place.column + 0.5) / seen_.columns;
    return {crop_.box.left + crop_.box.width * (crop_.flip ? 1 - across : across),
            crop_.box.top + crop_.box.height * (place.row + 0.5) / seen_.rows};
  }
  bool holds(const Point& point) const {
    return point.x >= crop_.box.left && point.x < crop_.box.left + crop_.box.width &&
           point.y >= crop_.box.top && point.y < crop_.box.top + crop_.box.height;
  }
  // Sides of a patch, px of the picture.
  Point patch() const {
    return {static_cast<double>(crop_.box.width) / seen_.columns,
            static_cast<double>(crop_.box.height) / seen_.rows};
  }

 private:
  const data::CropRecipe& crop_;
  const SeenPicture& seen_;
};

// Distances between places in two views of one picture.
class ViewGeometry {
 public:
  ViewGeometry(const std::array<data::CropRecipe, 2>& crops, const std::vector<SeenPicture>& seen)
      : first_(crops[0], seen[0]), second_(crops[1], seen[1]) {
    const Point a = first_.patch(), b = second_.patch();
    unit_ = {std::max(a.x, b.x), std::max(a.y, b.y)};
  }
  // In patches of the view that shows more; -1: the second view does not show the first patch's middle.
  double off(const PatchPlace& first, const PatchPlace& second) const {
    const Point from = first_.middle(first), to = second_.middle(second);
    if (!second_.holds(from)) return -1;
    return std::hypot((to.x - from.x) / unit_.x, (to.y - from.y) / unit_.y);
  }

 private:
  CropGrid first_, second_;
  Point unit_;
};

// Says how far off each pair is. `candidates`: the patches of the second view that a pair could have taken.
void judge(CorrespondenceReply& reply, const std::vector<PatchPlace>& candidates) {
  CorrespondenceReply::TwoViews& views = *reply.views;
  const ViewGeometry geometry(views.crops, reply.pictures);
  double chance = 0;
  for (CorrespondenceReply::Line& pair : reply.lines) {
    pair.off = geometry.off(pair.first, pair.second);
    if (pair.off < 0) continue;
    ++views.shared;
    if (pair.right()) ++views.right;
    const auto near = std::count_if(candidates.begin(), candidates.end(), [&](const PatchPlace& place) {
      return CorrespondenceReply::Line{.off = geometry.off(pair.first, place)}.right();
    });
    chance += static_cast<double>(near) / static_cast<double>(candidates.size());
  }
  if (views.shared > 0) views.chance = chance / static_cast<double>(views.shared);
}

}  // namespace

base::Result<CorrespondenceReply> Views::correspondence(const protocol::CorrespondenceRequest& request) {
  return guarded([&]() -> base::Result<CorrespondenceReply> {
    ViewSession& session = state_->session;
    IBOT_TRY(const NetworkPointer network, session.network(request.network));
    CorrespondenceReply reply;
    reply.network = network->seen;
    reply.tokens = ViewSession::resolved(*network, request.tokens);
    std::vector<PicturePointer> pictures;
    if (request.draw) {
      IBOT_TRY(const CropPair drawn,
               session.two_crops(request.first, *network, request.network, *request.draw));
      pictures.assign(drawn.pictures.begin(), drawn.pictures.end());
      reply.views = {.draw = *request.draw, .crops = drawn.recipes};
    } else {
      IBOT_TRY(pictures, session.pictures({request.first, request.second}, *network, request.network));
    }
    std::array<at::Tensor, 2> tokens;
    std::array<std::vector<PatchPlace>, 2> kept;
    for (std::size_t i = 0; i < 2; ++i) {
      reply.pictures.push_back(session.seen(*network, *pictures[i], request.pixels));
      const at::Tensor rows = session.unit_patches(*network, *pictures[i], request.tokens);
      at::Tensor mask = rows.new_ones({rows.size(0)}).to(at::kBool);
      if (request.foreground) mask = attended_patches(session, *network, *pictures[i]);
      const at::Tensor patches = mask.nonzero().flatten();
      for (const std::int64_t patch : integers_of(patches))
        kept[i].push_back(place_of(patch, reply.pictures[i]));
      tokens[i] = rows.index_select(0, patches);
    }
    const std::vector<float> similarity = floats_of(at::mm(tokens[0], tokens[1].t()));
    for (const analysis::Match& match :
         analysis::mutual_nearest(similarity, kept[0].size(), kept[1].size())) {
      reply.lines.push_back({kept[0][static_cast<std::size_t>(match.first)],
                             kept[1][static_cast<std::size_t>(match.second)], match.value, -1});
    }
    reply.mutual = static_cast<std::int64_t>(reply.lines.size());
    if (reply.views) judge(reply, kept[1]);
    if (reply.mutual > request.most) reply.lines.resize(static_cast<std::size_t>(request.most));
    return reply;
  });
}

}  // namespace ibot::inspect
