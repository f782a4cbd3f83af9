// SPDX-License-Identifier: GPL-3.0-or-later
#include "view_body.h"

#include <ibot/protocol/clusters.h>

namespace ibot::protocol {
namespace {

constexpr std::size_t kComponents = 3;
constexpr std::size_t kMostNearest = 32;
constexpr std::size_t kMostExplained = 3;

Foreground read_foreground(BodyReader& body) {
  const std::string text = body.text("foreground");
  for (const Foreground rule : {Foreground::All, Foreground::Component, Foreground::Attention}) {
    if (text == to_string(rule)) return rule;
  }
  body.fail("foreground", "all, component or attention");
  return Foreground::All;
}

// Numbers of a list, from `low` to 1.
std::vector<double> shares(BodyReader& body, const char* key, std::size_t most, double low) {
  std::vector<double> values;
  for (const nlohmann::json& each : body.list(key, most)) {
    const nlohmann::json named = {{"share", each}};
    BodyReader told(named, key);
    values.push_back(told.number("share", low, 1));
    body.adopt(told);
  }
  return values;
}

std::int64_t size_of(std::size_t count) {
  return static_cast<std::int64_t>(count);
}

}  // namespace

std::string_view to_string(Foreground rule) {
  switch (rule) {
    case Foreground::All:
      return "all";
    case Foreground::Component:
      return "component";
    case Foreground::Attention:
      return "attention";
  }
  return "unknown";
}

Message ClustersRequest::to_message() const {
  Message message;
  message.method = kMethod;
  message.body = {{"network", to_json(network)},
                  {"pictures", list_json(pictures)},
                  {"tokens", to_json(tokens)},
                  {"clusters", clusters},
                  {"seed", seed},
                  {"joint", joint},
                  {"foreground", to_string(foreground)},
                  {"nearest", nearest},
                  {"pixels", pixels},
                  {"leave_out", leave_out}};
  if (aligned_to) message.body["aligned_to"] = to_json(*aligned_to);
  return message;
}

base::Result<ClustersRequest> ClustersRequest::from_message(const Message& message) {
  BodyReader body(message.body, "clusters request");
  ClustersRequest request;
  request.network = part<NetworkChoice>(body, "network");
  request.pictures = parts<PictureChoice>(body, "pictures", 1, kMostPictures);
  request.tokens = part<TokenChoice>(body, "tokens");
  request.clusters = body.integer("clusters", 1, kMostClusters);
  request.seed = body.integer("seed");
  request.joint = body.flag("joint");
  request.foreground = read_foreground(body);
  request.aligned_to = part_or_none<NetworkChoice>(body, "aligned_to");
  request.nearest = body.integer("nearest", 0, kMostNearest);
  request.pixels = body.flag("pixels");
  request.leave_out = body.flag("leave_out");
  IBOT_CHECK_OK(body.status());
  return request;
}

Message ClustersReply::to_message() const {
  Message message;
  message.kind = MessageKind::Reply;
  message.body = {{"network", to_json(network)},
                  {"tokens", to_json(tokens)},
                  {"clusters", clusters},
                  {"explained", explained},
                  {"sizes", sizes},
                  {"nearest", nlohmann::json::array()},
                  {"purity", purity},
                  {"masked_pictures", masked_pictures},
                  {"left_out", list_json(left_out)}};
  for (const auto& each : nearest) message.body["nearest"].push_back(list_json(each));
  add_pictures(message, pictures);
  const auto all_labels = joined(labels);
  const auto all_components = joined(components);
  message.arrays.push_back(Array::of_u8("labels", {size_of(all_labels.size())}, all_labels));
  message.arrays.push_back(Array::of_u8("components", {size_of(all_components.size())}, all_components));
  return message;
}

base::Result<ClustersReply> ClustersReply::from_message(const Message& message) {
  BodyReader body(message.body, "clusters' answer");
  ClustersReply reply;
  reply.network = part<SeenNetwork>(body, "network");
  reply.tokens = part<TokenChoice>(body, "tokens");
  reply.clusters = static_cast<int>(body.integer("clusters", 1, ClustersRequest::kMostClusters));
  reply.pictures = read_pictures(message, body, 1, ClustersRequest::kMostPictures);
  const auto most = static_cast<std::size_t>(reply.clusters);
  reply.explained = shares(body, "explained", kMostExplained, 0);
  reply.purity = shares(body, "purity", most, -1);
  if (!reply.purity.empty() && reply.purity.size() != most) body.fail("purity", "a share of each cluster");
  reply.masked_pictures = body.integer("masked_pictures");
  reply.left_out = parts<LeftOut>(body, "left_out", 0, ClustersRequest::kMostPictures);
  reply.sizes = integers(body, "sizes", most, 0, std::int64_t{1} << 40);
  for (const nlohmann::json& each : body.list("nearest", most)) {
    const nlohmann::json named = {{"nearest", each}};
    BodyReader told(named, "nearest");
    reply.nearest.push_back(parts<PatchMatch>(told, "nearest", 0, kMostNearest));
    body.adopt(told);
  }
  const std::int64_t patches = patches_of(reply.pictures);
  const auto labels = read_u8(message, "labels", {patches}, body);
  for (const std::uint8_t label : labels) {
    if (label != kBackground && label >= reply.clusters) body.fail("labels", "clusters, or 255");
  }
  reply.labels = parted(labels, reply.pictures);
  reply.components = parted(read_u8(message, "components", {patches * size_of(kComponents)}, body),
                            reply.pictures, kComponents);
  IBOT_CHECK_OK(body.status());
  return reply;
}

Message EmbeddingRequest::to_message() const {
  Message message;
  message.method = kMethod;
  message.body = {{"network", to_json(network)},
                  {"pictures", list_json(pictures)},
                  {"tokens", to_json(tokens)},
                  {"tsne", tsne},
                  {"perplexity", perplexity},
                  {"iterations", iterations},
                  {"points", points},
                  {"clusters", clusters},
                  {"seed", seed},
                  {"leave_out", leave_out}};
  return message;
}

base::Result<EmbeddingRequest> EmbeddingRequest::from_message(const Message& message) {
  BodyReader body(message.body, "embedding request");
  EmbeddingRequest request;
  request.network = part<NetworkChoice>(body, "network");
  request.pictures = parts<PictureChoice>(body, "pictures", 1, ClustersRequest::kMostPictures);
  request.tokens = part<TokenChoice>(body, "tokens");
  request.tsne = body.flag("tsne");
  request.perplexity = body.number("perplexity", 2, 200);
  request.iterations = body.integer("iterations", 1, 5000);
  request.points = body.integer("points", 2, kMostPoints);
  request.clusters = body.integer("clusters", 1, ClustersRequest::kMostClusters);
  request.seed = body.integer("seed");
  request.leave_out = body.flag("leave_out");
  IBOT_CHECK_OK(body.status());
  return request;
}

Message EmbeddingReply::to_message() const {
  Message message;
  message.kind = MessageKind::Reply;
  message.body = {{"network", to_json(network)},    {"tokens", to_json(tokens)}, {"tsne", tsne},
                  {"count", labels.size()},         {"objective", objective},    {"patches", patches},
                  {"left_out", list_json(left_out)}};
  add_pictures(message, pictures);
  const std::int64_t count = size_of(labels.size());
  message.arrays.push_back(f32_array("points", {count, 2}, points));
  message.arrays.push_back(i64_array("places", {count, 3}, places));
  message.arrays.push_back(Array::of_u8("labels", {count}, labels));
  return message;
}

base::Result<EmbeddingReply> EmbeddingReply::from_message(const Message& message) {
  BodyReader body(message.body, "embedding's answer");
  EmbeddingReply reply;
  reply.network = part<SeenNetwork>(body, "network");
  reply.tokens = part<TokenChoice>(body, "tokens");
  reply.tsne = body.flag("tsne");
  const std::int64_t count = body.integer("count", 0, EmbeddingRequest::kMostPoints);
  reply.objective = body.number("objective", 0, kAnyValue);
  reply.patches = body.integer("patches");
  reply.left_out = parts<LeftOut>(body, "left_out", 0, ClustersRequest::kMostPictures);
  reply.pictures = read_pictures(message, body, 1, ClustersRequest::kMostPictures);
  reply.points = read_f32(message, "points", {count, 2}, body);
  reply.places = read_i64(message, "places", {count, 3}, 0, kMostGrid, body);
  reply.labels = read_u8(message, "labels", {count}, body);
  for (std::size_t i = 0; i < reply.places.size() && body.status(); i += 3) {
    const auto picture = static_cast<std::size_t>(reply.places[i]);
    const bool inside = picture < reply.pictures.size() &&
                        reply.places[i + 1] < reply.pictures[picture].rows &&
                        reply.places[i + 2] < reply.pictures[picture].columns;
    if (!inside) body.fail("places", "patches of these pictures");
  }
  IBOT_CHECK_OK(body.status());
  return reply;
}

}  // namespace ibot::protocol
