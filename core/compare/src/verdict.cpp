// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/compare/verdict.h>

#include <algorithm>

namespace ibot::compare {
namespace {

std::vector<double> values_of(const Variant& variant) {
  std::vector<double> values;
  values.reserve(variant.values.size());
  for (const SeedValue& value : variant.values) values.push_back(value.value);
  return values;
}

// Values of the seeds that both have, in the order of the variant.
struct Pairs {
  std::vector<double> variant, baseline;

  std::vector<double> differences() const {
    std::vector<double> all(variant.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = variant[i] - baseline[i];
    return all;
  }
};

Pairs pairs_of(const Variant& variant, const Variant& baseline) {
  Pairs pairs;
  for (const SeedValue& value : variant.values) {
    const auto partner =
        std::find_if(baseline.values.begin(), baseline.values.end(),
                     [&](const SeedValue& candidate) { return candidate.seed == value.seed; });
    if (partner == baseline.values.end()) continue;
    pairs.variant.push_back(value.value);
    pairs.baseline.push_back(partner->value);
  }
  return pairs;
}

// What can be said before any test; false if a test decides.
bool settle_without_test(Comparison& comparison, const Variant& variant, const Variant& baseline) {
  const auto settle = [&](Verdict verdict, std::string reason) {
    comparison.verdict = verdict;
    comparison.reason = std::move(reason);
    return true;
  };
  if (!variant.obstacle.empty()) return settle(Verdict::NotCompared, variant.obstacle);
  if (!baseline.obstacle.empty()) return settle(Verdict::NotCompared, "the baseline: " + baseline.obstacle);
  if (variant.values.empty()) return settle(Verdict::NotCompared, "no run has a value");
  if (baseline.values.empty()) return settle(Verdict::NotCompared, "the baseline has no value");
  if (variant.values.size() == 1) return settle(Verdict::SingleRun, "one seed");
  if (baseline.values.size() == 1) return settle(Verdict::NotCompared, "the baseline has one seed");
  if (comparison.paired.n == 0) return settle(Verdict::NotCompared, "no seed in common with the baseline");
  if (comparison.paired.n == 1)
    return settle(Verdict::NotCompared, "one seed in common with the baseline, and a test needs two");
  if (!comparison.paired.p) {
    return settle(
        Verdict::NoDifferenceShown,
        "all seeds differ from the baseline by the same amount, so that there is no spread to judge by");
  }
  return false;
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::Baseline:
      return "baseline";
    case Verdict::Better:
      return "better";
    case Verdict::Worse:
      return "worse";
    case Verdict::NoDifferenceShown:
      return "no difference shown";
    case Verdict::SingleRun:
      return "single run";
    case Verdict::NotCompared:
      return "not compared";
  }
  return "not compared";
}

std::vector<Comparison> compare_to_baseline(std::span<const Variant> variants,
                                            std::optional<std::size_t> baseline, Direction direction) {
  std::vector<Comparison> all(variants.size());
  std::vector<std::size_t> tested;
  std::vector<double> p;
  for (std::size_t i = 0; i < variants.size(); ++i) {
    Comparison& comparison = all[i];
    const std::vector<double> values = values_of(variants[i]);
    comparison.sample = describe(values);
    comparison.interval = t_interval(values);
    if (!baseline) {
      comparison.reason = "no baseline was chosen";
      continue;
    }
    if (i == *baseline) {
      comparison.verdict = Verdict::Baseline;
      continue;
    }
    const Pairs pairs = pairs_of(variants[i], variants[*baseline]);
    comparison.paired = paired_t_test(pairs.variant, pairs.baseline);
    comparison.sign_flip_p = sign_flip_p(pairs.differences());
    comparison.smallest_p = smallest_sign_flip_p(comparison.paired.n);
    if (settle_without_test(comparison, variants[i], variants[*baseline])) continue;
    tested.push_back(i);
    p.push_back(*comparison.paired.p);
  }
  const std::vector<double> corrected = holm(p);
  for (std::size_t i = 0; i < tested.size(); ++i) {
    Comparison& comparison = all[tested[i]];
    comparison.p_holm = corrected[i];
    const bool higher = comparison.paired.mean > 0;
    const bool better = higher == (direction == Direction::HigherIsBetter);
    comparison.verdict = corrected[i] >= kLevel ? Verdict::NoDifferenceShown
                         : better               ? Verdict::Better
                                                : Verdict::Worse;
  }
  return all;
}

}  // namespace ibot::compare
