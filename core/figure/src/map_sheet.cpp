// SPDX-License-Identifier: GPL-3.0-or-later
#include "map_tile.h"
#include "page.h"
#include "ticks.h"

#include <ibot/base/text.h>
#include <ibot/figure/canvas.h>
#include <ibot/figure/map_sheet.h>

#include <algorithm>
#include <cmath>

namespace ibot::figure {
namespace {

using base::Error;
using base::ErrorCode;
using base::str;

constexpr std::size_t kMostTiles = 400;
constexpr double kTileGap = 8;
constexpr double kGroupGap = 20;  // beside the other
constexpr double kCaptionHeight = 18;
constexpr double kGoodWidth = 1000;
constexpr std::size_t kMostKeys = 64;
constexpr double kSwatch = 10, kKeyLine = 18;
constexpr double kLeastWidth = 420;  // text needs some width even where tiles are few and small

base::Status check(const MapSheet& content) {
  const auto refuse = [](std::string message, std::string expected) {
    return Error{ErrorCode::InvalidArgument, "cannot draw a sheet of maps: " + message, std::move(expected),
                 ""};
  };
  if (content.tiles.empty() || content.tiles.size() > kMostTiles)
    return refuse(str(content.tiles.size(), " tiles"), str("1 to ", kMostTiles));
  if (content.keys.size() > kMostKeys)
    return refuse(str(content.keys.size(), " keys"), str("at most ", kMostKeys));
  if (!(content.side >= 32 && content.side <= 1024))
    return refuse(str("tiles of ", content.side, " units"), "32 to 1024");
  if (!(content.opacity >= 0 && content.opacity <= 1))
    return refuse(str("opacity ", content.opacity), "0 to 1");
  for (std::size_t i = 0; i < content.tiles.size(); ++i) {
    if (content.tiles[i].blank) continue;
    IBOT_CHECK_OK(check_tile(content.tiles[i], str("cannot draw a sheet of maps: tile ", i + 1)));
  }
  return {};
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

// Returns its height. Without a canvas: only that.
double draw_keys(Canvas* canvas, const MapSheet& content, Point corner, double width) {
  if (content.keys.empty()) return 0;
  const TextStyle style = label_style(content.theme);
  double x = 0, y = kTileGap;
  for (const MapSheet::Key& key : content.keys) {
    const std::string text = elide(key.text, style, width - kSwatch - 6);
    const double wide = kSwatch + 6 + text_width(text, style);
    if (x > 0 && x + wide > width) {
      x = 0;
      y += kKeyLine;
    }
    if (canvas != nullptr) {
      canvas->fill({corner.x + x, corner.y + y + 3, kSwatch, kSwatch}, key.colour);
      canvas->text({corner.x + x + kSwatch + 6, corner.y + y + 12}, text, style);
    }
    x += wide + 16;
  }
  return y + kKeyLine;
}

}  // namespace

base::Result<Figure> draw_map_sheet(const MapSheet& content) {
  IBOT_CHECK_OK(check(content));
  const bool maps = std::any_of(content.tiles.begin(), content.tiles.end(), has_map);
  const std::optional<Range> range = maps ? range_of(content) : std::nullopt;
  const auto count = static_cast<int>(content.tiles.size());
  // All tiles are as wide as the widest.
  double width = 0;
  for (const MapTile& tile : content.tiles) {
    if (!tile.blank) width = std::max(width, std::round(std::min(1.0, aspect_of(tile)) * content.side));
  }
  if (width <= 0) width = content.side;
  const double pitch = width + kTileGap;
  const double bar = maps ? kBarSpace : 0;
  int columns = content.columns > 0 ? content.columns : static_cast<int>((kGoodWidth - bar) / pitch);
  columns = std::clamp(columns, 1, std::min(count, static_cast<int>(16000 / pitch)));
  const int rows = (count + columns - 1) / columns;
  if (content.columns <= 0) columns = (count + rows - 1) / rows;  // as even as can be
  // Of each row: where its tiles begin, as high as the highest of them. The last entry is the sheet's end.
  std::vector<double> tops = {0};
  double end = 0;
  for (int row = 0; row < rows; ++row) {
    double height = 0;
    bool captions = false;
    for (int i = row * columns; i < std::min(count, (row + 1) * columns); ++i) {
      const MapTile& tile = content.tiles[static_cast<std::size_t>(i)];
      if (!tile.blank) height = std::max(height, tile_area(tile, content.side).height);
      captions = captions || !tile.caption.empty();
    }
    tops.back() += captions ? kCaptionHeight : 0;
    end = tops.back() + height;
    tops.push_back(end + kTileGap);
  }
  const auto left_of = [&](int column) {
    return column * pitch + (content.group > 0 ? column / content.group * kGroupGap : 0);
  };
  const double sheet = left_of(columns - 1) + width;
  if (end > 30000) {
    return Error{ErrorCode::InvalidArgument, str("cannot draw a sheet of ", rows, " rows of maps"),
                 "at most 30,000 units in height", "Use more columns, smaller tiles, or fewer of them"};
  }
  const double page_width = std::max(sheet + bar, kLeastWidth);
  const double keys = draw_keys(nullptr, content, {}, page_width);
  const Page page({content.title, content.subtitle, full_caption(content, range)}, page_width, end + keys,
                  content.theme);
  Canvas canvas(page.width(), page.height(), content.theme);
  page.draw(canvas);
  const TilePainter painter(
      {content.colours, range.value_or(Range{0, 0}), content.upsampling, content.opacity}, canvas);
  const TextStyle style = label_style(content.theme);
  for (int i = 0; i < count; ++i) {
    const MapTile& tile = content.tiles[static_cast<std::size_t>(i)];
    Rectangle area = tile.blank ? Rectangle{} : tile_area(tile, content.side);
    area.x = page.content().x + left_of(i % columns);
    area.y = page.content().y + tops[static_cast<std::size_t>(i / columns)];
    int room = 1;
    while ((i + room) % columns != 0 && i + room < count &&
           content.tiles[static_cast<std::size_t>(i + room)].caption.empty())
      ++room;
    if (!tile.caption.empty())
      canvas.text({area.x, area.y - 5}, elide(tile.caption, style, room * pitch - kTileGap), style);
    if (!tile.blank) painter.draw(tile, area);
  }
  draw_keys(&canvas, content, {page.content().x, page.content().y + end}, page_width);
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
