// SPDX-License-Identifier: GPL-3.0-or-later
#include "page.h"

#include <ibot/base/text.h>
#include <ibot/figure/canvas.h>
#include <ibot/figure/contact_sheet.h>

#include <algorithm>
#include <cmath>

namespace ibot::figure {
namespace {

using base::Error;
using base::ErrorCode;
using base::str;

constexpr std::size_t kMaxTiles = 400;
constexpr std::size_t kMaxLegend = 64;
constexpr int kMaxGridSide = 4096;
constexpr double kInnerGap = 2;
constexpr double kCaptionHeight = 20;
constexpr double kLegendLine = 20;
constexpr double kSwatch = 12;
constexpr double kGoodWidth = 1000;
constexpr int kPixelsPerUnit = 2;

bool has_labels(const SheetTile& tile) {
  return tile.rows > 0;
}

int label_at(const SheetTile& tile, int row, int column) {
  return tile.labels[static_cast<std::size_t>(row) * static_cast<std::size_t>(tile.columns) +
                     static_cast<std::size_t>(column)];
}

base::Status check(const ContactSheet& content) {
  const auto refuse = [](std::string message, std::string expected) {
    return Error{ErrorCode::InvalidArgument, "cannot draw a contact sheet: " + message, std::move(expected),
                 ""};
  };
  if (content.tiles.empty() || content.tiles.size() > kMaxTiles) {
    return refuse(str(content.tiles.size(), " tiles"), str("1 to ", kMaxTiles));
  }
  if (!(content.tile_side >= 32 && content.tile_side <= 1024)) {
    return refuse(str("tiles of ", content.tile_side, " units"), "32 to 1024");
  }
  if (!(content.label_opacity >= 0 && content.label_opacity <= 1)) {
    return refuse(str("label opacity ", content.label_opacity), "0 to 1");
  }
  for (std::size_t i = 0; i < content.tiles.size(); ++i) {
    const SheetTile& tile = content.tiles[i];
    if (!tile.picture.valid()) {
      return refuse(str("tile ", i + 1, " has a picture of ", tile.picture.width, " x ", tile.picture.height,
                        " with ", tile.picture.rgb.size(), " bytes"),
                    "[height, width, 3] bytes");
    }
    const bool fits =
        tile.rows >= 0 && tile.columns >= 0 && tile.rows <= kMaxGridSide && tile.columns <= kMaxGridSide &&
        (tile.rows == 0) == (tile.columns == 0) &&
        tile.labels.size() == static_cast<std::size_t>(tile.rows) * static_cast<std::size_t>(tile.columns);
    if (!fits) {
      return refuse(str("tile ", i + 1, " has ", tile.labels.size(), " labels for a grid of ", tile.rows,
                        " x ", tile.columns),
                    "one label a patch");
    }
  }
  return {};
}

// The picture in half grey under the labels' colours.
Picture overlaid(const SheetTile& tile, const Picture& picture, double opacity) {
  Picture result = desaturate(picture, 0.6);
  for (int y = 0; y < result.height; ++y) {
    const int row = static_cast<int>(static_cast<std::int64_t>(y) * tile.rows / result.height);
    for (int x = 0; x < result.width; ++x) {
      const int column = static_cast<int>(static_cast<std::int64_t>(x) * tile.columns / result.width);
      const int label = label_at(tile, row, column);
      if (label < 0) continue;
      result.set(x, y, blend(result.at(x, y), cluster_colour(static_cast<std::size_t>(label)), opacity));
    }
  }
  return result;
}

// Hairlines where neighbouring labels differ.
void draw_borders(Canvas& canvas, const SheetTile& tile, const Rectangle& area) {
  const Stroke stroke{colour_from_hex(0xffffff), 1, 0.85, {}};
  const double cell_width = area.width / tile.columns, cell_height = area.height / tile.rows;
  for (int row = 0; row < tile.rows; ++row) {
    for (int column = 0; column < tile.columns; ++column) {
      const int label = label_at(tile, row, column);
      const double x = area.x + column * cell_width, y = area.y + row * cell_height;
      if (column > 0 && label_at(tile, row, column - 1) != label)
        canvas.line({x, y}, {x, y + cell_height}, stroke);
      if (row > 0 && label_at(tile, row - 1, column) != label)
        canvas.line({x, y}, {x + cell_width, y}, stroke);
    }
  }
}

// The picture's size in a square tile.
Rectangle fitted(const PictureView& picture, double side) {
  const double aspect = static_cast<double>(picture.width) / picture.height;
  return {0, 0, aspect >= 1 ? side : std::max(1.0, std::round(side * aspect)),
          aspect >= 1 ? std::max(1.0, std::round(side / aspect)) : side};
}

// At the top left of its place, the caption right below.
void draw_tile(Canvas& canvas, const ContactSheet& content, const SheetTile& tile, const Rectangle& place) {
  Rectangle area = fitted(tile.picture, content.tile_side);
  area.x = place.x;
  area.y = place.y;
  const Picture shown = resample(tile.picture, static_cast<int>(area.width) * kPixelsPerUnit,
                                 static_cast<int>(area.height) * kPixelsPerUnit);
  if (!has_labels(tile) || content.pictures_beside) {
    canvas.picture(shown.view(), area);
    area.x += area.width + kInnerGap;
  }
  if (has_labels(tile)) {
    canvas.picture(overlaid(tile, shown, content.label_opacity).view(), area);
    canvas.begin_clip(area);
    draw_borders(canvas, tile, area);
    canvas.end_clip();
  }
  const TextStyle style = label_style(content.theme);
  canvas.text({place.x, area.bottom() + 14}, elide(tile.caption, style, place.width), style);
}

// Rows of swatch and name. Without a canvas: measures alone.
double draw_legend(Canvas* canvas, const ContactSheet& content, double left, double top, double width) {
  const TextStyle style = label_style(content.theme);
  double x = left, y = top;
  const auto advance = [&](double needed) {
    if (x > left && x + needed > left + width) {
      x = left;
      y += kLegendLine;
    }
  };
  const std::size_t shown = std::min(content.legend.size(), kMaxLegend);
  for (std::size_t i = 0; i < shown; ++i) {
    const LegendEntry& entry = content.legend[i];
    const std::string name = elide(entry.name, style, 200);
    const double needed = kSwatch + 6 + text_width(name, style) + 16;
    advance(needed);
    if (canvas != nullptr && entry.label >= 0) {
      canvas->fill({x, y + 3, kSwatch, kSwatch}, cluster_colour(static_cast<std::size_t>(entry.label)));
      canvas->text({x + kSwatch + 6, y + 13}, name, style);
    }
    x += needed;
  }
  if (content.legend.size() > shown) {
    const std::string rest = str("and ", content.legend.size() - shown, " more");
    advance(text_width(rest, style));
    if (canvas != nullptr) canvas->text({x, y + 13}, rest, style);
  }
  return y + kLegendLine - top;
}

}  // namespace

base::Result<Figure> draw_contact_sheet(const ContactSheet& content) {
  IBOT_CHECK_OK(check(content));
  const bool beside =
      content.pictures_beside && std::any_of(content.tiles.begin(), content.tiles.end(), has_labels);
  const bool captions = std::any_of(content.tiles.begin(), content.tiles.end(),
                                    [](const SheetTile& tile) { return !tile.caption.empty(); });
  const double tile_width = beside ? 2 * content.tile_side + kInnerGap : content.tile_side;

  const int count = static_cast<int>(content.tiles.size());
  int columns =
      content.columns > 0 ? content.columns : static_cast<int>((kGoodWidth + kGap) / (tile_width + kGap));
  columns = std::clamp(columns, 1, std::min(count, static_cast<int>(16000 / (tile_width + kGap))));
  const int rows = (count + columns - 1) / columns;
  if (content.columns <= 0) columns = (count + rows - 1) / rows;  // as even as can be

  // A row is as high as its highest picture.
  std::vector<double> tops{0};
  for (int row = 0; row < rows; ++row) {
    double height = 0;
    for (int i = row * columns; i < std::min(count, (row + 1) * columns); ++i) {
      height = std::max(height,
                        fitted(content.tiles[static_cast<std::size_t>(i)].picture, content.tile_side).height);
    }
    tops.push_back(tops.back() + height + (captions ? kCaptionHeight : 0) + kGap);
  }

  const double sheet_width = columns * (tile_width + kGap) - kGap;
  const double sheet_height = tops.back() - kGap;
  // Text needs some width even where the tiles are few and small.
  const double width = std::max(sheet_width, 360.0);
  const double legend = content.legend.empty() ? 0 : draw_legend(nullptr, content, 0, 0, width) + 10;
  if (sheet_height + legend > 30000) {
    return Error{ErrorCode::InvalidArgument, str("cannot draw a contact sheet of ", rows, " rows of tiles"),
                 "at most 30,000 units in height", "Use more columns, smaller tiles, or fewer of them"};
  }

  const Page page({content.title, content.subtitle, content.caption}, width, sheet_height + legend,
                  content.theme);
  Canvas canvas(page.width(), page.height(), content.theme);
  page.draw(canvas);
  for (int i = 0; i < count; ++i) {
    const Rectangle place{page.content().x + (i % columns) * (tile_width + kGap),
                          page.content().y + tops[static_cast<std::size_t>(i / columns)], tile_width,
                          content.tile_side};
    draw_tile(canvas, content, content.tiles[static_cast<std::size_t>(i)], place);
  }
  if (legend > 0) {
    draw_legend(&canvas, content, page.content().x, page.content().y + sheet_height + 10, width);
  }
  return canvas.finish(content.title);
}

}  // namespace ibot::figure
