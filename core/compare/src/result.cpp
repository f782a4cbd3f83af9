// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/compare/result.h>

#include <algorithm>
#include <set>

namespace ibot::compare {
namespace {

using base::str;

// The settings under which the values of a group were found.
std::set<std::string> settings_of(const GroupResult& group, std::span<const RunValue> values) {
  std::set<std::string> settings;
  for (const UsedRun& used : group.used) settings.insert(values[used.run].settings_json);
  return settings;
}

void use_runs(GroupResult& result, std::span<const RunData> runs, std::span<const RunValue> values) {
  std::set<std::string> seeds;
  for (const std::size_t i : result.group.runs) {
    const record::Run& run = runs[i].run;
    const std::string who = str(run.name, " (", run.id, ") ");
    if (!values[i].value) {
      result.left_out.push_back(who + values[i].why_not);
      continue;
    }
    const std::string seed = runs[i].seed();
    if (!seeds.insert(seed).second) {
      result.left_out.push_back(who + "repeats the seed " + seed + " of an older run, which counts");
      continue;
    }
    result.used.push_back({i, seed, *values[i].value, values[i].step});
  }
}

}  // namespace

std::vector<std::string> ComparisonResult::caption() const {
  std::vector<std::string> lines;
  const bool higher = metric.direction == Direction::HigherIsBetter;
  lines.push_back(str(metric.name, ", ", higher ? "higher" : "lower", " is better, ", metric.rule.explain(),
                      "; mean over the seeds, their standard deviation and 95 % t-interval."));
  if (!baseline) {
    lines.emplace_back("No baseline was chosen, so that there are no verdicts.");
    return lines;
  }
  std::size_t tests = 0;
  double smallest = 0;
  for (const GroupResult& group : groups) {
    if (!group.comparison.p_holm) continue;
    ++tests;
    smallest = std::max(smallest, group.comparison.smallest_p);
  }
  lines.push_back(str("Baseline: ", groups[*baseline].group.name,
                      ". Compared by the paired t-test on the differences of each seed, two-sided, 5 %, with "
                      "Holm's correction over ",
                      tests, tests == 1 ? " variant." : " variants."));
  if (tests > 0) {
    lines.push_back(str("Beside it the exact sign-flip p, which cannot fall below ", base::str(smallest),
                        " with so few seeds."));
  }
  return lines;
}

ComparisonResult compare_groups(std::span<const RunData> runs, std::span<const RunValue> values,
                                std::vector<Replicates> groups, const MetricChoice& metric,
                                std::optional<std::size_t> baseline) {
  ComparisonResult result{metric, {}, baseline};
  for (Replicates& group : groups) {
    result.groups.emplace_back();
    result.groups.back().group = std::move(group);
    use_runs(result.groups.back(), runs, values);
  }
  std::vector<Variant> variants;
  for (const GroupResult& group : result.groups) {
    Variant variant{group.group.name, {}, {}};
    for (const UsedRun& used : group.used) variant.values.push_back({used.seed, used.value});
    const auto settings = settings_of(group, values);
    if (settings.size() > 1) {
      variant.obstacle = "its runs were not all evaluated with the same settings or pictures";
    } else if (baseline && !settings.empty()) {
      const auto others = settings_of(result.groups[*baseline], values);
      if (others.size() == 1 && others != settings)
        variant.obstacle = "was evaluated with other settings or pictures than the baseline";
    }
    variants.push_back(std::move(variant));
  }
  auto compared = compare_to_baseline(variants, baseline, metric.direction);
  for (std::size_t i = 0; i < compared.size(); ++i) result.groups[i].comparison = std::move(compared[i]);
  return result;
}

std::optional<std::size_t> group_of(std::span<const Replicates> groups, std::span<const RunData> runs,
                                    std::string_view run) {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (const std::size_t member : groups[i].runs) {
      if (runs[member].run.id == run) return i;
    }
  }
  return std::nullopt;
}

}  // namespace ibot::compare
