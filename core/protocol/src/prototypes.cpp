// SPDX-License-Identifier: GPL-3.0-or-later
#include "view_body.h"

#include <ibot/protocol/prototypes.h>

namespace ibot::protocol {
namespace {

constexpr std::int64_t kMostCropSide = 512;

nlohmann::json to_json(const PrototypesReply::Card& card) {
  return {{"prototype", card.prototype}, {"count", card.count}, {"strongest", list_json(card.strongest)}};
}

nlohmann::json to_json(const PrototypesReply::Partner& partner) {
  return {{"prototype", partner.prototype}, {"count", partner.count}, {"together", partner.together}};
}

std::int64_t size_of(std::size_t count) {
  return static_cast<std::int64_t>(count);
}

std::vector<SeenPicture> list_of(const std::optional<SeenPicture>& picture) {
  return picture ? std::vector<SeenPicture>{*picture} : std::vector<SeenPicture>{};
}

}  // namespace

static void read(BodyReader& body, PrototypesReply::Card& card) {
  card.prototype = body.integer("prototype", 0, kMostPrototypes);
  card.count = body.integer("count");
  card.strongest =
      parts<PatchMatch>(body, "strongest", 0, static_cast<std::size_t>(PrototypesRequest::kMostStrongest));
}

static void read(BodyReader& body, PrototypesReply::Partner& partner) {
  partner.prototype = body.integer("prototype", -1, kMostPrototypes);
  partner.count = body.integer("count");
  partner.together = body.integer("together");
}

Message PrototypesRequest::to_message() const {
  Message message;
  message.method = kMethod;
  message.body = {{"network", protocol::to_json(network)},
                  {"folder", folder},
                  {"split", split},
                  {"pictures", pictures},
                  {"size", size},
                  {"milliseconds", milliseconds},
                  {"first", first},
                  {"cards", cards},
                  {"strongest", strongest},
                  {"prototype", prototype}};
  if (picture) message.body["picture"] = protocol::to_json(*picture);
  if (beside) message.body["beside"] = protocol::to_json(*beside);
  return message;
}

base::Result<PrototypesRequest> PrototypesRequest::from_message(const Message& message) {
  BodyReader body(message.body, "prototypes request");
  PrototypesRequest request;
  request.network = part<NetworkChoice>(body, "network");
  request.folder = body.text_or("folder");
  request.split = body.text_or("split");
  request.pictures = body.integer("pictures", 0, kMostPictures);
  request.size = body.integer("size", 0, 4096);
  request.milliseconds = body.integer("milliseconds", 0, 3'600'000);
  request.first = body.integer("first", 0, kMostPrototypes);
  request.cards = body.integer("cards", 0, kMostCards);
  request.strongest = body.integer("strongest", 1, kMostStrongest);
  request.picture = part_or_none<PictureChoice>(body, "picture");
  request.prototype = body.integer("prototype", -1, kMostPrototypes);
  request.beside = part_or_none<NetworkChoice>(body, "beside");
  IBOT_CHECK_OK(body.status());
  return request;
}

Message PrototypesReply::to_message() const {
  Message message;
  message.kind = MessageKind::Reply;
  message.body = {{"network", protocol::to_json(network)},
                  {"seen", seen},
                  {"total", total},
                  {"patches", patches},
                  {"size", size},
                  {"dead", dead},
                  {"cards", nlohmann::json::array()},
                  {"side", side},
                  {"most", most},
                  {"strength", !strength.empty()},
                  {"overlap", overlap},
                  {"overlap_chance", overlap_chance},
                  {"partners", nlohmann::json::array()}};
  for (const Card& card : cards) message.body["cards"].push_back(to_json(card));
  for (const Partner& partner : partners) message.body["partners"].push_back(to_json(partner));
  if (beside) message.body["beside"] = protocol::to_json(*beside);
  add_pictures(message, list_of(picture));
  message.arrays.push_back(i64_array("counts", {network.prototypes}, counts));
  message.arrays.push_back(Array::of_u8("crops", {size_of(cards.size()), most, side, side, 3}, crops));
  message.arrays.push_back(
      Array::of_u8("partner_crops", {size_of(partners.size()), most, side, side, 3}, partner_crops));
  message.arrays.push_back(i64_array("chosen", {size_of(chosen.size())}, chosen));
  message.arrays.push_back(f32_array("strength", {size_of(strength.size())}, strength));
  return message;
}

base::Result<PrototypesReply> PrototypesReply::from_message(const Message& message) {
  BodyReader body(message.body, "prototypes' answer");
  PrototypesReply reply;
  reply.network = part<SeenNetwork>(body, "network");
  reply.seen = body.integer("seen");
  reply.total = body.integer("total");
  reply.patches = body.integer("patches");
  reply.size = body.integer("size", 0, kMostViewSide);
  reply.dead = body.integer("dead", 0, kMostPrototypes);
  reply.cards = parts<Card>(body, "cards", 0, static_cast<std::size_t>(PrototypesRequest::kMostCards));
  reply.side = static_cast<int>(body.integer("side", 0, kMostCropSide));
  reply.most = static_cast<int>(body.integer("most", 0, PrototypesRequest::kMostStrongest));
  reply.overlap = body.number("overlap", -1, 1);
  reply.overlap_chance = body.number("overlap_chance", -1, 1);
  const std::vector<SeenPicture> pictures = read_pictures(message, body, 0, 1);
  if (!pictures.empty()) reply.picture = pictures.front();
  reply.counts = read_i64(message, "counts", {reply.network.prototypes}, 0, std::int64_t{1} << 40, body);
  reply.crops =
      read_u8(message, "crops", {size_of(reply.cards.size()), reply.most, reply.side, reply.side, 3}, body);
  reply.beside = part_or_none<SeenNetwork>(body, "beside");
  reply.partners =
      parts<Partner>(body, "partners", 0, static_cast<std::size_t>(PrototypesRequest::kMostCards));
  if (!reply.partners.empty() && reply.partners.size() != reply.cards.size())
    body.fail("partners", "one for each card");
  reply.partner_crops =
      read_u8(message, "partner_crops",
              {size_of(reply.partners.size()), reply.most, reply.side, reply.side, 3}, body);
  const std::int64_t patches = patches_of(pictures);
  reply.chosen = read_i64(message, "chosen", {patches}, 0, kMostPrototypes, body);
  reply.strength = read_f32(message, "strength", {body.flag("strength") ? patches : 0}, body);
  IBOT_CHECK_OK(body.status());
  return reply;
}

Message PredictionRequest::to_message() const {
  Message message;
  message.method = kMethod;
  message.body = {{"network", protocol::to_json(network)},
                  {"picture", protocol::to_json(picture)},
                  {"rows", rows},
                  {"columns", columns},
                  {"seed", seed},
                  {"epoch", epoch},
                  {"pixels", pixels},
                  {"stand_in", stand_in}};
  message.arrays.push_back(Array::of_u8("mask", {rows, columns}, mask));
  return message;
}

base::Result<PredictionRequest> PredictionRequest::from_message(const Message& message) {
  BodyReader body(message.body, "prediction request");
  PredictionRequest request;
  request.network = part<NetworkChoice>(body, "network");
  request.picture = part<PictureChoice>(body, "picture");
  request.rows = static_cast<int>(body.integer("rows", 0, kMostGrid));
  request.columns = static_cast<int>(body.integer("columns", 0, kMostGrid));
  request.seed = body.integer("seed");
  request.epoch = body.integer("epoch", 0, 1'000'000);
  request.pixels = body.flag("pixels");
  request.stand_in = body.flag("stand_in");
  request.mask = read_u8(message, "mask", {request.rows, request.columns}, body);
  IBOT_CHECK_OK(body.status());
  return request;
}

Message PredictionReply::to_message() const {
  Message message;
  message.kind = MessageKind::Reply;
  message.body = {{"network", protocol::to_json(network)},
                  {"agreement", agreement},
                  {"cross_entropy", cross_entropy},
                  {"uniform", uniform},
                  {"distance", distance},
                  {"stand_in", stand_in}};
  add_pictures(message, {picture});
  const std::vector<std::int64_t> shape = {picture.rows, picture.columns};
  message.arrays.push_back(Array::of_u8("mask", shape, mask));
  message.arrays.push_back(i64_array("student", shape, student));
  message.arrays.push_back(i64_array("teacher", shape, teacher));
  message.arrays.push_back(f32_array("student_probability", shape, student_probability));
  message.arrays.push_back(f32_array("teacher_probability", shape, teacher_probability));
  message.arrays.push_back(f32_array("cosine", shape, cosine));
  message.arrays.push_back(i64_array("nearest", shape, nearest));
  return message;
}

base::Result<PredictionReply> PredictionReply::from_message(const Message& message) {
  BodyReader body(message.body, "prediction's answer");
  PredictionReply reply;
  reply.network = part<SeenNetwork>(body, "network");
  reply.agreement = body.number("agreement", 0, 1);
  reply.cross_entropy = body.number("cross_entropy", 0, kAnyValue);
  reply.uniform = body.number("uniform", 0, kAnyValue);
  reply.distance = body.number("distance", 0, kAnyValue);
  reply.stand_in = body.flag("stand_in");
  const std::vector<SeenPicture> pictures = read_pictures(message, body, 1, 1);
  IBOT_CHECK_OK(body.status());
  reply.picture = pictures.front();
  const std::vector<std::int64_t> shape = {reply.picture.rows, reply.picture.columns};
  const std::int64_t last = std::int64_t{reply.picture.rows} * reply.picture.columns - 1;
  reply.mask = read_u8(message, "mask", shape, body);
  reply.student = read_i64(message, "student", shape, -1, kMostPrototypes, body);
  reply.teacher = read_i64(message, "teacher", shape, -1, kMostPrototypes, body);
  reply.student_probability = read_f32(message, "student_probability", shape, body);
  reply.teacher_probability = read_f32(message, "teacher_probability", shape, body);
  reply.cosine = read_f32(message, "cosine", shape, body);
  reply.nearest = read_i64(message, "nearest", shape, -1, last, body);
  IBOT_CHECK_OK(body.status());
  return reply;
}

}  // namespace ibot::protocol
