// SPDX-License-Identifier: GPL-3.0-or-later
#include "study_fixture.h"

#include <ibot/compare/ablation_table.h>
#include <ibot/compare/loss_terms.h>
#include <ibot/compare/report.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::compare {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class LossTerms : public testing::Test, public test::StudyFixture {
 protected:
  /// Seeds 0 to count - 1 of one variant.
  void add_seeds(const std::string& name, const std::map<std::string, nlohmann::json>& values, int count) {
    for (int seed = 0; seed < count; ++seed) {
      test::MadeRun run{.id = name + "-" + std::to_string(seed)};
      run.values = values;
      run.seed = seed;
      run.evaluations = {{"knn/top1", name == "a" ? 40 + seed : 50.25 + seed * 1.125}};
      add(run);
    }
  }
  std::string terms_of(const std::map<std::string, nlohmann::json>& values) {
    RunData run;
    for (const auto& [key, value] : values) {
      runs::Parameter parameter;
      parameter.key = key;
      parameter.text = value.is_string() ? value.get<std::string>() : value.dump();
      run.parameters.push_back(parameter);
    }
    return to_text(loss_terms(run));
  }
  ComparisonResult compare(std::optional<std::size_t> baseline, const std::string& metric = "loss",
                           std::optional<Direction> direction = {}) {
    auto where = reader();
    data = read_runs(where, runs()).value();
    const MetricChoice choice = choose_metric(data, metric, direction).value();
    return compare_groups(data, read_values(where, data, choice).value(), group_replicates(data), choice,
                          baseline);
  }

  std::vector<RunData> data;
};

TEST_F(LossTerms, AreThoseThatCount) {
  EXPECT_EQ(
      terms_of(
          {{"losses.ibot_cls.weight", 1.0}, {"losses.ibot_patch.weight", 1.0}, {"mask.plugin", "block"}}),
      "ibot_cls + ibot_patch");
  EXPECT_EQ(terms_of({{"losses.ibot_cls.weight", 1.0}, {"losses.koleo.weight", 0.1}}),
            "ibot_cls + 0.1 koleo");
  EXPECT_EQ(terms_of({{"losses.ibot_cls.weight", 1.0}, {"losses.koleo.weight", 0.0}}), "ibot_cls");
  EXPECT_EQ(
      terms_of({{"losses.ibot_cls.weight", 1.0}, {"losses.ibot_patch.weight", 1.0}, {"mask.plugin", "none"}}),
      "ibot_cls")
      << "nothing is masked";
  EXPECT_EQ(
      terms_of({{"losses.ibot_patch.weight", 1.0}, {"mask.plugin", "block"}, {"mask.ratio", {0.0, 0.0}}}),
      "no term");
  EXPECT_EQ(
      terms_of({{"losses.ibot_patch.weight", 2.0}, {"mask.plugin", "block"}, {"mask.ratio", {0.0, 0.3}}}),
      "2.0 ibot_patch");
  EXPECT_EQ(
      terms_of({{"losses.mine.plugin", "ibot_patch"}, {"losses.mine.weight", 1.0}, {"mask.plugin", "none"}}),
      "no term")
      << "the plugin counts, not the name of its section";
  EXPECT_EQ(terms_of({{"losses.mine.plugin", "koleo"}, {"losses.mine.weight", 1.0}}), "mine by koleo");
  EXPECT_EQ(terms_of({}), "no term");
}

TEST_F(LossTerms, OtherTermsGiveNoVerdict) {
  add_seeds("a", {{"mask.plugin", "none"}}, 3);
  add_seeds("b", {{"mask.plugin", "block"}}, 3);
  const ComparisonResult result = compare(0);
  EXPECT_EQ(result.groups[1].comparison.verdict, Verdict::NotCompared);
  EXPECT_EQ(result.groups[1].comparison.reason,
            "not comparable with the baseline, since the losses have different terms");
  ASSERT_EQ(result.warnings.size(), 1U);
  EXPECT_THAT(result.warnings[0],
              HasSubstr("different terms (mask=none: ibot_cls; mask=block: ibot_cls + ibot_patch)"));
  // In every form in which a result is read.
  const Table table = list_table(result);
  for (const std::string& text : {to_text(table), to_markdown(table), to_html(table)})
    EXPECT_THAT(text,
                AllOf(HasSubstr("Warning: The losses have different terms"), HasSubstr("not compared")));
  EXPECT_THAT(to_latex(table), HasSubstr("Warning: The losses have different terms"));
  EXPECT_EQ(table.rows[1][5].text, "\u2013") << "no difference of what means different things";
  EXPECT_EQ(to_json(result, data)["warnings"].size(), 1U);
  EXPECT_THAT(summary_of(result), ElementsAre(HasSubstr("Warning: "), HasSubstr("mask=block: not compared")));
  EXPECT_EQ(compare(std::nullopt).warnings.size(), 1U) << "without a baseline too";
  EXPECT_NE(compare(0, "knn/top1").groups[1].comparison.verdict, Verdict::NotCompared)
      << "evaluations are compared";
}

TEST_F(LossTerms, OtherWeightsGiveNoVerdict) {
  add_seeds("a", {{"mask.plugin", "block"}}, 3);
  add_seeds("b", {{"mask.plugin", "block"}, {"losses.ibot_patch.weight", 2.0}}, 3);
  add_seeds("c", {{"mask.plugin", "block"}, {"optimizer.lr", 0.01}}, 3);
  const ComparisonResult result = compare(0);
  EXPECT_EQ(result.groups[1].comparison.verdict, Verdict::NotCompared);
  EXPECT_NE(result.groups[2].comparison.verdict, Verdict::NotCompared) << "the same sum";
  EXPECT_THAT(result.warnings.front(), HasSubstr("ibot_cls + 2 ibot_patch"));
}

TEST_F(LossTerms, ValuesOfOneTermAreComparedWhereBothHaveIt) {
  const LossTerm patch{"mine", "ibot_patch", "1", {}}, koleo{"koleo", "koleo", "1", {}};
  EXPECT_TRUE(is_value_of("patch", patch));
  EXPECT_TRUE(is_value_of("koleo", koleo));
  EXPECT_FALSE(is_value_of("atch", patch));
  EXPECT_FALSE(is_value_of("", koleo));
  add_seeds("a", {{"mask.plugin", "none"}}, 3);
  add_seeds("b", {{"mask.plugin", "block"}}, 3);
  for (int seed = 0; seed < 3; ++seed) {
    for (const char* name : {"a-", "b-"}) {
      record::RunUpdate update;
      for (const char* metric : {"patch", "cls"})
        update.metrics.push_back({metric, kSteps, name[0] == 'a' ? 0.0 : 2 + 0.1 * seed, kSteps});
      update.step = kSteps;
      store.write(name + std::to_string(seed), update).value();
    }
  }
  const ComparisonResult patches = compare(0, "patch", Direction::LowerIsBetter);
  EXPECT_EQ(patches.groups[1].comparison.verdict, Verdict::NotCompared);
  EXPECT_THAT(patches.warnings, ElementsAre(HasSubstr("The loss of mask=none has no term that gives patch")));
  const ComparisonResult cls = compare(0, "cls", Direction::LowerIsBetter);
  EXPECT_EQ(cls.groups[1].comparison.verdict, Verdict::Worse) << "both have it";
}

TEST_F(LossTerms, AnotherScaleIsWarnedOf) {
  add_seeds("a", {{"mask.plugin", "block"}, {"losses.ibot_cls.teacher_temp", 0.04}}, 3);
  add_seeds("b", {{"mask.plugin", "block"}, {"losses.ibot_cls.teacher_temp", 0.07}}, 3);
  const ComparisonResult result = compare(0);
  ASSERT_EQ(result.warnings.size(), 1U);
  EXPECT_THAT(result.warnings[0], AllOf(HasSubstr("same terms"), HasSubstr("losses.ibot_cls.teacher_temp")));
  EXPECT_NE(result.groups[1].comparison.verdict, Verdict::NotCompared);
  EXPECT_THAT(compare(0, "knn/top1").warnings, Not(testing::Contains(HasSubstr("terms"))));
}

TEST_F(LossTerms, TheSameLossNeedsNoWarning) {
  add_seeds("a", {{"mask.plugin", "block"}}, 3);
  add_seeds("b", {{"mask.plugin", "block"}, {"optimizer.lr", 0.01}}, 3);
  EXPECT_THAT(compare(0).warnings, IsEmpty());
}

TEST_F(LossTerms, OfOtherPicturesGiveNoVerdict) {
  for (int seed = 0; seed < 3; ++seed) {
    for (const char* name : {"photographs", "squares", "copy"}) {
      test::MadeRun run{.id = name + ("-" + std::to_string(seed))};
      run.values = {{"mask.plugin", "block"}, {"data.path", name}};
      run.seed = seed;
      run.data = name;
      run.files = std::string_view(name) == "squares" ? "grey" : "photographs";
      run.evaluations = {{"knn/top1", 40 + seed}};
      add(run);
    }
  }
  const ComparisonResult result = compare(0);
  ASSERT_EQ(result.groups[1].group.name, "path=squares");
  EXPECT_EQ(result.groups[1].comparison.verdict, Verdict::NotCompared);
  EXPECT_THAT(result.groups[1].comparison.reason, HasSubstr("other pictures"));
  EXPECT_NE(result.groups[2].comparison.verdict, Verdict::NotCompared) << "the same pictures elsewhere";
  EXPECT_THAT(
      result.warnings,
      ElementsAre(HasSubstr("path=squares was trained on other pictures than path=photographs, and loss")));
  const ComparisonResult evaluated = compare(0, "knn/top1");
  EXPECT_NE(evaluated.groups[1].comparison.verdict, Verdict::NotCompared);
  EXPECT_THAT(evaluated.warnings, Not(testing::Contains(HasSubstr("pictures"))));
}

TEST_F(LossTerms, OfOtherCropsAndBatchesAreWarnedOf) {
  add_seeds("a", {{"mask.plugin", "block"}, {"crops.global.size", 32}, {"train.batch", 8}}, 3);
  add_seeds("b", {{"mask.plugin", "block"}, {"crops.global.size", 48}, {"train.batch", 16}}, 3);
  const ComparisonResult result = compare(0);
  EXPECT_NE(result.groups[1].comparison.verdict, Verdict::NotCompared);
  EXPECT_THAT(result.warnings, ElementsAre(AllOf(HasSubstr("differ in crops.global.size, train.batch"),
                                                 HasSubstr("loss is measured on the batches"))));
  EXPECT_THAT(compare(0, "knn/top1").warnings, Not(testing::Contains(HasSubstr("crops"))));
  EXPECT_FALSE(is_of_training("images_per_second"));
  EXPECT_TRUE(is_of_training("teacher_entropy"));
}

TEST_F(LossTerms, OfPicturesThatTheRecordDoesNotTellApartAreWarnedOf) {
  add_seeds("a", {{"mask.plugin", "block"}}, 1);
  add({.id = "old", .values = {{"mask.plugin", "block"}, {"data.path", "elsewhere"}}, .data = "elsewhere"});
  EXPECT_THAT(compare(0).warnings, ElementsAre(HasSubstr("does not say whether path=elsewhere was trained")));
}

TEST_F(LossTerms, FewPairsAreWarnedOfWhereTheyDecide) {
  add_seeds("a", {}, 2);
  add_seeds("b", {{"optimizer.lr", 0.01}}, 2);
  const ComparisonResult two = compare(0, "knn/top1");
  ASSERT_EQ(two.groups[1].comparison.verdict, Verdict::Better);
  ASSERT_EQ(two.warnings.size(), 1U);
  EXPECT_THAT(two.warnings[0], AllOf(HasSubstr("rests on 2 pairs"), HasSubstr("cannot fall below 0.5"),
                                     HasSubstr("it takes 6 pairs to reach 0.05")));
}

TEST_F(LossTerms, SixPairsNeedNoWarning) {
  add_seeds("a", {}, 6);
  add_seeds("b", {{"optimizer.lr", 0.01}}, 6);
  const ComparisonResult six = compare(0, "knn/top1");
  ASSERT_EQ(six.groups[1].comparison.verdict, Verdict::Better);
  EXPECT_THAT(six.warnings, IsEmpty());
}

TEST_F(LossTerms, ADirectionThatIsNotTheUsualOneIsSaid) {
  add_seeds("a", {}, 6);
  add_seeds("b", {{"optimizer.lr", 0.01}}, 6);
  const ComparisonResult result = compare(0, "knn/top1", Direction::LowerIsBetter);
  EXPECT_EQ(result.groups[1].comparison.verdict, Verdict::Worse);
  ASSERT_EQ(result.warnings.size(), 1U);
  EXPECT_THAT(result.warnings[0],
              AllOf(HasSubstr("usually the higher is better"), HasSubstr("take the lower")));
  EXPECT_THAT(compare(0, "knn/top1", Direction::HigherIsBetter).warnings, IsEmpty());
}

}  // namespace
}  // namespace ibot::compare
