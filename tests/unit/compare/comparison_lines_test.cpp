// SPDX-License-Identifier: GPL-3.0-or-later
#include "study_fixture.h"

#include <ibot/compare/comparison_figure.h>
#include <ibot/compare/comparison_lines.h>
#include <ibot/compare/report.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace ibot::compare {
namespace {

using test::StudyFixture;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// The study of masks with curves that are made here: 2 + seed at every tenth step.
class ComparisonLinesTest : public testing::Test {
 protected:
  ComparisonLinesTest() {
    f.add_masks();
    auto reader = f.reader();
    curves.metric = "loss";
    curves.data = read_runs(reader, f.runs()).value();
    curves.replicates = group_replicates(curves.data);
    for (const RunData& data : curves.data) {
      RunCurve curve;
      curve.images_per_step = 8;
      for (std::int64_t step = 10; step <= 100; step += 10)
        curve.points.push_back({step, step * 1'000'000, 2.0 + std::stoi(data.seed())});
      curves.curves.push_back(curve);
    }
  }
  std::string caption(const LineOptions& options) {
    std::string all;
    for (const std::string& sentence :
         comparison_caption(make_comparison_lines(curves, options), options, options.smoothing))
      all += sentence + ' ';
    return all;
  }
  std::shared_ptr<const EarlierCurves> earlier(std::size_t count) {
    auto some = std::make_shared<EarlierCurves>();
    some->name = "the folder old";
    for (std::size_t i = 0; i < count; ++i) {
      some->curves.push_back(curves.curves.front());
      for (record::CurvePoint& point : some->curves.back().points) point.value = static_cast<double>(i);
    }
    return some;
  }

  StudyFixture f;
  ComparedCurves curves;
};

TEST_F(ComparisonLinesTest, RunsAreLinesOrMeansOfReplicates) {
  const ComparisonLines single = make_comparison_lines(curves, {.baseline = "none-0"});
  ASSERT_EQ(single.lines.size(), 9U);
  EXPECT_EQ(single.lines[0].label, "mask=none seed=0, baseline");
  EXPECT_EQ(single.lines[1].label, "mask=none seed=1");
  const ComparisonLines means = make_comparison_lines(curves, {.gather = kByReplicates});
  ASSERT_EQ(means.lines.size(), 3U);
  EXPECT_EQ(means.lines[0].label, "mask=none (n = 3)");
  EXPECT_THAT(means.lines[0].runs, ElementsAre("none-0", "none-1", "none-2"));
  EXPECT_THAT(means.lines[0].y, testing::Each(3.0));
  EXPECT_FALSE(means.lines[0].low.empty());
}

TEST_F(ComparisonLinesTest, CurvesAreAligned) {
  const auto x = [&](Alignment by) { return make_comparison_lines(curves, {.align = by}).lines.front().x; };
  EXPECT_EQ(x(Alignment::Step).front(), 10);
  EXPECT_EQ(x(Alignment::Images).back(), 800);
  EXPECT_EQ(x(Alignment::Time).front(), 0);
  EXPECT_EQ(x(Alignment::Time).back(), 90);
  curves.curves[0].branch_step = 10;
  EXPECT_EQ(x(Alignment::Branch).front(), 0);
  curves.curves[0].points[3].step = 5;
  EXPECT_EQ(x(Alignment::Step).size(), 9U) << "a point that does not ascend is left out";
}

TEST_F(ComparisonLinesTest, TheBandOfEarlierRunsIsSaidAndWritten) {
  EXPECT_THAT(caption({}), Not(HasSubstr("Grey")));
  curves.earlier = earlier(4);
  const ComparisonLines few = make_comparison_lines(curves, {});
  ASSERT_TRUE(few.band.has_value());
  EXPECT_EQ(few.band->high.front(), 3);
  EXPECT_THAT(caption({}),
              HasSubstr("4 earlier runs, the folder old, from the smallest to the largest value"));
  const std::string csv = comparison_csv(few, {});
  EXPECT_THAT(csv, HasSubstr("100,\"the folder old: largest\",,4,3,,\n"));
  curves.earlier = earlier(11);
  EXPECT_THAT(caption({.smoothing = 0.5}),
              HasSubstr("from the 10 % to the 90 % quantile of their smoothed curves"));
  EXPECT_EQ(make_comparison_lines(curves, {}).band->low.front(), 1);
  curves.earlier = earlier(1);
  EXPECT_THAT(caption({}), HasSubstr("a single run has this metric"));
  curves.earlier = earlier(0);
  EXPECT_THAT(caption({}), HasSubstr("Of the folder old no run has a value"));
  curves.earlier = earlier(3);
  EXPECT_EQ(make_comparison_lines(curves, {.align = Alignment::Images}).band->x.back(), 800);
}

TEST_F(ComparisonLinesTest, TheFigureHasLegendShadesAndCaption) {
  curves.earlier = earlier(5);
  const LineOptions options{.gather = kByReplicates, .colour = "mask.plugin", .dash = {}, .baseline = {}};
  const ComparisonLines lines = make_comparison_lines(curves, options);
  const figure::CurveFigure content = comparison_figure(lines, "loss", options);
  ASSERT_EQ(content.series.size(), 4U);
  EXPECT_TRUE(content.series[0].reference) << "the band lies behind";
  EXPECT_EQ(content.series[0].high.front(), 4);
  EXPECT_EQ(content.series[1].name, "mask=none (n = 3)");
  EXPECT_EQ(content.series[1].low.size(), content.series[1].x.size());
  EXPECT_THAT(content.caption.at(0), HasSubstr("95 % t-interval"));
  EXPECT_THAT(content.legend, IsEmpty()) << "few lines are named";
  EXPECT_TRUE(figure::draw_curves(content).ok());

  const LineOptions many{.gather = {}, .colour = "mask.plugin", .dash = "seed", .baseline = {}};
  const figure::CurveFigure levels =
      comparison_figure(make_comparison_lines(curves, many), "loss", many, figure::Theme::Dark);
  std::vector<std::string> words;
  for (const figure::CurveLegendEntry& entry : levels.legend) words.push_back(entry.text);
  EXPECT_THAT(words, ElementsAre("mask.plugin", "block", "none", "random", "seed", "0", "1", "2",
                                 "the folder old (5 earlier runs)"));
  EXPECT_EQ(levels.series[1].colour, levels.series[2].colour) << "one mask";
  EXPECT_NE(levels.series[1].dash, levels.series[2].dash) << "two seeds";
  EXPECT_TRUE(figure::draw_curves(levels).ok());
}

TEST_F(ComparisonLinesTest, ABandOfRunsThatAreComparedSaysSo) {
  auto some = std::make_shared<EarlierCurves>();
  some->name = "masks";
  some->compared = 9;
  curves.earlier = some;
  EXPECT_THAT(caption({}), HasSubstr("Of masks no run beside those that are compared has a value"));
}

TEST_F(ComparisonLinesTest, AParentCountsFromWhereItsFirstBranchLeftIt) {
  curves.data[1].run.parent = record::Lineage{curves.data[0].run.id, 50};
  curves.curves[1].branch_step = 50;
  curves.data[2].run.parent = record::Lineage{curves.data[0].run.id, 30};
  curves.curves[2].branch_step = 30;
  const ComparisonLines lines = make_comparison_lines(curves, {.align = Alignment::Branch});
  EXPECT_EQ(lines.lines[0].x.front(), 10 - 30) << "the parent, before its first branch";
  EXPECT_EQ(lines.lines[1].x.back(), 100 - 50);
  EXPECT_EQ(lines.lines[2].x.back(), 100 - 30);
  EXPECT_EQ(lines.lines[3].x.front(), 10) << "no relative";
  EXPECT_EQ(make_comparison_lines(curves, {}).lines[0].x.front(), 10);
}

TEST_F(ComparisonLinesTest, ALineThatMixesVariantsIsNoBaseline) {
  const ComparisonLines by_seed = make_comparison_lines(curves, {.gather = "seed", .baseline = "none-0"});
  ASSERT_EQ(by_seed.lines.size(), 3U);
  EXPECT_EQ(by_seed.lines[0].label, "seed=0 (n = 3)");
  const ComparisonLines by_mask =
      make_comparison_lines(curves, {.gather = "mask.plugin", .baseline = "none-0"});
  EXPECT_EQ(by_mask.lines[0].label, "mask.plugin=none (n = 3), baseline");
}

TEST_F(ComparisonLinesTest, LossesOfOtherTermsAreWarnedOf) {
  EXPECT_THAT(caption({}), testing::StartsWith("Warning: The losses have different terms"));
  const ComparisonLines lines = make_comparison_lines(curves, {});
  EXPECT_THAT(comparison_figure(lines, "loss", {}).caption.at(0), HasSubstr("different terms"));
  curves.metric = "knn/top1";
  EXPECT_THAT(make_comparison_lines(curves, {}).warnings, IsEmpty());
}

TEST_F(ComparisonLinesTest, CurvesOfAReportHaveIntervalsAndWarnings) {
  auto reader = f.reader();
  const figure::CurveFigure content = group_curves(reader, curves.data, curves.replicates, "loss").value();
  ASSERT_EQ(content.series.size(), 3U);
  const figure::Series& none = content.series[0];
  EXPECT_EQ(none.name, "mask=none (n = 3)");
  ASSERT_EQ(none.low.size(), none.x.size());
  // Seeds differ by 0.01: half a width of t(0.975, 2) 0.01 / sqrt(3).
  EXPECT_NEAR(none.high[0] - none.y[0], 4.302652729749464 * 0.01 / std::sqrt(3.0), 1e-9);
  EXPECT_THAT(content.caption, ElementsAre(HasSubstr("Warning: The losses have different terms"),
                                           HasSubstr("95 % t-interval")));
  EXPECT_TRUE(figure::draw_curves(content).ok());
}

TEST_F(ComparisonLinesTest, TheBandEndsWhereTheLinesEnd) {
  curves.earlier = earlier(3);
  for (RunCurve& curve : curves.curves) curve.points.resize(4);
  const figure::CurveFigure content = comparison_figure(make_comparison_lines(curves, {}), "loss", {});
  EXPECT_EQ(content.series[0].x.back(), 40) << "what is compared fills the figure";
}

TEST_F(ComparisonLinesTest, MoreLinesThanAFigureTakesAreSaid) {
  ComparisonLines lines = make_comparison_lines(curves, {});
  while (lines.lines.size() < figure::kMostSeries + 6) lines.lines.push_back(lines.lines.front());
  const figure::CurveFigure content = comparison_figure(lines, "loss", {});
  EXPECT_EQ(content.series.size(), figure::kMostSeries);
  EXPECT_THAT(content.caption.at(0), HasSubstr("Only the first 64 of 70 lines are drawn"));
}

}  // namespace
}  // namespace ibot::compare
