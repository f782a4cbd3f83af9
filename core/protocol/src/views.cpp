// SPDX-License-Identifier: GPL-3.0-or-later
#include "crop_body.h"
#include "view_body.h"

#include <ibot/protocol/attention.h>
#include <ibot/protocol/similarity.h>

namespace ibot::protocol {
namespace {

constexpr std::size_t kMostHeads = 1024;

Message request_message(std::string_view method, nlohmann::json body) {
  Message message;
  message.method = method;
  message.body = std::move(body);
  return message;
}

nlohmann::json to_json(const CorrespondenceReply::Line& line) {
  return {{"first", protocol::to_json(line.first)},
          {"second", protocol::to_json(line.second)},
          {"value", line.value},
          {"off", line.off}};
}

nlohmann::json to_json(const CorrespondenceReply::TwoViews& views) {
  return {{"draw", views.draw},
          {"crops", {crop_json(views.crops[0]), crop_json(views.crops[1])}},
          {"shared", views.shared},
          {"right", views.right},
          {"chance", views.chance}};
}

std::int64_t size_of(std::size_t count) {
  return static_cast<std::int64_t>(count);
}

}  // namespace

static void read(BodyReader& body, CorrespondenceReply::Line& line) {
  line.first = part<PatchPlace>(body, "first");
  line.second = part<PatchPlace>(body, "second");
  line.value = body.number("value", -kAnyValue, kAnyValue);
  line.off = body.number("off", -1, kAnyValue);
}

static void read(BodyReader& body, CorrespondenceReply::TwoViews& views) {
  views.draw = body.integer("draw", 0, CorrespondenceRequest::kMostDraw);
  views.shared = body.integer("shared");
  views.right = body.integer("right", 0, views.shared);
  views.chance = body.number("chance", 0, 1);
  const nlohmann::json& crops = body.list("crops", views.crops.size());
  if (crops.size() != views.crops.size()) return body.fail("crops", "two of them");
  for (std::size_t i = 0; i < views.crops.size(); ++i) views.crops[i] = read_crop(crops[i], 0, body);
}

Message NetworkRequest::to_message() const {
  return request_message(kMethod, {{"network", to_json(network)}});
}

base::Result<NetworkRequest> NetworkRequest::from_message(const Message& message) {
  BodyReader body(message.body, "network request");
  NetworkRequest request{part<NetworkChoice>(body, "network")};
  IBOT_CHECK_OK(body.status());
  return request;
}

Message NetworkReply::to_message() const {
  Message message;
  message.kind = MessageKind::Reply;
  message.body = {{"network", to_json(network)}, {"attention", attention}, {"intermediate", intermediate}};
  return message;
}

base::Result<NetworkReply> NetworkReply::from_message(const Message& message) {
  BodyReader body(message.body, "network's answer");
  NetworkReply reply{part<SeenNetwork>(body, "network"), body.flag("attention"), body.flag("intermediate")};
  IBOT_CHECK_OK(body.status());
  return reply;
}

Message AttentionRequest::to_message() const {
  return request_message(kMethod, {{"network", to_json(network)},
                                   {"picture", to_json(picture)},
                                   {"layer", layer},
                                   {"queries", list_json(queries)},
                                   {"pixels", pixels}});
}

base::Result<AttentionRequest> AttentionRequest::from_message(const Message& message) {
  BodyReader body(message.body, "attention request");
  AttentionRequest request;
  request.network = part<NetworkChoice>(body, "network");
  request.picture = part<PictureChoice>(body, "picture");
  request.layer = body.integer("layer", 0, kMostLayers);
  request.queries = parts<PatchPlace>(body, "queries", 1, kMostQueries);
  request.pixels = body.flag("pixels");
  IBOT_CHECK_OK(body.status());
  return request;
}

std::vector<float> AttentionReply::map(std::size_t query, std::size_t head) const {
  const auto cells = static_cast<std::size_t>(picture.rows) * static_cast<std::size_t>(picture.columns);
  const auto from = attention.begin() +
                    static_cast<std::ptrdiff_t>((query * static_cast<std::size_t>(heads) + head) * cells);
  return {from, from + static_cast<std::ptrdiff_t>(cells)};
}

Message AttentionReply::to_message() const {
  Message message;
  message.kind = MessageKind::Reply;
  message.body = {
      {"network", to_json(network)}, {"layer", layer}, {"heads", heads}, {"queries", list_json(queries)}};
  add_pictures(message, {picture});
  const std::int64_t count = size_of(queries.size());
  message.arrays.push_back(f32_array("attention", {count, heads, picture.rows, picture.columns}, attention));
  message.arrays.push_back(f32_array("prefix", {count, heads, network.prefix}, prefix));
  message.arrays.push_back(f32_array("entropy", {count, heads}, entropy));
  message.arrays.push_back(f32_array("distance", {count, heads}, distance));
  return message;
}

base::Result<AttentionReply> AttentionReply::from_message(const Message& message) {
  BodyReader body(message.body, "attention's answer");
  AttentionReply reply;
  reply.network = part<SeenNetwork>(body, "network");
  reply.layer = body.integer("layer", 1, kMostLayers);
  reply.heads = static_cast<int>(body.integer("heads", 1, kMostHeads));
  reply.queries = parts<PatchPlace>(body, "queries", 1, AttentionRequest::kMostQueries);
  const std::vector<SeenPicture> pictures = read_pictures(message, body, 1, 1);
  IBOT_CHECK_OK(body.status());
  reply.picture = pictures.front();
  const std::int64_t count = size_of(reply.queries.size());
  reply.attention =
      read_f32(message, "attention", {count, reply.heads, reply.picture.rows, reply.picture.columns}, body);
  reply.prefix = read_f32(message, "prefix", {count, reply.heads, reply.network.prefix}, body);
  reply.entropy = read_f32(message, "entropy", {count, reply.heads}, body);
  reply.distance = read_f32(message, "distance", {count, reply.heads}, body);
  IBOT_CHECK_OK(body.status());
  return reply;
}

Message SimilarityRequest::to_message() const {
  return request_message(kMethod, {{"networks", list_json(networks)},
                                   {"pictures", list_json(pictures)},
                                   {"patch", to_json(patch)},
                                   {"tokens", to_json(tokens)},
                                   {"best", best},
                                   {"pixels", pixels},
                                   {"leave_out", leave_out}});
}

base::Result<SimilarityRequest> SimilarityRequest::from_message(const Message& message) {
  BodyReader body(message.body, "similarity request");
  SimilarityRequest request;
  request.networks = parts<NetworkChoice>(body, "networks", 1, kMostNetworks);
  request.pictures = parts<PictureChoice>(body, "pictures", 1, kMostPictures);
  request.patch = part<PatchPlace>(body, "patch");
  request.tokens = part<TokenChoice>(body, "tokens");
  request.best = body.integer("best", 0, 1000);
  request.pixels = body.flag("pixels");
  request.leave_out = body.flag("leave_out");
  IBOT_CHECK_OK(body.status());
  return request;
}

Message SimilarityReply::to_message() const {
  Message message;
  message.kind = MessageKind::Reply;
  message.body = {{"networks", list_json(networks)},
                  {"patch", to_json(patch)},
                  {"tokens", to_json(tokens)},
                  {"matches", nlohmann::json::array()},
                  {"left_out", list_json(left_out)}};
  for (const auto& each : matches) message.body["matches"].push_back(list_json(each));
  add_pictures(message, pictures);
  const std::vector<float> all = joined(maps);
  message.arrays.push_back(f32_array("maps", {size_of(all.size())}, all));
  return message;
}

base::Result<SimilarityReply> SimilarityReply::from_message(const Message& message) {
  BodyReader body(message.body, "similarity's answer");
  SimilarityReply reply;
  reply.networks = parts<SeenNetwork>(body, "networks", 1, SimilarityRequest::kMostNetworks);
  reply.patch = part<PatchPlace>(body, "patch");
  reply.tokens = part<TokenChoice>(body, "tokens");
  reply.pictures = read_pictures(message, body, 1, SimilarityRequest::kMostPictures);
  for (const nlohmann::json& each : body.list("matches", SimilarityRequest::kMostNetworks)) {
    const nlohmann::json named = {{"matches", each}};
    BodyReader told(named, "matches");
    reply.matches.push_back(parts<PatchMatch>(told, "matches", 0, 1000));
    body.adopt(told);
  }
  if (reply.matches.size() != reply.networks.size()) body.fail("matches", "a list for each network");
  reply.left_out = parts<LeftOut>(body, "left_out", 0, SimilarityRequest::kMostPictures);
  const std::int64_t values = patches_of(reply.pictures) * size_of(reply.networks.size());
  reply.maps = parted(read_f32(message, "maps", {values}, body), reply.pictures, 1, reply.networks.size());
  IBOT_CHECK_OK(body.status());
  return reply;
}

Message CorrespondenceRequest::to_message() const {
  Message message = request_message(kMethod, {{"network", to_json(network)},
                                              {"first", to_json(first)},
                                              {"second", to_json(second)},
                                              {"tokens", to_json(tokens)},
                                              {"most", most},
                                              {"foreground", foreground},
                                              {"pixels", pixels}});
  if (draw) message.body["draw"] = *draw;
  return message;
}

base::Result<CorrespondenceRequest> CorrespondenceRequest::from_message(const Message& message) {
  BodyReader body(message.body, "correspondence request");
  CorrespondenceRequest request;
  request.network = part<NetworkChoice>(body, "network");
  request.first = part<PictureChoice>(body, "first");
  request.second = part<PictureChoice>(body, "second");
  if (body.has("draw")) request.draw = body.integer("draw", 0, CorrespondenceRequest::kMostDraw);
  request.tokens = part<TokenChoice>(body, "tokens");
  request.most = body.integer("most", 1, kMostLines);
  request.foreground = body.flag("foreground");
  request.pixels = body.flag("pixels");
  IBOT_CHECK_OK(body.status());
  return request;
}

Message CorrespondenceReply::to_message() const {
  Message message;
  message.kind = MessageKind::Reply;
  message.body = {{"network", protocol::to_json(network)},
                  {"tokens", protocol::to_json(tokens)},
                  {"mutual", mutual},
                  {"lines", nlohmann::json::array()}};
  for (const Line& line : lines) message.body["lines"].push_back(to_json(line));
  if (views) message.body["views"] = to_json(*views);
  add_pictures(message, pictures);
  return message;
}

base::Result<CorrespondenceReply> CorrespondenceReply::from_message(const Message& message) {
  BodyReader body(message.body, "correspondence's answer");
  CorrespondenceReply reply;
  reply.network = part<SeenNetwork>(body, "network");
  reply.tokens = part<TokenChoice>(body, "tokens");
  reply.mutual = body.integer("mutual");
  for (const nlohmann::json& each :
       body.list("lines", static_cast<std::size_t>(CorrespondenceRequest::kMostLines))) {
    BodyReader told(each, "line");
    read(told, reply.lines.emplace_back());
    body.adopt(told);
    IBOT_CHECK_OK(body.status());
  }
  reply.pictures = read_pictures(message, body, 2, 2);
  reply.views = part_or_none<CorrespondenceReply::TwoViews>(body, "views");
  IBOT_CHECK_OK(body.status());
  for (std::size_t i = 0; reply.views && i < reply.pictures.size(); ++i)
    reply.views->crops[i].size = reply.pictures[i].width;
  return reply;
}

}  // namespace ibot::protocol
