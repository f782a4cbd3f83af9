// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/figure/interval_figure.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace ibot::figure {
namespace {

IntervalFigure masks() {
  IntervalFigure content;
  content.title = "knn/top1@teacher";
  content.value_label = "knn/top1@teacher";
  content.rows = {{"mask=none", {40, 41.2, 42.1}, 41.1, Range{38.5, 43.7}, "baseline", true},
                  {"mask=random", {44.3, 45.1, 46.3}, 45.2, Range{42.7, 47.7}, "better", false},
                  {"mask=block", {43.0}, 43.0, {}, "single run", false}};
  return content;
}

TEST(IntervalFigure, GrowsWithItsRows) {
  const int three = draw_intervals(masks()).value().height();
  IntervalFigure more = masks();
  for (int i = 0; i < 10; ++i) more.rows.push_back(more.rows[1]);
  EXPECT_EQ(draw_intervals(more).value().height(), three + 300);
}

TEST(IntervalFigure, SingleRunHasNoInterval) {
  IntervalFigure without = masks(), with = masks();
  with.rows[2].interval = Range{41, 45};
  EXPECT_NE(draw_intervals(without).value().to_svg().value(), draw_intervals(with).value().to_svg().value());
}

TEST(IntervalFigure, SurvivesNonsense) {
  IntervalFigure content = masks();
  content.rows[0].values = {NAN, INFINITY, 1e300};
  content.rows[1].name = std::string(5000, 'x');
  content.rows[2].mean = NAN;
  EXPECT_TRUE(draw_intervals(content));
  content.rows.clear();
  EXPECT_TRUE(draw_intervals(content)) << "nothing to show";
}

TEST(IntervalFigure, RefusesInWords) {
  IntervalFigure content = masks();
  content.width = 10;
  EXPECT_THAT(draw_intervals(content).error().to_text(), testing::HasSubstr("a width of 10"));
  content = masks();
  content.rows[0].interval = Range{2, 1};
  EXPECT_THAT(draw_intervals(content).error().to_text(), testing::HasSubstr("mask=none"));
  content.rows.resize(65);
  EXPECT_THAT(draw_intervals(content).error().to_text(), testing::HasSubstr("at most 64"));
}

}  // namespace
}  // namespace ibot::figure
