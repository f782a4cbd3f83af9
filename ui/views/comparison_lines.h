// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/compared_curves.h>
#include <ui/plots/curve_points.h>

#include <QColor>
#include <QString>
#include <QStringList>
#include <vector>

namespace ibot::ui {

/// How curves that are compared become lines.
struct LineOptions {
  /// What runs are gathered by into one line: kByReplicates, a full key of a parameter, or empty: each is
  /// one.
  QString gather;
  /// Parameters that choose colour and dash; empty: the run's own, none.
  QString colour, dash;
  XUnit align = XUnit::Step;
  double smoothing = 0;
};
inline constexpr const char* kByReplicates = "replicates";

/// One line of a comparison: a run, or the mean of several.
struct ComparisonLine {
  QString id;
  QString label;     ///< made of what differs; with n where it is a mean
  QStringList runs;  ///< that are in it, at least one
  std::vector<double> x, y;
  std::vector<double> low, high;           ///< 95 % interval of the smoothed mean; empty: of a single run
  QString colour_level, dash_level;        ///< of the options' parameters
  int colour_place = -1, dash_place = -1;  ///< of those levels among all; -1: not chosen by one
};

/// All lines, and what may be chosen about them.
struct ComparisonLines {
  std::vector<ComparisonLine> lines;
  QStringList gather_keys;  ///< parameters that runs can be gathered by: those that differ
  QStringList level_keys;   ///< those of which every line has one level
  QStringList colour_levels, dash_levels;
  std::int64_t points_of = 1;  ///< steps of which the coarsest curve's points are means
  std::size_t without = 0;     ///< runs that have no value of the metric
};

/// Pure; for any thread. Options that name a parameter which lines do not have one level of are taken as
/// empty.
ComparisonLines make_comparison_lines(const ComparedCurves& curves, const LineOptions& options);

/// "Curve of ...": what the lines are, with n, the meaning of the shade and of the alignment, in sentences.
/// `smoothing` is that which is drawn.
QString comparison_caption(const ComparisonLines& lines, const LineOptions& options, double smoothing);

/// One row a point: what it is aligned by, line, runs, n, value, low, high. With a header.
QString comparison_csv(const ComparisonLines& lines, const LineOptions& options);

}  // namespace ibot::ui
