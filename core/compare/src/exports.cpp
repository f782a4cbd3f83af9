// SPDX-License-Identifier: GPL-3.0-or-later
// Results as rows and JSON, for programs.
#include "number_text.h"

#include <ibot/base/text.h>
#include <ibot/compare/ablation_table.h>

#include <nlohmann/json.hpp>

#include <cmath>
#include <set>

namespace ibot::compare {
namespace {

std::string number(const std::optional<double>& value) {
  return value ? plain_number(*value) : "";
}

nlohmann::json json_of(const std::optional<double>& value) {
  // JSON has no infinity.
  return value && std::isfinite(*value) ? nlohmann::json(*value) : nlohmann::json();
}

nlohmann::json json_of(const std::optional<Interval>& interval) {
  return interval ? nlohmann::json{interval->low, interval->high} : nlohmann::json();
}

std::optional<double> low_of(const std::optional<Interval>& interval) {
  return interval ? std::optional(interval->low) : std::nullopt;
}

std::optional<double> high_of(const std::optional<Interval>& interval) {
  return interval ? std::optional(interval->high) : std::nullopt;
}

const char* direction_text(Direction direction) {
  return direction == Direction::HigherIsBetter ? "higher" : "lower";
}

// 3.3333333333333335 as 3.33333: nobody wrote so many digits.
std::string short_text(const std::string& text) {
  constexpr std::size_t kWritten = 16;  // characters of a number that somebody may have written
  const auto value = base::parse_double(text);
  return value && text.size() > kWritten && text.find('.') != std::string::npos ? base::str(*value) : text;
}

// The values of a row; whole where values that differ would look alike.
std::vector<std::string> shown(const DifferenceRow& row) {
  std::vector<std::string> whole, shorter;
  for (const auto& value : row.values) {
    whole.push_back(value.value_or("\u2013"));
    shorter.push_back(short_text(whole.back()));
  }
  const auto count = [](const std::vector<std::string>& texts) {
    return std::set<std::string>(texts.begin(), texts.end()).size();
  };
  return count(whole) == count(shorter) ? shorter : whole;
}

}  // namespace

Table value_table(const ComparisonResult& result, std::span<const RunData> runs) {
  Table table;
  for (const char* title : {"metric", "better", "rule",   "variant",     "baseline",       "run",
                            "seed",   "step",   "value",  "n",           "mean",           "deviation",
                            "low",    "high",   "pairs",  "difference",  "difference_low", "difference_high",
                            "t",      "p",      "p_holm", "sign_flip_p", "smallest_p",     "correlation",
                            "verdict"})
    table.columns.push_back({title, Align::Left});
  for (std::size_t i = 0; i < result.groups.size(); ++i) {
    const GroupResult& group = result.groups[i];
    const Comparison& c = group.comparison;
    for (const UsedRun& used : group.used) {
      const std::string texts[] = {result.metric.name,
                                   direction_text(result.metric.direction),
                                   result.metric.rule.to_text(),
                                   group.group.name,
                                   result.baseline == i ? "yes" : "no",
                                   runs[used.run].run.id,
                                   used.seed,
                                   std::to_string(used.step),
                                   plain_number(used.value),
                                   std::to_string(c.sample.n),
                                   plain_number(c.sample.mean),
                                   number(c.sample.deviation),
                                   number(low_of(c.interval)),
                                   number(high_of(c.interval)),
                                   std::to_string(c.paired.n),
                                   c.paired.n > 0 ? plain_number(c.paired.mean) : "",
                                   number(low_of(c.paired.interval)),
                                   number(high_of(c.paired.interval)),
                                   number(c.paired.t),
                                   number(c.paired.p),
                                   number(c.p_holm),
                                   number(c.sign_flip_p),
                                   c.paired.n > 0 ? plain_number(c.smallest_p) : "",
                                   number(c.paired.correlation),
                                   std::string(to_string(c.verdict))};
      std::vector<Cell> row;
      for (const std::string& text : texts) row.push_back({text, false, false});
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

Table difference_table(std::span<const DifferenceRow> rows, std::span<const RunData> runs) {
  Table table;
  table.columns = {{"", Align::Left}, {"key", Align::Left}};
  for (const RunData& data : runs) {
    std::string title = data.run.name.empty() ? data.run.id : data.run.name;
    if (!data.source.empty()) title += " (" + data.source + ")";
    table.columns.push_back({title, Align::Left});
  }
  Subject before = Subject::Metrics;
  bool first = true;
  for (const DifferenceRow& row : rows) {
    // A subject is named once.
    const bool again = !first && row.subject == before;
    std::vector<Cell> cells = {{again ? "" : std::string(to_string(row.subject)), false, false},
                               {row.key, false, false}};
    for (const std::string& value : shown(row)) cells.push_back({value, false, false});
    table.rows.push_back(std::move(cells));
    before = row.subject;
    first = false;
  }
  return table;
}

nlohmann::json to_json(const ComparisonResult& result, std::span<const RunData> runs) {
  nlohmann::json groups = nlohmann::json::array();
  for (std::size_t i = 0; i < result.groups.size(); ++i) {
    const GroupResult& group = result.groups[i];
    const Comparison& c = group.comparison;
    nlohmann::json used = nlohmann::json::array();
    for (const UsedRun& run : group.used) {
      used.push_back(
          {{"run", runs[run.run].run.id}, {"seed", run.seed}, {"step", run.step}, {"value", run.value}});
    }
    groups.push_back({{"name", group.group.name},
                      {"levels", group.group.levels},
                      {"baseline", result.baseline == i},
                      {"runs", used},
                      {"left_out", group.left_out},
                      {"n", c.sample.n},
                      {"mean", c.sample.n > 0 ? nlohmann::json(c.sample.mean) : nlohmann::json()},
                      {"deviation", json_of(c.sample.deviation)},
                      {"interval", json_of(c.interval)},
                      {"pairs", c.paired.n},
                      {"difference", c.paired.n > 0 ? nlohmann::json(c.paired.mean) : nlohmann::json()},
                      {"difference_interval", json_of(c.paired.interval)},
                      {"t", json_of(c.paired.t)},
                      {"p", json_of(c.paired.p)},
                      {"p_holm", json_of(c.p_holm)},
                      {"sign_flip_p", json_of(c.sign_flip_p)},
                      {"smallest_p", c.smallest_p},
                      {"correlation", json_of(c.paired.correlation)},
                      {"verdict", to_string(c.verdict)},
                      {"reason", c.reason}});
  }
  return {{"metric", result.metric.name},         {"better", direction_text(result.metric.direction)},
          {"rule", result.metric.rule.to_text()}, {"groups", groups},
          {"warnings", result.warnings},          {"caption", result.caption()}};
}

nlohmann::json to_json(std::span<const DifferenceRow> rows, std::span<const RunData> runs) {
  nlohmann::json list = nlohmann::json::array();
  for (const DifferenceRow& row : rows) {
    nlohmann::json values = nlohmann::json::object();
    for (std::size_t i = 0; i < runs.size(); ++i)
      values[runs[i].run.id] = row.values[i] ? nlohmann::json(*row.values[i]) : nlohmann::json();
    list.push_back({{"subject", to_string(row.subject)},
                    {"key", row.key},
                    {"differs", row.differs},
                    {"values", std::move(values)}});
  }
  return list;
}

}  // namespace ibot::compare
