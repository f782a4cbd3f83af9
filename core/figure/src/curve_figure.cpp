// SPDX-License-Identifier: GPL-3.0-or-later
#include "page.h"
#include "ticks.h"

#include <ibot/base/text.h>
#include <ibot/figure/canvas.h>
#include <ibot/figure/curve_figure.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace ibot::figure {
namespace {

using base::Error;
using base::ErrorCode;
using base::str;

constexpr std::size_t kMaxDirectLabels = 6;
constexpr double kLabelSpacing = 15;
constexpr double kLegendLine = 18;
constexpr double kRawOpacity = 0.25;
constexpr double kShadeOpacity = 0.18;
constexpr double kAxisNameRoom = 160;  // for the name of x, at the axis's end
// Differences of such numbers are still numbers.
constexpr double kLargestValue = 1e100;

// A series in axis coordinates (y as log10 where the axis is), with its looks.
struct Curve {
  const Series* series = nullptr;
  std::vector<double> raw, smooth;  // smooth is empty if nothing is smoothed
  std::vector<double> low, high;    // empty if nothing is shaded
  Stroke stroke;
  const std::vector<double>& main() const { return smooth.empty() ? raw : smooth; }
};

base::Status check(const CurveFigure& content) {
  const auto refuse = [](std::string message, std::string expected) {
    return Error{ErrorCode::InvalidArgument, "cannot draw curves: " + message, std::move(expected), ""};
  };
  if (content.series.size() > kMostSeries) {
    return refuse(str(content.series.size(), " series"), str("at most ", kMostSeries));
  }
  if (!(content.smoothing >= 0 && content.smoothing < 1)) {
    return refuse(str("smoothing ", content.smoothing), "a weight in [0, 1)");
  }
  if (!(content.width >= 240 && content.width <= 4096 && content.height >= 160 && content.height <= 4096)) {
    return refuse(str("a plot of ", content.width, " x ", content.height), "240 to 4096 by 160 to 4096");
  }
  for (const std::optional<Range>& range : {content.x_range, content.y_range}) {
    if (range && !(std::abs(range->low) <= kLargestValue && std::abs(range->high) <= kLargestValue &&
                   range->low < range->high))
      return refuse(str("the range from ", range->low, " to ", range->high), "two numbers, ascending");
  }
  if (content.logarithmic && content.y_range && !(content.y_range->low > 0))
    return refuse(str("a logarithmic axis from ", content.y_range->low), "a number above zero");
  for (const Series& series : content.series) {
    const std::string name = base::quote_untrusted(series.name);
    if (series.x.size() != series.y.size()) {
      return refuse(str(name, " has ", series.x.size(), " x and ", series.y.size(), " y"), "as many of both");
    }
    if (series.low.size() != series.high.size() ||
        (!series.low.empty() && series.low.size() != series.x.size()))
      return refuse(str(name, " has ", series.x.size(), " x, and ", series.low.size(), " and ",
                        series.high.size(), " ends of a shade"),
                    "as many of each, or no shade");
    double last = -std::numeric_limits<double>::infinity();
    for (const double x : series.x) {
      if (x < last)
        return refuse(str(name, " goes back from x ", last, " to ", x), "x that does not decrease");
      if (!std::isnan(x)) last = x;
    }
  }
  return {};
}

std::vector<Curve> curves_of(const CurveFigure& content) {
  std::vector<Curve> curves;
  std::size_t index = 0;
  for (const Series& series : content.series) {
    Curve curve;
    curve.series = &series;
    curve.raw = series.y;
    if (content.smoothing > 0 && !series.reference) curve.smooth = smoothed(series.y, content.smoothing);
    for (std::vector<double>* values : {&curve.raw, &curve.smooth}) {
      for (double& value : *values) {
        if (content.logarithmic) value = value > 0 ? std::log10(value) : NAN;
        if (std::isfinite(value)) value = std::clamp(value, -kLargestValue, kLargestValue);
      }
    }
    curve.low = series.low;
    curve.high = series.high;
    for (std::size_t i = 0; i < curve.low.size(); ++i) {
      if (!content.logarithmic) continue;
      // A shade that begins at zero or below goes down to the edge.
      curve.low[i] = curve.low[i] > 0 ? std::log10(curve.low[i]) : curve.low[i] <= 0 ? -kLargestValue : NAN;
      curve.high[i] = curve.high[i] > 0 ? std::log10(curve.high[i]) : NAN;
    }
    if (series.reference) {
      curve.stroke = {style_of(content.theme).tertiary, 1, 1, {}};
    } else {
      // The ninth curve has the first one's colour, dashed.
      static const std::vector<double> kDashes[]{{}, {6, 3}, {2, 2}, {8, 3, 2, 3}};
      curve.stroke = {series_colour(index, content.theme), 1.25, 1, kDashes[index / kSeriesColours % 4]};
      ++index;
    }
    if (series.colour) curve.stroke.colour = *series.colour;
    if (!series.dash.empty() || series.colour) curve.stroke.dash = series.dash;
    curves.push_back(std::move(curve));
  }
  return curves;
}

void extend(std::optional<Range>& range, double value) {
  if (!std::isfinite(value)) return;
  value = std::clamp(value, -kLargestValue, kLargestValue);
  if (!range) range = Range{value, value};
  range->low = std::min(range->low, value);
  range->high = std::max(range->high, value);
}

// Room above and below, and a width where all values are one.
Range padded(Range range, double share) {
  double extra = (range.high - range.low) * share;
  const double smallest = std::max(std::abs(range.low), std::abs(range.high)) * 1e-6;
  if (!(range.high - range.low > smallest)) extra = range.low == 0 ? 0.5 : std::abs(range.low) * 0.1;
  return {range.low - extra, range.high + extra};
}

class CurvePainter {
 public:
  CurvePainter(const CurveFigure& content, Canvas& canvas, const Rectangle& plot, Range x, Range y)
      : content_(content), canvas_(canvas), plot_(plot), x_(x), y_(y) {}

  void axes(const std::vector<Tick>& y_ticks) {
    const Style& style = canvas_.style();
    for (const Tick& tick : y_ticks) {
      const double y = sharp(place_y(tick.value));
      canvas_.line({plot_.x, y}, {plot_.right(), y}, {style.line, 1, 1, {}});
      canvas_.text({plot_.x - 8, y + 4}, tick.label, label_style(content_.theme, Align::Right));
    }
    const double bottom = sharp(plot_.bottom());
    canvas_.line({plot_.x, bottom}, {plot_.right(), bottom}, {style.tertiary, 1, 1, {}});
    for (const Tick& tick : round_ticks(x_, static_cast<int>(plot_.width / 110))) {
      const double x = sharp(place_x(tick.value));
      canvas_.line({x, bottom}, {x, bottom + 4}, {style.tertiary, 1, 1, {}});
      canvas_.text({x, bottom + 18}, tick.label, label_style(content_.theme, Align::Centre));
    }
    canvas_.text({plot_.right() + 8, bottom + 4},
                 elide(content_.x_label, label_style(content_.theme), kAxisNameRoom),
                 label_style(content_.theme));
    canvas_.text({plot_.x, plot_.y - 10}, elide(content_.y_label, label_style(content_.theme), plot_.width),
                 label_style(content_.theme));
  }

  void draw(const Curve& curve, const std::vector<double>& values, double opacity) {
    Stroke stroke = curve.stroke;
    stroke.opacity = opacity;
    if (opacity < 1) stroke.width = 1;
    const std::vector<Point> points = thinned(curve.series->x, values);
    const bool cut = content_.x_range || content_.y_range;
    if (cut) canvas_.begin_clip(plot_);
    canvas_.polyline(points, stroke);
    for (std::size_t i = 0; i < points.size(); ++i) {  // A value between two gaps is no line.
      const bool alone =
          (i == 0 || std::isnan(points[i - 1].y)) && (i + 1 == points.size() || std::isnan(points[i + 1].y));
      if (alone) canvas_.disc(points[i], 2, stroke.colour, opacity);
    }
    if (cut) canvas_.end_clip();
  }

  void shade(const Curve& curve) {
    std::vector<Point> above, below;  // one of each a half pixel column
    double current = NAN;
    canvas_.begin_clip(plot_);
    const auto flush = [&] {
      std::vector<Point> outline = above;
      outline.insert(outline.end(), below.rbegin(), below.rend());
      canvas_.polygon(outline, curve.stroke.colour, kShadeOpacity);
      above.clear();
      below.clear();
      current = NAN;
    };
    for (std::size_t i = 0; i < curve.low.size(); ++i) {
      const double x = curve.series->x[i];
      if (!std::isfinite(x) || !std::isfinite(curve.low[i]) || !std::isfinite(curve.high[i])) {
        flush();
        continue;
      }
      const Point top{place_x(x), std::clamp(place_y(curve.high[i]), plot_.y, plot_.bottom())};
      const Point bottom{place_x(x), std::clamp(place_y(curve.low[i]), plot_.y, plot_.bottom())};
      const double column = std::floor(top.x * 2);
      if (column == current) {
        above.back().y = std::min(above.back().y, top.y);
        below.back().y = std::max(below.back().y, bottom.y);
        continue;
      }
      current = column;
      above.push_back(top);
      below.push_back(bottom);
    }
    flush();
    canvas_.end_clip();
  }

  // The last finite point that is shown, where the curve's name goes.
  std::optional<Point> end_of(const Curve& curve) const {
    for (std::size_t i = curve.main().size(); i-- > 0;) {
      const double x = curve.series->x[i];
      if (std::isfinite(curve.main()[i]) && std::isfinite(x) && x >= x_.low && x <= x_.high) {
        return Point{place_x(x), std::clamp(place_y(curve.main()[i]), plot_.y, plot_.bottom())};
      }
    }
    return std::nullopt;
  }

 private:
  static double sharp(double value) { return std::floor(value) + 0.5; }
  double place_x(double value) const { return plot_.x + x_.position(value) * plot_.width; }
  double place_y(double value) const { return plot_.bottom() - y_.position(value) * plot_.height; }

  // At most four points for each half pixel column; gaps stay as points that are not finite.
  std::vector<Point> thinned(const std::vector<double>& x, const std::vector<double>& y) const {
    std::vector<Point> points;
    std::vector<Point> column;
    double current = NAN;
    const auto flush = [&] {
      if (column.size() <= 4) {
        points.insert(points.end(), column.begin(), column.end());
      } else {
        const auto [low, high] = std::minmax_element(
            column.begin(), column.end(), [](const Point& a, const Point& b) { return a.y < b.y; });
        points.push_back(column.front());
        points.push_back(low < high ? *low : *high);
        points.push_back(low < high ? *high : *low);
        points.push_back(column.back());
      }
      column.clear();
    };
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (!std::isfinite(x[i]) || !std::isfinite(y[i])) {
        flush();
        if (!points.empty() && std::isfinite(points.back().y)) points.push_back({NAN, NAN});
        continue;
      }
      const Point point{place_x(x[i]), place_y(y[i])};
      const double index = std::floor(point.x * 2);
      if (index != current) flush();
      current = index;
      column.push_back(point);
    }
    flush();
    return points;
  }

  const CurveFigure& content_;
  Canvas& canvas_;
  Rectangle plot_;
  Range x_, y_;
};

struct EndLabel {
  const Curve* curve;
  Point end;
  double y = 0;  // where the name stands
};

// Pushes names apart, keeping their order, inside [top, bottom].
void spread(std::vector<EndLabel>& labels, double top, double bottom) {
  std::stable_sort(labels.begin(), labels.end(),
                   [](const EndLabel& a, const EndLabel& b) { return a.end.y < b.end.y; });
  double limit = top;
  for (EndLabel& label : labels) {
    label.y = std::max(label.end.y, limit);
    limit = label.y + kLabelSpacing;
  }
  limit = bottom;
  for (auto label = labels.rbegin(); label != labels.rend(); ++label) {
    label->y = std::min(label->y, limit);
    limit = label->y - kLabelSpacing;
  }
}

void draw_end_labels(Canvas& canvas, std::vector<EndLabel> labels, const Rectangle& plot, double room) {
  spread(labels, plot.y, plot.bottom() - kLabelSpacing);  // the name of x stands below
  const double text_x = plot.right() + 18;
  for (const EndLabel& label : labels) {
    const Colour colour = label.curve->stroke.colour;
    canvas.disc(label.end, 2.5, colour);
    const Point route[]{
        {label.end.x + 4, label.end.y}, {plot.right() + 6, label.end.y}, {text_x - 4, label.y}};
    canvas.polyline(route, {colour, 1, 0.35, {}});
    TextStyle style = label_style(canvas.theme());
    style.colour = label.curve->series->reference ? canvas.style().secondary : canvas.style().text;
    canvas.text({text_x, label.y + 4}, elide(label.curve->series->name, style, room), style);
  }
}

std::vector<CurveLegendEntry> legend_of(const CurveFigure& content, const std::vector<Curve>& curves) {
  if (!content.legend.empty()) return content.legend;
  std::vector<CurveLegendEntry> legend;
  for (const Curve& curve : curves)
    legend.push_back({curve.series->name, curve.stroke.colour, curve.stroke.dash});
  return legend;
}

// Rows of swatch and name; headings begin a row. Without a canvas: measures alone.
double draw_legend(Canvas* canvas, const std::vector<CurveLegendEntry>& legend, double left, double top,
                   double width, Theme theme) {
  double x = left, y = top;
  for (const CurveLegendEntry& entry : legend) {
    TextStyle style = label_style(theme);
    if (!entry.colour) style.colour = style_of(theme).secondary;
    const double swatch = entry.colour ? 30 : 0;
    const std::string name = elide(entry.text, style, width - swatch);
    const double needed = swatch + text_width(name, style) + 16;
    if (x > left && (x + needed > left + width + 16 || !entry.colour)) {
      x = left;
      y += kLegendLine;
    }
    if (canvas != nullptr) {
      if (entry.colour) canvas->line({x, y + 8.5}, {x + 22, y + 8.5}, {*entry.colour, 2, 1, entry.dash});
      canvas->text({x + swatch, y + 12}, name, style);
    }
    x += needed;
  }
  return y + kLegendLine - top;
}

// Shades are shown as far as that leaves the curves a third of the height.
void extend_by_shades(const std::vector<Curve>& curves, std::optional<Range>& y) {
  if (!y) return;
  const Range alone = *y;
  const double size = alone.high - alone.low;
  for (const Curve& curve : curves) {
    for (const double low : curve.low) {
      if (std::isfinite(low)) y->low = std::min(y->low, std::max(low, alone.low - size));
    }
    for (const double high : curve.high) {
      if (std::isfinite(high)) y->high = std::max(y->high, std::min(high, alone.high + size));
    }
  }
}

std::string smoothing_formula(double weight) {
  const std::string b = base::format_number(weight);
  return str("Full: running mean m = ", b, " m + ", base::format_number(std::round((1 - weight) * 1e9) / 1e9),
             " y, divided by 1 − ", b, "ⁿ. Faint: the values.");
}

}  // namespace

std::vector<double> smoothed(const std::vector<double>& values, double weight) {
  std::vector<double> x;  // gaps do not count
  double count = 0;
  for (const double value : values) x.push_back(std::isfinite(value) ? ++count : count);
  return smoothed(x, values, weight);
}

std::vector<double> smoothed(const std::vector<double>& x, const std::vector<double>& values, double weight) {
  std::vector<double> result(values.size());
  double mean = 0, correction = 1;
  double last = NAN;  // where the value before lies
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      result[i] = NAN;
      continue;
    }
    const double gap = std::isnan(last) ? 1 : x[i] - last;
    const double kept = gap == 1 ? weight : std::pow(weight, gap);
    mean = kept * mean + (1 - kept) * values[i];
    correction *= kept;
    result[i] = mean / (1 - correction);
    last = x[i];
  }
  return result;
}

base::Result<Figure> draw_curves(const CurveFigure& content) {
  IBOT_CHECK_OK(check(content));
  const std::vector<Curve> curves = curves_of(content);
  std::optional<Range> x_range, y_range;
  for (const Curve& curve : curves) {
    for (std::size_t i = 0; i < curve.raw.size(); ++i) {
      if (!std::isfinite(curve.raw[i]) || !std::isfinite(curve.series->x[i])) continue;
      extend(x_range, curve.series->x[i]);
      extend(y_range, curve.raw[i]);
    }
  }
  const bool empty = !x_range;
  extend_by_shades(curves, y_range);
  const Range x = content.x_range ? *content.x_range : padded(x_range.value_or(Range{0, 1}), 0);
  Range y = padded(y_range.value_or(Range{0, 1}), 0.04);
  if (content.y_range) {
    y = *content.y_range;
    if (content.logarithmic) y = {std::log10(y.low), std::log10(y.high)};
  }
  const auto y_ticks = content.logarithmic && y.high - y.low >= 1
                           ? decade_ticks(y, static_cast<int>(content.height / 45))
                           : round_ticks(y, static_cast<int>(content.height / 52));

  PageText text{content.title, content.subtitle, content.caption};
  if (content.smoothing > 0) text.caption.push_back(smoothing_formula(content.smoothing));

  // Room for the labels on both sides.
  const TextStyle style = label_style(content.theme);
  double left = 0, right = 8 + std::min(text_width(content.x_label, style), kAxisNameRoom);
  for (const Tick& tick : y_ticks) left = std::max(left, text_width(tick.label, style) + 8);
  double name_room = 0;
  for (const Curve& curve : curves) name_room = std::max(name_room, text_width(curve.series->name, style));
  // Names that would be cut at the ends of their lines have room below.
  const bool direct =
      content.legend.empty() && curves.size() <= kMaxDirectLabels && name_room <= content.width / 4;
  if (direct && !empty) right = std::max(right, 18 + name_room);
  const std::vector<CurveLegendEntry> entries = legend_of(content, curves);
  const double legend = direct ? 0 : draw_legend(nullptr, entries, 0, 0, content.width, content.theme) + 10;

  const Page page(text, content.width, content.height + legend, content.theme);
  Canvas canvas(page.width(), page.height(), content.theme);
  page.draw(canvas);
  const Rectangle plot{page.content().x + left, page.content().y + 22, content.width - left - right,
                       content.height - 22 - 26};
  CurvePainter painter(content, canvas, plot, x, y);
  painter.axes(y_ticks);
  if (empty) {
    canvas.text({plot.x + plot.width / 2, plot.y + plot.height / 2}, "nothing to show yet",
                label_style(content.theme, Align::Centre));
  }
  std::vector<EndLabel> labels;
  for (const bool reference : {true, false}) {
    for (const Curve& curve : curves) {
      if (curve.series->reference == reference) painter.shade(curve);
    }
  }
  for (const bool reference : {true, false}) {
    for (const Curve& curve : curves) {
      if (curve.series->reference != reference) continue;
      if (!curve.smooth.empty()) painter.draw(curve, curve.raw, kRawOpacity);
      if (const auto end = painter.end_of(curve)) labels.push_back({&curve, *end});
    }
  }
  for (const bool reference : {true, false}) {
    for (const Curve& curve : curves) {
      if (curve.series->reference == reference) painter.draw(curve, curve.main(), 1);
    }
  }
  if (direct) {
    draw_end_labels(canvas, std::move(labels), plot, name_room + 1);
  } else {
    draw_legend(&canvas, entries, page.content().x, page.content().bottom() - legend + 10, content.width,
                content.theme);
  }
  return canvas.finish(content.title);
}

}  // namespace ibot::figure
