// SPDX-License-Identifier: GPL-3.0-or-later
#include "sayings.h"

#include <ibot/compare/loss_terms.h>
#include <ibot/compare/training_warnings.h>

#include <algorithm>
#include <set>

namespace ibot::compare {
namespace {

using base::str;
using Sentences = std::vector<std::string>;

// Of the value of one term: whether a run's loss has it.
bool has_term_of(std::string_view metric, const RunData& run) {
  const auto terms = loss_terms(run);
  return std::any_of(terms.begin(), terms.end(),
                     [&](const LossTerm& term) { return is_value_of(metric, term); });
}

const RunData& first_of(const Replicates& group, std::span<const RunData> runs) {
  return runs[group.runs.front()];
}

// What is said of names, one after the other: "a: x; b, c: y".
std::string told(const Sayings& sayings) {
  std::string text;
  for (const auto& [what, names] : sayings.all())
    text += str(text.empty() ? "" : "; ", joined(names), ": ", what);
  return text;
}

// True: verdicts are out of the question, and less that differs need not be said.
bool warn_of_terms(std::string_view metric, std::span<const Replicates> groups, std::span<const RunData> runs,
                   Sentences& warnings) {
  if (is_sum_of_terms(metric)) {
    Sayings terms;
    for (const Replicates& group : groups) terms.add(to_text(loss_terms(first_of(group, runs))), group.name);
    if (terms.all().size() < 2) return false;
    warnings.push_back(str("The losses have different terms (", told(terms),
                           "), so that a lower one is not a better one. Such runs are compared by an "
                           "evaluation, as knn/top1."));
    return true;
  }
  std::vector<std::string> without;
  for (const Replicates& group : groups) {
    if (!has_term_of(metric, first_of(group, runs))) without.push_back(group.name);
  }
  if (without.empty() || without.size() == groups.size()) return false;
  warnings.push_back(str("The loss of ", joined(without), " has no term that gives ", metric,
                         ": values that stand there are no results."));
  return true;
}

void warn_of_pictures(std::string_view metric, std::span<const Replicates> groups,
                      std::span<const RunData> runs, Sentences& warnings) {
  std::vector<std::string> others, unknown;
  for (const Replicates& group : groups) {
    const auto same = same_pictures(first_of(groups.front(), runs), first_of(group, runs));
    if (!same) unknown.push_back(group.name);
    if (same && !*same) others.push_back(group.name);
  }
  if (!others.empty()) {
    warnings.push_back(str(joined(others), others.size() == 1 ? " was" : " were",
                           " trained on other pictures than ", groups.front().name, ", and ", metric,
                           " is measured on those: its values do not say which is better. Such runs are "
                           "compared by an evaluation, as knn/top1."));
  }
  if (!unknown.empty()) {
    warnings.push_back(str("The record does not say whether ", joined(unknown),
                           unknown.size() == 1 ? " was" : " were", " trained on the pictures of ",
                           groups.front().name, ", on which ", metric, " is measured."));
  }
}

void warn_of_batches(std::string_view metric, std::span<const Replicates> groups,
                     std::span<const RunData> runs, Sentences& warnings) {
  const RunData& first = first_of(groups.front(), runs);
  std::set<std::string> scale, batches;
  for (const Replicates& group : groups) {
    for (std::string& key : other_batches(first, first_of(group, runs))) batches.insert(std::move(key));
    if (!is_sum_of_terms(metric)) continue;
    for (std::string& key : other_scale(first, first_of(group, runs))) scale.insert(std::move(key));
  }
  if (!scale.empty()) {
    warnings.push_back(str("The losses have the same terms, but differ in ",
                           joined({scale.begin(), scale.end()}),
                           ", which may change their size: a lower one need not be a better one."));
  }
  if (!batches.empty()) {
    warnings.push_back(str("The runs differ in ", joined({batches.begin(), batches.end()}), ", and ", metric,
                           " is measured on the batches that this makes: it may be easier on some, which is "
                           "not better."));
  }
}

}  // namespace

std::vector<std::string> training_warnings(std::string_view metric, std::span<const Replicates> groups,
                                           std::span<const RunData> runs) {
  Sentences warnings;
  if (groups.empty() || !is_of_training(metric)) return warnings;
  const bool other_terms = warn_of_terms(metric, groups, runs, warnings);
  warn_of_pictures(metric, groups, runs, warnings);
  if (!other_terms) warn_of_batches(metric, groups, runs, warnings);
  return warnings;
}

std::string training_obstacle(std::string_view metric, const RunData& run, const RunData& baseline) {
  if (!is_of_training(metric)) return {};
  if (is_sum_of_terms(metric)) {
    if (!same_terms(loss_terms(run), loss_terms(baseline)))
      return "not comparable with the baseline, since the losses have different terms";
  } else if (has_term_of(metric, run) != has_term_of(metric, baseline)) {
    return "not comparable with the baseline, since only one of the losses has that term";
  }
  if (!same_pictures(run, baseline).value_or(true))
    return "not comparable with the baseline, since it was trained on other pictures";
  return {};
}

}  // namespace ibot::compare
