// SPDX-License-Identifier: GPL-3.0-or-later
#include "page.h"

#include <ibot/base/text.h>
#include <ibot/figure/canvas.h>
#include <ibot/figure/crop_sheet.h>

#include <algorithm>
#include <cmath>

namespace ibot::figure {
namespace {

using base::Error;
using base::ErrorCode;
using base::str;

constexpr double kSheetWidth = 880;
constexpr double kCaptionHeight = 20;
constexpr double kHatch = 6;  // between two lines
constexpr int kPixelsPerUnit = 2;

base::Status check(const CropSheet& content) {
  const auto refuse = [](std::string message, std::string expected) {
    return Error{ErrorCode::InvalidArgument, "cannot draw a sheet of crops: " + message, std::move(expected),
                 ""};
  };
  if (content.tiles.empty() || content.tiles.size() > 400)
    return refuse(str(content.tiles.size(), " tiles"), "1 to 400");
  if (!(content.side >= 64 && content.side <= 1024))
    return refuse(str("tiles of ", content.side, " units"), "64 to 1024");
  for (std::size_t i = 0; i < content.tiles.size(); ++i) {
    const CropTile& tile = content.tiles[i];
    if (!tile.picture.view().valid())
      return refuse(str("tile ", i + 1, " has no picture"), "[height, width, 3] bytes");
    if (tile.rows < 0 || tile.columns < 0 ||
        tile.masked.size() != static_cast<std::size_t>(tile.rows) * static_cast<std::size_t>(tile.columns))
      return refuse(str("tile ", i + 1, " has ", tile.masked.size(), " cells for a mask of ", tile.rows,
                        " x ", tile.columns),
                    "one a cell");
  }
  return {};
}

double side_of(const CropSheet& content, const CropTile& tile) {
  return tile.small ? content.side / 2 : content.side;
}

// Left to right in lines; the place of each tile, and the height of all.
struct Places {
  std::vector<Point> corners;
  double height = 0;
};

Places arrange(const CropSheet& content) {
  Places places;
  double x = 0;
  double y = 0;
  double line = 0;
  bool small = content.tiles.front().small;
  for (const CropTile& tile : content.tiles) {
    const double side = side_of(content, tile);
    // Small tiles begin a line of their own.
    if (x > 0 && (x + side > kSheetWidth || tile.small != small || tile.begins_line)) {
      x = 0;
      y += line + kCaptionHeight + kGap;
      line = 0;
    }
    small = tile.small;
    places.corners.push_back({x, y});
    x += side + kGap;
    line = std::max(line, side);
  }
  places.height = y + line + kCaptionHeight;
  return places;
}

// Thin diagonal lines over a dimmed cell: the picture stays recognisable, and a print without colours too.
void hatch(Canvas& canvas, const CropTile& tile, const Rectangle& area) {
  const double width = area.width / tile.columns;
  const double height = area.height / tile.rows;
  const Stroke stroke{colour_from_hex(0xffffff), 1, 0.8, {}};
  for (int row = 0; row < tile.rows; ++row) {
    for (int column = 0; column < tile.columns; ++column) {
      if (tile.masked[static_cast<std::size_t>(row * tile.columns + column)] == 0) continue;
      const Rectangle cell{area.x + column * width, area.y + row * height, width, height};
      canvas.fill(cell, colour_from_hex(0x000000), 0.55);
      canvas.begin_clip(cell);
      // Lines x + y = n * kHatch of the whole tile, so that they meet between cells.
      const double from = cell.x - area.x + cell.y - area.y;
      for (double sum = std::floor(from / kHatch) * kHatch; sum <= from + width + height; sum += kHatch) {
        const double x = area.x + sum - (cell.y - area.y);
        canvas.line({x, cell.y}, {x - height, cell.bottom()}, stroke);
      }
      canvas.end_clip();
    }
  }
}

}  // namespace

base::Result<Figure> draw_crop_sheet(const CropSheet& content) {
  IBOT_CHECK_OK(check(content));
  const Places places = arrange(content);
  if (places.height > 30000) {
    return Error{ErrorCode::InvalidArgument, "cannot draw a sheet of crops: it would be too large",
                 "at most 30,000 units in height", "Fewer or smaller tiles"};
  }
  const Page page({content.title, content.subtitle, content.caption}, kSheetWidth, places.height,
                  content.theme);
  Canvas canvas(page.width(), page.height(), content.theme);
  page.draw(canvas);
  const TextStyle label = label_style(content.theme);
  for (std::size_t i = 0; i < content.tiles.size(); ++i) {
    const CropTile& tile = content.tiles[i];
    const double side = side_of(content, tile);
    const Rectangle area{page.content().x + places.corners[i].x, page.content().y + places.corners[i].y, side,
                         side};
    const int pixels = static_cast<int>(side) * kPixelsPerUnit;
    canvas.picture(resample(tile.picture.view(), pixels, pixels).view(), area);
    if (!tile.masked.empty()) hatch(canvas, tile, area);
    canvas.text({area.x, area.bottom() + 14}, elide(tile.caption, label, side), label);
  }
  return canvas.finish(content.title);
}

}  // namespace ibot::figure
