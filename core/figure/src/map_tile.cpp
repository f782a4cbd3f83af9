// SPDX-License-Identifier: GPL-3.0-or-later
#include "map_tile.h"

#include "page.h"
#include "ticks.h"

#include <ibot/base/text.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace ibot::figure {
namespace {

using base::Error;
using base::ErrorCode;
using base::str;

constexpr int kPixelsPerUnit = 2;
constexpr Colour kMissing = colour_from_hex(0x8a949f);

std::size_t cells_of(const MapTile& tile) {
  return static_cast<std::size_t>(std::max(0, tile.rows)) *
         static_cast<std::size_t>(std::max(0, tile.columns));
}

}  // namespace

base::Status check_tile(const MapTile& tile, const std::string& who) {
  const auto refuse = [&](const std::string& message, std::string expected) {
    return Error{ErrorCode::InvalidArgument, who + message, std::move(expected), ""};
  };
  const bool picture = !tile.picture.rgb.empty() || tile.picture.width != 0;
  if (picture && !tile.picture.valid()) {
    return refuse(str(" has a picture of ", tile.picture.width, " x ", tile.picture.height, " with ",
                      tile.picture.rgb.size(), " bytes"),
                  "[height, width, 3] bytes");
  }
  if (!picture && !has_map(tile)) return refuse(" is empty", "a picture or a map");
  const bool fits = (!has_map(tile) || GridView{tile.rows, tile.columns, tile.values}.valid()) &&
                    (tile.inside.empty() || tile.inside.size() == cells_of(tile)) &&
                    (tile.mark_row < 0 ||
                     (tile.mark_row < tile.rows && tile.mark_column >= 0 && tile.mark_column < tile.columns));
  if (fits) return {};
  return refuse(str(" has ", tile.values.size(), " values for a grid of ", tile.rows, " x ", tile.columns),
                "one value a patch");
}

double aspect_of(const MapTile& tile) {
  const bool picture = tile.picture.width > 0;
  const double aspect = picture ? static_cast<double>(tile.picture.width) / tile.picture.height
                                : static_cast<double>(tile.columns) / tile.rows;
  return std::clamp(aspect, 0.1, 10.0);
}

Rectangle tile_area(const MapTile& tile, double side) {
  const double aspect = aspect_of(tile);
  return aspect >= 1 ? Rectangle{0, 0, side, std::round(side / aspect)}
                     : Rectangle{0, 0, std::round(side * aspect), side};
}

void TilePainter::draw(const MapTile& tile, const Rectangle& area) const {
  canvas_.picture(pixels_of(tile, area).view(), area);
  canvas_.begin_clip(area);
  outline(tile, area);
  mark(tile, area);
  canvas_.end_clip();
  // Seen only where picture and background are alike.
  canvas_.outline({area.x + 0.5, area.y + 0.5, area.width - 1, area.height - 1},
                  {canvas_.style().text, 1, 0.14, {}});
}

void TilePainter::bar(const Rectangle& area) const {
  Picture ramp(1, 256);
  for (int y = 0; y < 256; ++y) ramp.set(0, y, map_colour(colours_.map, 1 - y / 255.0));
  canvas_.picture(ramp.view(), area);
  const TextStyle style = label_style(canvas_.theme());
  if (!(colours_.range.high > colours_.range.low)) {
    canvas_.text({area.right() + 6, area.bottom()}, format_value(colours_.range.low), style);
    return;
  }
  for (const Tick& tick : round_ticks(colours_.range, 5)) {
    const double y = area.bottom() - colours_.range.position(tick.value) * area.height;
    canvas_.line({area.right(), y}, {area.right() + 3, y}, {canvas_.style().secondary, 1, 1, {}});
    canvas_.text({area.right() + 6, y + 4}, tick.label, style);
  }
}

Picture TilePainter::pixels_of(const MapTile& tile, const Rectangle& area) const {
  const int width = std::max(1, static_cast<int>(std::lround(area.width * kPixelsPerUnit)));
  const int height = std::max(1, static_cast<int>(std::lround(area.height * kPixelsPerUnit)));
  Picture shown;
  if (tile.picture.width > 0)
    shown = tile.flat ? enlarge_flat(tile.picture, width, height) : resample(tile.picture, width, height);
  if (!has_map(tile)) return shown;
  const GridView grid{tile.rows, tile.columns, tile.values};
  Picture map = draw_grid(grid, colours_.map, colours_.range, colours_.upsampling, width, height, kMissing);
  if (tile.picture.width == 0 || colours_.opacity >= 1) return map;
  shown = desaturate(std::move(shown), 0.6);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) map.set(x, y, blend(shown.at(x, y), map.at(x, y), colours_.opacity));
  }
  return map;
}

void TilePainter::outline(const MapTile& tile, const Rectangle& area) const {
  if (tile.inside.empty()) return;
  const double wide = area.width / tile.columns, high = area.height / tile.rows;
  const auto inside = [&](int row, int column) {
    if (row < 0 || column < 0 || row >= tile.rows || column >= tile.columns) return false;
    return tile.inside[static_cast<std::size_t>(row) * static_cast<std::size_t>(tile.columns) +
                       static_cast<std::size_t>(column)] != 0;
  };
  // Dark under light: seen on every ground.
  const std::array<Stroke, 2> strokes{
      {{colour_from_hex(0x101418), 3, 0.75, {}}, {colour_from_hex(0xffffff), 1.25, 1, {}}}};
  for (const Stroke& stroke : strokes) {
    for (int row = 0; row <= tile.rows; ++row) {
      for (int column = 0; column <= tile.columns; ++column) {
        const double x = area.x + column * wide, y = area.y + row * high;
        if (inside(row, column) != inside(row, column - 1)) canvas_.line({x, y}, {x, y + high}, stroke);
        if (inside(row, column) != inside(row - 1, column)) canvas_.line({x, y}, {x + wide, y}, stroke);
      }
    }
  }
}

void TilePainter::mark(const MapTile& tile, const Rectangle& area) const {
  if (tile.mark_row < 0) return;
  const double wide = area.width / tile.columns, high = area.height / tile.rows;
  const Rectangle patch{area.x + tile.mark_column * wide, area.y + tile.mark_row * high, wide, high};
  canvas_.outline(patch, {colour_from_hex(0x101418), 4, 0.8, {}});
  canvas_.outline(patch, {colour_from_hex(0xffffff), 2, 1, {}});
}

}  // namespace ibot::figure
