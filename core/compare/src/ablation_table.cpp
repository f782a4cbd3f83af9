// SPDX-License-Identifier: GPL-3.0-or-later
#include "group_names.h"
#include "number_text.h"
#include "short_key.h"

#include <ibot/base/text.h>
#include <ibot/compare/ablation_table.h>
#include <ibot/compare/loss_terms.h>

#include <algorithm>
#include <map>
#include <set>

namespace ibot::compare {
namespace {

using base::ErrorCode;
using base::str;

const std::string kSharedHead = "head.shared";

// Of values that mean different things no difference is shown either.
bool is_compared(const Comparison& comparison) {
  return comparison.verdict != Verdict::NotCompared;
}

Cell name_cell(const GroupResult& group) {
  return {group.group.name, false, false, whole_name(group.group)};
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
             : signed_fixed(comparison.paired.mean, decimals_of_difference(comparison, decimals));
}

// How many seeds the difference is over; of the baseline itself it says nothing.
std::string pairs_text(const ComparisonResult& result, const Comparison& comparison) {
  return !result.baseline || comparison.verdict == Verdict::Baseline ? "\u2013" : str(comparison.paired.n);
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
    const auto* shared = parameter_of(group, runs, kSharedHead);
    if (parameter_of(group, runs, "losses.ibot_patch.weight") == nullptr &&
        parameter_of(group, runs, "losses.ibot_cls.weight") == nullptr)
      return lacks("the losses ibot_patch and ibot_cls");
    const auto terms = loss_terms(runs[group.group.runs.front()]);
    const bool mim = has_term(terms, "ibot_patch"), cls = has_term(terms, "ibot_cls");
    const Comparison& comparison = group.comparison;
    const bool both = mim && cls;
    table.rows.push_back({name_cell(group),
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
    if (const auto* shared = parameter_of(group, runs, kSharedHead)) heads.insert(shared->text);
  }
  if (heads.size() != 1) return {};
  return base::Error{
      ErrorCode::InvalidArgument,
      str("this table puts shared and separate heads side by side, and the runs do not differ in "
          "that: all have a ",
          *heads.begin() == "true" ? "shared" : "separate", " head"),
      "runs with head.shared true and false", "Leave --preset out for a table of what differs"};
}

// Whether groups that are alike in one factor are always alike in another.
bool determines(const std::string& factor, const std::string& other, const ComparisonResult& result) {
  std::map<std::string, std::string> known;
  return std::all_of(result.groups.begin(), result.groups.end(), [&](const GroupResult& group) {
    const std::string level = level_of(group, other);
    return known.emplace(level_of(group, factor), level).first->second == level;
  });
}

// What tells groups apart beside one parameter, each thing by one name: not that parameter as a study calls
// it, nor parameters that a factor of the study sets.
std::vector<std::string> keys_beside(const std::string& parameter, const ComparisonResult& result,
                                     std::span<const RunData> runs) {
  std::vector<std::string> of_study, of_plans;
  for (const std::string& key : factor_keys(result)) {
    const bool in_plans =
        std::any_of(result.groups.begin(), result.groups.end(),
                    [&](const GroupResult& group) { return parameter_of(group, runs, key) != nullptr; });
    (in_plans ? of_plans : of_study).push_back(key);
  }
  // Another parameter of a factor's own name is what that factor is about.
  const auto is_about_another = [&](const std::string& factor) {
    return std::any_of(of_plans.begin(), of_plans.end(),
                       [&](const std::string& key) { return key != parameter && short_key(key) == factor; });
  };
  std::erase_if(of_study, [&](const std::string& factor) {
    return determines(factor, parameter, result) && determines(parameter, factor, result) &&
           !is_about_another(factor);
  });
  std::vector<std::string> keys = of_study;
  for (const std::string& key : of_plans) {
    const bool set_by_factor = std::any_of(of_study.begin(), of_study.end(), [&](const std::string& factor) {
      return determines(factor, key, result);
    });
    if (key != parameter && !set_by_factor) keys.push_back(key);
  }
  return keys;
}

base::Result<Table> head_table(const ComparisonResult& result, std::span<const RunData> runs) {
  IBOT_CHECK_OK(require_both_heads(result, runs));
  const std::vector<std::string> keys = keys_beside(kSharedHead, result, runs);
  std::vector<Place> places;
  for (const GroupResult& group : result.groups) {
    const auto* shared = parameter_of(group, runs, kSharedHead);
    if (shared == nullptr) return lacks("the head");
    std::string others;
    for (const std::string& key : keys) {
      const auto level = group.group.levels.find(key);
      if (level != group.group.levels.end())
        others += str(others.empty() ? "" : " ", key, "=", level->second);
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
      {"variant", Align::Left},        {"n", Align::Right},        {result.metric.name, Align::Right},
      {"95 % interval", Align::Right}, {"pairs", Align::Right},    {"difference", Align::Right},
      {"95 % interval", Align::Right}, {"p (Holm)", Align::Right}, {"sign flips", Align::Right},
      {"verdict", Align::Left}};
  table.caption = result.caption();
  for (const GroupResult& group : result.groups) {
    const Comparison& comparison = group.comparison;
    const bool compared = is_compared(comparison);
    // Of one pair signs say nothing.
    const bool flips = compared && comparison.paired.n > 1;
    table.rows.push_back({name_cell(group),
                          {n_text(comparison), false, false},
                          {mean_text(comparison, decimals), comparison.verdict == Verdict::Better, false},
                          {interval_text(comparison.interval, decimals), false, false},
                          {pairs_text(result, comparison), false, false},
                          {difference_text(comparison, decimals), false, false},
                          {interval_text(compared ? comparison.paired.interval : std::nullopt,
                                         decimals_of_difference(comparison, decimals)),
                           false, false},
                          {p_text(comparison.p_holm), false, false},
                          {p_text(flips ? comparison.sign_flip_p : std::nullopt), false, false},
                          {verdict_text(comparison), false, false}});
    for (const std::string& left_out : group.left_out) table.caption.push_back("Left out: " + left_out + ".");
  }
  const bool shortened = std::any_of(table.rows.begin(), table.rows.end(),
                                     [](const auto& row) { return !row.front().whole.empty(); });
  if (shortened)
    table.caption.emplace_back(
        "Names of variants leave parameters out; the table of differences has them all.");
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
