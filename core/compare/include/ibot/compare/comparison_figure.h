// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/compare/comparison_lines.h>
#include <ibot/figure/curve_figure.h>

#include <string>

namespace ibot::compare {

/// The lines as a figure, the same from the window and from `ibot compare --curves`: legend, intervals, the
/// band of earlier runs behind them, and the caption. Colours and dashes are those of the runs or of the
/// levels that choose them. What is shown of it, its size and theme are the caller's to change. Of more lines
/// than a figure takes the first are drawn, and that is said. Pure, any thread.
IBOT_API figure::CurveFigure comparison_figure(const ComparisonLines& lines, const std::string& metric,
                                               const LineOptions& options,
                                               figure::Theme theme = figure::Theme::Light);

/// Dashes of a run or level by its place: solid for the first eight, which have a colour each.
IBOT_API std::vector<double> line_dash(std::size_t place);

}  // namespace ibot::compare
