// SPDX-License-Identifier: GPL-3.0-or-later
#include "map_tile.h"
#include "page.h"
#include "ticks.h"

#include <ibot/base/text.h>
#include <ibot/figure/matrix_figure.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace ibot::figure {
namespace {

using base::Error;
using base::ErrorCode;
using base::str;

constexpr std::size_t kMostSide = 1024;
constexpr double kLine = 16, kLeastNumber = 30;  // of a square with a number in it
constexpr double kMostNames = 120, kLeastWidth = 420;

base::Status check(const MatrixFigure& content) {
  const auto refuse = [](std::string message, std::string expected) {
    return Error{ErrorCode::InvalidArgument, "cannot draw a matrix: " + std::move(message),
                 std::move(expected), ""};
  };
  for (const auto* names : {&content.rows, &content.columns}) {
    if (names->empty() || names->size() > kMostSide)
      return refuse(str(content.rows.size(), " x ", content.columns.size(), " squares"),
                    str("1 to ", kMostSide, " a side"));
  }
  if (content.values.size() != content.rows.size() * content.columns.size()) {
    return refuse(str(content.values.size(), " values"),
                  str(content.rows.size(), " x ", content.columns.size()));
  }
  if (!(content.side >= 64 && content.side <= 4096))
    return refuse(str("a side of ", content.side), "64 to 4096");
  return {};
}

std::string number_text(double value, int decimals) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", std::clamp(decimals, 0, 6), value);
  return text;
}

}  // namespace

base::Result<Figure> draw_matrix(const MatrixFigure& content) {
  IBOT_CHECK_OK(check(content));
  const auto rows = static_cast<double>(content.rows.size()),
             columns = static_cast<double>(content.columns.size());
  const double square = content.side / std::max(rows, columns);
  const TextStyle label = label_style(content.theme);
  TextStyle strong = label;
  strong.colour = style_of(content.theme).text;
  double names = 0;
  for (const std::string& name : content.rows) names = std::max(names, text_width(name, label));
  names = std::min(names, kMostNames) + 10;
  const bool sides = !content.down.empty() || !content.across.empty();
  const double head = (sides ? 2 * kLine + 6 : 0) + kLine;
  const double width = names + square * columns + 10 + kBarSpace;
  std::vector<std::string> caption = content.caption;
  caption.push_back(str("Colours: ", to_string(content.colours), content.unit.empty() ? "" : ", ",
                        content.unit, ", from ", format_value(content.range.low), " to ",
                        format_value(content.range.high),
                        content.cell.empty() ? "." : "; one square is one " + content.cell + "."));
  const Page page({content.title, content.subtitle, caption}, std::max(width, kLeastWidth),
                  head + square * rows, content.theme);
  Canvas canvas(page.width(), page.height(), content.theme);
  page.draw(canvas);
  const Rectangle area{page.content().x + names, page.content().y + head, square * columns, square * rows};
  const MapTile tile{.rows = static_cast<int>(content.rows.size()),
                     .columns = static_cast<int>(content.columns.size()),
                     .values = content.values};
  const TilePainter painter({content.colours, content.range, Upsampling::Nearest, 1}, canvas);
  painter.draw(tile, area);
  painter.bar({area.right() + 10, area.y, kBarWidth, std::min(area.height, 320.0)});
  canvas.text({area.right() + 10, area.y - 10}, elide(content.unit, label, kBarSpace - 4), label);
  double line = page.content().y + 11;
  for (const auto& [arrow, what] : {std::pair("\u2193 ", &content.down), {"\u2192 ", &content.across}}) {
    if (sides)
      canvas.text({page.content().x, line}, elide(arrow + *what, strong, page.content().width), strong);
    line += kLine;
  }
  double widest = 0;
  for (const std::string& name : content.columns) widest = std::max(widest, text_width(name, label));
  const auto every = [&](double need) {
    return static_cast<std::size_t>(std::max(1.0, std::ceil(need / square)));
  };
  const std::size_t column_step = every(widest + 6), row_step = every(12);
  for (std::size_t i = 0; i < content.columns.size(); i += column_step) {
    canvas.text({area.x + (static_cast<double>(i) + 0.5) * square, area.y - 6}, content.columns[i],
                label_style(content.theme, Align::Centre));
  }
  for (std::size_t i = 0; i < content.rows.size(); i += row_step) {
    canvas.text({area.x - 8, area.y + (static_cast<double>(i) + 0.5) * square + 4},
                elide(content.rows[i], label, names - 8), label_style(content.theme, Align::Right));
  }
  if (square < kLeastNumber) return canvas.finish(content.title);
  for (std::size_t i = 0; i < content.values.size(); ++i) {
    const double value = static_cast<double>(content.values[i]);
    if (!std::isfinite(value)) continue;
    // Black or white, whichever is seen better.
    const Colour ground = map_colour(content.colours, content.range.position(value));
    TextStyle style = label_style(content.theme, Align::Centre);
    const Colour dark = colour_from_hex(0x101418), light = colour_from_hex(0xffffff);
    style.colour = contrast(ground, dark) >= contrast(ground, light) ? dark : light;
    const auto row = static_cast<double>(i / content.columns.size());
    const auto column = static_cast<double>(i % content.columns.size());
    canvas.text({area.x + (column + 0.5) * square, area.y + (row + 0.5) * square + 4},
                number_text(value, content.decimals), style);
  }
  return canvas.finish(content.title);
}

}  // namespace ibot::figure
