// SPDX-License-Identifier: GPL-3.0-or-later
#include "history.h"

#include <ibot/base/text.h>
#include <ibot/figure/grid.h>
#include <ibot/figure/picture_wall.h>
#include <ibot/image/decode.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <deque>
#include <set>

namespace ibot::cli {
namespace {

// One array of the probe history; untrusted.
struct Array {
  std::vector<std::int64_t> shape;
  std::vector<float> peaks;
  std::vector<std::byte> bytes;

  std::size_t at(std::size_t i) const { return std::to_integer<std::size_t>(bytes[i]); }
};

base::Error corrupt(const record::ProbeSnapshot& snapshot) {
  return {base::ErrorCode::Corrupt,
          base::str("the probe history's ", snapshot.kind, " of step ", snapshot.step,
                    " is not what it says it is"),
          "an array of bytes with its shape", ""};
}

base::Result<Array> array_of(const record::ProbeSnapshot& snapshot, std::size_t dimensions) {
  constexpr std::int64_t kLongest = 4096;
  Array array;
  array.bytes = snapshot.data;
  try {
    const auto meta = nlohmann::json::parse(snapshot.meta_json);
    array.shape = meta.at("shape").get<std::vector<std::int64_t>>();
    if (meta.contains("peak")) array.peaks = meta.at("peak").get<std::vector<float>>();
    if (meta.at("type") != "uint8") return corrupt(snapshot);
  } catch (const nlohmann::json::exception&) {
    return corrupt(snapshot);
  }
  std::uint64_t values = 1;
  for (const std::int64_t extent : array.shape) {
    if (extent < 1 || extent > kLongest) return corrupt(snapshot);
    values *= static_cast<std::uint64_t>(extent);
  }
  if (array.shape.size() != dimensions || values != array.bytes.size()) return corrupt(snapshot);
  return array;
}

// Mean of the heads, each in its own unit, from nothing to the largest.
base::Result<figure::Picture> attention_map(const record::ProbeSnapshot& snapshot) {
  IBOT_TRY(const Array array, array_of(snapshot, 3));
  const auto heads = static_cast<std::size_t>(array.shape[0]);
  const auto rows = static_cast<int>(array.shape[1]);
  const auto columns = static_cast<int>(array.shape[2]);
  if (array.peaks.size() != heads) return corrupt(snapshot);
  const std::size_t patches = array.bytes.size() / heads;
  std::vector<float> mean(patches);
  for (std::size_t head = 0; head < heads; ++head) {
    for (std::size_t i = 0; i < patches; ++i)
      mean[i] += array.peaks[head] * static_cast<float>(array.at(head * patches + i)) / 255;
  }
  const figure::GridView grid{rows, columns, mean};
  const auto range = figure::finite_range(mean);
  return figure::draw_grid(grid, figure::ColourMap::Inferno, {0, range ? range->high : 1},
                           figure::Upsampling::Nearest, columns, rows, {});
}

base::Result<figure::Picture> component_map(const record::ProbeSnapshot& snapshot) {
  IBOT_TRY(const Array array, array_of(snapshot, 3));
  if (array.shape[2] != 3) return corrupt(snapshot);
  figure::Picture picture(static_cast<int>(array.shape[1]), static_cast<int>(array.shape[0]));
  for (std::size_t i = 0; i < picture.rgb.size(); ++i)
    picture.rgb[i] = static_cast<std::uint8_t>(array.at(i));
  return picture;
}

base::Result<figure::Picture> cluster_map(const record::ProbeSnapshot& snapshot) {
  IBOT_TRY(const Array array, array_of(snapshot, 2));
  const auto columns = static_cast<int>(array.shape[1]);
  figure::Picture picture(columns, static_cast<int>(array.shape[0]));
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < columns; ++x)
      picture.set(x, y, figure::cluster_colour(array.at(static_cast<std::size_t>(y * columns + x))));
  }
  return picture;
}

std::vector<std::int64_t> moments_of(const std::vector<std::int64_t>& steps, int count) {
  std::set<std::int64_t> chosen = {steps.front(), steps.back()};
  const double ratio = std::log(static_cast<double>(std::max<std::int64_t>(steps.back(), 2)));
  for (int i = 1; i + 1 < count; ++i) {
    // The early moments lie close together: the first third of the logarithm is before the second look.
    const double wanted = std::exp(ratio * (0.6 + 0.4 * i / (count - 1.0)));
    const auto next = std::lower_bound(steps.begin(), steps.end(), static_cast<std::int64_t>(wanted));
    if (next != steps.end()) chosen.insert(*next);
  }
  return {chosen.begin(), chosen.end()};
}

}  // namespace

base::Result<figure::Figure> draw_history(OpenedRun& opened, const HistoryRequest& request) {
  IBOT_TRY(const std::vector<record::Probe> probes, opened.reader.probes(opened.id));
  std::vector<std::int64_t> steps;
  if (!probes.empty()) {
    IBOT_TRY(steps, opened.reader.probe_steps(opened.id, "attention_cls", probes.front().image));
  }
  if (steps.empty()) {
    return base::Error{base::ErrorCode::NotFound, "run " + opened.id + " has no probe history", "",
                       "Runs record it on the rhythm of probes.every_steps"};
  }
  const std::vector<std::int64_t> moments = moments_of(steps, request.moments);
  figure::PictureWall wall;
  wall.title = "What the teacher sees while it learns";
  IBOT_TRY(const record::Run run, opened.reader.run(opened.id));
  wall.subtitle = base::str(run.name.empty() ? opened.id : run.name, " \u00b7 step ",
                            base::format_count(steps.front()), " to ", base::format_count(steps.back()));
  wall.caption = {
      "Attention: last layer, query CLS, mean of heads, each map from nothing (black) to its largest value. "
      "Components: the first three principal components of the patch tokens of all these pictures as red, "
      "green and blue. Clusters: k-means of the same tokens. One square is one patch; nobody told the "
      "network "
      "what anything is."};
  wall.theme = request.dark ? figure::Theme::Dark : figure::Theme::Light;
  wall.columns.push_back({"picture", ""});
  for (const std::int64_t step : moments)
    wall.columns.push_back({"step " + base::format_count(step), "attention"});
  const std::string last = "step " + base::format_count(steps.back());
  wall.columns.push_back({last, "components"});
  wall.columns.push_back({last, "clusters"});

  std::deque<image::Image> pictures;
  std::deque<figure::Picture> maps;  // addresses stay
  for (const record::Probe& probe : probes) {
    if (static_cast<int>(wall.rows.size()) >= request.pictures) break;
    std::vector<figure::PictureView> row;
    image::Image& picture = pictures.emplace_back();
    IBOT_CHECK_OK(image::decode(probe.image_file, picture));
    row.push_back({picture.width(), picture.height(), std::span(picture.data(), picture.bytes())});
    for (const std::int64_t step : moments) {
      IBOT_TRY(const auto seen, opened.reader.probe_snapshot(opened.id, "attention_cls", probe.image, step));
      IBOT_TRY(maps.emplace_back(), attention_map(seen));
      row.push_back(maps.back().view());
    }
    IBOT_TRY(const auto components, opened.reader.probe_snapshot(opened.id, "pca", probe.image));
    IBOT_TRY(maps.emplace_back(), component_map(components));
    row.push_back(maps.back().view());
    IBOT_TRY(const auto clusters, opened.reader.probe_snapshot(opened.id, "clusters", probe.image));
    IBOT_TRY(maps.emplace_back(), cluster_map(clusters));
    row.push_back(maps.back().view());
    wall.rows.push_back(std::move(row));
  }
  return figure::draw_picture_wall(wall);
}

}  // namespace ibot::cli
