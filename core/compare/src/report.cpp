// SPDX-License-Identifier: GPL-3.0-or-later
#include "number_text.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/compare/comparison_figure.h>
#include <ibot/compare/mean_curve.h>
#include <ibot/compare/report.h>
#include <ibot/compare/training_warnings.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace ibot::compare {
namespace {

using base::str;

constexpr std::int64_t kCurvePoints = 1000;
constexpr std::size_t kMostCurves = 64;

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::array<unsigned, 3> group{};
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < count; ++k) group[k] = static_cast<unsigned char>(bytes[i + k]);
    const unsigned word = group[0] << 16 | group[1] << 8 | group[2];
    for (std::size_t k = 0; k < 4; ++k) out += k <= count ? kDigits[word >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

std::string paragraphs(std::string_view text) {
  std::string out;
  for (const std::string& line : base::split(text, '\n')) {
    if (!base::trim(line).empty()) out += "<p>" + escape_html(line) + "</p>\n";
  }
  return out;
}

// A curve by the step that a point of it stands for; the mean of many steps stands at their middle.
base::Result<AlignedCurve> curve_of(record::Reader& reader, const std::string& run,
                                    const std::string& metric) {
  AlignedCurve curve;
  const auto add = [&](std::int64_t step, double value) {
    curve.x.push_back(static_cast<double>(step));
    curve.y.push_back(value);
  };
  IBOT_TRY(const auto all, reader.curve(run, metric, -1, kCurvePoints + 1));
  if (static_cast<std::int64_t>(all.size()) <= kCurvePoints) {
    for (const record::CurvePoint& point : all) {
      if (std::isfinite(point.value)) add(point.step, point.value);
    }
    return curve;
  }
  IBOT_TRY(const auto points, reader.coarse_curve(run, metric, kCurvePoints));
  for (const record::CoarsePoint& point : points) {
    if (point.finite > 0) add(point.first_step + point.width / 2, point.mean);
  }
  return curve;
}

std::string head() {
  return R"html(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<style>
body { font: 15px/1.5 "DejaVu Sans", system-ui, sans-serif; color: #1b1f24; background: #fff; max-width: 60em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.6em; margin-bottom: .2em; } h2 { font-size: 1.15em; margin-top: 2em; }
.question { font-size: 1.1em; color: #3b434c; }
table { border-collapse: collapse; margin: .8em 0; font-size: .92em; display: block; overflow-x: auto; }
caption { text-align: left; font-weight: bold; padding-bottom: .3em; }
th, td { padding: .25em .9em .25em 0; text-align: left; vertical-align: top; white-space: nowrap; }
thead tr { border-top: 2px solid #1b1f24; border-bottom: 1px solid #1b1f24; } tbody tr:last-child { border-bottom: 2px solid #1b1f24; }
.right { text-align: right; font-variant-numeric: tabular-nums; } .centre { text-align: center; }
.caption, .made { color: #59636e; font-size: .87em; margin: .2em 0; }
img { max-width: 100%; height: auto; }
@media print { body { max-width: none; margin: 0; } h2 { break-after: avoid; } img, tr { break-inside: avoid; } }
</style>
)html";
}

}  // namespace

base::Result<figure::CurveFigure> group_curves(record::Reader& reader, std::span<const RunData> runs,
                                               std::span<const Replicates> groups,
                                               const std::string& metric) {
  figure::CurveFigure content;
  content.title = metric;
  content.x_label = "step";
  content.y_label = metric;
  bool means = false;
  const auto colours = group_colours(groups, runs);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const Replicates& group = groups[g];
    if (content.series.size() == kMostCurves) break;
    std::vector<AlignedCurve> curves;
    for (const std::size_t i : group.runs) {
      IBOT_TRY(AlignedCurve curve, curve_of(reader, runs[i].run.id, metric));
      if (!curve.x.empty()) curves.push_back(std::move(curve));
    }
    if (curves.empty()) continue;
    MeanCurve mean = mean_curve(curves, 0);
    figure::Series series;
    series.name = str(group.name, mean.n == 1 ? " (single run)" : str(" (n = ", mean.n, ")"));
    series.colour = figure::series_colour(colours[g], content.theme);
    series.dash = line_dash(colours[g]);
    series.x = std::move(mean.x);
    series.y = std::move(mean.mean);
    series.low = std::move(mean.low);
    series.high = std::move(mean.high);
    means = means || mean.n > 1;
    content.series.push_back(std::move(series));
  }
  for (const std::string& warning : training_warnings(metric, groups, runs))
    content.caption.push_back("Warning: " + warning);
  if (means) {
    content.caption.emplace_back(
        "Lines with n are means over the seeds, at the steps that all runs of a group have; shaded: 95 % "
        "t-interval of the mean. A single run has no interval.");
  }
  return content;
}

figure::IntervalFigure interval_figure(const ComparisonResult& result, std::span<const RunData> runs) {
  constexpr std::size_t kMostRows = 64;
  figure::IntervalFigure content;
  content.title = result.metric.name;
  content.subtitle = str(result.metric.direction == Direction::HigherIsBetter ? "Higher" : "Lower",
                         " is better; ", result.metric.rule.explain());
  content.value_label = result.metric.name;
  std::vector<Replicates> groups;
  for (const GroupResult& group : result.groups) groups.push_back(group.group);
  const auto colours = group_colours(groups, runs);
  for (std::size_t i = 0; i < std::min(result.groups.size(), kMostRows); ++i) {
    const GroupResult& group = result.groups[i];
    const Comparison& comparison = group.comparison;
    figure::IntervalRow row;
    row.name = group.group.name;
    for (const UsedRun& used : group.used) row.values.push_back(used.value);
    if (comparison.sample.n > 0) row.mean = comparison.sample.mean;
    if (comparison.interval)
      row.interval = figure::Range{comparison.interval->low, comparison.interval->high};
    row.note = str("n = ", comparison.sample.n, ", ", to_string(comparison.verdict));
    row.reference = result.baseline == i;
    row.colour = figure::series_colour(colours[i], content.theme);
    content.rows.push_back(std::move(row));
  }
  return content;
}

std::vector<std::string> summary_of(const ComparisonResult& result) {
  std::vector<std::string> lines;
  for (const std::string& warning : result.warnings) lines.push_back("Warning: " + warning);
  if (!result.baseline) return lines;
  const int decimals = decimals_of(result);
  for (std::size_t i = 0; i < result.groups.size(); ++i) {
    if (i == *result.baseline) continue;
    const GroupResult& group = result.groups[i];
    const Comparison& comparison = group.comparison;
    std::string line = str(group.group.name, ": ", to_string(comparison.verdict));
    if (comparison.p_holm) {
      line += str(" (", signed_fixed(comparison.paired.mean, decimals_of_difference(comparison, decimals)),
                  " over ", comparison.paired.n, " paired seeds, corrected p ",
                  *comparison.p_holm < 0.001 ? "" : "= ", p_text(comparison.p_holm), ")");
    } else if (!comparison.reason.empty()) {
      line += " (" + comparison.reason + ")";
    }
    lines.push_back(line + ".");
  }
  return lines;
}

base::Result<Report> make_report(record::Reader& reader, std::span<const RunData> runs,
                                 std::span<const Replicates> groups,
                                 const std::optional<ComparisonResult>& result,
                                 const std::optional<record::Study>& study) {
  Report report;
  report.title = study ? study->name : "Comparison";
  if (study) {
    report.question = study->question;
    report.notes = study->notes;
  }
  const auto add_figure = [&](const std::string& title, base::Result<figure::Figure> drawn) -> base::Status {
    if (!drawn) return drawn.error();
    IBOT_TRY(std::string svg, drawn->to_svg());
    report.figures.push_back({title, std::move(svg)});
    return {};
  };
  std::vector<std::string> curves = {"loss"};
  if (result) {
    report.summary = summary_of(*result);
    report.tables.push_back(list_table(*result));
    IBOT_CHECK_OK(add_figure(result->metric.name + " of each variant",
                             figure::draw_intervals(interval_figure(*result, runs))));
    // What is evaluated while training is a metric too, without its network's name.
    const std::string metric = result->metric.name.substr(0, result->metric.name.find('@'));
    if (metric != "loss") curves.insert(curves.begin(), metric);
  }
  for (const std::string& metric : curves) {
    IBOT_TRY(const figure::CurveFigure content, group_curves(reader, runs, groups, metric));
    if (!content.series.empty())
      IBOT_CHECK_OK(add_figure(metric + " over the steps", figure::draw_curves(content)));
  }
  Table differing = difference_table(differences(runs, {.only_differences = true, .metrics = false}), runs);
  differing.title = "What the runs differ in";
  report.appendix.push_back(std::move(differing));
  if (result) {
    Table values;
    values.title = "Every value";
    values.columns = {{"variant", Align::Left},
                      {"run", Align::Left},
                      {"seed", Align::Right},
                      {"step", Align::Right},
                      {"value", Align::Right}};
    for (const GroupResult& group : result->groups) {
      for (const UsedRun& used : group.used) {
        values.rows.push_back({{group.group.name, false, false},
                               {runs[used.run].run.id, false, false},
                               {used.seed, false, false},
                               {base::format_count(used.step), false, false},
                               {plain_number(used.value), false, false}});
      }
    }
    report.appendix.push_back(std::move(values));
  }
  report.made = "Made by iBOT Workbench, " + base::format_time(base::now_micros());
  return report;
}

std::string to_html(const Report& report) {
  std::string out = head() + "<title>" + escape_html(report.title) + "</title></head><body>\n";
  out += "<h1>" + escape_html(report.title) + "</h1>\n";
  if (!report.question.empty()) out += "<p class=\"question\">" + escape_html(report.question) + "</p>\n";
  if (!report.summary.empty()) {
    out += "<h2>What came out</h2>\n<ul>\n";
    for (const std::string& line : report.summary) out += "<li>" + escape_html(line) + "</li>\n";
    out += "</ul>\n";
  }
  for (const Table& table : report.tables) out += to_html(table);
  for (const ReportFigure& figure : report.figures) {
    out += "<p><img alt=\"" + escape_html(figure.title) + "\" src=\"data:image/svg+xml;base64," +
           base64(figure.svg) + "\"></p>\n";
  }
  if (!report.notes.empty()) out += "<h2>Notes</h2>\n" + paragraphs(report.notes);
  if (!report.appendix.empty()) out += "<h2>Details</h2>\n";
  for (const Table& table : report.appendix) out += to_html(table);
  return out + "<p class=\"made\">" + escape_html(report.made) + "</p>\n</body></html>\n";
}

}  // namespace ibot::compare
