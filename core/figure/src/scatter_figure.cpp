// SPDX-License-Identifier: GPL-3.0-or-later
#include "page.h"

#include <ibot/base/text.h>
#include <ibot/figure/canvas.h>
#include <ibot/figure/scatter_figure.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ibot::figure {
namespace {

using base::Error;
using base::ErrorCode;
using base::str;

constexpr std::size_t kMostPoints = 100'000;
constexpr std::size_t kMostLegend = 128;
constexpr double kLegendWidth = 150, kLegendLine = 18;
constexpr double kInside = 12;  // between the frame and the outermost points

base::Status check(const ScatterFigure& content) {
  const auto refuse = [](std::string message, std::string expected) {
    return Error{ErrorCode::InvalidArgument, "cannot draw points: " + message, std::move(expected), ""};
  };
  if (!(content.side >= 160 && content.side <= 4096))
    return refuse(str("a plot of ", content.side, " units"), "160 to 4096");
  const std::size_t count = content.labels.size();
  if (count == 0 || count > kMostPoints || content.points.size() != 2 * count)
    return refuse(str(content.points.size(), " coordinates and ", count, " labels"),
                  str("1 to ", kMostPoints, " points, two coordinates and a label each"));
  if (content.legend.size() > kMostLegend)
    return refuse(str(content.legend.size(), " labels"), str("at most ", kMostLegend));
  const std::uint8_t highest = *std::max_element(content.labels.begin(), content.labels.end());
  if (highest >= content.legend.size())
    return refuse(str("label ", static_cast<int>(highest), " of ", content.legend.size()),
                  "a name for each label");
  return {};
}

// Where points go: one scale for both axes, the cloud in the middle.
struct Placing {
  double middle_x, middle_y, scale;
  Rectangle area;

  Placing(const std::vector<float>& points, const Rectangle& plot) : area(plot) {
    constexpr double kNothing = std::numeric_limits<double>::infinity();
    double low[2] = {kNothing, kNothing}, high[2] = {-kNothing, -kNothing};
    for (std::size_t i = 0; i + 1 < points.size(); i += 2) {
      if (!std::isfinite(points[i]) || !std::isfinite(points[i + 1])) continue;
      for (std::size_t axis = 0; axis < 2; ++axis) {
        low[axis] = std::min(low[axis], static_cast<double>(points[i + axis]));
        high[axis] = std::max(high[axis], static_cast<double>(points[i + axis]));
      }
    }
    const bool any = low[0] <= high[0];
    middle_x = any ? (low[0] + high[0]) / 2 : 0;
    middle_y = any ? (low[1] + high[1]) / 2 : 0;
    const double span = any ? std::max(high[0] - low[0], high[1] - low[1]) : 0;
    scale = span > 0 ? (area.width - 2 * kInside) / span : 0;
  }
  Point operator()(double x, double y) const {
    return {area.x + area.width / 2 + (x - middle_x) * scale,
            area.y + area.height / 2 - (y - middle_y) * scale};
  }
};

}  // namespace

base::Result<Figure> draw_scatter(const ScatterFigure& content) {
  IBOT_CHECK_OK(check(content));
  const auto lines = static_cast<std::size_t>(content.side / kLegendLine);
  const std::size_t columns = (content.legend.size() + lines - 1) / lines;
  const Page page({content.title, content.subtitle, content.caption},
                  content.side + kGap + static_cast<double>(columns) * kLegendWidth, content.side,
                  content.theme);
  Canvas canvas(page.width(), page.height(), content.theme);
  page.draw(canvas);
  const Rectangle plot{page.content().x, page.content().y, content.side, content.side};
  canvas.outline({plot.x + 0.5, plot.y + 0.5, plot.width - 1, plot.height - 1},
                 {canvas.style().line, 1, 1, {}});
  const Placing place(content.points, plot);
  // Many points overlap: smaller ones show more of each other.
  const double radius = content.labels.size() > 1000 ? 1.75 : 2.5;
  for (std::size_t i = 0; i < content.labels.size(); ++i) {
    const auto x = static_cast<double>(content.points[2 * i]),
               y = static_cast<double>(content.points[2 * i + 1]);
    if (!std::isfinite(x) || !std::isfinite(y)) continue;
    canvas.disc(place(x, y), radius, cluster_colour(content.labels[i]), 0.85);
  }
  const TextStyle style = label_style(content.theme);
  for (std::size_t label = 0; label < content.legend.size(); ++label) {
    const double x = plot.right() + kGap + static_cast<double>(label / lines) * kLegendWidth;
    const double y = plot.y + (static_cast<double>(label % lines) + 0.5) * kLegendLine;
    canvas.disc({x + 5, y}, 4, cluster_colour(label));
    canvas.text({x + 16, y + 4}, elide(content.legend[label], style, kLegendWidth - 24), style);
  }
  return canvas.finish(content.title);
}

}  // namespace ibot::figure
