// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/figure/colour.h>
#include <ibot/figure/figure.h>
#include <ibot/figure/grid.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace ibot::figure {

/// One curve. `x` must not decrease; a value that is not finite is a gap.
struct Series {
  std::string name;
  std::vector<double> x, y;
  bool reference = false;  ///< grey, behind the others: what was measured elsewhere
  /// Instead of the colour and dashes of its place among the series.
  std::optional<Colour> colour = {};
  std::vector<double> dash = {};
  /// What is shaded under the curve, of the length of x, or empty; where an end is missing it has a gap. Not
  /// smoothed.
  std::vector<double> low = {}, high = {};
};

/// A line of a legend that says what colours and dashes mean. Without a colour: a heading of those behind it.
struct CurveLegendEntry {
  std::string text;
  std::optional<Colour> colour = {};
  std::vector<double> dash = {};
};
constexpr std::size_t kMostSeries = 64;

struct CurveFigure {
  std::string title;
  std::string subtitle;
  std::string x_label;               ///< "step"
  std::string y_label;               ///< "loss"
  std::vector<std::string> caption;  ///< paragraphs; the formula of smoothing is added
  std::vector<Series> series;        ///< at most kMostSeries; colours in this order, references not counted
  std::vector<CurveLegendEntry> legend;  ///< below, in place of the names of the series; empty: those
  /// Weight b in [0, 1) of the running mean m = b m + (1 - b) y, divided by 1 - b^n (n: values so far, as
  /// Adam's correction). Drawn full over the faint values; 0: the values alone. References are not smoothed.
  double smoothing = 0;
  bool logarithmic = false;  ///< y; values of zero and below are gaps
  /// What is shown, in the units of x and y; not set: everything. Smoothing knows the values outside.
  std::optional<Range> x_range, y_range;
  double width = 720, height = 360;  ///< of the plot with its labels, without title and caption; 240 to 4096
  Theme theme = Theme::Light;
};

/// Up to six curves are named at their right ends; more, and those whose names are too long for that, in a
/// legend below. However many points a curve has,
/// at most four for each half pixel column are drawn: first, smallest, largest, last. Where the axis of
/// values follows the data it shows shades as far as that leaves the curves a third of the height.
///
/// Errors: InvalidArgument (x, y and shades of different length, x decreasing, too many series, smoothing,
/// size or shown range out of range). No series or no finite value: an empty plot that says so.
IBOT_API base::Result<Figure> draw_curves(const CurveFigure& content);

/// The running mean that draw_curves draws; NaN in, NaN out, and the mean goes on behind it.
IBOT_API std::vector<double> smoothed(const std::vector<double>& values, double weight);
/// The same of a curve of which every so many points were kept: `weight` for each 1 that x goes on, so that
/// it follows the curve as its whole does. Precondition: x increases, as many as values.
IBOT_API std::vector<double> smoothed(const std::vector<double>& x, const std::vector<double>& values,
                                      double weight);

}  // namespace ibot::figure
