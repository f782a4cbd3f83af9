// SPDX-License-Identifier: GPL-3.0-or-later
#include "history.h"

#include <ibot/base/text.h>
#include <ibot/figure/picture_wall.h>
#include <ibot/figure/probe_map.h>
#include <ibot/image/decode.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <set>

namespace ibot::cli {
namespace {

base::Result<figure::Picture> map_of(const record::ProbeSnapshot& snapshot) {
  auto picture = figure::draw_probe(snapshot.kind, snapshot.meta_json, snapshot.data);
  if (!picture) return picture.error().with_context(base::str("probe history of step ", snapshot.step));
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
      IBOT_TRY(maps.emplace_back(), map_of(seen));
      row.push_back(maps.back().view());
    }
    IBOT_TRY(const auto components, opened.reader.probe_snapshot(opened.id, "pca", probe.image));
    IBOT_TRY(maps.emplace_back(), map_of(components));
    row.push_back(maps.back().view());
    IBOT_TRY(const auto clusters, opened.reader.probe_snapshot(opened.id, "clusters", probe.image));
    IBOT_TRY(maps.emplace_back(), map_of(clusters));
    row.push_back(maps.back().view());
    wall.rows.push_back(std::move(row));
  }
  return figure::draw_picture_wall(wall);
}

}  // namespace ibot::cli
