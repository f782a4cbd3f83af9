// SPDX-License-Identifier: GPL-3.0-or-later
// What is written of compared lines: their caption and their values.
#include <ibot/base/text.h>
#include <ibot/compare/comparison_lines.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace ibot::compare {
namespace {

using base::str;

std::string_view column_of(Alignment alignment) {
  switch (alignment) {
    case Alignment::Step:
      return "step";
    case Alignment::Images:
      return "images";
    case Alignment::Time:
      return "seconds";
    case Alignment::Branch:
      return "steps_since_branch";
  }
  return "";
}

// RFC 4180; a spreadsheet takes no text for a formula.
std::string quoted(const std::string& value) {
  std::string text = "\"";
  if (!value.empty() && std::string_view("=+-@\t\r").find(value.front()) != std::string_view::npos)
    text += '\'';
  for (const char letter : value) {
    text += letter;
    if (letter == '"') text += letter;
  }
  return text + '"';
}

std::string exact(double value) {
  if (!std::isfinite(value)) return {};
  return base::format_number(value);
}

void describe_band(const ComparisonLines& lines, double smoothing, std::vector<std::string>& sentences) {
  if (!lines.band) return;
  const CurveBand& band = *lines.band;
  const char* beside = lines.band_compared > 0 ? " beside those that are compared" : "";
  if (band.n == 0) {
    sentences.push_back(str("Of ", lines.band_name, " no run", beside, " has a value of this metric."));
  } else if (band.n == 1) {
    sentences.push_back(str("Of ", lines.band_name, " a single run", beside,
                            " has this metric: no band of earlier runs is drawn."));
  } else {
    sentences.push_back(
        str("Grey: ", band.n, " earlier runs, ", lines.band_name, ", from ",
            band.quantiles ? "the 10 % to the 90 % quantile" : "the smallest to the largest value",
            smoothing > 0 ? " of their smoothed curves" : "", ", with the median as a line, where at least ",
            std::max<std::size_t>(2, (band.n + 1) / 2), " of them have a value."));
  }
}

}  // namespace

std::vector<std::string> comparison_caption(const ComparisonLines& lines, const LineOptions& options,
                                            std::optional<double> smoothing) {
  std::vector<std::string> sentences;
  for (const std::string& warning : lines.warnings) sentences.push_back("Warning: " + warning);
  const bool means = std::any_of(lines.lines.begin(), lines.lines.end(),
                                 [](const ComparisonLine& line) { return !line.low.empty(); });
  if (means) {
    sentences.push_back(
        options.gather == kByReplicates
            ? "Lines with n are means over runs that are equal but for the seed, at the steps that all of "
              "them have; shaded: 95 % t-interval of the mean."
            : str("Lines with n are means over all runs with that value of ", options.gather,
                  ", whatever else differs between them; shaded: 95 % t-interval of the mean."));
    const bool single = std::any_of(lines.lines.begin(), lines.lines.end(),
                                    [](const ComparisonLine& line) { return line.low.empty(); });
    if (single) sentences.push_back("A single run has no interval.");
  }
  describe_band(lines, options.smoothing, sentences);
  if (smoothing) {
    sentences.push_back(*smoothing > 0
                            ? str("Bold: moving average m = ", base::format_number(*smoothing), " m + ",
                                  base::format_number(std::round((1 - *smoothing) * 1e9) / 1e9),
                                  " x, corrected for its start; faint: the values.")
                            : "Not smoothed.");
  }
  if (options.align == Alignment::Time)
    sentences.push_back("Time counts from each run's first value, pauses included.");
  if (options.align == Alignment::Branch)
    sentences.push_back(
        "Steps count from where a run left its parent; of a run without one from where its first branch left "
        "it, or from the start.");
  if (lines.points_of > 1)
    sentences.push_back(str("Of long curves each point is the mean of ", lines.points_of, " steps."));
  if (lines.without > 0)
    sentences.push_back(lines.without == 1 ? "One run has no value of this metric."
                                           : str(lines.without, " runs have no value of this metric."));
  return sentences;
}

std::string comparison_csv(const ComparisonLines& lines, const LineOptions& options) {
  std::string csv = str(column_of(options.align), ",line,runs,n,value,low95,high95\n");
  const auto add = [&](const std::string& head, const std::vector<double>& x, const std::vector<double>& y,
                       const std::vector<double>& low, const std::vector<double>& high) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      csv += exact(x[i]) + head + exact(y[i]) + ',' + (low.empty() ? std::string() : exact(low[i])) + ',' +
             (high.empty() ? std::string() : exact(high[i])) + '\n';
    }
  };
  for (const ComparisonLine& line : lines.lines) {
    std::string runs;
    for (const std::string& run : line.runs) runs += (runs.empty() ? "" : " ") + run;
    add(str(',', quoted(line.label), ',', quoted(runs), ',', line.runs.size(), ','), line.x, line.y, line.low,
        line.high);
  }
  if (lines.band) {
    const CurveBand& band = *lines.band;
    const auto head = [&](const char* what) {
      return str(',', quoted(str(lines.band_name, ": ", what)), ",,", band.n, ',');
    };
    add(head(band.quantiles ? "10 % quantile" : "smallest"), band.x, band.low, {}, {});
    add(head("median"), band.x, band.median, {}, {});
    add(head(band.quantiles ? "90 % quantile" : "largest"), band.x, band.high, {}, {});
  }
  return csv;
}

}  // namespace ibot::compare
