// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/figure/grid.h>
#include <ibot/figure/probe_map.h>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace ibot::figure {
namespace {

struct Array {
  std::vector<std::int64_t> shape;
  std::vector<float> peaks;
  std::span<const std::byte> bytes;

  std::size_t at(std::size_t i) const { return std::to_integer<std::size_t>(bytes[i]); }
  int extent(std::size_t dimension) const { return static_cast<int>(shape[dimension]); }
};

base::Error corrupt(std::string_view kind) {
  return {base::ErrorCode::Corrupt, base::str("an array of kind ", kind, " is not what it says it is"),
          "as many values as its shape and type say", ""};
}

base::Result<Array> array_of(std::string_view kind, std::string_view meta_json,
                             std::span<const std::byte> data, std::size_t dimensions, std::string_view type,
                             std::size_t bytes_each) {
  constexpr std::int64_t kLongest = 4096;
  Array array;
  array.bytes = data;
  try {
    const auto meta = nlohmann::json::parse(meta_json);
    array.shape = meta.at("shape").get<std::vector<std::int64_t>>();
    if (meta.contains("peak")) array.peaks = meta.at("peak").get<std::vector<float>>();
    if (meta.at("type") != type) return corrupt(kind);
  } catch (const nlohmann::json::exception&) {
    return corrupt(kind);
  }
  if (array.shape.size() != dimensions) return corrupt(kind);
  std::uint64_t bytes = bytes_each;  // three extents of 4096 and four bytes each: no overflow
  for (const std::int64_t extent : array.shape) {
    if (extent < 1 || extent > kLongest) return corrupt(kind);
    bytes *= static_cast<std::uint64_t>(extent);
  }
  if (bytes != data.size()) return corrupt(kind);
  return array;
}

base::Result<Picture> attention_map(std::string_view kind, std::string_view meta,
                                    std::span<const std::byte> data) {
  IBOT_TRY(const Array array, array_of(kind, meta, data, 3, "uint8", 1));
  const auto heads = static_cast<std::size_t>(array.shape[0]);
  if (array.peaks.size() != heads) return corrupt(kind);
  const std::size_t patches = data.size() / heads;
  std::vector<float> mean(patches);
  for (std::size_t head = 0; head < heads; ++head) {
    for (std::size_t i = 0; i < patches; ++i)
      mean[i] += array.peaks[head] * static_cast<float>(array.at(head * patches + i)) / 255;
  }
  const GridView grid{array.extent(1), array.extent(2), mean};
  const auto range = finite_range(mean);
  return draw_grid(grid, ColourMap::Inferno, {0, range ? range->high : 1}, Upsampling::Nearest,
                   array.extent(2), array.extent(1), {});
}

base::Result<Picture> component_map(std::string_view kind, std::string_view meta,
                                    std::span<const std::byte> data) {
  IBOT_TRY(const Array array, array_of(kind, meta, data, 3, "uint8", 1));
  if (array.shape[2] != 3) return corrupt(kind);
  Picture picture(array.extent(1), array.extent(0));
  std::memcpy(picture.rgb.data(), data.data(), data.size());
  return picture;
}

base::Result<Picture> cluster_map(std::string_view kind, std::string_view meta,
                                  std::span<const std::byte> data) {
  IBOT_TRY(const Array array, array_of(kind, meta, data, 2, "uint8", 1));
  Picture picture(array.extent(1), array.extent(0));
  for (std::size_t i = 0; i < data.size(); ++i) {
    picture.set(static_cast<int>(i) % picture.width, static_cast<int>(i) / picture.width,
                cluster_colour(array.at(i)));
  }
  return picture;
}

base::Result<Picture> prototype_map(std::string_view kind, std::string_view meta,
                                    std::span<const std::byte> data) {
  IBOT_TRY(const Array array, array_of(kind, meta, data, 2, "int32", 4));
  Picture picture(array.extent(1), array.extent(0));
  for (std::size_t i = 0; i < data.size() / 4; ++i) {
    std::uint32_t prototype = 0;
    std::memcpy(&prototype, data.data() + 4 * i, 4);
    picture.set(static_cast<int>(i) % picture.width, static_cast<int>(i) / picture.width,
                cluster_colour(prototype));
  }
  return picture;
}

}  // namespace

base::Result<Picture> draw_probe(std::string_view kind, std::string_view meta_json,
                                 std::span<const std::byte> data) {
  if (kind == "attention_cls") return attention_map(kind, meta_json, data);
  if (kind == "pca") return component_map(kind, meta_json, data);
  if (kind == "clusters") return cluster_map(kind, meta_json, data);
  if (kind == "prototypes") return prototype_map(kind, meta_json, data);
  return base::Error{base::ErrorCode::Unsupported,
                     "probe history of kind " + base::quote_untrusted(kind) + " cannot be drawn",
                     "attention_cls, pca, clusters or prototypes", "A newer program may know it"};
}

}  // namespace ibot::figure
