// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/figure/colour.h>
#include <ibot/figure/figure.h>
#include <ibot/figure/grid.h>

#include <optional>
#include <string>
#include <vector>

namespace ibot::figure {

/// A line of a comparison: the values of its repetitions, their mean, and where the mean of all would lie.
struct IntervalRow {
  std::string name;
  std::vector<double> values;  ///< a dot each; what is not finite is left out
  std::optional<double> mean;
  std::optional<Range> interval;  ///< none for a single value: then none is drawn
  std::string note;               ///< at the right end: "better, p = 0.012"
  bool reference = false;         ///< what the others are compared with: its mean is a line through all rows
  /// Instead of that of its place among the rows, which is grey for the reference.
  std::optional<Colour> colour = {};
};

struct IntervalFigure {
  std::string title;
  std::string subtitle;
  std::string value_label;           ///< "knn/top1@teacher"
  std::vector<std::string> caption;  ///< paragraphs; what dots and bars are is added
  std::vector<IntervalRow> rows;     ///< at most 64, drawn from above
  double width = 720;                ///< 320 to 4096
  Theme theme = Theme::Light;
};

/// Errors: InvalidArgument (too many rows, width out of range, an interval that is none). No finite value: an
/// empty plot that says so.
IBOT_API base::Result<Figure> draw_intervals(const IntervalFigure& content);

}  // namespace ibot::figure
