// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "body.h"

#include <ibot/protocol/views.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

// Between the values that views have in common and JSON. Readers take untrusted objects.
namespace ibot::protocol {

inline constexpr std::int64_t kMostGrid = 4096;
inline constexpr std::int64_t kMostViewSide = 32'767;
inline constexpr std::int64_t kMostLayers = 1024;
inline constexpr std::int64_t kMostPrototypes = 1 << 24;
inline constexpr double kAnyValue = 1e30;

nlohmann::json to_json(const NetworkChoice& network);
nlohmann::json to_json(const PictureChoice& picture);
nlohmann::json to_json(const TokenChoice& tokens);
nlohmann::json to_json(const PatchPlace& place);
nlohmann::json to_json(const PatchMatch& match);
nlohmann::json to_json(const SeenNetwork& network);
void read(BodyReader& body, NetworkChoice& network);
void read(BodyReader& body, PictureChoice& picture);
void read(BodyReader& body, TokenChoice& tokens);
void read(BodyReader& body, PatchPlace& place);
void read(BodyReader& body, PatchMatch& match);
void read(BodyReader& body, SeenNetwork& network);

std::string_view to_string(PictureChoice::Fit fit);
PictureChoice::Fit read_fit(BodyReader& body, std::string_view key);

template <class T>
nlohmann::json list_json(const std::vector<T>& values) {
  nlohmann::json list = nlohmann::json::array();
  for (const T& value : values) list.push_back(to_json(value));
  return list;
}

/// A value that is an object of its own.
template <class T>
T part(BodyReader& body, std::string_view key) {
  T value;
  const nlohmann::json& told = body.object(key);
  if (!body.status()) return value;
  BodyReader reader(told, std::string(key));
  read(reader, value);
  body.adopt(reader);
  return value;
}

template <class T>
std::optional<T> part_or_none(BodyReader& body, std::string_view key) {
  if (!body.has(key)) return std::nullopt;
  return part<T>(body, key);
}

template <class T>
std::vector<T> parts(BodyReader& body, std::string_view key, std::size_t least, std::size_t most) {
  std::vector<T> values;
  for (const nlohmann::json& told : body.list(key, most)) {
    BodyReader reader(told, std::string(key));
    read(reader, values.emplace_back());
    body.adopt(reader);
    if (!body.status()) return {};
  }
  if (values.size() < least) body.fail(key, "at least " + std::to_string(least));
  return values;
}

/// Numbers of a list, whole and in [low, high].
std::vector<std::int64_t> integers(BodyReader& body, std::string_view key, std::size_t most, std::int64_t low,
                                   std::int64_t high);

/// Pictures under "pictures", their pixels in one array.
void add_pictures(Message& message, const std::vector<SeenPicture>& pictures);
std::vector<SeenPicture> read_pictures(const Message& message, BodyReader& body, std::size_t least,
                                       std::size_t most);
std::int64_t patches_of(const std::vector<SeenPicture>& pictures);

nlohmann::json to_json(const LeftOut& left_out);
void read(BodyReader& body, LeftOut& left_out);

/// Arrays of exactly this shape; numbers must be finite.
std::vector<float> read_f32(const Message& message, const std::string& name,
                            const std::vector<std::int64_t>& shape, BodyReader& body);
std::vector<std::uint8_t> read_u8(const Message& message, const std::string& name,
                                  const std::vector<std::int64_t>& shape, BodyReader& body);
/// Values in [low, high].
std::vector<std::int64_t> read_i64(const Message& message, const std::string& name,
                                   const std::vector<std::int64_t>& shape, std::int64_t low,
                                   std::int64_t high, BodyReader& body);

/// Grids of several pictures, one after the other, as one array, and back: `depth` values a patch, the
/// pictures `times` times over.
template <class T>
std::vector<T> joined(const std::vector<std::vector<T>>& grids) {
  std::vector<T> all;
  for (const std::vector<T>& grid : grids) all.insert(all.end(), grid.begin(), grid.end());
  return all;
}
template <class T>
std::vector<std::vector<T>> parted(const std::vector<T>& all, const std::vector<SeenPicture>& pictures,
                                   std::size_t depth = 1, std::size_t times = 1) {
  std::vector<std::vector<T>> grids;
  auto from = all.begin();
  for (std::size_t time = 0; time < times; ++time) {
    for (const SeenPicture& picture : pictures) {
      const auto count = static_cast<std::ptrdiff_t>(static_cast<std::size_t>(picture.rows) *
                                                     static_cast<std::size_t>(picture.columns) * depth);
      if (all.end() - from < count) return grids;
      grids.emplace_back(from, from + count);
      from += count;
    }
  }
  return grids;
}

}  // namespace ibot::protocol
