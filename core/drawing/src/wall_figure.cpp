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

constexpr std::size_t kMostNamed = 6;  // networks in a caption

std::string moment_of(const protocol::SeenNetwork& network, bool mixed) {
  if (mixed) return network.moment();
  if (network.source == "untrained") return "untrained";
  return network.run.empty() ? std::string("trained") : "step " + base::format_count(network.step);
}

std::string moment_of(const protocol::WallGap& gap, bool mixed) {
  if (gap.step < 0) return {};
  return str(mixed ? gap.network + " \u00b7 step " : "step ", base::format_count(gap.step));
}

/// One network of a wall, with weights or without.
struct Entry {
  int answer = -1;  // place among those with weights
  std::string run, name, moment, note;
  bool is_file = false;   // whose name says all
  std::int64_t step = 0;  // an untrained network's: 0
};
using Row = std::vector<Entry>;

bool has_weights(const Row& row) {
  return std::any_of(row.begin(), row.end(), [](const Entry& entry) { return entry.answer >= 0; });
}

// In the order of the request; networks of one run that follow each other are one row.
std::vector<Row> rows_of(const protocol::WallReply& reply) {
  const std::string& kind = reply.networks.front().network;
  const auto other = [&](const auto& each) { return each.network != kind; };
  const bool mixed = std::any_of(reply.networks.begin(), reply.networks.end(), other) ||
                     std::any_of(reply.gaps.begin(), reply.gaps.end(), other);
  std::vector<Row> rows;
  const auto add = [&](Entry entry) {
    const bool same =
        !rows.empty() && rows.back().back().run == entry.run && rows.back().back().name == entry.name;
    if (!same) rows.emplace_back();
    rows.back().push_back(std::move(entry));
  };
  auto gap = reply.gaps.begin();
  std::int64_t place = 0;
  const auto add_gaps = [&] {
    for (; gap != reply.gaps.end() && gap->place == place; ++gap, ++place)
      add({-1, gap->run, gap->name, moment_of(*gap, mixed), gap->why});
  };
  for (std::size_t i = 0; i < reply.networks.size(); ++i, ++place) {
    add_gaps();
    const protocol::SeenNetwork& seen = reply.networks[i];
    add({static_cast<int>(i),
         seen.run,
         seen.name,
         moment_of(seen, mixed),
         {},
         seen.run.empty() && seen.source != "untrained",
         seen.source == "untrained" ? 0 : seen.step});
  }
  add_gaps();
  return rows;
}

// Moments that are the same in all rows are said by their columns. Where one is not, all are said in the
// cells, so that they stand at one height: then all are empty here.
std::vector<std::string> shared_moments(const std::vector<Row>& rows, std::size_t moments) {
  std::vector<std::string> shared(moments);
  for (std::size_t moment = 0; moment < moments; ++moment) {
    for (const Row& row : rows) {
      if (moment >= row.size() || row[moment].moment.empty()) continue;
      if (shared[moment].empty()) shared[moment] = row[moment].moment;
      if (shared[moment] != row[moment].moment) return std::vector<std::string>(moments);
    }
  }
  return shared;
}

// What differences are to: the first row with weights, or of one row its first moment that has some.
struct Baseline {
  std::size_t row = 0, moment = 0;
  bool many = false;  // rows with weights
};

Baseline baseline_of(const std::vector<Row>& rows) {
  Baseline base;
  const auto first = std::find_if(rows.begin(), rows.end(), has_weights);
  base.row = static_cast<std::size_t>(first - rows.begin());
  base.moment = static_cast<std::size_t>(
      std::find_if(first->begin(), first->end(), [](const Entry& entry) { return entry.answer >= 0; }) -
      first->begin());
  base.many = std::count_if(rows.begin(), rows.end(), has_weights) > 1;
  return base;
}

// Of the first row the moment that another row's is compared with: of the same step, or the nearest before
// it; the earliest where none is before. Nothing without weights.
const Entry* partner_of(const Entry& entry, const Row& first) {
  const Entry* found = nullptr;
  for (const Entry& each : first) {
    if (each.answer < 0) continue;
    if (each.moment == entry.moment) return &each;
    const bool before = each.step <= entry.step;
    const bool nearer = found == nullptr || (found->step <= entry.step ? before && each.step > found->step
                                                                       : before || each.step < found->step);
    if (nearer) found = &each;
  }
  return found;
}

// "step 94 \u2212 93": a moment less another one.
std::string less(const std::string& moment, std::string_view other) {
  constexpr std::string_view kStep = "step ";
  if (moment.starts_with(kStep) && other.starts_with(kStep)) other.remove_prefix(kStep.size());
  return str(moment, " \u2212 ", other);
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

std::string names_of_gaps(const protocol::WallReply& reply) {
  std::string names;
  std::string_view last;
  for (const protocol::WallGap& gap : reply.gaps) {
    const std::string moment = gap.step < 0 ? std::string() : base::format_count(gap.step);
    if (!names.empty() && last == gap.run && !moment.empty()) {
      names += " and " + moment;
    } else {
      names += (names.empty() ? "" : ", ") + gap.name + (moment.empty() ? "" : " at step " + moment);
    }
    last = gap.run;
  }
  return names;
}

WallCells arrange_wall(const protocol::WallReply& reply, bool difference) {
  WallCells wall;
  const std::vector<Row> rows = rows_of(reply);
  std::size_t moments = 0;
  for (const Row& row : rows) moments = std::max(moments, row.size());
  for (const Row& row : rows) {
    // With one moment a row, the row can say which.
    const bool say = moments == 1 && !row.front().is_file && !row.front().moment.empty();
    wall.rows.push_back(say ? row.front().name + " \u00b7 " + row.front().moment : row.front().name);
  }
  const std::vector<std::string> shared = shared_moments(rows, moments);
  for (const protocol::SeenPicture& picture : reply.pictures) {
    if (moments == 1) wall.columns.push_back({file_of(picture), {}});
    for (std::size_t moment = 0; moments > 1 && moment < moments; ++moment)
      wall.columns.push_back({shared[moment], file_of(picture)});
  }
  const Baseline base = baseline_of(rows);
  const Row& first = rows[base.row];
  if (difference && reply.networks.size() > 1)
    wall.baseline = base.many ? first.front().name : first[base.moment].moment;
  wall.by_step = !wall.baseline.empty() && base.many && moments > 1;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t picture = 0; picture < reply.pictures.size(); ++picture) {
      for (std::size_t moment = 0; moment < moments; ++moment) {
        WallCells::Cell& cell = wall.cells.emplace_back();
        cell.picture = picture;
        // A run without any weights has none at all moments.
        const bool there = moment < rows[row].size();
        if (!there && has_weights(rows[row])) continue;
        const Entry& entry = rows[row][there ? moment : 0];
        if (there && moments > 1 && shared[moment].empty()) cell.moment = entry.moment;
        cell.network = entry.answer;
        cell.note = entry.note;
        if (entry.answer < 0) continue;
        cell.values = reply.cell(static_cast<std::size_t>(entry.answer), picture);
        const bool itself = base.many ? row == base.row : moment == base.moment;
        if (wall.baseline.empty() || itself) continue;
        const Entry* before = base.many ? partner_of(entry, first) : &first[base.moment];
        if (before == nullptr) continue;
        if (wall.by_step && before->moment != entry.moment) cell.moment = less(entry.moment, before->moment);
        const std::vector<float>& values = reply.cell(static_cast<std::size_t>(before->answer), picture);
        for (std::size_t i = 0; i < cell.values.size(); ++i) cell.values[i] -= values[i];
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
    const std::string of = file_of(reply.pictures[static_cast<std::size_t>(reply.clicked)]);
    const std::string what = place_text(reply.patch) + (reply.patch.row < 0 ? "" : " of " + of);
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
  if (!cells.baseline.empty()) {
    text +=
        str(" Differences are to ", cells.baseline,
            cells.by_step ? " at the same step, or at the last one that it kept before, which then stands "
                            "behind the minus sign."
                          : ".");
  }
  if (!reply.gaps.empty()) text += " Without kept weights: " + names_of_gaps(reply) + ".";
  wall.caption = {text + sizes_sentence(reply.pictures) + left_out_sentence(reply.left_out)};
  // The pictures themselves: of one moment above the maps, otherwise before the moments of each.
  const bool above = moments == 1;
  if (above) wall.rows.push_back("");
  wall.rows.insert(wall.rows.end(), cells.rows.begin(), cells.rows.end());
  // Its name stands where those of the moments do.
  const bool in_cells = !above && cells.columns.front().name.empty();
  const auto add_picture = [&](std::size_t picture) {
    wall.cells.push_back(
        {.tile = {.caption = in_cells ? "picture" : "", .picture = view_of(reply.pictures[picture])}});
  };
  for (std::size_t i = 0; i < cells.columns.size(); ++i) {
    if (!above && i % moments == 0)
      wall.columns.push_back({in_cells ? "" : "picture", cells.columns[i].group});
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
    drawn.note = cell.note;
    drawn.tile.caption = cell.moment;
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
