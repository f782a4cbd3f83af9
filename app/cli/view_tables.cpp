// SPDX-License-Identifier: GPL-3.0-or-later
#include "view_tables.h"

#include <ibot/base/text.h>

#include <algorithm>

namespace ibot::cli {
namespace {

using protocol::SeenPicture;

// A name as CSV has it.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char each : text) quoted += each == '"' ? std::string("\"\"") : std::string(1, each);
  return quoted + "\"";
}

void add_map(std::string& csv, const std::string& before, const SeenPicture& picture,
             const std::vector<float>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto columns = static_cast<std::size_t>(picture.columns);
    csv += base::str(before, field(picture.name), ",", i / columns, ",", i % columns, ",",
                     base::format_number(static_cast<double>(values[i])), "\n");
  }
}

}  // namespace

std::string map_table(std::span<const SeenPicture> pictures, const std::vector<std::vector<float>>& maps,
                      std::string_view value) {
  std::string csv = base::str("picture,row,column,", value, "\n");
  for (std::size_t i = 0; i < pictures.size(); ++i) add_map(csv, {}, pictures[i], maps[i]);
  return csv;
}

std::string map_table(std::span<const protocol::SeenNetwork> networks, std::span<const SeenPicture> pictures,
                      const std::vector<std::vector<float>>& maps, std::string_view value) {
  std::string csv = base::str("network,source,step,picture,row,column,", value, "\n");
  for (std::size_t network = 0; network < networks.size(); ++network) {
    const protocol::SeenNetwork& seen = networks[network];
    const std::string before = base::str(field(seen.name), ",", seen.source, ",", seen.step, ",");
    for (std::size_t i = 0; i < pictures.size(); ++i)
      add_map(csv, before, pictures[i], maps[network * pictures.size() + i]);
  }
  return csv;
}

void shape_maps(protocol::Message& answer, std::string_view name, std::span<const SeenPicture> pictures,
                std::size_t networks, int channels) {
  const auto found = std::find_if(answer.arrays.begin(), answer.arrays.end(),
                                  [&](const protocol::Array& array) { return array.name == name; });
  if (found == answer.arrays.end() || pictures.empty()) return;
  const auto count = static_cast<std::int64_t>(pictures.size());
  const SeenPicture& first = pictures.front();
  const bool alike = std::all_of(pictures.begin(), pictures.end(), [&](const SeenPicture& picture) {
    return picture.rows == first.rows && picture.columns == first.columns;
  });
  if (alike) {
    found->shape = {count, first.rows, first.columns};
    if (networks > 0) found->shape.insert(found->shape.begin(), static_cast<std::int64_t>(networks));
    if (channels > 1) found->shape.push_back(channels);
    return;
  }
  if (std::any_of(answer.arrays.begin(), answer.arrays.end(),
                  [](const protocol::Array& array) { return array.name == "grids"; }))
    return;
  std::vector<std::int64_t> grids;
  for (const SeenPicture& picture : pictures) {
    grids.push_back(picture.rows);
    grids.push_back(picture.columns);
  }
  answer.arrays.push_back(protocol::i64_array("grids", {count, 2}, grids));
}

}  // namespace ibot::cli
