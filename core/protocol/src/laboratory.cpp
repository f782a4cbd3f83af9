// SPDX-License-Identifier: GPL-3.0-or-later
#include "crop_body.h"

#include <ibot/base/text.h>
#include <ibot/protocol/laboratory.h>

#include <algorithm>
#include <cmath>

namespace ibot::protocol {
namespace {

using nlohmann::json;

constexpr std::size_t kMostCrops = 256;
constexpr std::size_t kMostRanges = 64;
constexpr std::size_t kMostOverrides = 1000;
constexpr std::size_t kMostPlugins = 16;

json recipe_json(const RecipeText& recipe) {
  return {{"text", recipe.text}, {"file", recipe.file}, {"overrides", recipe.overrides}};
}

RecipeText read_recipe(BodyReader& body, const json& whole) {
  if (!body.has("recipe")) {
    body.fail("recipe", "a recipe");
    return {};
  }
  BodyReader reader(whole["recipe"], "recipe");
  RecipeText recipe{reader.text("text"), reader.text_or("file"), reader.texts("overrides", kMostOverrides)};
  if (!reader.status()) body.fail("recipe", "text, file and overrides");
  return recipe;
}

// An object's member by name; null where there is none.
const json& member(const json& object, const char* key) {
  static const json kNull;
  if (!object.is_object()) return kNull;
  const auto found = object.find(key);
  return found == object.end() ? kNull : *found;
}

json ranges_json(const std::vector<ShareRange>& ranges) {
  json list = json::array();
  for (const ShareRange& range : ranges) list.push_back({{"low", range.low}, {"high", range.high}});
  return list;
}

std::vector<ShareRange> read_ranges(BodyReader& body) {
  std::vector<ShareRange> ranges;
  for (const json& each : body.list("asked", kMostRanges)) {
    BodyReader range(each, "range");
    ranges.push_back({range.number("low", 0, 1), range.number("high", 0, 1)});
    if (!range.status()) body.fail("asked", "ranges within 0 to 1");
  }
  return ranges;
}

void add_crops(Message& message, const char* name, const DrawnCrops& crops) {
  json list = json::array();
  for (const data::CropRecipe& crop : crops.recipes) list.push_back(crop_json(crop));
  message.body[name] = {{"size", crops.size}, {"crops", std::move(list)}};
  message.arrays.push_back(Array::of_u8(
      name, {static_cast<std::int64_t>(crops.recipes.size()), 3, crops.size, crops.size}, crops.pixels));
}

// An array of bytes of exactly this shape.
std::vector<std::uint8_t> read_bytes(const Message& message, const std::string& name,
                                     const std::vector<std::int64_t>& shape, BodyReader& body) {
  const Array* array = message.find(name);
  if (array == nullptr || array->type != Array::Type::U8 || array->shape != shape) {
    body.fail(name, "an array of the announced shape");
    return {};
  }
  const auto bytes = array->u8();
  return {bytes.begin(), bytes.end()};
}

DrawnCrops read_crops(const Message& message, const char* name, BodyReader& body) {
  BodyReader reader(member(message.body, name), name);
  DrawnCrops crops;
  crops.size = static_cast<int>(reader.integer("size", 0, kMostSide));
  for (const json& each : reader.list("crops", kMostCrops))
    crops.recipes.push_back(read_crop(each, crops.size, reader));
  if (!reader.status()) {
    body.fail(name, "size and crops");
    return {};
  }
  crops.pixels = read_bytes(
      message, name, {static_cast<std::int64_t>(crops.recipes.size()), 3, crops.size, crops.size}, body);
  return crops;
}

std::string mask_array(std::size_t plugin) {
  return base::str("masks", plugin);
}

}  // namespace

Message LaboratoryRequest::to_message() const {
  Message message;
  message.method = kMethod;
  message.body = {{"recipe", recipe_json(recipe)},
                  {"picture", picture},
                  {"index", index},
                  {"epoch", epoch},
                  {"beside", beside},
                  {"preview", preview}};
  if (seed) message.body["seed"] = *seed;
  return message;
}

base::Result<LaboratoryRequest> LaboratoryRequest::from_message(const Message& message) {
  BodyReader body(message.body, "laboratory request");
  LaboratoryRequest request;
  request.recipe = read_recipe(body, message.body);
  request.picture = body.text_or("picture");
  request.index = body.integer("index");
  if (body.has("seed")) request.seed = body.integer("seed");
  request.epoch = body.integer("epoch", 0, 1'000'000);
  request.beside = body.text_or("beside");
  request.preview = body.integer("preview", 0, 4096);
  IBOT_CHECK_OK(body.status());
  return request;
}

double DrawnMasks::reached(int crop, int rows, int cols) const {
  const auto count = static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols);
  const auto begin = cells.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(crop) * count);
  if (count == 0) return 0;
  return static_cast<double>(std::count(begin, begin + static_cast<std::ptrdiff_t>(count), std::uint8_t{1})) /
         static_cast<double>(count);
}

Message LaboratoryReply::to_message() const {
  Message message;
  message.kind = MessageKind::Reply;
  message.body = {
      {"picture", picture}, {"index", index}, {"pictures", pictures}, {"data_problem", data_problem},
      {"sample", sample},   {"width", width}, {"height", height},     {"seed", seed},
      {"epoch", epoch},     {"rows", rows},   {"cols", cols},         {"masks", json::array()}};
  add_crops(message, "global", global);
  add_crops(message, "local", local);
  add_crops(message, "teacher", teacher);
  for (std::size_t i = 0; i < masks.size(); ++i) {
    json reached = json::array();
    for (std::size_t crop = 0; crop < global.recipes.size(); ++crop)
      reached.push_back(masks[i].reached(static_cast<int>(crop), rows, cols));
    message.body["masks"].push_back({{"plugin", masks[i].plugin},
                                     {"asked", ranges_json(masks[i].asked)},
                                     {"reached", std::move(reached)}});
    message.arrays.push_back(Array::of_u8(
        mask_array(i), {static_cast<std::int64_t>(global.recipes.size()), rows, cols}, masks[i].cells));
  }
  message.arrays.push_back(Array::of_u8("preview", {preview_height, preview_width, 3}, preview));
  return message;
}

base::Result<LaboratoryReply> LaboratoryReply::from_message(const Message& message) {
  BodyReader body(message.body, "laboratory's answer");
  LaboratoryReply reply;
  reply.picture = body.text("picture");
  reply.index = body.integer("index", -1);
  reply.pictures = body.integer("pictures");
  reply.data_problem = body.text_or("data_problem");
  reply.sample = body.unsigned_integer("sample");
  reply.width = static_cast<int>(body.integer("width", 0, kMostSide));
  reply.height = static_cast<int>(body.integer("height", 0, kMostSide));
  reply.seed = body.integer("seed");
  reply.epoch = body.integer("epoch");
  reply.rows = static_cast<int>(body.integer("rows", 0, kMostSide));
  reply.cols = static_cast<int>(body.integer("cols", 0, kMostSide));
  reply.global = read_crops(message, "global", body);
  reply.local = read_crops(message, "local", body);
  reply.teacher = read_crops(message, "teacher", body);
  if (!reply.teacher.recipes.empty() && (reply.teacher.recipes.size() != reply.global.recipes.size() ||
                                         reply.teacher.size != reply.global.size))
    body.fail("teacher", "as many crops as there are global ones");
  for (const json& each : body.list("masks", kMostPlugins)) {
    BodyReader told(each, "masks");
    DrawnMasks masks;
    masks.plugin = told.text("plugin");
    masks.asked = read_ranges(told);
    if (!told.status()) body.fail("masks", "plugin and what was asked of it");
    masks.cells =
        read_bytes(message, mask_array(reply.masks.size()),
                   {static_cast<std::int64_t>(reply.global.recipes.size()), reply.rows, reply.cols}, body);
    reply.masks.push_back(std::move(masks));
  }
  const Array* preview = message.find("preview");
  if (preview != nullptr && preview->shape.size() == 3) {
    const std::int64_t high = std::min(preview->shape[0], kMostSide);
    const std::int64_t wide = std::min(preview->shape[1], kMostSide);
    reply.preview = read_bytes(message, "preview", {high, wide, 3}, body);
    reply.preview_height = static_cast<int>(high);
    reply.preview_width = static_cast<int>(wide);
  }
  IBOT_CHECK_OK(body.status());
  return reply;
}

Message HistogramRequest::to_message() const {
  Message message;
  message.method = kMethod;
  message.body = {{"recipe", recipe_json(recipe)}, {"epoch", epoch}, {"beside", beside}, {"draws", draws}};
  if (seed) message.body["seed"] = *seed;
  return message;
}

base::Result<HistogramRequest> HistogramRequest::from_message(const Message& message) {
  BodyReader body(message.body, "histogram request");
  HistogramRequest request;
  request.recipe = read_recipe(body, message.body);
  if (body.has("seed")) request.seed = body.integer("seed");
  request.epoch = body.integer("epoch", 0, 1'000'000);
  request.beside = body.text_or("beside");
  request.draws = body.integer("draws", 1, kMostDraws);
  IBOT_CHECK_OK(body.status());
  return request;
}

void RatioHistogram::add(double share) {
  const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(kBins);
  // A share that lies on a border, 7 of 10 patches say, belongs above it whatever the division rounds to.
  ++counts[std::min(static_cast<std::size_t>(std::floor(place + 1e-9)), kBins - 1)];
  if (share == 0) ++whole;
  mean += (share - mean) / static_cast<double>(++draws);
}

Message HistogramReply::to_message() const {
  Message message;
  message.kind = MessageKind::Reply;
  message.body = {{"plugins", json::array()}};
  for (const RatioHistogram& each : plugins) {
    message.body["plugins"].push_back({{"plugin", each.plugin},
                                       {"asked", ranges_json(each.asked)},
                                       {"counts", each.counts},
                                       {"draws", each.draws},
                                       {"whole", each.whole},
                                       {"mean", each.mean}});
  }
  return message;
}

base::Result<HistogramReply> HistogramReply::from_message(const Message& message) {
  BodyReader body(message.body, "histogram");
  HistogramReply reply;
  for (const json& each : body.list("plugins", kMostPlugins)) {
    BodyReader told(each, "histogram");
    RatioHistogram histogram;
    histogram.plugin = told.text("plugin");
    histogram.asked = read_ranges(told);
    const json& counts = told.list("counts", RatioHistogram::kBins);
    if (counts.size() != RatioHistogram::kBins) told.fail("counts", "one a bin");
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const auto count = natural(counts[i]);
      if (!count || *count > HistogramRequest::kMostDraws) told.fail("counts", "whole numbers");
      histogram.counts[i] = static_cast<std::int64_t>(count.value_or(0));
    }
    histogram.draws = told.integer("draws");
    histogram.whole = told.integer("whole");
    histogram.mean = told.number("mean", 0, 1);
    IBOT_CHECK_OK(told.status());
    reply.plugins.push_back(std::move(histogram));
  }
  IBOT_CHECK_OK(body.status());
  return reply;
}

}  // namespace ibot::protocol
