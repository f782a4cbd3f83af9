// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/compare/comparison_figure.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace ibot::compare {
namespace {

constexpr std::size_t kDashes = 4;
constexpr std::size_t kLegendLines = 6;  // more are not named at their ends, see figure::draw_curves()

std::size_t colour_index(const ComparisonLine& line) {
  if (line.colour_place >= 0) return static_cast<std::size_t>(line.colour_place);
  return static_cast<std::size_t>(std::max<std::int64_t>(0, line.run_colour));
}

// Levels have a colour each: dashes would say something that is not so.
std::vector<double> dash_of(const ComparisonLine& line) {
  if (line.dash_place >= 0)
    return line_dash(figure::kSeriesColours * (static_cast<std::size_t>(line.dash_place) % kDashes));
  return line_dash(colour_index(line));
}

std::string band_title(const ComparisonLines& lines) {
  return base::str(lines.band_name, " (", lines.band->n, " earlier runs)");
}

// As far as the lines go: runs that were longer would press them together.
figure::Series band_series(const ComparisonLines& lines) {
  const CurveBand& band = *lines.band;
  double first = std::numeric_limits<double>::infinity();
  double last = -first;
  for (const ComparisonLine& line : lines.lines) {
    if (line.x.empty()) continue;
    first = std::min(first, line.x.front());
    last = std::max(last, line.x.back());
  }
  figure::Series series;
  series.name = band_title(lines);
  series.reference = true;
  for (std::size_t i = 0; i < band.x.size(); ++i) {
    if (!lines.lines.empty() && (band.x[i] < first || band.x[i] > last)) continue;
    series.x.push_back(band.x[i]);
    series.y.push_back(band.median[i]);
    series.low.push_back(band.low[i]);
    series.high.push_back(band.high[i]);
  }
  return series;
}

// What colours and dashes mean, where parameters choose them.
std::vector<figure::CurveLegendEntry> legend_of(const ComparisonLines& lines, const LineOptions& options,
                                                figure::Theme theme) {
  std::vector<figure::CurveLegendEntry> legend;
  if (!lines.colour_levels.empty()) {
    legend.push_back({options.colour, {}, {}});
    for (std::size_t i = 0; i < lines.colour_levels.size(); ++i)
      legend.push_back({lines.colour_levels[i], figure::series_colour(i, theme),
                        lines.dash_levels.empty() ? line_dash(i) : std::vector<double>()});
  }
  if (!lines.dash_levels.empty()) {
    legend.push_back({options.dash, {}, {}});
    for (std::size_t i = 0; i < lines.dash_levels.size(); ++i)
      legend.push_back({lines.dash_levels[i], figure::style_of(theme).secondary,
                        line_dash(figure::kSeriesColours * (i % kDashes))});
  }
  if (!legend.empty() && lines.band && lines.band->n > 1)
    legend.push_back({band_title(lines), figure::style_of(theme).tertiary, {}});
  return legend;
}

std::string axis_title(Alignment alignment) {
  switch (alignment) {
    case Alignment::Step:
      return "step";
    case Alignment::Images:
      return "images";
    case Alignment::Time:
      return "seconds";
    case Alignment::Branch:
      return "steps since the branch";
  }
  return {};
}

}  // namespace

std::vector<double> line_dash(std::size_t place) {
  static const std::array<std::vector<double>, kDashes> dashes = {{{}, {6, 3}, {2, 2}, {8, 3, 2, 3}}};
  return dashes[place / figure::kSeriesColours % kDashes];
}

figure::CurveFigure comparison_figure(const ComparisonLines& lines, const std::string& metric,
                                      const LineOptions& options, figure::Theme theme) {
  figure::CurveFigure content;
  content.title = metric;
  content.x_label = axis_title(options.align);
  content.smoothing = options.smoothing;
  content.theme = theme;
  if (lines.band && lines.band->n > 1) content.series.push_back(band_series(lines));
  std::size_t runs = 0;
  const std::size_t room = figure::kMostSeries - content.series.size();
  const std::size_t drawn = std::min(lines.lines.size(), room);
  for (std::size_t i = 0; i < drawn; ++i) {
    const ComparisonLine& line = lines.lines[i];
    runs += line.runs.size();
    figure::Series series;
    series.name = line.label;
    series.x = line.x;
    series.y = line.y;
    series.low = line.low;
    series.high = line.high;
    series.colour = figure::series_colour(colour_index(line), theme);
    series.dash = dash_of(line);
    content.series.push_back(std::move(series));
  }
  content.subtitle = base::str(runs, runs == 1 ? " run" : " runs", ", aligned by ", to_string(options.align));
  if (content.series.size() > kLegendLines) content.legend = legend_of(lines, options, theme);
  std::string words;
  // The figure says what its smoothing is.
  for (const std::string& sentence : comparison_caption(lines, options, std::nullopt))
    words += (words.empty() ? "" : " ") + sentence;
  if (drawn < lines.lines.size())
    words += base::str(words.empty() ? "" : " ", "Only the first ", drawn, " of ", lines.lines.size(),
                       " lines are drawn.");
  if (!words.empty()) content.caption.push_back(words);
  return content;
}

}  // namespace ibot::compare
