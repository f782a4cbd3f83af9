// SPDX-License-Identifier: GPL-3.0-or-later
#include "words.h"

#include <ibot/base/text.h>
#include <ibot/drawing/wall_figure.h>
#include <ibot/figure/map_wall.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace ibot::drawing {
namespace {

using base::str;
using Networks = std::vector<protocol::SeenNetwork>;

constexpr std::size_t kMostNamed = 6;  // networks in a caption

// The networks of each row, as places in the answer.
std::vector<std::vector<std::size_t>> rows_of(const Networks& networks) {
  std::vector<std::vector<std::size_t>> rows;
  for (std::size_t i = 0; i < networks.size(); ++i) {
    const bool same =
        i > 0 && networks[i].run == networks[i - 1].run && networks[i].name == networks[i - 1].name;
    if (!same) rows.emplace_back();
    rows.back().push_back(i);
  }
  return rows;
}

std::string moment_of(const protocol::SeenNetwork& network, bool mixed) {
  if (mixed) return network.moment();
  if (network.source == "untrained") return "untrained";
  return network.run.empty() ? std::string("trained") : "step " + base::format_count(network.step);
}

// Probe pictures are known by where they once lay.
std::string file_of(const protocol::SeenPicture& picture) {
  return std::filesystem::path(picture.name).filename().string();
}

void include(figure::Range& range, double value) {
  range.low = std::min(range.low, value);
  range.high = std::max(range.high, value);
}

std::string plural(std::size_t count, const char* what) {
  return str(count, " ", what, count == 1 ? "" : "s");
}

}  // namespace

WallCells arrange_wall(const protocol::WallReply& reply, bool difference) {
  WallCells wall;
  const Networks& networks = reply.networks;
  const auto rows = rows_of(networks);
  std::size_t moments = 0;
  for (const auto& row : rows) moments = std::max(moments, row.size());
  const bool mixed = std::any_of(networks.begin(), networks.end(),
                                 [&](const auto& each) { return each.network != networks.front().network; });
  for (const auto& row : rows) {
    const protocol::SeenNetwork& first = networks[row.front()];
    // With one moment a row, the row can say which; a file's name says all.
    const bool say = moments == 1 && !(first.run.empty() && first.source != "untrained");
    wall.rows.push_back(say ? first.name + " \u00b7 " + moment_of(first, mixed) : first.name);
  }
  // A moment that is the same in all rows is said by its column.
  std::vector<std::string> shared;
  for (std::size_t moment = 0; moment < moments; ++moment) {
    std::string text;
    for (const auto& row : rows) {
      if (moment >= row.size()) continue;
      const std::string own = moment_of(networks[row[moment]], mixed);
      if (text.empty()) text = own;
      if (text != own) {
        text.clear();
        break;
      }
    }
    shared.push_back(text);
  }
  for (const protocol::SeenPicture& picture : reply.pictures) {
    if (moments == 1) wall.columns.push_back({file_of(picture), {}});
    for (std::size_t moment = 0; moments > 1 && moment < moments; ++moment)
      wall.columns.push_back({shared[moment], file_of(picture)});
  }
  const bool many = rows.size() > 1;
  if (difference && networks.size() > 1) {
    const protocol::SeenNetwork& first = networks.front();
    wall.baseline = many ? first.name : moment_of(first, mixed);
  }
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t picture = 0; picture < reply.pictures.size(); ++picture) {
      for (std::size_t moment = 0; moment < moments; ++moment) {
        WallCells::Cell& cell = wall.cells.emplace_back();
        cell.picture = picture;
        if (moment >= rows[row].size()) continue;
        const std::size_t network = rows[row][moment];
        cell.network = static_cast<int>(network);
        cell.values = reply.cell(network, picture);
        if (moments > 1 && shared[moment].empty()) cell.moment = moment_of(networks[network], mixed);
        const std::size_t base = many ? moment : 0;
        const bool itself = many ? row == 0 : moment == 0;
        if (wall.baseline.empty() || itself || base >= rows.front().size()) continue;
        const std::vector<float>& before = reply.cell(rows.front()[base], picture);
        for (std::size_t i = 0; i < cell.values.size(); ++i) cell.values[i] -= before[i];
        cell.difference = true;
      }
    }
  }
  wall.range = wall.difference_range = {0, 0};
  for (const WallCells::Cell& cell : wall.cells) {
    for (const float value : cell.values)
      include(cell.difference ? wall.difference_range : wall.range, static_cast<double>(value));
  }
  figure::Range& apart = wall.difference_range;
  const double most = std::max({-apart.low, apart.high, 1e-6});
  apart = {-most, most};
  if (wall.range.high <= wall.range.low) wall.range.high = wall.range.low + 1;
  return wall;
}

std::string wall_method(const protocol::WallReply& reply) {
  const std::string layer = reply.layer == 0 ? std::string("last layer") : str("layer ", reply.layer);
  if (reply.map == protocol::WallRequest::Map::Similarity) {
    const std::string what =
        reply.patch.row < 0
            ? std::string("the CLS token")
            : str("the patch in row ", reply.patch.row + 1, ", column ", reply.patch.column + 1, " of ",
                  file_of(reply.pictures[static_cast<std::size_t>(reply.clicked)]));
    return str("Cosine similarity with ", what, ", ", layer);
  }
  return str("Attention of the CLS token, ", layer, ", ",
             reply.head == 0 ? std::string("mean of the heads") : str("head ", reply.head));
}

base::Result<figure::Figure> draw_wall(const protocol::WallReply& reply, const WallLook& how) {
  WallCells cells = arrange_wall(reply, how.difference);
  const bool similarity = reply.map == protocol::WallRequest::Map::Similarity;
  figure::MapWall wall;
  wall.title = similarity ? "Patches like the clicked one" : "Where the CLS token looks";
  const std::size_t moments = cells.columns.size() / reply.pictures.size();
  wall.subtitle =
      str(plural(cells.rows.size(), "network"), moments > 1 ? str(" at ", moments, " moments") : "", ", ",
          plural(reply.pictures.size(), "picture"));
  std::string text = wall_method(reply) + ".";
  for (std::size_t i = 0; i < std::min(reply.networks.size(), kMostNamed); ++i)
    text += " " + made_by(reply.networks[i]) + ".";
  if (reply.networks.size() > kMostNamed) text += str(" And ", reply.networks.size() - kMostNamed, " more.");
  if (!cells.baseline.empty()) text += " Differences are to " + cells.baseline + ".";
  wall.caption = {text + left_out_sentence(reply.left_out)};
  // The pictures themselves: of one moment above the maps, otherwise before the moments of each.
  const bool above = moments == 1;
  if (above) wall.rows.push_back("");
  wall.rows.insert(wall.rows.end(), cells.rows.begin(), cells.rows.end());
  const auto add_picture = [&](std::size_t picture) {
    wall.cells.push_back({.tile = {.picture = view_of(reply.pictures[picture])}});
  };
  for (std::size_t i = 0; i < cells.columns.size(); ++i) {
    if (!above && i % moments == 0) wall.columns.push_back({"picture", cells.columns[i].group});
    wall.columns.push_back(cells.columns[i]);
  }
  for (std::size_t picture = 0; above && picture < reply.pictures.size(); ++picture) add_picture(picture);
  for (std::size_t i = 0; i < cells.cells.size(); ++i) {
    WallCells::Cell& cell = cells.cells[i];
    const bool first_row = i < cells.columns.size();
    if (!above && i % moments == 0) {
      first_row ? add_picture(cell.picture) : wall.cells.push_back({});
    }
    figure::MapWall::Cell& drawn = wall.cells.emplace_back();
    if (cell.network < 0) continue;
    const protocol::SeenPicture& picture = reply.pictures[cell.picture];
    const bool marked = similarity && cell.picture == static_cast<std::size_t>(reply.clicked);
    drawn.difference = cell.difference;
    drawn.tile = {.caption = cell.moment,
                  .picture = view_of(picture),
                  .rows = picture.rows,
                  .columns = picture.columns,
                  .values = std::move(cell.values),
                  .mark_row = marked ? reply.patch.row : -1,
                  .mark_column = marked ? reply.patch.column : -1};
  }
  wall.colours = similarity ? figure::ColourMap::Viridis : figure::ColourMap::Inferno;
  wall.range = cells.range;
  wall.difference_range = cells.difference_range;
  wall.opacity = 0.65;
  wall.unit = similarity ? "cosine" : "attention";
  wall.upsampling = how.look.upsampling;
  wall.theme = how.look.theme;
  return figure::draw_map_wall(wall);
}

}  // namespace ibot::drawing
