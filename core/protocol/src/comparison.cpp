// SPDX-License-Identifier: GPL-3.0-or-later
#include "view_body.h"

#include <ibot/protocol/comparison.h>

namespace ibot::protocol {
namespace {

constexpr double kMostFactor = 1e6;

nlohmann::json to_json(const CkaRequest::Side& side) {
  return {{"network", protocol::to_json(side.network)}, {"pictures", list_json(side.pictures)}};
}

nlohmann::json to_json(const AgreementReply::Figures& figures) {
  return {{"network", protocol::to_json(figures.network)},
          {"click_iou", figures.click_iou},
          {"attention_jaccard", figures.attention_jaccard},
          {"purity", figures.purity},
          {"nmi", figures.nmi},
          {"matches", figures.matches},
          {"matches_chance", figures.matches_chance},
          {"longer_side", figures.longer_side}};
}

std::int64_t size_of(std::size_t count) {
  return static_cast<std::int64_t>(count);
}

}  // namespace

static void read(BodyReader& body, CkaRequest::Side& side) {
  side.network = part<NetworkChoice>(body, "network");
  side.pictures = parts<PictureChoice>(body, "pictures", 1, CkaRequest::kMostPictures);
}

static void read(BodyReader& body, AgreementReply::Figures& figures) {
  figures.network = part<SeenNetwork>(body, "network");
  figures.click_iou = body.number("click_iou", 0, 1);
  figures.attention_jaccard = body.number("attention_jaccard", 0, 1);
  figures.purity = body.number("purity", 0, 1);
  figures.nmi = body.number("nmi", 0, 1);
  figures.matches = body.number("matches", -1, 1);
  figures.matches_chance = body.number("matches_chance", -1, 1);
  figures.longer_side = body.integer("longer_side", 0, 1 << 20);
}

Message NormsRequest::to_message() const {
  Message message;
  message.method = kMethod;
  message.body = {{"network", protocol::to_json(network)},
                  {"pictures", list_json(pictures)},
                  {"layer", layer},
                  {"factor", factor},
                  {"pixels", pixels},
                  {"leave_out", leave_out}};
  return message;
}

base::Result<NormsRequest> NormsRequest::from_message(const Message& message) {
  BodyReader body(message.body, "norms request");
  NormsRequest request;
  request.network = part<NetworkChoice>(body, "network");
  request.pictures = parts<PictureChoice>(body, "pictures", 1, kMostPictures);
  request.layer = body.integer("layer", 0, kMostLayers);
  request.factor = body.number("factor", 0, kMostFactor);
  request.pixels = body.flag("pixels");
  request.leave_out = body.flag("leave_out");
  IBOT_CHECK_OK(body.status());
  return request;
}

Message NormsReply::to_message() const {
  Message message;
  message.kind = MessageKind::Reply;
  message.body = {{"network", protocol::to_json(network)},
                  {"layer", layer},
                  {"median", median},
                  {"threshold", threshold},
                  {"outliers", outliers},
                  {"patches", patches},
                  {"left_out", list_json(left_out)}};
  add_pictures(message, pictures);
  const std::vector<float> all = joined(norms);
  message.arrays.push_back(f32_array("norms", {size_of(all.size())}, all));
  return message;
}

base::Result<NormsReply> NormsReply::from_message(const Message& message) {
  BodyReader body(message.body, "norms' answer");
  NormsReply reply;
  reply.network = part<SeenNetwork>(body, "network");
  reply.layer = body.integer("layer", 1, kMostLayers);
  reply.median = body.number("median", 0, kAnyValue);
  reply.threshold = body.number("threshold", 0, kAnyValue);
  reply.outliers = body.integer("outliers");
  reply.patches = body.integer("patches");
  reply.left_out = parts<LeftOut>(body, "left_out", 0, NormsRequest::kMostPictures);
  reply.pictures = read_pictures(message, body, 1, NormsRequest::kMostPictures);
  reply.norms = parted(read_f32(message, "norms", {patches_of(reply.pictures)}, body), reply.pictures);
  IBOT_CHECK_OK(body.status());
  return reply;
}

Message CkaRequest::to_message() const {
  Message message;
  message.method = kMethod;
  message.body = {
      {"first", to_json(first)}, {"second", to_json(second)}, {"cls", cls}, {"leave_out", leave_out}};
  return message;
}

base::Result<CkaRequest> CkaRequest::from_message(const Message& message) {
  BodyReader body(message.body, "CKA request");
  CkaRequest request{part<Side>(body, "first"), part<Side>(body, "second"), body.flag("cls"),
                     body.flag("leave_out")};
  IBOT_CHECK_OK(body.status());
  return request;
}

Message CkaReply::to_message() const {
  Message message;
  message.kind = MessageKind::Reply;
  message.body = {{"first", protocol::to_json(first)},
                  {"second", protocol::to_json(second)},
                  {"samples", samples},
                  {"left_out", list_json(left_out)},
                  {"pictures", pictures},
                  {"longer_side", longer_side}};
  message.arrays.push_back(f32_array("values", {first.depth, second.depth}, values));
  return message;
}

base::Result<CkaReply> CkaReply::from_message(const Message& message) {
  BodyReader body(message.body, "CKA's answer");
  CkaReply reply;
  reply.first = part<SeenNetwork>(body, "first");
  reply.second = part<SeenNetwork>(body, "second");
  reply.samples = body.integer("samples");
  reply.left_out = parts<LeftOut>(body, "left_out", 0, CkaRequest::kMostPictures);
  reply.pictures = body.integer("pictures");
  reply.longer_side = body.integer("longer_side", 0, 1 << 20);
  reply.values = read_f32(message, "values", {reply.first.depth, reply.second.depth}, body);
  IBOT_CHECK_OK(body.status());
  return reply;
}

Message AgreementRequest::to_message() const {
  Message message;
  message.method = kMethod;
  message.body = {{"networks", list_json(networks)},
                  {"pictures", pictures},
                  {"masks", masks},
                  {"limit", limit},
                  {"size", size},
                  {"fit", to_string(fit)},
                  {"tokens", protocol::to_json(tokens)},
                  {"least_area", least_area},
                  {"mass", mass},
                  {"clusters", clusters},
                  {"seed", seed}};
  return message;
}

base::Result<AgreementRequest> AgreementRequest::from_message(const Message& message) {
  BodyReader body(message.body, "agreement request");
  AgreementRequest request;
  request.networks = parts<NetworkChoice>(body, "networks", 1, kMostNetworks);
  request.pictures = body.text("pictures");
  request.masks = body.text("masks");
  request.limit = body.integer("limit", 1, 100'000);
  request.size = body.integer("size", 0, 4096);
  request.fit = read_fit(body, "fit");
  request.tokens = part<TokenChoice>(body, "tokens");
  request.least_area = body.number("least_area", 0, 1);
  request.mass = body.number("mass", 0, 1);
  request.clusters = body.integer("clusters", 2, 1024);
  request.seed = body.integer("seed");
  IBOT_CHECK_OK(body.status());
  return request;
}

Message AgreementReply::to_message() const {
  Message message;
  message.kind = MessageKind::Reply;
  message.body = {{"pictures", pictures},
                  {"regions", regions},
                  {"patches", patches},
                  {"box_iou", box_iou},
                  {"networks", nlohmann::json::array()},
                  {"unreadable", unreadable},
                  {"left_out", list_json(left_out)}};
  for (const Figures& figures : networks) message.body["networks"].push_back(to_json(figures));
  return message;
}

base::Result<AgreementReply> AgreementReply::from_message(const Message& message) {
  BodyReader body(message.body, "agreement's answer");
  AgreementReply reply;
  reply.pictures = body.integer("pictures");
  reply.regions = body.integer("regions");
  reply.patches = body.integer("patches");
  reply.box_iou = body.number("box_iou", 0, 1);
  reply.networks = parts<Figures>(body, "networks", 1, AgreementRequest::kMostNetworks);
  reply.unreadable = body.integer("unreadable");
  reply.left_out = parts<LeftOut>(body, "left_out", 0, AgreementRequest::kMostNamed);
  IBOT_CHECK_OK(body.status());
  return reply;
}

}  // namespace ibot::protocol
