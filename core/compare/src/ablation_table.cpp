// SPDX-License-Identifier: GPL-3.0-or-later
#include "number_text.h"

#include <ibot/base/text.h>
#include <ibot/compare/ablation_table.h>
#include <ibot/compare/loss_terms.h>

#include <algorithm>
#include <set>

namespace ibot::compare {
namespace {

using base::ErrorCode;
using base::str;

// Of values that mean different things no difference is shown either.
bool is_compared(const Comparison& comparison) {
  return comparison.verdict != Verdict::NotCompared;
}

std::string n_text(const Comparison& comparison) {
  return comparison.sample.n == 1 ? "single run" : str(comparison.sample.n);
}

std::string interval_text(const std::optional<Interval>& interval, int decimals) {
  if (!interval) return "\u2013";
  return "[" + fixed(interval->low, decimals) + ", " + fixed(interval->high, decimals) + "]";
}

std::string difference_text(const Comparison& comparison, int decimals) {
  return comparison.paired.n == 0 || !is_compared(comparison)
             ? "\u2013"
             : signed_fixed(comparison.paired.mean, decimals);
}

std::string verdict_text(const Comparison& comparison) {
  return std::string(to_string(comparison.verdict));
}

// All that a cell of a grid says.
Cell grid_cell(const Comparison& comparison, int decimals) {
  if (comparison.sample.n == 0) return {"no value", false, false};
  std::string text = mean_text(comparison, decimals);
  text += comparison.sample.n == 1 ? " (single run)" : str(" (n = ", comparison.sample.n, ")");
  const Verdict verdict = comparison.verdict;
  if (verdict != Verdict::NotCompared && verdict != Verdict::SingleRun)
    text += ", " + verdict_text(comparison);
  return {text, verdict == Verdict::Better, false};
}

std::vector<std::string> factor_keys(const ComparisonResult& result) {
  std::set<std::string> keys;
  for (const GroupResult& group : result.groups) {
    for (const auto& [key, ignored] : group.group.levels) keys.insert(key);
  }
  return {keys.begin(), keys.end()};
}

std::string level_of(const GroupResult& group, std::string_view key) {
  const auto found = group.group.levels.find(std::string(key));
  return found == group.group.levels.end() ? std::string("\u2013") : found->second;
}

void add_once(std::vector<std::string>& all, const std::string& text) {
  if (std::find(all.begin(), all.end(), text) == all.end()) all.push_back(text);
}

base::Status require_factor(const ComparisonResult& result, std::string_view key) {
  const auto keys = factor_keys(result);
  if (std::find(keys.begin(), keys.end(), key) != keys.end()) return {};
  const auto nearest = base::nearest_name(key, keys);
  return base::Error{ErrorCode::InvalidArgument, "the runs do not differ in " + base::quote_untrusted(key),
                     keys.empty() ? "runs that differ in some parameter" : base::join_choices(keys),
                     nearest ? "Did you mean " + *nearest + "?" : ""};
}

struct Place {
  std::string row, column;
  bool operator==(const Place&) const = default;
};

// Rows and columns in the order in which they come first.
base::Result<Table> grid_of(const ComparisonResult& result, const std::vector<Place>& places,
                            const std::string& row_title) {
  Table table;
  std::vector<std::string> rows, columns;
  for (std::size_t i = 0; i < places.size(); ++i) {
    add_once(rows, places[i].row);
    add_once(columns, places[i].column);
    for (std::size_t before = 0; before < i; ++before) {
      if (!(places[before] == places[i])) continue;
      return base::Error{ErrorCode::InvalidArgument,
                         str(result.groups[before].group.name, " and ", result.groups[i].group.name,
                             " would stand in one cell of the table"),
                         "factors that tell the runs apart: " + base::join_choices(factor_keys(result)),
                         "Choose fewer runs, or other rows and columns"};
    }
  }
  table.columns.push_back({row_title, Align::Left});
  for (const std::string& column : columns) table.columns.push_back({column, Align::Right});
  const int decimals = decimals_of(result);
  for (const std::string& row : rows) {
    std::vector<Cell> cells = {{row, false, false}};
    for (const std::string& column : columns) {
      const auto at = std::find(places.begin(), places.end(), Place{row, column});
      if (at == places.end()) {
        cells.push_back({"\u2013", false, false});
      } else {
        const auto index = static_cast<std::size_t>(at - places.begin());
        cells.push_back(grid_cell(result.groups[index].comparison, decimals));
      }
    }
    table.rows.push_back(std::move(cells));
  }
  table.caption = result.caption();
  return table;
}

const runs::Parameter* parameter_of(const GroupResult& group, std::span<const RunData> runs,
                                    std::string_view key) {
  return runs::find(runs[group.group.runs.front()].parameters, key);
}

base::Error lacks(std::string_view what) {
  return {ErrorCode::InvalidArgument,
          str("this table is about ", what, ", and the runs have no such parameter"), "",
          "Leave --preset out for a table of what differs"};
}

bool has_term(const std::vector<LossTerm>& terms, std::string_view name) {
  return std::any_of(terms.begin(), terms.end(), [&](const LossTerm& term) { return term.name == name; });
}

base::Result<Table> pretext_table(const ComparisonResult& result, std::span<const RunData> runs) {
  const int decimals = decimals_of(result);
  Table table;
  table.title = "Effect of the pretext tasks.";
  table.columns = {{"variant", Align::Left},
                   {"MIM", Align::Centre},
                   {"[CLS]", Align::Centre},
                   {"shared head", Align::Centre},
                   {result.metric.name, Align::Right},
                   {"n", Align::Right},
                   {"verdict", Align::Left}};
  for (const GroupResult& group : result.groups) {
    const auto* shared = parameter_of(group, runs, "head.shared");
    if (parameter_of(group, runs, "losses.ibot_patch.weight") == nullptr &&
        parameter_of(group, runs, "losses.ibot_cls.weight") == nullptr)
      return lacks("the losses ibot_patch and ibot_cls");
    const auto terms = loss_terms(runs[group.group.runs.front()]);
    const bool mim = has_term(terms, "ibot_patch"), cls = has_term(terms, "ibot_cls");
    const Comparison& comparison = group.comparison;
    const bool both = mim && cls;
    table.rows.push_back({{group.group.name, false, false},
                          {"", false, mim},
                          {"", false, cls},
                          {both ? "" : "\u2013", false, both && shared != nullptr && shared->text == "true"},
                          {mean_text(comparison, decimals), comparison.verdict == Verdict::Better, false},
                          {n_text(comparison), false, false},
                          {verdict_text(comparison), false, false}});
  }
  table.caption = result.caption();
  return table;
}

base::Result<Table> masking_table(const ComparisonResult& result, std::span<const RunData> runs) {
  std::vector<Place> places;
  for (const GroupResult& group : result.groups) {
    const auto* strategy = parameter_of(group, runs, "mask.plugin");
    const auto* ratio = parameter_of(group, runs, "mask.ratio");
    if (strategy == nullptr) return lacks("masks");
    std::string column = ratio == nullptr ? "no ratio" : ratio->text;
    if (const auto* variance = parameter_of(group, runs, "mask.variance");
        variance != nullptr && ratio != nullptr)
      column += " \u00b1 " + variance->text;
    places.push_back({strategy->text, column});
  }
  IBOT_TRY(Table table, grid_of(result, places, "mask"));
  table.title = "Effect of the masking strategy and its ratio.";
  return table;
}

base::Status require_both_heads(const ComparisonResult& result, std::span<const RunData> runs) {
  std::set<std::string> heads;
  for (const GroupResult& group : result.groups) {
    if (const auto* shared = parameter_of(group, runs, "head.shared")) heads.insert(shared->text);
  }
  if (heads.size() != 1) return {};
  return base::Error{
      ErrorCode::InvalidArgument,
      str("this table puts shared and separate heads side by side, and the runs do not differ in "
          "that: all have a ",
          *heads.begin() == "true" ? "shared" : "separate", " head"),
      "runs with head.shared true and false", "Leave --preset out for a table of what differs"};
}

base::Result<Table> head_table(const ComparisonResult& result, std::span<const RunData> runs) {
  IBOT_CHECK_OK(require_both_heads(result, runs));
  std::vector<Place> places;
  for (const GroupResult& group : result.groups) {
    const auto* shared = parameter_of(group, runs, "head.shared");
    if (shared == nullptr) return lacks("the head");
    std::string others;
    for (const auto& [key, level] : group.group.levels) {
      if (key != "head.shared") others += str(others.empty() ? "" : " ", key, "=", level);
    }
    places.push_back(
        {others.empty() ? result.metric.name : others, shared->text == "true" ? "shared" : "separate"});
  }
  IBOT_TRY(Table table, grid_of(result, places, ""));
  table.title = "Effect of sharing the projection head.";
  return table;
}

}  // namespace

Table list_table(const ComparisonResult& result) {
  const int decimals = decimals_of(result);
  Table table;
  table.columns = {
      {"variant", Align::Left},        {"n", Align::Right},          {result.metric.name, Align::Right},
      {"95 % interval", Align::Right}, {"difference", Align::Right}, {"95 % interval", Align::Right},
      {"p (Holm)", Align::Right},      {"sign flips", Align::Right}, {"verdict", Align::Left}};
  std::set<std::string> reasons;
  table.caption = result.caption();
  for (const GroupResult& group : result.groups) {
    const Comparison& comparison = group.comparison;
    const bool compared = is_compared(comparison);
    table.rows.push_back(
        {{group.group.name, false, false},
         {n_text(comparison), false, false},
         {mean_text(comparison, decimals), comparison.verdict == Verdict::Better, false},
         {interval_text(comparison.interval, decimals), false, false},
         {difference_text(comparison, decimals), false, false},
         {interval_text(compared ? comparison.paired.interval : std::nullopt, decimals), false, false},
         {p_text(comparison.p_holm), false, false},
         {p_text(compared ? comparison.sign_flip_p : std::nullopt), false, false},
         {verdict_text(comparison), false, false}});
    if (!comparison.reason.empty() && result.baseline)
      table.caption.push_back(group.group.name + ": " + comparison.reason + ".");
    for (const std::string& left_out : group.left_out) table.caption.push_back("Left out: " + left_out + ".");
  }
  return table;
}

base::Result<Table> grid_table(const ComparisonResult& result, std::string_view rows,
                               std::string_view columns) {
  IBOT_CHECK_OK(require_factor(result, rows));
  if (!columns.empty()) IBOT_CHECK_OK(require_factor(result, columns));
  std::vector<Place> places;
  for (const GroupResult& group : result.groups)
    places.push_back(
        {level_of(group, rows), columns.empty() ? result.metric.name : level_of(group, columns)});
  return grid_of(result, places, columns.empty() ? std::string(rows) : str(rows, " by ", columns));
}

std::optional<Preset> parse_preset(std::string_view name) {
  if (name == "pretext") return Preset::Pretext;
  if (name == "masking") return Preset::Masking;
  if (name == "head") return Preset::Head;
  return std::nullopt;
}

base::Result<Table> preset_table(Preset preset, const ComparisonResult& result,
                                 std::span<const RunData> runs) {
  switch (preset) {
    case Preset::Pretext:
      return pretext_table(result, runs);
    case Preset::Masking:
      return masking_table(result, runs);
    case Preset::Head:
      return head_table(result, runs);
  }
  return list_table(result);
}

}  // namespace ibot::compare
