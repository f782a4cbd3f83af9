// SPDX-License-Identifier: GPL-3.0-or-later
#include "page.h"
#include "ticks.h"

#include <ibot/base/text.h>
#include <ibot/figure/canvas.h>
#include <ibot/figure/interval_figure.h>

#include <algorithm>
#include <cmath>

namespace ibot::figure {
namespace {

using base::Error;
using base::ErrorCode;
using base::str;

constexpr std::size_t kMaxRows = 64;
constexpr double kRowHeight = 30;
constexpr double kAxisHeight = 40;
constexpr double kSpace = 14;
constexpr double kLargestValue = 1e100;

bool is_drawable(double value) {
  return std::abs(value) <= kLargestValue;
}

base::Status check(const IntervalFigure& content) {
  const auto refuse = [](std::string message, std::string expected) {
    return Error{ErrorCode::InvalidArgument, "cannot draw intervals: " + message, std::move(expected), ""};
  };
  if (content.rows.size() > kMaxRows)
    return refuse(str(content.rows.size(), " rows"), str("at most ", kMaxRows));
  if (!(content.width >= 320 && content.width <= 4096))
    return refuse(str("a width of ", content.width), "320 to 4096");
  for (const IntervalRow& row : content.rows) {
    if (row.interval && !(row.interval->low <= row.interval->high))
      return refuse(str("the interval of ", base::quote_untrusted(row.name)), "low, then high");
  }
  return {};
}

std::optional<Range> range_of(const IntervalFigure& content) {
  std::optional<Range> range;
  const auto extend = [&](double value) {
    if (!is_drawable(value)) return;
    if (!range) range = Range{value, value};
    range->low = std::min(range->low, value);
    range->high = std::max(range->high, value);
  };
  for (const IntervalRow& row : content.rows) {
    for (const double value : row.values) extend(value);
    if (row.mean) extend(*row.mean);
    if (row.interval) {
      extend(row.interval->low);
      extend(row.interval->high);
    }
  }
  if (!range) return range;
  const double room = range->high > range->low ? 0.05 * (range->high - range->low)
                                               : std::max(1.0, std::abs(range->low)) * 0.05;
  return Range{range->low - room, range->high + room};
}

class Painter {
 public:
  Painter(const IntervalFigure& content, Canvas& canvas, const Rectangle& plot, Range range)
      : content_(content), canvas_(canvas), plot_(plot), range_(range) {}

  void axis() {
    const Style& style = canvas_.style();
    const double bottom = plot_.bottom();
    const int count = std::clamp(static_cast<int>(plot_.width / 80), 2, 10);
    for (const Tick& tick : round_ticks(range_, count)) {
      const double x = std::round(x_of(tick.value)) + 0.5;
      canvas_.line({x, plot_.y}, {x, bottom}, {style.line, 1, 0.6, {}});
      canvas_.text({x, bottom + 15}, tick.label, label_style(canvas_.theme(), Align::Centre));
    }
    canvas_.line({plot_.x, bottom + 0.5}, {plot_.right(), bottom + 0.5}, {style.line, 1, 1, {}});
    canvas_.text({plot_.x + plot_.width / 2, bottom + 33}, content_.value_label,
                 label_style(canvas_.theme(), Align::Centre));
  }

  void reference() {
    for (const IntervalRow& row : content_.rows) {
      if (!row.reference || !row.mean || !is_drawable(*row.mean)) continue;
      const double x = std::round(x_of(*row.mean)) + 0.5;
      canvas_.line({x, plot_.y}, {x, plot_.bottom()}, {canvas_.style().secondary, 1, 0.9, {4, 3}});
    }
  }

  void rows() {
    double y = plot_.y + kRowHeight / 2;
    std::size_t index = 0;
    for (const IntervalRow& row : content_.rows) {
      const Colour usual =
          row.reference ? canvas_.style().secondary : series_colour(index++, canvas_.theme());
      draw(row, std::round(y) + 0.5, row.colour.value_or(usual));
      y += kRowHeight;
    }
  }

 private:
  double x_of(double value) const { return plot_.x + plot_.width * range_.position(value); }

  void draw(const IntervalRow& row, double y, Colour colour) {
    if (row.interval && is_drawable(row.interval->low) && is_drawable(row.interval->high)) {
      const double left = x_of(row.interval->low), right = x_of(row.interval->high);
      canvas_.line({left, y}, {right, y}, {colour, 2, 1, {}});
      for (const double end : {left, right}) canvas_.line({end, y - 5}, {end, y + 5}, {colour, 2, 1, {}});
    }
    // On the line, with a rim that sets them off.
    for (const double value : row.values) {
      if (!is_drawable(value)) continue;
      canvas_.disc({x_of(value), y}, 4.5, canvas_.style().base);
      canvas_.disc({x_of(value), y}, 3, colour);
    }
    if (row.mean && is_drawable(*row.mean)) {
      const double x = x_of(*row.mean);
      canvas_.fill({x - 1.5, y - 7, 3, 14}, colour);
    }
  }

  const IntervalFigure& content_;
  Canvas& canvas_;
  Rectangle plot_;
  Range range_;
};

}  // namespace

base::Result<Figure> draw_intervals(const IntervalFigure& content) {
  IBOT_CHECK_OK(check(content));
  PageText text{content.title, content.subtitle, content.caption};
  text.caption.emplace_back(
      "Dots: the values of single runs. Upright bar: their mean. Line with ends: 95 % t-interval of the "
      "mean; none for a "
      "single run. Dashed: mean of the baseline.");
  const std::optional<Range> range = range_of(content);
  const double rows = static_cast<double>(std::max<std::size_t>(1, content.rows.size()));
  const Page page(text, content.width, rows * kRowHeight + kAxisHeight, content.theme);
  Canvas canvas(page.width(), page.height(), content.theme);
  page.draw(canvas);
  TextStyle names = label_style(content.theme);
  names.colour = style_of(content.theme).text;
  const TextStyle notes = label_style(content.theme);
  double left = 0, right = 0;
  for (const IntervalRow& row : content.rows) {
    left = std::max(left, text_width(row.name, names));
    right = std::max(right, text_width(row.note, notes));
  }
  left = std::min(left, content.width * 0.35) + kSpace;
  right = std::min(right, content.width * 0.3) + kSpace;
  const Rectangle plot{page.content().x + left, page.content().y, content.width - left - right,
                       rows * kRowHeight};
  if (!range) {
    canvas.text({plot.x + plot.width / 2, plot.y + plot.height / 2}, "nothing to show yet",
                label_style(content.theme, Align::Centre));
    return canvas.finish(content.title);
  }
  Painter painter(content, canvas, plot, *range);
  painter.axis();
  painter.reference();
  painter.rows();
  double y = plot.y + kRowHeight / 2 + 4;
  for (const IntervalRow& row : content.rows) {
    canvas.text({page.content().x, y}, elide(row.name, names, left - kSpace + 1), names);
    canvas.text({plot.right() + kSpace, y}, elide(row.note, notes, right - kSpace + 1), notes);
    y += kRowHeight;
  }
  return canvas.finish(content.title);
}

}  // namespace ibot::figure
