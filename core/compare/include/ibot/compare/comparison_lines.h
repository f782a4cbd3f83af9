// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/compare/curve_band.h>
#include <ibot/compare/replicates.h>
#include <ibot/compare/run_curve.h>
#include <ibot/compare/run_data.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ibot::compare {

/// Curves of earlier runs, which none of those that are compared is.
struct EarlierCurves {
  std::string name;  ///< what these runs are, for people: "the folder masks"
  std::vector<RunCurve> curves;
  std::size_t compared = 0;  ///< runs that are called so too, but are among those that are compared
};

/// One metric of runs that are compared, with what tells them apart.
struct ComparedCurves {
  std::string metric;
  std::vector<RunData> data;                     ///< one a run
  std::vector<RunCurve> curves;                  ///< one a run
  std::vector<Replicates> replicates;            ///< places in `data`
  std::shared_ptr<const EarlierCurves> earlier;  ///< nullptr: no band of them is wanted
};

/// How curves that are compared become lines.
struct LineOptions {
  /// What runs are gathered by into one line: kByReplicates, the full key of a parameter, or empty: each is
  /// one.
  std::string gather = {};
  /// Parameters that choose colour and dash; empty: the run's own, none.
  std::string colour = {}, dash = {};
  Alignment align = Alignment::Step;
  double smoothing = 0;
  std::string baseline = {};  ///< id of a run: its line is called so; may be empty
};
inline constexpr const char* kByReplicates = "replicates";

/// One line of a comparison: a run, or the mean of several.
struct ComparisonLine {
  std::string id;                 ///< of its first run
  std::string label;              ///< made of what differs; with n where it is a mean
  std::vector<std::string> runs;  ///< ids that are in it, at least one
  std::int64_t run_colour = 0;    ///< of its first run, or of its group, see group_colours()
  std::vector<double> x, y;
  std::vector<double> low, high;           ///< 95 % interval of the smoothed mean; empty: of a single run
  std::string colour_level, dash_level;    ///< of the options' parameters
  int colour_place = -1, dash_place = -1;  ///< of those levels among all; -1: not chosen by one
};

/// All lines, and what may be chosen about them.
struct ComparisonLines {
  std::vector<ComparisonLine> lines;
  std::vector<std::string> gather_keys;  ///< parameters that runs can be gathered by: those that differ
  std::vector<std::string> level_keys;   ///< those of which every line has one level
  std::vector<std::string> colour_levels, dash_levels;
  std::optional<CurveBand> band;  ///< of the earlier runs
  std::string band_name;
  std::size_t band_compared = 0;      ///< see EarlierCurves
  std::vector<std::string> warnings;  ///< why lines may mislead, see training_warnings()
  std::int64_t points_of = 1;         ///< steps of which the coarsest curve's points are means
  std::size_t without = 0;            ///< runs that have no value of the metric
};

/// Options that name a parameter of which a line does not have one level are taken as empty. Pure, any
/// thread.
IBOT_API ComparisonLines make_comparison_lines(const ComparedCurves& curves, const LineOptions& options);

/// The warnings, then what the lines, the shades and the axis are, a sentence each, with every n. `smoothing`
/// is that which is drawn; nothing: the reader is told of it elsewhere.
IBOT_API std::vector<std::string> comparison_caption(const ComparisonLines& lines, const LineOptions& options,
                                                     std::optional<double> smoothing);

/// One row a point: what it is aligned by, line, runs, n, value, low, high. With a header. The band of
/// earlier runs stands behind as three lines: smallest or 10 % quantile, median, largest or 90 % quantile.
IBOT_API std::string comparison_csv(const ComparisonLines& lines, const LineOptions& options);

}  // namespace ibot::compare
