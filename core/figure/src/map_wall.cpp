// SPDX-License-Identifier: GPL-3.0-or-later
#include "map_tile.h"
#include "page.h"
#include "ticks.h"

#include <ibot/base/text.h>
#include <ibot/figure/map_wall.h>

#include <algorithm>
#include <cmath>

namespace ibot::figure {
namespace {

using base::Error;
using base::ErrorCode;
using base::str;

constexpr std::size_t kMostRows = 64, kMostColumns = 400;
constexpr double kCellGap = 6, kGroupGap = 14, kHeadLine = 16, kRowHead = 112, kCaptionLine = 15,
                 kMostBar = 240;
constexpr std::size_t kHeadLines = 3;
constexpr double kNoteLine = 14;
constexpr std::size_t kNoteLines = 2;
constexpr double kMostSide = 30'000;

base::Error refused(const std::string& message, std::string expected, std::string hint = {}) {
  return {ErrorCode::InvalidArgument, "cannot draw a wall of maps: " + message, std::move(expected),
          std::move(hint)};
}

bool is_empty(const MapTile& tile) {
  return tile.picture.width == 0 && tile.values.empty();
}

base::Status check(const MapWall& content) {
  if (content.rows.empty() || content.rows.size() > kMostRows)
    return refused(str(content.rows.size(), " rows"), str("1 to ", kMostRows));
  if (content.columns.empty() || content.columns.size() > kMostColumns)
    return refused(str(content.columns.size(), " columns"), str("1 to ", kMostColumns));
  if (content.cells.size() != content.rows.size() * content.columns.size()) {
    return refused(str(content.cells.size(), " cells"),
                   str(content.rows.size(), " rows of ", content.columns.size()));
  }
  if (!(content.side >= 32 && content.side <= 512))
    return refused(str("cells of ", content.side, " units"), "32 to 512");
  if (!(content.opacity >= 0 && content.opacity <= 1))
    return refused(str("opacity ", content.opacity), "0 to 1");
  for (std::size_t i = 0; i < content.cells.size(); ++i) {
    if (!is_empty(content.cells[i].tile))
      IBOT_CHECK_OK(check_tile(content.cells[i].tile, str("cannot draw a wall of maps: cell ", i + 1)));
  }
  return {};
}

/// Where the cells of a wall stand, in units from its content's corner.
struct Places {
  std::vector<double> left, top;  ///< of columns and rows; one more: the end
  double head = 0;                ///< height of the columns' names
};

Places places_of(const MapWall& content) {
  Places places;
  const std::size_t columns = content.columns.size();
  const bool groups = std::any_of(content.columns.begin(), content.columns.end(),
                                  [](const auto& column) { return !column.group.empty(); });
  const bool names = std::any_of(content.columns.begin(), content.columns.end(),
                                 [](const auto& column) { return !column.name.empty(); });
  places.head = (groups ? kHeadLine : 0) + (names ? kHeadLine : 0);
  double x = kRowHead;
  for (std::size_t column = 0; column < columns; ++column) {
    places.left.push_back(x);
    double wide = 32;
    for (std::size_t row = 0; row < content.rows.size(); ++row) {
      const MapTile& tile = content.cells[row * columns + column].tile;
      if (!is_empty(tile)) wide = std::max(wide, tile_area(tile, content.side).width);
    }
    const bool last = column + 1 == columns;
    const bool border = !last && content.columns[column].group != content.columns[column + 1].group;
    x += wide + (last ? 0 : border ? kGroupGap : kCellGap);
  }
  places.left.push_back(x);
  double y = places.head;
  for (std::size_t row = 0; row < content.rows.size(); ++row) {
    double high = 32;
    bool captions = false;
    for (std::size_t column = 0; column < columns; ++column) {
      const MapTile& tile = content.cells[row * columns + column].tile;
      captions = captions || !tile.caption.empty();
      if (!is_empty(tile)) high = std::max(high, tile_area(tile, content.side).height);
    }
    y += captions ? kCaptionLine : 0;
    places.top.push_back(y);
    y += high + (row + 1 == content.rows.size() ? 0 : kCellGap);
  }
  places.top.push_back(y);
  return places;
}

std::vector<std::string> full_caption(const MapWall& content, bool maps, bool differences) {
  std::vector<std::string> caption = content.caption;
  const auto line = [](const std::string& what, const Range& range) {
    return str(what, ", from ", format_value(range.low), " to ", format_value(range.high),
               ", the same for all of them");
  };
  std::string text;
  if (maps) {
    const std::string unit = content.unit.empty() ? std::string() : content.unit + ", ";
    text = line(str("Colours: ", unit, to_string(content.colours)), content.range);
  }
  if (differences) {
    text += line(text.empty() ? "Differences: blue below and red above nothing"
                              : "; differences: blue below and red above nothing",
                 content.difference_range);
  }
  if (text.empty()) return caption;
  text += content.upsampling == Upsampling::Nearest ? "; one square is one patch."
                                                    : "; interpolated between the middles of patches.";
  caption.push_back(text);
  return caption;
}

void draw_heads(Canvas& canvas, const MapWall& content, const Places& places, const Rectangle& area) {
  const TextStyle label = label_style(content.theme);
  TextStyle strong = label;
  strong.colour = canvas.style().text;
  const auto& columns = content.columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const double x = area.x + places.left[i];
    if (!columns[i].name.empty()) {
      canvas.text({x, area.y + places.head - 5},
                  elide(columns[i].name, label, places.left[i + 1] - places.left[i] - kCellGap), label);
    }
    if (columns[i].group.empty() || (i > 0 && columns[i - 1].group == columns[i].group)) continue;
    std::size_t end = i + 1;
    while (end < columns.size() && columns[end].group == columns[i].group) ++end;
    canvas.text({x, area.y + kHeadLine - 5},
                elide(columns[i].group, strong, places.left[end] - places.left[i] - kCellGap), strong);
  }
  for (std::size_t row = 0; row < content.rows.size(); ++row) {
    double y = area.y + places.top[row] + 12;
    for (const std::string& line : wrap(content.rows[row], strong, kRowHead - 12, kHeadLines)) {
      canvas.text({area.x, y}, line, strong);
      y += 14;
    }
  }
}

}  // namespace

base::Result<Figure> draw_map_wall(const MapWall& content) {
  IBOT_CHECK_OK(check(content));
  const Places places = places_of(content);
  const auto any = [&](bool difference) {
    return std::any_of(content.cells.begin(), content.cells.end(), [&](const MapWall::Cell& cell) {
      return has_map(cell.tile) && cell.difference == difference;
    });
  };
  const bool maps = any(false), differences = any(true);
  const double bars = (maps ? kBarSpace : 0) + (differences ? kBarSpace : 0);
  const Page page({content.title, content.subtitle, full_caption(content, maps, differences)},
                  std::max(places.left.back() + bars, 480.0), std::max(places.top.back(), 120.0),
                  content.theme);
  if (page.height() > kMostSide || page.width() > kMostSide)
    return refused("it would be too large", "at most 30,000 units a side", "Take fewer or smaller cells");
  Canvas canvas(page.width(), page.height(), content.theme);
  page.draw(canvas);
  const Rectangle& area = page.content();
  draw_heads(canvas, content, places, area);
  const TilePainter painter({content.colours, content.range, content.upsampling, content.opacity}, canvas);
  const TilePainter apart(
      {ColourMap::Difference, content.difference_range, content.upsampling, content.opacity}, canvas);
  const TextStyle label = label_style(content.theme);
  const std::size_t columns = content.columns.size();
  for (std::size_t i = 0; i < content.cells.size(); ++i) {
    const MapWall::Cell& cell = content.cells[i];
    const std::size_t row = i / columns, column = i % columns;
    const double x = area.x + places.left[column], y = area.y + places.top[row];
    const double room = places.left[column + 1] - places.left[column] - kCellGap;
    if (!cell.tile.caption.empty()) canvas.text({x, y - 4}, elide(cell.tile.caption, label, room), label);
    if (is_empty(cell.tile)) {
      double line = y + kNoteLine;
      for (const std::string& words : wrap(cell.note, label, room, kNoteLines)) {
        canvas.text({x, line}, words, label);
        line += kNoteLine;
      }
      continue;
    }
    Rectangle place = tile_area(cell.tile, content.side);
    place.x = x;
    place.y = y;
    (cell.difference ? apart : painter).draw(cell.tile, place);
  }
  double x = area.x + places.left.back() + 10;
  // What a bar is of stands above it.
  const double top = std::max(places.top.front(), kCaptionLine);
  const double high = std::min(std::max(places.top.back(), 120.0) - top, kMostBar);
  const auto add_bar = [&](const TilePainter& painted, const std::string& what) {
    canvas.text({x, area.y + top - 5}, elide(what, label, kBarSpace - 4), label);
    painted.bar({x, area.y + top, kBarWidth, high});
    x += kBarSpace;
  };
  if (maps) add_bar(painter, content.unit);
  if (differences) add_bar(apart, "difference");
  return canvas.finish(content.title);
}

}  // namespace ibot::figure
