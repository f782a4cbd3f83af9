// SPDX-License-Identifier: GPL-3.0-or-later
#include "view_body.h"

#include <ibot/protocol/wall.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace ibot::protocol {
namespace {

constexpr std::int64_t kMostHeads = 1024;

WallRequest::Map read_map(BodyReader& body) {
  const std::string name = body.text("map");
  for (const auto map : {WallRequest::Map::Attention, WallRequest::Map::Similarity}) {
    if (name == to_string(map)) return map;
  }
  body.fail("map", "attention or similarity");
  return WallRequest::Map::Attention;
}

}  // namespace

static nlohmann::json to_json(const WallGap& gap) {
  return {{"place", gap.place},     {"run", gap.run},   {"name", gap.name},
          {"network", gap.network}, {"step", gap.step}, {"why", gap.why}};
}

static void read(BodyReader& body, WallGap& gap) {
  gap.place = body.integer("place", 0, static_cast<std::int64_t>(WallRequest::kMostNetworks) - 1);
  gap.run = body.text("run");
  gap.name = body.text("name");
  gap.network = body.text("network");
  gap.step = body.integer("step", NetworkChoice::kNewest);
  gap.why = body.text("why");
}

std::string_view to_string(WallRequest::Map map) {
  return map == WallRequest::Map::Similarity ? "similarity" : "attention";
}

Message WallRequest::to_message() const {
  Message message;
  message.method = kMethod;
  message.body = {{"networks", list_json(networks)},
                  {"pictures", list_json(pictures)},
                  {"map", to_string(map)},
                  {"layer", layer},
                  {"head", head},
                  {"patch", protocol::to_json(patch)},
                  {"clicked", clicked},
                  {"pixels", pixels},
                  {"leave_out", leave_out}};
  return message;
}

base::Result<WallRequest> WallRequest::from_message(const Message& message) {
  BodyReader body(message.body, "wall request");
  WallRequest request;
  request.networks = parts<NetworkChoice>(body, "networks", 1, kMostNetworks);
  request.pictures = parts<PictureChoice>(body, "pictures", 1, kMostPictures);
  request.map = read_map(body);
  request.layer = body.integer("layer", 0, kMostLayers);
  request.head = body.integer("head", 0, kMostHeads);
  request.patch = part<PatchPlace>(body, "patch");
  request.clicked = body.integer("clicked", 0, static_cast<std::int64_t>(kMostPictures) - 1);
  request.pixels = body.flag("pixels");
  request.leave_out = body.flag("leave_out");
  IBOT_CHECK_OK(body.status());
  return request;
}

Message WallReply::to_message() const {
  Message message;
  message.kind = MessageKind::Reply;
  message.body = {{"networks", list_json(networks)},
                  {"map", to_string(map)},
                  {"layer", layer},
                  {"head", head},
                  {"patch", protocol::to_json(patch)},
                  {"clicked", clicked},
                  {"left_out", list_json(left_out)},
                  {"gaps", list_json(gaps)}};
  add_pictures(message, pictures);
  const std::vector<float> all = joined(maps);
  message.arrays.push_back(f32_array("maps", {static_cast<std::int64_t>(all.size())}, all));
  return message;
}

base::Result<WallReply> WallReply::from_message(const Message& message) {
  BodyReader body(message.body, "wall's answer");
  WallReply reply;
  reply.networks = parts<SeenNetwork>(body, "networks", 1, WallRequest::kMostNetworks);
  reply.pictures = read_pictures(message, body, 1, WallRequest::kMostPictures);
  reply.map = read_map(body);
  reply.layer = body.integer("layer", 0, kMostLayers);
  reply.head = body.integer("head", 0, kMostHeads);
  reply.patch = part<PatchPlace>(body, "patch");
  reply.left_out = parts<LeftOut>(body, "left_out", 0, WallRequest::kMostPictures);
  reply.gaps = parts<WallGap>(body, "gaps", 0, WallRequest::kMostNetworks);
  const auto networks = static_cast<std::int64_t>(reply.networks.size());
  for (std::int64_t next = 0; const WallGap& gap : reply.gaps) {
    const auto all = networks + static_cast<std::int64_t>(reply.gaps.size());
    if (gap.place < next || gap.place >= all) body.fail("gaps", "places among the networks, each once");
    next = gap.place + 1;
  }
  const std::int64_t values = patches_of(reply.pictures) * networks;
  reply.maps = parted(read_f32(message, "maps", {values}, body), reply.pictures, 1, reply.networks.size());
  reply.clicked = body.integer("clicked", 0, static_cast<std::int64_t>(WallRequest::kMostPictures) - 1);
  if (body.status()) {
    const auto clicked = static_cast<std::size_t>(reply.clicked);
    const PatchPlace& at = reply.patch;
    const bool known = clicked < reply.pictures.size();
    const bool inside = known && at.row < reply.pictures[clicked].rows && (at.row < 0 || at.column >= 0) &&
                        at.column < reply.pictures[clicked].columns;
    if (!inside) body.fail("patch", "a patch of one of the pictures");
  }
  IBOT_CHECK_OK(body.status());
  return reply;
}

std::vector<std::int64_t> even_moments(std::vector<std::int64_t> kept, int count) {
  if (kept.empty() || count < 1) return {};
  const double last = static_cast<double>(*std::max_element(kept.begin(), kept.end()));
  std::set<std::int64_t> moments;
  for (int i = 0; i < count; ++i) {
    const double wanted = count == 1 ? last : last * i / (count - 1);
    moments.insert(*std::min_element(kept.begin(), kept.end(), [wanted](std::int64_t a, std::int64_t b) {
      return std::fabs(static_cast<double>(a) - wanted) < std::fabs(static_cast<double>(b) - wanted);
    }));
  }
  return {moments.begin(), moments.end()};
}

}  // namespace ibot::protocol
