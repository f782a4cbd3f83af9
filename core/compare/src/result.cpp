// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/compare/loss_terms.h>
#include <ibot/compare/result.h>

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

const RunData& first_of(const GroupResult& group, std::span<const RunData> runs) {
  return runs[group.group.runs.front()];
}

// Of the value of one term: whether a group's loss has it.
bool has_term_of(std::string_view metric, const GroupResult& group, std::span<const RunData> runs) {
  if (metric.find_first_of("@/") != std::string_view::npos) return false;  // an evaluation
  const auto terms = loss_terms(first_of(group, runs));
  return std::any_of(terms.begin(), terms.end(),
                     [&](const LossTerm& term) { return is_value_of(metric, term); });
}

// Of a loss: what stands in the way of a verdict; empty: nothing.
std::string obstacle_of_terms(std::string_view metric, const GroupResult& group, const GroupResult& baseline,
                              std::span<const RunData> runs) {
  if (!is_sum_of_terms(metric)) {
    return has_term_of(metric, group, runs) == has_term_of(metric, baseline, runs)
               ? std::string()
               : "not comparable with the baseline, since only one of the losses has that term";
  }
  if (same_terms(loss_terms(first_of(group, runs)), loss_terms(first_of(baseline, runs)))) return {};
  return "not comparable with the baseline, since the losses have different terms";
}

std::string joined(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 4;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i) text += (i == 0 ? "" : ", ") + names[i];
  return names.size() > kMost ? text + str(" and ", names.size() - kMost, " more") : text;
}

// Names of groups by what is said of them, in the order in which it comes first.
class Sayings {
 public:
  void add(const std::string& what, const std::string& name) {
    auto known =
        std::find_if(all_.begin(), all_.end(), [&](const auto& entry) { return entry.first == what; });
    if (known == all_.end()) known = all_.insert(all_.end(), {what, {}});
    known->second.push_back(name);
  }
  const std::vector<std::pair<std::string, std::vector<std::string>>>& all() const { return all_; }

 private:
  std::vector<std::pair<std::string, std::vector<std::string>>> all_;
};

void warn_of_missing_term(ComparisonResult& result, std::span<const RunData> runs) {
  std::vector<std::string> without;
  for (const GroupResult& group : result.groups) {
    if (!has_term_of(result.metric.name, group, runs)) without.push_back(group.group.name);
  }
  if (without.empty() || without.size() == result.groups.size()) return;
  result.warnings.push_back(str("The loss of ", joined(without), " has no term that gives ",
                                result.metric.name, ": values that stand there are no results."));
}

void warn_of_losses(ComparisonResult& result, std::span<const RunData> runs) {
  if (!is_sum_of_terms(result.metric.name)) return warn_of_missing_term(result, runs);
  Sayings terms;
  std::set<std::string> scale;
  for (const GroupResult& group : result.groups) {
    terms.add(to_text(loss_terms(first_of(group, runs))), group.group.name);
    for (std::string& key : other_scale(first_of(result.groups.front(), runs), first_of(group, runs)))
      scale.insert(std::move(key));
  }
  if (terms.all().size() > 1) {
    std::string text;
    for (const auto& [sum, names] : terms.all())
      text += str(text.empty() ? "" : "; ", joined(names), ": ", sum);
    result.warnings.push_back(str("The losses have different terms (", text,
                                  "), so that a lower one is not a better one. Such runs are compared by an "
                                  "evaluation, as knn/top1."));
  } else if (!scale.empty()) {
    result.warnings.push_back(str("The losses have the same terms, but differ in ",
                                  joined({scale.begin(), scale.end()}),
                                  ", which may change their size: a lower one need not be a better one."));
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
  std::size_t tests = 0;
  double smallest = 0;
  for (const GroupResult& group : groups) {
    if (!group.comparison.p_holm) continue;
    ++tests;
    smallest = std::max(smallest, group.comparison.smallest_p);
  }
  if (tests == 0) {
    lines.push_back(
        str("Baseline: ", groups[*baseline].group.name, ". No variant could be tested against it."));
    return lines;
  }
  lines.push_back(str("Baseline: ", groups[*baseline].group.name,
                      ". Compared by the paired t-test on the differences of each seed, two-sided, 5 %, with "
                      "Holm's correction over ",
                      tests, tests == 1 ? " variant." : " variants."));
  lines.push_back(str("Beside it the exact sign-flip p, which cannot fall below ", base::str(smallest),
                      " with so few seeds."));
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
    if (baseline && variant.obstacle.empty())
      variant.obstacle = obstacle_of_terms(metric.name, group, result.groups[*baseline], runs);
    variants.push_back(std::move(variant));
  }
  auto compared = compare_to_baseline(variants, baseline, metric.direction);
  for (std::size_t i = 0; i < compared.size(); ++i) result.groups[i].comparison = std::move(compared[i]);
  warn_of_direction(result);
  warn_of_losses(result, runs);
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
