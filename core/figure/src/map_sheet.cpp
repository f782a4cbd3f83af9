// SPDX-License-Identifier: GPL-3.0-or-later
#include "page.h"
#include "ticks.h"

#include <ibot/base/text.h>
#include <ibot/figure/canvas.h>
#include <ibot/figure/map_sheet.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace ibot::figure {
namespace {

using base::Error;
using base::ErrorCode;
using base::str;

constexpr std::size_t kMostTiles = 400;
constexpr double kTileGap = 8;
constexpr double kCaptionHeight = 18;
constexpr double kBarWidth = 12;
constexpr double kBarSpace = 76;  // bar and its labels
constexpr double kGoodWidth = 1000;
constexpr double kLeastWidth = 420;  // text needs some width even where tiles are few and small
constexpr int kPixelsPerUnit = 2;
constexpr Colour kMissing = colour_from_hex(0x8a949f);

bool has_map(const MapTile& tile) {
  return !tile.values.empty();
}

std::size_t cells_of(const MapTile& tile) {
  return static_cast<std::size_t>(std::max(0, tile.rows)) *
         static_cast<std::size_t>(std::max(0, tile.columns));
}

base::Status check(const MapSheet& content) {
  const auto refuse = [](std::string message, std::string expected) {
    return Error{ErrorCode::InvalidArgument, "cannot draw a sheet of maps: " + message, std::move(expected),
                 ""};
  };
  if (content.tiles.empty() || content.tiles.size() > kMostTiles)
    return refuse(str(content.tiles.size(), " tiles"), str("1 to ", kMostTiles));
  if (!(content.side >= 32 && content.side <= 1024))
    return refuse(str("tiles of ", content.side, " units"), "32 to 1024");
  if (!(content.opacity >= 0 && content.opacity <= 1))
    return refuse(str("opacity ", content.opacity), "0 to 1");
  for (std::size_t i = 0; i < content.tiles.size(); ++i) {
    const MapTile& tile = content.tiles[i];
    const bool picture = !tile.picture.rgb.empty() || tile.picture.width != 0;
    if (picture && !tile.picture.valid()) {
      return refuse(str("tile ", i + 1, " has a picture of ", tile.picture.width, " x ", tile.picture.height,
                        " with ", tile.picture.rgb.size(), " bytes"),
                    "[height, width, 3] bytes");
    }
    if (!picture && !has_map(tile)) return refuse(str("tile ", i + 1, " is empty"), "a picture or a map");
    const bool fits = (!has_map(tile) || GridView{tile.rows, tile.columns, tile.values}.valid()) &&
                      (tile.inside.empty() || tile.inside.size() == cells_of(tile)) &&
                      (tile.mark_row < 0 || (tile.mark_row < tile.rows && tile.mark_column >= 0 &&
                                             tile.mark_column < tile.columns));
    if (!fits) {
      return refuse(str("tile ", i + 1, " has ", tile.values.size(), " values for a grid of ", tile.rows,
                        " x ", tile.columns),
                    "one value a patch");
    }
  }
  return {};
}

double aspect_of(const MapTile& tile) {
  const bool picture = tile.picture.width > 0;
  const double aspect = picture ? static_cast<double>(tile.picture.width) / tile.picture.height
                                : static_cast<double>(tile.columns) / tile.rows;
  return std::clamp(aspect, 0.1, 10.0);
}

std::optional<Range> range_of(const MapSheet& content) {
  if (content.range) return content.range;
  std::optional<Range> range;
  for (const MapTile& tile : content.tiles) {
    const auto own = finite_range(tile.values);
    if (!own) continue;
    if (!range) range = own;
    range->low = std::min(range->low, own->low);
    range->high = std::max(range->high, own->high);
  }
  return range;
}

class TilePainter {
 public:
  TilePainter(const MapSheet& content, Canvas& canvas, std::optional<Range> range)
      : content_(content), canvas_(canvas), range_(range.value_or(Range{0, 0})) {}

  void draw(const MapTile& tile, const Rectangle& area) {
    canvas_.picture(pixels_of(tile, area).view(), area);
    canvas_.begin_clip(area);
    outline(tile, area);
    mark(tile, area);
    canvas_.end_clip();
    // Seen only where picture and background are alike.
    canvas_.outline({area.x + 0.5, area.y + 0.5, area.width - 1, area.height - 1},
                    {canvas_.style().text, 1, 0.14, {}});
  }

  void bar(const Rectangle& area) {
    Picture ramp(1, 256);
    for (int y = 0; y < 256; ++y) ramp.set(0, y, map_colour(content_.colours, 1 - y / 255.0));
    canvas_.picture(ramp.view(), area);
    const TextStyle style = label_style(content_.theme);
    if (!(range_.high > range_.low)) {
      canvas_.text({area.right() + 6, area.bottom()}, format_value(range_.low), style);
      return;
    }
    for (const Tick& tick : round_ticks(range_, 5)) {
      const double y = area.bottom() - range_.position(tick.value) * area.height;
      canvas_.line({area.right(), y}, {area.right() + 3, y}, {canvas_.style().secondary, 1, 1, {}});
      canvas_.text({area.right() + 6, y + 4}, tick.label, style);
    }
  }

 private:
  Picture pixels_of(const MapTile& tile, const Rectangle& area) const {
    const int width = std::max(1, static_cast<int>(std::lround(area.width * kPixelsPerUnit)));
    const int height = std::max(1, static_cast<int>(std::lround(area.height * kPixelsPerUnit)));
    Picture shown;
    if (tile.picture.width > 0)
      shown = tile.flat ? enlarge_flat(tile.picture, width, height) : resample(tile.picture, width, height);
    if (!has_map(tile)) return shown;
    const GridView grid{tile.rows, tile.columns, tile.values};
    Picture map = draw_grid(grid, content_.colours, range_, content_.upsampling, width, height, kMissing);
    if (tile.picture.width == 0 || content_.opacity >= 1) return map;
    shown = desaturate(std::move(shown), 0.6);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) map.set(x, y, blend(shown.at(x, y), map.at(x, y), content_.opacity));
    }
    return map;
  }

  void outline(const MapTile& tile, const Rectangle& area) {
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

  void mark(const MapTile& tile, const Rectangle& area) {
    if (tile.mark_row < 0) return;
    const double wide = area.width / tile.columns, high = area.height / tile.rows;
    const Rectangle patch{area.x + tile.mark_column * wide, area.y + tile.mark_row * high, wide, high};
    canvas_.outline(patch, {colour_from_hex(0x101418), 4, 0.8, {}});
    canvas_.outline(patch, {colour_from_hex(0xffffff), 2, 1, {}});
  }

  const MapSheet& content_;
  Canvas& canvas_;
  Range range_;
};

std::vector<std::string> full_caption(const MapSheet& content, const std::optional<Range>& range) {
  std::vector<std::string> caption = content.caption;
  if (!range) return caption;
  std::string line = str("Colours: ", to_string(content.colours));
  if (!content.unit.empty()) line += ", " + content.unit;
  line += str(", from ", format_value(range->low), " to ", format_value(range->high),
              content.tiles.size() > 1 ? ", the same for all maps" : "");
  line += content.upsampling == Upsampling::Nearest
              ? "; one square is one " + content.cell + "."
              : std::string("; interpolated between the middles of squares.");
  caption.push_back(line);
  return caption;
}

}  // namespace

base::Result<Figure> draw_map_sheet(const MapSheet& content) {
  IBOT_CHECK_OK(check(content));
  const bool maps = std::any_of(content.tiles.begin(), content.tiles.end(), has_map);
  const std::optional<Range> range = maps ? range_of(content) : std::nullopt;
  const auto count = static_cast<int>(content.tiles.size());
  // All tiles are as wide as the widest.
  double width = 0;
  for (const MapTile& tile : content.tiles)
    width = std::max(width, std::round(std::min(1.0, aspect_of(tile)) * content.side));
  const double pitch = width + kTileGap;
  const double bar = maps ? kBarSpace : 0;
  int columns = content.columns > 0 ? content.columns : static_cast<int>((kGoodWidth - bar) / pitch);
  columns = std::clamp(columns, 1, std::min(count, static_cast<int>(16000 / pitch)));
  const int rows = (count + columns - 1) / columns;
  if (content.columns <= 0) columns = (count + rows - 1) / rows;  // as even as can be
  const auto area_of = [&](const MapTile& tile) {
    const double aspect = aspect_of(tile);
    return aspect >= 1 ? Rectangle{0, 0, content.side, std::round(content.side / aspect)}
                       : Rectangle{0, 0, std::round(content.side * aspect), content.side};
  };
  // Of each row: where its tiles begin, as high as the highest of them. The last entry is the sheet's end.
  std::vector<double> tops = {0};
  double end = 0;
  for (int row = 0; row < rows; ++row) {
    double height = 0;
    bool captions = false;
    for (int i = row * columns; i < std::min(count, (row + 1) * columns); ++i) {
      const MapTile& tile = content.tiles[static_cast<std::size_t>(i)];
      height = std::max(height, area_of(tile).height);
      captions = captions || !tile.caption.empty();
    }
    tops.back() += captions ? kCaptionHeight : 0;
    end = tops.back() + height;
    tops.push_back(end + kTileGap);
  }
  const double sheet = columns * pitch - kTileGap;
  if (end > 30000) {
    return Error{ErrorCode::InvalidArgument, str("cannot draw a sheet of ", rows, " rows of maps"),
                 "at most 30,000 units in height", "Use more columns, smaller tiles, or fewer of them"};
  }
  const Page page({content.title, content.subtitle, full_caption(content, range)},
                  std::max(sheet + bar, kLeastWidth), end, content.theme);
  Canvas canvas(page.width(), page.height(), content.theme);
  page.draw(canvas);
  TilePainter painter(content, canvas, range);
  const TextStyle style = label_style(content.theme);
  for (int i = 0; i < count; ++i) {
    const MapTile& tile = content.tiles[static_cast<std::size_t>(i)];
    Rectangle area = area_of(tile);
    area.x = page.content().x + (i % columns) * pitch;
    area.y = page.content().y + tops[static_cast<std::size_t>(i / columns)];
    int room = 1;
    while ((i + room) % columns != 0 && i + room < count &&
           content.tiles[static_cast<std::size_t>(i + room)].caption.empty())
      ++room;
    if (!tile.caption.empty())
      canvas.text({area.x, area.y - 5}, elide(tile.caption, style, room * pitch - kTileGap), style);
    painter.draw(tile, area);
  }
  if (maps) {
    const double top = page.content().y + kCaptionHeight;
    painter.bar({page.content().x + sheet + 10, top, kBarWidth, std::min(end - kCaptionHeight, 320.0)});
  }
  return canvas.finish(content.title);
}

Picture composite_of_heads(const std::vector<std::vector<float>>& heads, int rows, int columns) {
  std::vector<float> peaks;
  for (const std::vector<float>& head : heads)
    peaks.push_back(std::max(1e-30F, *std::max_element(head.begin(), head.end())));
  Picture picture(columns, rows);
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      const auto at = static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
                      static_cast<std::size_t>(column);
      double red = 0, green = 0, blue = 0, weight = 0, brightest = 0;
      for (std::size_t head = 0; head < heads.size(); ++head) {
        const double share = std::clamp(static_cast<double>(heads[head][at]) / peaks[head], 0.0, 1.0);
        const Colour colour = cluster_colour(head);
        red += share * colour.red;
        green += share * colour.green;
        blue += share * colour.blue;
        weight += share;
        brightest = std::max(brightest, share);
      }
      if (weight <= 0) continue;
      const auto level = [&](double sum) {
        return static_cast<std::uint8_t>(std::lround(std::clamp(sum / weight * brightest, 0.0, 255.0)));
      };
      picture.set(column, row, {level(red), level(green), level(blue)});
    }
  }
  return picture;
}

}  // namespace ibot::figure
