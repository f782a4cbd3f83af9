// SPDX-License-Identifier: GPL-3.0-or-later
#include "page.h"

#include <ibot/base/text.h>
#include <ibot/figure/canvas.h>
#include <ibot/figure/match_figure.h>

#include <algorithm>
#include <cmath>

namespace ibot::figure {
namespace {

using base::Error;
using base::ErrorCode;
using base::str;

constexpr std::size_t kMostLines = 4096;
constexpr double kLabelHeight = 18;
constexpr double kBetween = 28;
constexpr int kPixelsPerUnit = 2;

base::Status check(const MatchFigure& content) {
  const auto refuse = [](std::string message, std::string expected) {
    return Error{ErrorCode::InvalidArgument, "cannot draw matches: " + message, std::move(expected), ""};
  };
  if (!(content.side >= 64 && content.side <= 1024))
    return refuse(str("pictures of ", content.side, " units"), "64 to 1024");
  for (const MatchFigure::Side& side : content.sides) {
    if (!side.picture.valid() || side.rows < 1 || side.columns < 1) {
      return refuse(str("a picture of ", side.picture.width, " x ", side.picture.height, " with ",
                        side.picture.rgb.size(), " bytes and ", side.rows, " x ", side.columns, " patches"),
                    "[height, width, 3] bytes and a patch grid");
    }
  }
  if (content.lines.size() > kMostLines)
    return refuse(str(content.lines.size(), " lines"), str("at most ", kMostLines));
  const auto inside = [](const MatchFigure::Side& side, int row, int column) {
    return row >= 0 && column >= 0 && row < side.rows && column < side.columns;
  };
  for (const MatchFigure::Line& line : content.lines) {
    if (!inside(content.sides[0], line.first_row, line.first_column) ||
        !inside(content.sides[1], line.second_row, line.second_column))
      return refuse("a line leaves its picture", "patches of the grids");
  }
  return {};
}

Rectangle area_of(const MatchFigure::Side& side, double length) {
  const double aspect = std::clamp(static_cast<double>(side.picture.width) / side.picture.height, 0.25, 4.0);
  return aspect >= 1 ? Rectangle{0, 0, length, std::round(length / aspect)}
                     : Rectangle{0, 0, std::round(length * aspect), length};
}

Point middle(const MatchFigure::Side& side, const Rectangle& area, int row, int column) {
  return {area.x + (column + 0.5) * area.width / side.columns,
          area.y + (row + 0.5) * area.height / side.rows};
}

}  // namespace

base::Result<Figure> draw_matches(const MatchFigure& content) {
  IBOT_CHECK_OK(check(content));
  std::array<Rectangle, 2> areas{area_of(content.sides[0], content.side),
                                 area_of(content.sides[1], content.side)};
  const double height = kLabelHeight + std::max(areas[0].height, areas[1].height);
  const Page page({content.title, content.subtitle, content.caption},
                  std::max(areas[0].width + kBetween + areas[1].width, 420.0), height, content.theme);
  Canvas canvas(page.width(), page.height(), content.theme);
  page.draw(canvas);
  const TextStyle style = label_style(content.theme);
  for (std::size_t i = 0; i < 2; ++i) {
    areas[i].x = page.content().x + (i == 0 ? 0 : areas[0].width + kBetween);
    areas[i].y = page.content().y + kLabelHeight;
    canvas.text({areas[i].x, areas[i].y - 5}, elide(content.sides[i].caption, style, areas[i].width), style);
    const Picture shown =
        resample(content.sides[i].picture, static_cast<int>(areas[i].width) * kPixelsPerUnit,
                 static_cast<int>(areas[i].height) * kPixelsPerUnit);
    canvas.picture(shown.view(), areas[i]);
  }
  // The strongest last, on top.
  for (std::size_t i = content.lines.size(); i > 0; --i) {
    const MatchFigure::Line& line = content.lines[i - 1];
    const Point from = middle(content.sides[0], areas[0], line.first_row, line.first_column);
    const Point to = middle(content.sides[1], areas[1], line.second_row, line.second_column);
    const Colour colour = cluster_colour(i - 1);
    if (!line.dashed) canvas.line(from, to, {colour_from_hex(0x101418), 3, 0.35, {}});
    canvas.line(from, to,
                {colour, 1.5, 0.95, line.dashed ? std::vector<double>{4, 4} : std::vector<double>{}});
    for (const Point& end : {from, to}) {
      canvas.disc(end, 4, colour_from_hex(0x101418), 0.8);
      canvas.disc(end, 3, colour);
    }
  }
  return canvas.finish(content.title);
}

}  // namespace ibot::figure
