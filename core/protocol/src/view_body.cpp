// SPDX-License-Identifier: GPL-3.0-or-later
#include "view_body.h"

#include <ibot/base/text.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace ibot::protocol {

using nlohmann::json;

namespace {

// As frames are.
static_assert(std::endian::native == std::endian::little);

template <class T>
Array make_array(std::string name, Array::Type type, std::vector<std::int64_t> shape,
                 std::span<const T> values) {
  Array array{std::move(name), type, std::move(shape), {}};
  array.bytes.resize(values.size_bytes());
  if (!values.empty()) std::memcpy(array.bytes.data(), values.data(), values.size_bytes());
  return array;
}

template <class T>
std::vector<T> values_of(const Array& array) {
  std::vector<T> values(array.bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), array.bytes.data(), values.size() * sizeof(T));
  return values;
}

}  // namespace

Array f32_array(std::string name, std::vector<std::int64_t> shape, std::span<const float> values) {
  return make_array(std::move(name), Array::Type::F32, std::move(shape), values);
}

Array i64_array(std::string name, std::vector<std::int64_t> shape, std::span<const std::int64_t> values) {
  return make_array(std::move(name), Array::Type::I64, std::move(shape), values);
}

std::vector<float> f32_values(const Array& array) {
  return values_of<float>(array);
}

std::vector<std::int64_t> i64_values(const Array& array) {
  return values_of<std::int64_t>(array);
}

std::string_view to_string(PictureChoice::Fit fit) {
  return fit == PictureChoice::Fit::Whole ? "whole" : "crop";
}

PictureChoice::Fit read_fit(BodyReader& body, std::string_view key) {
  const std::string text = body.text(key);
  if (text == "whole") return PictureChoice::Fit::Whole;
  if (text != "crop") body.fail(key, "crop or whole");
  return PictureChoice::Fit::Crop;
}

json to_json(const NetworkChoice& network) {
  return {{"workspace", network.workspace},
          {"run", network.run},
          {"step", network.step},
          {"network", network.network},
          {"untrained", network.untrained},
          {"weights", network.weights},
          {"recipe", network.recipe},
          {"mean", network.mean},
          {"std", network.std}};
}

void read(BodyReader& body, NetworkChoice& network) {
  network.workspace = body.text_or("workspace");
  network.run = body.text_or("run");
  network.step = body.integer("step", NetworkChoice::kNewest);
  network.network = body.text("network");
  network.untrained = body.flag("untrained");
  network.weights = body.text_or("weights");
  network.recipe = body.text_or("recipe");
  network.mean = body.number("mean", 0, 1);
  network.std = body.number("std", 0, 1);
}

json to_json(const PictureChoice& picture) {
  return {{"file", picture.file},
          {"probe", picture.probe},
          {"size", picture.size},
          {"fit", to_string(picture.fit)}};
}

void read(BodyReader& body, PictureChoice& picture) {
  picture.file = body.text_or("file");
  picture.probe = body.text_or("probe");
  picture.size = body.integer("size", 0, 4096);
  picture.fit = read_fit(body, "fit");
}

json to_json(const TokenChoice& tokens) {
  return {{"layer", tokens.layer}, {"projection", tokens.projection}};
}

void read(BodyReader& body, TokenChoice& tokens) {
  tokens.layer = body.integer("layer", 0, kMostLayers);
  tokens.projection = body.flag("projection");
}

json to_json(const PatchPlace& place) {
  return {{"row", place.row}, {"column", place.column}};
}

void read(BodyReader& body, PatchPlace& place) {
  place.row = static_cast<int>(body.integer("row", -1, kMostGrid));
  place.column = static_cast<int>(body.integer("column", -1, kMostGrid));
}

json to_json(const PatchMatch& match) {
  return {{"picture", match.picture}, {"row", match.row}, {"column", match.column}, {"value", match.value}};
}

void read(BodyReader& body, PatchMatch& match) {
  match.picture = static_cast<int>(body.integer("picture", 0, 1 << 30));
  match.row = static_cast<int>(body.integer("row", 0, kMostGrid));
  match.column = static_cast<int>(body.integer("column", 0, kMostGrid));
  match.value = body.number("value", -kAnyValue, kAnyValue);
}

json to_json(const SeenNetwork& network) {
  return {{"run", network.run},
          {"name", network.name},
          {"network", network.network},
          {"source", network.source},
          {"step", network.step},
          {"saved", network.saved},
          {"backbone", network.backbone},
          {"depth", network.depth},
          {"heads", network.heads},
          {"dim", network.dim},
          {"patch", network.patch},
          {"prefix", network.prefix},
          {"prototypes", network.prototypes}};
}

void read(BodyReader& body, SeenNetwork& network) {
  network.run = body.text("run");
  network.name = body.text("name");
  network.network = body.text("network");
  network.source = body.text("source");
  network.step = body.integer("step");
  network.saved = body.integer("saved");
  network.backbone = body.text("backbone");
  network.depth = body.integer("depth", 0, kMostLayers);
  network.heads = body.integer("heads", 0, kMostLayers);
  network.dim = body.integer("dim", 0, kMostPrototypes);
  network.patch = body.integer("patch", 0, kMostViewSide);
  network.prefix = body.integer("prefix", 0, kMostLayers);
  network.prototypes = body.integer("prototypes", 0, kMostPrototypes);
}

json to_json(const LeftOut& left_out) {
  return {{"picture", left_out.picture}, {"name", left_out.name}, {"why", left_out.why}};
}

void read(BodyReader& body, LeftOut& left_out) {
  left_out.picture = body.integer("picture");
  left_out.name = body.text("name");
  left_out.why = body.text("why");
}

std::string names_of(const std::vector<LeftOut>& left_out) {
  constexpr std::size_t kNamed = 3;
  std::string names;
  const std::size_t count = std::min(kNamed, left_out.size());
  for (std::size_t i = 0; i < count; ++i) {
    const bool last = i + 1 == count && count == left_out.size();
    names += (i == 0 ? "" : last ? " and " : ", ") + left_out[i].name;
  }
  if (left_out.size() > kNamed) names += base::str(" and ", left_out.size() - kNamed, " more");
  return names;
}

std::string SeenNetwork::moment() const {
  if (source == "untrained") return "untrained";
  if (run.empty()) return name;
  return base::str(network, " \u00b7 step ", base::format_count(step));
}

std::vector<std::int64_t> integers(BodyReader& body, std::string_view key, std::size_t most, std::int64_t low,
                                   std::int64_t high) {
  std::vector<std::int64_t> values;
  for (const json& each : body.list(key, most)) {
    const bool whole = each.is_number_integer() &&
                       !(each.is_number_unsigned() && each.get<std::uint64_t>() > (std::uint64_t{1} << 62));
    const std::int64_t value = whole ? each.get<std::int64_t>() : low - 1;
    if (!whole || value < low || value > high) {
      body.fail(key, base::str("whole numbers from ", low, " to ", high));
      return {};
    }
    values.push_back(value);
  }
  return values;
}

void add_pictures(Message& message, const std::vector<SeenPicture>& pictures) {
  json list = json::array();
  std::vector<std::uint8_t> all;
  for (const SeenPicture& picture : pictures) {
    list.push_back({{"name", picture.name},
                    {"width", picture.width},
                    {"height", picture.height},
                    {"rows", picture.rows},
                    {"columns", picture.columns},
                    {"pixels", !picture.pixels.empty()}});
    all.insert(all.end(), picture.pixels.begin(), picture.pixels.end());
  }
  message.body["pictures"] = std::move(list);
  message.arrays.push_back(Array::of_u8("pixels", {static_cast<std::int64_t>(all.size())}, all));
}

std::vector<SeenPicture> read_pictures(const Message& message, BodyReader& body, std::size_t least,
                                       std::size_t most) {
  std::vector<SeenPicture> pictures;
  std::vector<std::int64_t> bytes;
  std::int64_t total = 0;
  for (const json& each : body.list("pictures", most)) {
    BodyReader told(each, "picture");
    SeenPicture picture;
    picture.name = told.text("name");
    picture.width = static_cast<int>(told.integer("width", 1, kMostViewSide));
    picture.height = static_cast<int>(told.integer("height", 1, kMostViewSide));
    picture.rows = static_cast<int>(told.integer("rows", 1, kMostGrid));
    picture.columns = static_cast<int>(told.integer("columns", 1, kMostGrid));
    bytes.push_back(told.flag("pixels") ? std::int64_t{3} * picture.width * picture.height : 0);
    total += bytes.back();
    body.adopt(told);
    if (!body.status()) return {};
    pictures.push_back(std::move(picture));
  }
  if (pictures.size() < least) body.fail("pictures", base::str("at least ", least));
  const std::vector<std::uint8_t> all = read_u8(message, "pixels", {total}, body);
  if (!body.status()) return {};
  auto from = all.begin();
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    pictures[i].pixels.assign(from, from + bytes[i]);
    from += bytes[i];
  }
  return pictures;
}

std::int64_t patches_of(const std::vector<SeenPicture>& pictures) {
  std::int64_t count = 0;
  for (const SeenPicture& picture : pictures) count += std::int64_t{picture.rows} * picture.columns;
  return count;
}

namespace {

const Array* array_of(const Message& message, const std::string& name, Array::Type type,
                      const std::vector<std::int64_t>& shape, BodyReader& body) {
  if (!body.status()) return nullptr;
  const Array* array = message.find(name);
  if (array != nullptr && array->type == type && array->shape == shape) return array;
  body.fail(name, "an array of the announced shape");
  return nullptr;
}

}  // namespace

std::vector<float> read_f32(const Message& message, const std::string& name,
                            const std::vector<std::int64_t>& shape, BodyReader& body) {
  const Array* array = array_of(message, name, Array::Type::F32, shape, body);
  if (array == nullptr) return {};
  std::vector<float> values = f32_values(*array);
  if (std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); }))
    return values;
  body.fail(name, "finite numbers");
  return {};
}

std::vector<std::uint8_t> read_u8(const Message& message, const std::string& name,
                                  const std::vector<std::int64_t>& shape, BodyReader& body) {
  const Array* array = array_of(message, name, Array::Type::U8, shape, body);
  if (array == nullptr) return {};
  const auto bytes = array->u8();
  return {bytes.begin(), bytes.end()};
}

std::vector<std::int64_t> read_i64(const Message& message, const std::string& name,
                                   const std::vector<std::int64_t>& shape, std::int64_t low,
                                   std::int64_t high, BodyReader& body) {
  const Array* array = array_of(message, name, Array::Type::I64, shape, body);
  if (array == nullptr) return {};
  std::vector<std::int64_t> values = i64_values(*array);
  const bool inside = std::all_of(values.begin(), values.end(),
                                  [&](std::int64_t value) { return value >= low && value <= high; });
  if (inside) return values;
  body.fail(name, base::str("numbers from ", low, " to ", high));
  return {};
}

}  // namespace ibot::protocol
