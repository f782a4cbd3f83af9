// SPDX-License-Identifier: GPL-3.0-or-later
#include "page.h"
#include "ticks.h"

#include <ibot/base/text.h>
#include <ibot/figure/bar_figure.h>
#include <ibot/figure/canvas.h>

#include <algorithm>
#include <cmath>

namespace ibot::figure {
namespace {

using base::Error;
using base::ErrorCode;
using base::str;

constexpr std::size_t kMostNames = 64, kMostGroups = 64;
constexpr double kBar = 14, kBarGap = 3, kGroupGap = 14, kAxisHeight = 40, kSpace = 12, kNote = 56;
constexpr double kLegendLine = 18, kSwatch = 10, kLargestValue = 1e100, kMostHeight = 30'000;

Error refused(std::string message, std::string expected) {
  return {ErrorCode::InvalidArgument, "cannot draw bars: " + std::move(message), std::move(expected), ""};
}

bool is_drawable(double value) {
  return std::abs(value) <= kLargestValue;
}

base::Status check(const BarFigure& content) {
  if (content.names.empty() || content.names.size() > kMostNames)
    return refused(str(content.names.size(), " names"), str("1 to ", kMostNames));
  if (content.groups.empty() || content.groups.size() > kMostGroups)
    return refused(str(content.groups.size(), " groups"), str("1 to ", kMostGroups));
  if (!(content.width >= 320 && content.width <= 4096))
    return refused(str("a width of ", content.width), "320 to 4096");
  for (const BarFigure::Group& group : content.groups) {
    if (group.values.size() != content.names.size()) {
      return refused(str(base::quote_untrusted(group.name), " has ", group.values.size(), " values"),
                     str(content.names.size(), ", one a name"));
    }
  }
  return {};
}

Range range_of(const BarFigure& content) {
  Range range{0, 0};
  const auto extend = [&](double value) {
    if (!is_drawable(value)) return;
    range.low = std::min(range.low, value);
    range.high = std::max(range.high, value);
  };
  for (const BarFigure::Group& group : content.groups) {
    for (const double value : group.values) extend(value);
    if (group.reference) extend(*group.reference);
  }
  if (!(range.high > range.low)) range.high = range.low + 1;
  return range;
}

bool has_reference(const BarFigure& content) {
  return std::any_of(content.groups.begin(), content.groups.end(), [](const BarFigure::Group& group) {
    return group.reference && is_drawable(*group.reference);
  });
}

/// The plot of bars: names at the left, values at the right.
class Painter {
 public:
  Painter(const BarFigure& content, Canvas& canvas, const Rectangle& plot, Range range)
      : content_(content), canvas_(canvas), plot_(plot), range_(range) {}

  void axis() {
    const Style& style = canvas_.style();
    const int count = std::clamp(static_cast<int>(plot_.width / 80), 2, 10);
    for (const Tick& tick : round_ticks(range_, count)) {
      const double x = std::round(x_of(tick.value)) + 0.5;
      canvas_.line({x, plot_.y}, {x, plot_.bottom()}, {style.line, 1, 0.6, {}});
      canvas_.text({x, plot_.bottom() + 15}, tick.label, label_style(canvas_.theme(), Align::Centre));
    }
    const double zero = std::round(x_of(0)) + 0.5;
    canvas_.line({zero, plot_.y}, {zero, plot_.bottom()}, {style.secondary, 1, 1, {}});
    canvas_.text({plot_.x + plot_.width / 2, plot_.bottom() + 33}, content_.value_label,
                 label_style(canvas_.theme(), Align::Centre));
  }

  void groups(double left) {
    TextStyle names = label_style(canvas_.theme());
    names.colour = canvas_.style().text;
    double top = plot_.y;
    for (const BarFigure::Group& group : content_.groups) {
      const double high = height_of(content_);
      canvas_.text({left, top + high / 2 + 4}, elide(group.name, names, plot_.x - left - kSpace), names);
      double y = top;
      for (std::size_t i = 0; i < group.values.size(); ++i, y += kBar + kBarGap) bar(group.values[i], i, y);
      if (group.reference && is_drawable(*group.reference)) {
        const double x = std::round(x_of(*group.reference)) + 0.5;
        canvas_.line({x, top - 3}, {x, top + high + 3}, {canvas_.style().text, 1, 0.9, {3, 2}});
      }
      top += high + kGroupGap;
    }
  }

  static double height_of(const BarFigure& content) {
    return static_cast<double>(content.names.size()) * (kBar + kBarGap) - kBarGap;
  }

 private:
  double x_of(double value) const { return plot_.x + plot_.width * range_.position(value); }

  void bar(double value, std::size_t name, double y) {
    const TextStyle notes = label_style(canvas_.theme());
    if (!is_drawable(value)) return canvas_.text({x_of(0) + 6, y + kBar - 3}, "not measured", notes);
    const double from = x_of(std::min(value, 0.0)), to = x_of(std::max(value, 0.0));
    canvas_.fill({from, y, std::max(1.0, to - from), kBar}, series_colour(name, canvas_.theme()), 0.9);
    canvas_.text({to + 6, y + kBar - 3}, format_value(value, 3), notes);
  }

  const BarFigure& content_;
  Canvas& canvas_;
  Rectangle plot_;
  Range range_;
};

// Returns where it ends. Without a canvas: only that.
double draw_legend(Canvas* canvas, const BarFigure& content, double left, double top, double width) {
  const TextStyle style = label_style(content.theme);
  double x = left, y = top;
  const auto add = [&](const std::string& name, std::optional<Colour> colour) {
    const std::string text = elide(name, style, width - kSwatch - 6);
    const double wide = kSwatch + 6 + text_width(text, style) + 18;
    if (x > left && x + wide - 18 > left + width) {
      x = left;
      y += kLegendLine;
    }
    if (canvas != nullptr) {
      if (colour) canvas->fill({x, y + 2, kSwatch, kSwatch}, *colour, 0.9);
      if (!colour)
        canvas->line({x + kSwatch / 2 + 0.5, y}, {x + kSwatch / 2 + 0.5, y + kSwatch + 4},
                     {canvas->style().text, 1, 0.9, {3, 2}});
      canvas->text({x + kSwatch + 6, y + 11}, text, style);
    }
    x += wide;
  };
  for (std::size_t i = 0; i < content.names.size(); ++i)
    add(content.names[i], series_colour(i, content.theme));
  if (has_reference(content)) add(content.reference_name, std::nullopt);
  return y + kLegendLine;
}

}  // namespace

base::Result<Figure> draw_bars(const BarFigure& content) {
  IBOT_CHECK_OK(check(content));
  const auto groups = static_cast<double>(content.groups.size());
  const double plot_height = groups * (Painter::height_of(content) + kGroupGap) - kGroupGap;
  const double legend = draw_legend(nullptr, content, 0, 0, content.width) + 10;
  if (legend + plot_height + kAxisHeight > kMostHeight)
    return refused("it would be too large", "at most 30,000 units in height");
  const Page page({content.title, content.subtitle, content.caption}, content.width,
                  legend + plot_height + kAxisHeight, content.theme);
  Canvas canvas(page.width(), page.height(), content.theme);
  page.draw(canvas);
  const Rectangle& area = page.content();
  draw_legend(&canvas, content, area.x, area.y, content.width);
  double left = 0;
  for (const BarFigure::Group& group : content.groups)
    left = std::max(left, text_width(group.name, label_style(content.theme)));
  left = std::min(left, content.width * 0.35) + kSpace;
  Painter painter(content, canvas,
                  {area.x + left, area.y + legend, content.width - left - kNote, plot_height},
                  range_of(content));
  painter.axis();
  painter.groups(area.x);
  return canvas.finish(content.title);
}

}  // namespace ibot::figure
