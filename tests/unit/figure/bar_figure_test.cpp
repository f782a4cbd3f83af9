// SPDX-License-Identifier: GPL-3.0-or-later
#include "well_formed.h"

#include <ibot/figure/bar_figure.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace ibot::figure {
namespace {

BarFigure two() {
  BarFigure content;
  content.title = "Agreement with masks";
  content.value_label = "share";
  content.names = {"trained", "untrained"};
  content.groups = {{"click IoU", {0.5, 0.25}, 0.2}, {"purity", {0.4, 0.3}, {}}};
  content.reference_name = "box";
  return content;
}

std::string svg_of(const BarFigure& content) {
  std::string svg = draw_bars(content).value().to_svg().value();
  EXPECT_TRUE(well_formed(svg));
  return svg;
}

TEST(BarFigure, ShowsItsNumbersAndGrowsWithThem) {
  BarFigure other = two();
  EXPECT_EQ(svg_of(other), svg_of(two()));
  other.groups[1].values[0] = 0.45;
  EXPECT_NE(svg_of(other), svg_of(two()));
  other = two();
  other.groups[0].reference.reset();
  EXPECT_NE(svg_of(other), svg_of(two()));
  other = two();
  other.groups.push_back(other.groups.back());
  EXPECT_GT(draw_bars(other).value().height(), draw_bars(two()).value().height());
}

TEST(BarFigure, SurvivesNonsense) {
  BarFigure content = two();
  content.groups[0].values = {NAN, -1e300};
  content.groups[0].reference = INFINITY;
  content.groups[1].values = {-0.5, 0};
  content.names[0] = std::string(5000, 'x');
  svg_of(content);
}

TEST(BarFigure, RefusesInWords) {
  BarFigure content = two();
  content.groups[0].values.pop_back();
  EXPECT_THAT(draw_bars(content).error().to_text(), testing::HasSubstr("click IoU"));
  content = two();
  content.width = 10;
  EXPECT_THAT(draw_bars(content).error().to_text(), testing::HasSubstr("a width of 10"));
  content.groups.clear();
  EXPECT_THAT(draw_bars(content).error().to_text(), testing::HasSubstr("0 groups"));
  EXPECT_THAT(draw_bars({}).error().to_text(), testing::HasSubstr("0 names"));
}

}  // namespace
}  // namespace ibot::figure
