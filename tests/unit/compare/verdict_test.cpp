// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulated_study.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::compare {
namespace {

using testing::HasSubstr;

Variant variant(std::string name, std::vector<double> values) {
  Variant made{std::move(name), {}, {}};
  for (std::size_t i = 0; i < values.size(); ++i) made.values.push_back({std::to_string(i), values[i]});
  return made;
}

TEST(Verdict, SaysBetterWorseAndNeither) {
  const std::vector<Variant> variants = {variant("base", {40, 41, 42}), variant("up", {45.1, 46, 47.2}),
                                         variant("down", {35, 36.2, 37.1}),
                                         variant("same", {40.5, 40.7, 42.2})};
  const auto higher = compare_to_baseline(variants, 0, Direction::HigherIsBetter);
  EXPECT_EQ(higher[0].verdict, Verdict::Baseline);
  EXPECT_EQ(higher[1].verdict, Verdict::Better);
  EXPECT_EQ(higher[2].verdict, Verdict::Worse);
  EXPECT_EQ(higher[3].verdict, Verdict::NoDifferenceShown);
  EXPECT_EQ(higher[1].smallest_p, 0.25);
  EXPECT_EQ(higher[1].sign_flip_p, 0.25);
  const auto lower = compare_to_baseline(variants, 0, Direction::LowerIsBetter);
  EXPECT_EQ(lower[1].verdict, Verdict::Worse);
  EXPECT_EQ(lower[2].verdict, Verdict::Better);
}

TEST(Verdict, CorrectsForHowManyAreCompared) {
  const Variant base = variant("base", {40, 41, 42, 43});
  const Variant close = variant("close", {40.9, 41.5, 43.4, 43.6});
  const double alone =
      compare_to_baseline(std::vector{base, close}, 0, Direction::HigherIsBetter)[1].p_holm.value();
  EXPECT_LT(alone, kLevel);
  std::vector<Variant> many = {base, close};
  for (int i = 0; i < 4; ++i) many.push_back(variant("noise", {40.2, 40.7, 42.3, 42.8}));
  const auto all = compare_to_baseline(many, 0, Direction::HigherIsBetter);
  EXPECT_DOUBLE_EQ(all[1].p_holm.value(), 5 * alone);
  EXPECT_EQ(all[1].verdict, Verdict::NoDifferenceShown);
}

TEST(Verdict, PairsBySeedWhateverTheOrder) {
  Variant base = variant("base", {10, 20, 30});
  Variant shuffled{"shuffled", {{"2", 31.1}, {"0", 11}, {"7", 99}, {"1", 20.9}}, {}};
  const auto all = compare_to_baseline(std::vector{base, shuffled}, 0, Direction::HigherIsBetter);
  EXPECT_EQ(all[1].paired.n, 3U);
  EXPECT_EQ(all[1].sample.n, 4U);
  EXPECT_NEAR(all[1].paired.mean, 1, 1e-9);
  EXPECT_EQ(all[1].verdict, Verdict::Better);
}

TEST(Verdict, SaysWhyThereIsNone) {
  const Variant base = variant("base", {1, 2, 3});
  const Variant other{"other", {{"7", 1}, {"8", 2}}, {}};
  const Variant one = variant("one", {1});
  Variant blocked = variant("blocked", {1, 2, 4});
  blocked.obstacle = "was evaluated with other settings";
  const Variant shifted = variant("shifted", {2, 3, 4});
  const std::vector<Variant> variants = {base, other, one, blocked, shifted, variant("empty", {})};
  const auto all = compare_to_baseline(variants, 0, Direction::HigherIsBetter);
  EXPECT_EQ(all[1].verdict, Verdict::NotCompared);
  EXPECT_THAT(all[1].reason, HasSubstr("no seed in common"));
  EXPECT_EQ(all[2].verdict, Verdict::SingleRun);
  EXPECT_FALSE(all[2].interval);
  EXPECT_EQ(all[3].verdict, Verdict::NotCompared);
  EXPECT_THAT(all[3].reason, HasSubstr("other settings"));
  EXPECT_EQ(all[4].verdict, Verdict::NoDifferenceShown);
  EXPECT_THAT(all[4].reason, HasSubstr("same amount"));
  EXPECT_THAT(all[5].reason, HasSubstr("no run has a value"));
  EXPECT_EQ(all[2].reason, "one seed");
  for (const Comparison& comparison : compare_to_baseline(variants, std::nullopt, Direction::HigherIsBetter))
    EXPECT_EQ(comparison.verdict, Verdict::NotCompared);
}

TEST(Verdict, OnePairOfSeveralSeedsIsNoSingleRun) {
  const Variant base = variant("base", {1, 2, 3});
  const Variant apart{"apart", {{"2", 4}, {"7", 5}, {"8", 6}}, {}};
  const auto all = compare_to_baseline(std::vector{base, apart}, 0, Direction::HigherIsBetter);
  EXPECT_EQ(all[1].sample.n, 3U);
  EXPECT_EQ(all[1].paired.n, 1U);
  EXPECT_EQ(all[1].verdict, Verdict::NotCompared);
  EXPECT_THAT(all[1].reason, HasSubstr("one seed in common"));
  const auto turned =
      compare_to_baseline(std::vector{base, variant("one", {5})}, 1, Direction::HigherIsBetter);
  EXPECT_EQ(turned[0].verdict, Verdict::NotCompared);
  EXPECT_EQ(turned[0].reason, "the baseline has one seed");
}

// 20,000 studies of two variants with the same mean: 5 % of them may be called different, not more, not less.
TEST(Verdict, EqualMeansAreCalledDifferentInFivePercent) {
  for (const std::size_t seeds : {3U, 5U}) {
    const test::SimulatedStudies studies{.studies = 20'000, .seeds = seeds};
    EXPECT_NEAR(test::share_of_studies_with_a_verdict(studies), 0.05, 0.005) << seeds << " seeds";
  }
}

TEST(Verdict, OfManyVariantsOneFalseVerdictInFivePercentOfStudies) {
  for (const std::size_t seeds : {3U, 5U}) {
    const test::SimulatedStudies studies{.studies = 20'000, .seeds = seeds, .variants = 4};
    const double share = test::share_of_studies_with_a_verdict(studies);
    EXPECT_LE(share, 0.055) << seeds << " seeds";
    EXPECT_GE(share, 0.02) << seeds << " seeds: a correction that never lets anything pass is none";
  }
}

TEST(Verdict, KnownEffectIsShownTheMoreOftenTheMoreSeeds) {
  const auto power = [](std::size_t seeds) {
    return test::share_of_studies_with_a_verdict({.studies = 5'000, .seeds = seeds, .effect = 2});
  };
  // Of the noncentral t distribution (SciPy 1.17.1, stats.nct), an effect of two standard deviations.
  EXPECT_NEAR(power(3), 0.4707, 0.02);
  EXPECT_NEAR(power(5), 0.9089, 0.015);
}

}  // namespace
}  // namespace ibot::compare
