// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../verdicts/check_verdicts.h"
#include "study_fixture.h"

#include <ibot/base/random.h>
#include <ibot/compare/ablation_table.h>
#include <ibot/compare/report.h>
#include <ibot/compare/study_names.h>
#include <ibot/runs/select.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace ibot::compare {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ResultTest : public testing::Test, public test::StudyFixture {
 protected:
  void read() {
    auto where = reader();
    data = read_runs(where, runs()).value();
    groups = group_replicates(data);
  }
  ComparisonResult compare(std::string_view baseline, std::string_view metric = "knn/top1",
                           const CheckpointRule& rule = {}) {
    read();
    const MetricChoice choice = choose_metric(data, metric, std::nullopt, rule).value();
    auto where = reader();
    const auto values = read_values(where, data, choice).value();
    return compare_groups(data, values, groups, choice, group_of(groups, data, baseline));
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const Replicates& group : groups) all.push_back(group.name);
    return all;
  }

  std::vector<RunData> data;
  std::vector<Replicates> groups;
};

TEST_F(ResultTest, RunsEqualButForTheSeedFormAGroup) {
  add_masks();
  read();
  EXPECT_THAT(names(), ElementsAre("mask=none", "mask=random", "mask=block"));
  for (const Replicates& group : groups) EXPECT_EQ(group.runs.size(), 3U);
}

TEST_F(ResultTest, OtherBuildsFilesAndStartsAreOtherGroups) {
  add({.id = "a"});
  add({.id = "b", .seed = 1});
  add({.id = "build", .seed = 2, .plugins = "rebuilt"});
  add({.id = "files", .seed = 2, .data = "other files"});
  add({.id = "machine", .seed = 2, .environment = "cpu: another\n"});
  read();
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_EQ(groups[0].runs.size(), 3U) << "another machine does not matter";
  EXPECT_THAT(groups[1].name, HasSubstr("build"));
}

TEST_F(ResultTest, VerdictsOfMasks) {
  add_masks();
  const ComparisonResult result = compare("none-1");
  ASSERT_EQ(result.groups.size(), 3U);
  EXPECT_EQ(result.groups[0].comparison.verdict, Verdict::Baseline);
  EXPECT_EQ(result.groups[1].comparison.verdict, Verdict::Better);
  EXPECT_EQ(result.groups[2].comparison.verdict, Verdict::NoDifferenceShown);
  const Table table = list_table(result);
  const std::string text = to_text(table);
  EXPECT_THAT(text, HasSubstr("mask=random"));
  EXPECT_THAT(text, HasSubstr("no difference shown"));
  EXPECT_THAT(text, HasSubstr("planned end"));
  EXPECT_THAT(to_latex(table), HasSubstr("\\textbf{45.2 $\\pm$ 1.0}"));
  EXPECT_THAT(to_latex(table), HasSubstr("\\toprule"));
  EXPECT_THAT(to_latex(table),
              HasSubstr("\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}"));
}

TEST_F(ResultTest, SingleRunsSayNothing) {
  add({.id = "a", .evaluations = {{"knn/top1", 40}}});
  add({.id = "b", .values = {{"optimizer.lr", 0.002}}, .evaluations = {{"knn/top1", 60}}});
  const ComparisonResult result = compare("a");
  EXPECT_EQ(result.groups[1].comparison.verdict, Verdict::SingleRun);
  EXPECT_FALSE(result.groups[1].comparison.interval);
  const std::string text = to_text(list_table(result));
  EXPECT_THAT(text, HasSubstr("single run"));
  EXPECT_THAT(text, Not(HasSubstr("±")));
}

TEST_F(ResultTest, SaysWhichRunsAreLeftOutAndWhy) {
  add({.id = "a", .evaluations = {{"knn/top1", 40}}});
  add({.id = "again", .evaluations = {{"knn/top1", 99}}});
  add({.id = "unfinished", .seed = 1, .ended = false});
  add({.id = "unseen", .seed = 2});
  const ComparisonResult result = compare("a");
  ASSERT_EQ(result.groups.size(), 1U);
  EXPECT_EQ(result.groups[0].comparison.sample.mean, 40) << "of one seed the oldest counts, not the best";
  EXPECT_THAT(result.groups[0].left_out,
              ElementsAre(HasSubstr("repeats the seed 0"), HasSubstr("has not reached its end"),
                          HasSubstr("has no knn/top1@teacher at step 100")));
}

TEST_F(ResultTest, OtherSettingsAreNotCompared) {
  add({.id = "a0", .evaluations = {{"knn/top1", 40}}});
  add({.id = "a1", .seed = 1, .evaluations = {{"knn/top1", 41}}});
  add({.id = "b0",
       .values = {{"optimizer.lr", 1}},
       .evaluations = {{"knn/top1", 50}},
       .settings = R"({"k":10})"});
  add({.id = "b1",
       .values = {{"optimizer.lr", 1}},
       .seed = 1,
       .evaluations = {{"knn/top1", 51.5}},
       .settings = R"({"k":10})"});
  const ComparisonResult result = compare("a0");
  EXPECT_EQ(result.groups[1].comparison.verdict, Verdict::NotCompared);
  EXPECT_THAT(result.groups[1].comparison.reason, HasSubstr("other settings"));
}

TEST_F(ResultTest, MomentIsTheSameInEveryRun) {
  add_masks();
  const ComparisonResult result = compare("none-0", "loss", {.step = 50});
  EXPECT_DOUBLE_EQ(result.groups[0].used[1].value, 9.0 - 1 + 0.01);
  EXPECT_EQ(result.metric.direction, Direction::LowerIsBetter);
  const ComparisonResult none = compare("none-0", "loss", {.step = 51});
  EXPECT_THAT(none.groups[0].used, IsEmpty());
  EXPECT_THAT(none.groups[0].left_out[0], HasSubstr("has no loss at step 51"));
  EXPECT_FALSE(CheckpointRule::parse("best"));
  EXPECT_EQ(CheckpointRule::parse("step:7").value().to_text(), "step:7");
}

TEST_F(ResultTest, MetricsAreFoundByName) {
  add_masks();
  read();
  EXPECT_EQ(choose_metric(data, "", std::nullopt).value().name, "knn/top1@teacher");
  const auto wrong = choose_metric(data, "knn/top2", std::nullopt);
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().to_text(), HasSubstr("knn/top1@teacher"));
  EXPECT_EQ(usual_direction("part_clusters/nmi@teacher"), Direction::HigherIsBetter);
  EXPECT_EQ(usual_direction("health/token_variance"), std::nullopt);
  EXPECT_EQ(usual_direction("loss/ibot_cls"), Direction::LowerIsBetter);
}

TEST_F(ResultTest, GridsAndPresetsHaveTheirShapes) {
  add_masks();
  const ComparisonResult result = compare("none-0");
  const Table grid = grid_table(result, "mask.plugin", "").value();
  ASSERT_EQ(grid.rows.size(), 3U);
  EXPECT_THAT(grid.rows[1][1].text, HasSubstr("better"));
  EXPECT_TRUE(grid.rows[1][1].strong);
  EXPECT_FALSE(grid.rows[2][1].strong);
  const auto wrong = grid_table(result, "mask.plugi", "");
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().to_text(), HasSubstr("Did you mean mask.plugin?"));
  const Table masking = preset_table(Preset::Masking, result, data).value();
  EXPECT_EQ(masking.columns.size(), 3U) << to_text(masking);
  const Table pretext = preset_table(Preset::Pretext, result, data).value();
  EXPECT_FALSE(pretext.rows[0][1].mark) << "without masks nothing is predicted";
  EXPECT_TRUE(pretext.rows[1][1].mark && pretext.rows[2][1].mark && pretext.rows[0][2].mark);
  const auto same_head = preset_table(Preset::Head, result, data);
  ASSERT_FALSE(same_head);
  EXPECT_THAT(same_head.error().to_text(), HasSubstr("do not differ in that: all have a shared head"));
}

TEST_F(ResultTest, HeadsStandSideBySide) {
  add({.id = "a", .evaluations = {{"knn/top1", 40}}});
  add({.id = "b", .values = {{"head.shared", false}}, .evaluations = {{"knn/top1", 41}}});
  add({.id = "c", .values = {{"optimizer.lr", 0.1}}, .evaluations = {{"knn/top1", 42}}});
  const ComparisonResult result = compare("a");
  const Table head = preset_table(Preset::Head, result, data).value();
  EXPECT_EQ(head.rows.size(), 2U) << "what else differs stands in the rows";
  EXPECT_EQ(head.columns[1].title, "shared");
  EXPECT_EQ(head.columns[2].title, "separate");
}

TEST_F(ResultTest, HeadsOfAStudyStandSideBySide) {
  const auto add_variant = [&](const char* loss, double patch, const char* head) {
    const std::string id = std::string(loss) + "-" + head;
    add({.id = id,
         .values = {{"head.shared", std::string_view(head) == "shared"}, {"losses.ibot_patch.weight", patch}},
         .evaluations = {{"knn/top1", 40}}});
    return record::StudyRun{id, {{"loss", loss}, {"head", head}}};
  };
  record::Study study;
  study.name = "losses and heads";
  study.runs = {add_variant("both", 1, "shared"), add_variant("cls", 0, "shared"),
                add_variant("both", 1, "separate"), add_variant("cls", 0, "separate")};
  read();
  ASSERT_TRUE(name_by_levels(study, data, groups));
  const MetricChoice choice = choose_metric(data, "knn/top1", std::nullopt).value();
  auto where = reader();
  const auto values = read_values(where, data, choice).value();
  const ComparisonResult result = compare_groups(data, values, groups, choice, 0);
  const Table head = preset_table(Preset::Head, result, data).value();
  ASSERT_EQ(head.rows.size(), 2U) << to_text(head);
  EXPECT_EQ(head.rows[0][0].text, "loss=both") << "each thing by one name, without the head";
  EXPECT_EQ(head.rows[1][0].text, "loss=cls");
  for (const auto& row : head.rows) {
    for (const Cell& cell : row)
      EXPECT_THAT(cell.text, Not(HasSubstr("\u2013"))) << "both columns are filled";
  }
}

TEST_F(ResultTest, SaysHowManySeedsADifferenceIsOver) {
  for (int seed = 0; seed < 4; ++seed) {
    const double value = 40 + seed + 0.1 * (seed % 2);
    if (seed < 2)
      add({.id = "a" + std::to_string(seed), .seed = seed, .evaluations = {{"knn/top1", 40.0 + seed}}});
    for (const char* name : {"b", "c"}) {
      if (name[0] == 'c' && seed > 2) continue;
      add({.id = name + std::to_string(seed),
           .values = {{"optimizer.lr", name[0] == 'b' ? 0.1 : 0.2}},
           .seed = seed,
           .evaluations = {{"knn/top1", value}}});
    }
  }
  const ComparisonResult result = compare("a0");
  const Table table = list_table(result);
  ASSERT_EQ(table.columns[4].title, "pairs");
  EXPECT_EQ(table.rows[0][4].text, "\u2013");
  EXPECT_EQ(table.rows[1][1].text, "4");
  EXPECT_EQ(table.rows[1][4].text, "2");
  for (const std::string& text : {to_text(table), to_markdown(table), to_latex(table), to_html(table)}) {
    EXPECT_THAT(text, HasSubstr("lr=0.1: 2 of 4 seeds paired with the baseline"));
    EXPECT_THAT(text, HasSubstr("lr=0.2: 2 of 3 seeds paired with the baseline"));
  }
  EXPECT_THAT(to_text(grid_table(result, "optimizer.lr", "").value()), HasSubstr("2 of 4 seeds paired"));
}

TEST_F(ResultTest, SaysWhatIsCorrectedAndWhatIsNot) {
  add_masks();
  const std::string two = to_text(list_table(compare("none-1")));
  EXPECT_THAT(two, HasSubstr("Holm's correction of p over 2 variants; the intervals are not corrected"));
  EXPECT_THAT(two, HasSubstr("cannot fall below 0.25 with 3 pairs."));
  EXPECT_THAT(two, Not(HasSubstr("seeds paired"))) << "all are";
  add({.id = "few-0", .values = {{"optimizer.lr", 1}}, .evaluations = {{"knn/top1", 41}}});
  add({.id = "few-1", .values = {{"optimizer.lr", 1}}, .seed = 1, .evaluations = {{"knn/top1", 43}}});
  EXPECT_THAT(to_text(list_table(compare("none-1"))),
              HasSubstr("cannot fall below 0.5 with 2 pairs, 0.25 with 3 pairs."));
}

TEST_F(ResultTest, OneVariantNeedsNoCorrectionAndSingleRunsNoTest) {
  for (int seed = 0; seed < 3; ++seed) {
    add({.id = "a" + std::to_string(seed), .seed = seed, .evaluations = {{"knn/top1", 40 + seed}}});
    add({.id = "b" + std::to_string(seed),
         .values = {{"optimizer.lr", 1}},
         .seed = seed,
         .evaluations = {{"knn/top1", 41 + 1.5 * seed}}});
  }
  EXPECT_THAT(to_text(list_table(compare("a0"))),
              testing::AllOf(HasSubstr("paired t-test"), Not(HasSubstr("Holm's correction"))));
  add({.id = "c", .values = {{"optimizer.lr", 2}}, .evaluations = {{"knn/top1", 41}}});
  add({.id = "d", .values = {{"optimizer.lr", 3}}, .evaluations = {{"knn/top1", 42}}});
  const Table table = list_table(compare("a0"));
  EXPECT_EQ(table.rows[2][8].text, "\u2013") << "signs of one pair say nothing";
  EXPECT_EQ(table.rows[2][9].text, "single run");
  EXPECT_EQ(std::count(table.caption.begin(), table.caption.end(), "lr=2; lr=3: one seed."), 1);
}

TEST_F(ResultTest, SmallDifferencesHaveTheirDigits) {
  for (int seed = 0; seed < 3; ++seed) {
    add({.id = "a" + std::to_string(seed), .seed = seed, .evaluations = {{"knn/top1", 40 + 3.0 * seed}}});
    add({.id = "b" + std::to_string(seed),
         .values = {{"optimizer.lr", 1}},
         .seed = seed,
         .evaluations = {{"knn/top1", 40 + 3.0 * seed - 0.012 - 0.001 * seed}}});
  }
  const ComparisonResult result = compare("a0");
  ASSERT_EQ(result.groups[1].comparison.verdict, Verdict::Worse);
  const Table table = list_table(result);
  EXPECT_EQ(table.rows[1][2].text, "43.0 \u00b1 3.0") << "the values have the digits of their spread";
  EXPECT_EQ(table.rows[1][5].text, "\u22120.0130");
  EXPECT_EQ(table.rows[1][6].text, "[-0.0155, -0.0105]");
  EXPECT_THAT(summary_of(result), testing::Contains(HasSubstr("\u22120.0130 over 3 paired seeds")));
}

TEST_F(ResultTest, NumbersAreShort) {
  for (int seed = 0; seed < 2; ++seed)
    add({.id = "a" + std::to_string(seed), .seed = seed, .evaluations = {{"knn/top1", 151 * 0.2}}});
  const ComparisonResult result = compare("a0");
  EXPECT_NE(151 * 0.2, 30.2) << "as a share that was multiplied gives it";
  EXPECT_THAT(to_csv(value_table(result, data)),
              testing::AllOf(HasSubstr(",30.2,"), Not(HasSubstr("30.20000"))));
}

TEST_F(ResultTest, MomentsOfAMetricAreNamed) {
  add_masks();
  read();
  auto where = reader();
  EXPECT_EQ(describe_steps(steps_of_metric(where, data, "knn/top1@teacher").value()), "step 100");
  const auto curve = steps_of_metric(where, data, "loss").value();
  EXPECT_EQ(describe_steps(curve, 51), "every 10 steps from 10 to 100; nearest to 51 are 50 and 60");
  EXPECT_EQ(describe_steps(curve, 7), "every 10 steps from 10 to 100");
  EXPECT_EQ(describe_steps(std::vector<std::int64_t>{1, 2, 40}), "steps 1, 2 or 40");
  EXPECT_EQ(describe_steps({}), "");
}

TEST_F(ResultTest, GroupsHaveOneColourEachInEveryFigure) {
  for (int i = 0; i < 10; ++i) add({.id = "a" + std::to_string(i), .seed = i});
  add({.id = "b", .values = {{"optimizer.lr", 0.1}}});
  read();
  // The place of b's own colour, the eleventh, has the same colour as the third.
  EXPECT_THAT(group_colours(groups, data), ElementsAre(0, 10));
  data[10].run.colour = 8;
  EXPECT_THAT(group_colours(groups, data), ElementsAre(0, 1)) << "the colour of the first is taken";
}

TEST_F(ResultTest, ExportedVerdictsAreFoundAgainByOtherCode) {
  add_masks();
  const ComparisonResult result = compare("none-0");
  std::stringstream csv(to_csv(value_table(result, data)));
  const auto report = verdicts::check(csv);
  EXPECT_THAT(report.mistakes, IsEmpty());
  EXPECT_EQ(report.variants, 3);
  // One that lies is found.
  std::string lying = csv.str();
  lying.replace(lying.find(",better\n"), 8, ",worse\n");
  std::stringstream changed(lying);
  EXPECT_THAT(verdicts::check(changed).mistakes, ElementsAre(HasSubstr("is called \"worse\"")));
}

// Many made-up studies: unequal numbers of seeds, ties, one seed, both directions.
TEST(Verdicts, OfRandomStudiesAreFoundAgainByOtherCode) {
  int verdicts = 0;
  for (std::uint64_t study = 0; study < 300; ++study) {
    base::RandomStream random(5, base::Purpose::Test, 0, study);
    ComparisonResult result;
    result.metric = {
        "knn/top1@teacher", study % 2 == 0 ? Direction::HigherIsBetter : Direction::LowerIsBetter, {}};
    std::vector<RunData> runs;
    std::vector<Variant> variants;
    const std::size_t count = 2 + random.below(4);
    for (std::size_t v = 0; v < count; ++v) {
      GroupResult group;
      group.group.name = "variant, \"" + std::to_string(v) + "\"";
      Variant variant{group.group.name, {}, {}};
      const std::size_t seeds = 1 + random.below(7);
      for (std::size_t seed = 0; seed < seeds; ++seed) {
        const double exact = 40 + random.normal() + (v == 1 ? 2.5 : 0);
        const double value = study % 3 == 0 ? std::round(exact) : exact;
        variant.values.push_back({std::to_string(seed), value});
        group.used.push_back({runs.size(), std::to_string(seed), value, 100});
        runs.emplace_back();
        runs.back().run.id = "r" + std::to_string(runs.size());
      }
      variants.push_back(variant);
      result.groups.push_back(group);
    }
    result.baseline = 0;
    const auto compared = compare_to_baseline(variants, 0, result.metric.direction);
    for (std::size_t v = 0; v < count; ++v) result.groups[v].comparison = compared[v];
    std::stringstream csv(to_csv(value_table(result, runs)));
    const auto report = verdicts::check(csv);
    EXPECT_THAT(report.mistakes, IsEmpty()) << "study " << study << '\n' << csv.str();
    verdicts += report.variants;
  }
  EXPECT_GT(verdicts, 900);
}

}  // namespace
}  // namespace ibot::compare
