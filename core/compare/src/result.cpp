// SPDX-License-Identifier: GPL-3.0-or-later
#include "sayings.h"

#include <ibot/base/text.h>
#include <ibot/compare/result.h>
#include <ibot/compare/training_warnings.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

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

// Where the exact test beside a verdict could not agree, whatever the values.
void warn_of_few_pairs(ComparisonResult& result) {
  std::map<std::size_t, std::vector<std::string>> few;
  for (const GroupResult& group : result.groups) {
    const Comparison& comparison = group.comparison;
    const bool decided = comparison.verdict == Verdict::Better || comparison.verdict == Verdict::Worse;
    if (decided && comparison.smallest_p > kLevel) few[comparison.paired.n].push_back(group.group.name);
  }
  std::size_t enough = 2;
  while (smallest_sign_flip_p(enough) > kLevel) ++enough;
  for (const auto& [pairs, names] : few) {
    result.warnings.push_back(str("The verdict on ", joined(names), " rests on ", pairs,
                                  " pairs of seeds and on the t-test's normal distribution: with so few the "
                                  "exact sign-flip p cannot fall below ",
                                  smallest_sign_flip_p(pairs), ", and it takes ", enough, " pairs to reach ",
                                  kLevel, "."));
  }
}

void warn_of_direction(ComparisonResult& result) {
  const auto usual = usual_direction(result.metric.name);
  if (!usual || *usual == result.metric.direction) return;
  const bool higher = *usual == Direction::HigherIsBetter;
  result.warnings.push_back(str("Of ", result.metric.name, " usually the ", higher ? "higher" : "lower",
                                " is better; the verdicts take the ", higher ? "lower" : "higher",
                                " for better, as was chosen."));
}

std::string smallest_text(std::size_t pairs) {
  return str(smallest_sign_flip_p(pairs), " with ", pairs, " pairs");
}

void describe_tests(const ComparisonResult& result, std::vector<std::string>& lines) {
  const std::string& baseline = result.groups[*result.baseline].group.name;
  std::size_t tests = 0;
  std::set<std::size_t> pairs;  // of all that have a sign-flip p
  for (const GroupResult& group : result.groups) {
    const Comparison& comparison = group.comparison;
    if (comparison.p_holm) ++tests;
    const bool shown = comparison.verdict != Verdict::Baseline && comparison.verdict != Verdict::NotCompared;
    if (shown && comparison.paired.n > 1 && comparison.sign_flip_p) pairs.insert(comparison.paired.n);
  }
  if (tests == 0) {
    lines.push_back(str("Baseline: ", baseline, ". No variant could be tested against it."));
  } else {
    lines.push_back(str("Baseline: ", baseline,
                        ". Compared by the paired t-test on the differences of each seed, two-sided, 5 %",
                        tests == 1 ? std::string(".")
                                   : str(", with Holm's correction of p over ", tests,
                                         " variants; the intervals are not corrected, so that one may leave "
                                         "out 0 where no difference is shown.")));
  }
  if (pairs.empty()) return;
  std::string smallest;
  for (const std::size_t n : pairs) smallest += (smallest.empty() ? "" : ", ") + smallest_text(n);
  lines.push_back(str("Beside it the exact sign-flip p, which cannot fall below ", smallest, "."));
}

// A difference is over the seeds that both have, and the means may be over more.
void describe_pairs(const ComparisonResult& result, std::vector<std::string>& lines) {
  const std::size_t seeds = result.groups[*result.baseline].comparison.sample.n;
  Sayings partly;
  for (const GroupResult& group : result.groups) {
    const Comparison& comparison = group.comparison;
    const std::size_t n = comparison.paired.n;
    if (comparison.verdict == Verdict::Baseline || comparison.verdict == Verdict::NotCompared || n == 0)
      continue;
    if (n < comparison.sample.n || n < seeds)
      partly.add(str(n, " of ", comparison.sample.n, comparison.sample.n == 1 ? " seed" : " seeds"),
                 group.group.name);
  }
  for (const auto& [what, names] : partly.all()) {
    lines.push_back(str(joined(names, "; "), ": ", what, " paired with the baseline's ", seeds,
                        "; the difference is over the pairs, not that of the means."));
  }
}

// Groups of which the same is to be said stand in one line.
void give_reasons(const ComparisonResult& result, std::vector<std::string>& lines) {
  Sayings reasons;
  for (const GroupResult& group : result.groups) {
    if (!group.comparison.reason.empty()) reasons.add(group.comparison.reason, group.group.name);
  }
  for (const auto& [reason, names] : reasons.all())
    lines.push_back(joined(names, "; ") + ": " + reason + ".");
}

}  // namespace

std::vector<std::string> ComparisonResult::caption() const {
  std::vector<std::string> lines;
  for (const std::string& warning : warnings) lines.push_back("Warning: " + warning);
  const bool higher = metric.direction == Direction::HigherIsBetter;
  lines.push_back(str(metric.name, ", ", higher ? "higher" : "lower", " is better, ", metric.rule.explain(),
                      "; mean over the seeds, their standard deviation and 95 % t-interval."));
  if (!baseline) {
    lines.emplace_back("No baseline was chosen, so that there are no verdicts.");
    return lines;
  }
  describe_tests(*this, lines);
  describe_pairs(*this, lines);
  give_reasons(*this, lines);
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
    if (baseline && variant.obstacle.empty()) {
      const Replicates& other = result.groups[*baseline].group;
      variant.obstacle =
          training_obstacle(metric.name, runs[group.group.runs.front()], runs[other.runs.front()]);
    }
    variants.push_back(std::move(variant));
  }
  auto compared = compare_to_baseline(variants, baseline, metric.direction);
  for (std::size_t i = 0; i < compared.size(); ++i) result.groups[i].comparison = std::move(compared[i]);
  warn_of_direction(result);
  std::vector<Replicates> compared_groups;
  for (const GroupResult& group : result.groups) compared_groups.push_back(group.group);
  for (std::string& warning : training_warnings(metric.name, compared_groups, runs))
    result.warnings.push_back(std::move(warning));
  for (std::string& warning : unknown_places(compared_groups, runs))
    result.warnings.push_back(std::move(warning));
  warn_of_few_pairs(result);
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
