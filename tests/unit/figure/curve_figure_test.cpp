// SPDX-License-Identifier: GPL-3.0-or-later
#include "png_size.h"
#include "well_formed.h"

#include <ibot/figure/curve_figure.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace ibot::figure {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Series line(const std::string& name, std::vector<double> y) {
  Series series;
  series.name = name;
  series.y = std::move(y);
  for (std::size_t i = 0; i < series.y.size(); ++i) series.x.push_back(static_cast<double>(i));
  return series;
}

TEST(Smoothed, BeginsAtTheFirstValueAndKeepsConstants) {
  EXPECT_THAT(smoothed({3, 3, 3}, 0.9),
              ElementsAre(::testing::DoubleEq(3), ::testing::DoubleEq(3), ::testing::DoubleEq(3)));
  // m = (0.5 * 1 + 2) * 0.5 = 1.25 over 1 - 0.25.
  // Of a thinned curve each value stands for those that were left out.
  const auto thinned = smoothed({1, 4, 7}, {2, 5, 5}, 0.9);
  EXPECT_DOUBLE_EQ(thinned[0], 2);
  EXPECT_NEAR(thinned[1], (0.729 * 0.1 * 2 + 0.271 * 5) / (1 - 0.9 * 0.729), 1e-12);
  EXPECT_DOUBLE_EQ(smoothed({1, 2}, 0.5)[1], (0.5 * 0.5 * 1 + 0.5 * 2) / 0.75);
}

TEST(Smoothed, GoesOnBehindAGap) {
  const auto result = smoothed({4, std::nan(""), 4}, 0.9);
  EXPECT_TRUE(std::isnan(result[1]));
  EXPECT_DOUBLE_EQ(result[2], 4);
}

TEST(DrawCurves, DrawsLabelsOrALegend) {
  CurveFigure content;
  content.title = "Loss";
  for (const std::size_t count : {1, 6, 7, 64}) {
    content.series.assign(count, line("a run", {3, 2, 1}));
    const Figure figure = draw_curves(content).value();
    EXPECT_TRUE(well_formed(figure.to_svg().value())) << count;
    EXPECT_EQ(png_size(figure.to_png(1).value()).first, static_cast<unsigned>(figure.width()));
  }
}

TEST(DrawCurves, ShadesLieUnderTheCurves) {
  CurveFigure content;
  content.series = {line("a run", {3, 2, 1, 2})};
  const auto plain = draw_curves(content)->to_png(1).value();
  content.series[0].low = {2.5, 1.5, std::nan(""), 1.5};
  content.series[0].high = {3.5, 2.5, 1.5, 2.5};
  const auto shaded = draw_curves(content);
  ASSERT_TRUE(shaded) << shaded.error().to_text();
  EXPECT_NE(shaded->to_png(1).value(), plain);
  EXPECT_TRUE(well_formed(shaded->to_svg().value()));
  content.logarithmic = true;
  content.series[0].low = {-1, 0, 1e-300, 1.5};
  EXPECT_TRUE(well_formed(draw_curves(content)->to_svg().value()));
  content.series[0].low.pop_back();
  const auto refused = draw_curves(content);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().to_text(), HasSubstr("3 and 4 ends of a shade"));
}

TEST(DrawCurves, LegendsAndLongNamesStandBelow) {
  CurveFigure content;
  content.series = {line("short", {1, 2})};
  const double plain = draw_curves(content)->height();
  content.series[0].name = std::string(80, 'n');
  EXPECT_GT(draw_curves(content)->height(), plain) << "it would be cut at the end of its line";
  content.series[0].name = "short";
  content.legend = {
      {"mask.plugin"}, {"block", series_colour(0, content.theme)}, {"seed"}, {"0", Colour{}, {6, 3}}};
  EXPECT_GT(draw_curves(content)->height(), plain);
}

TEST(DrawCurves, SaysSoWhenThereIsNothing) {
  CurveFigure content;
  const auto nothing = draw_curves(content)->to_png(1).value();
  content.series = {line("", {std::nan(""), HUGE_VAL})};
  EXPECT_EQ(draw_curves(content)->to_png(1).value(), nothing);
  content.series = {line("", {})};
  EXPECT_EQ(draw_curves(content)->to_png(1).value(), nothing);
  content.series = {line("", {1})};
  EXPECT_NE(draw_curves(content)->to_png(1).value(), nothing);
}

TEST(DrawCurves, TakesSillyValues) {
  const double largest = std::numeric_limits<double>::max();
  for (const auto& y : std::vector<std::vector<double>>{{0, 0, 0},
                                                        {1e-300, 2e-300},
                                                        {largest, -largest, 1},
                                                        {1e15, 1e15 + 1},
                                                        {-5, std::nan(""), 7, HUGE_VAL, -HUGE_VAL, 3},
                                                        {5e-324}}) {
    for (const bool logarithmic : {false, true}) {
      CurveFigure content;
      content.series = {line("y", y)};
      content.logarithmic = logarithmic;
      content.smoothing = 0.5;
      const auto figure = draw_curves(content);
      ASSERT_TRUE(figure) << figure.error().to_text();
      EXPECT_TRUE(well_formed(figure->to_svg().value()));
    }
  }
  CurveFigure one_place;
  one_place.series = {line("x", {1, 2, 3})};
  one_place.series[0].x.assign(3, -largest);
  EXPECT_TRUE(draw_curves(one_place));
}

// However many points, the drawing stays small and is done at once.
TEST(DrawCurves, ThinsAMillionPoints) {
  CurveFigure content;
  std::vector<double> y(1'000'000);
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = static_cast<double>(i % 1000);
  content.series = {line("many", std::move(y))};
  EXPECT_LT(draw_curves(content)->to_svg()->size(), 400'000U);
}

TEST(DrawCurves, LongTextsStayInside) {
  CurveFigure content;
  const std::string text(20'000, 'm');
  content.title = content.subtitle = content.x_label = content.y_label = text;
  content.caption.assign(100, text);
  content.series = {line(text, {1, 2}), line(text + "2", {2, 1})};
  const Figure figure = draw_curves(content).value();
  EXPECT_EQ(figure.width(), 720 + 48);
  EXPECT_LT(figure.height(), 800);
}

TEST(DrawCurves, RefusesWhatContradictsItself) {
  const auto message = [](const CurveFigure& content) { return draw_curves(content).error().message; };
  CurveFigure content;
  content.series = {line("loss", {1, 2, 3})};
  content.series[0].x.pop_back();
  EXPECT_THAT(message(content), HasSubstr("\"loss\" has 2 x and 3 y"));
  content.series = {line("loss", {1, 2, 3})};
  content.series[0].x[2] = 0;
  EXPECT_THAT(message(content), HasSubstr("goes back from x 1 to 0"));
  content.series.assign(65, line("loss", {1}));
  EXPECT_THAT(message(content), HasSubstr("65 series"));
  content.series.clear();
  content.smoothing = 1;
  EXPECT_THAT(message(content), HasSubstr("smoothing 1"));
  content.smoothing = 0;
  content.width = std::nan("");
  EXPECT_THAT(message(content), HasSubstr("a plot of nan x 360"));
}

TEST(DrawCurves, ShowsTheRangeThatIsAskedFor) {
  CurveFigure content;
  content.series = {line("a", {1, 2, 3, 4, 1000})};
  const auto all = draw_curves(content)->to_png(1).value();
  content.x_range = Range{0, 3};
  content.y_range = Range{0, 5};
  const auto part = draw_curves(content)->to_png(1).value();
  EXPECT_NE(all, part);
  // What lies outside changes nothing that is seen.
  content.series = {line("a", {1, 2, 3, 4, 1000, 7})};
  EXPECT_EQ(draw_curves(content)->to_png(1).value(), part);
  content.y_range = Range{5, 5};
  EXPECT_FALSE(draw_curves(content));
  content.y_range = Range{0, 5};
  content.logarithmic = true;
  EXPECT_THAT(draw_curves(content).error().to_text(), HasSubstr("logarithmic"));
}

TEST(DrawCurves, TakesColoursThatAreGiven) {
  CurveFigure content;
  content.series = {line("a", {1, 2})};
  const auto before = draw_curves(content)->to_svg().value();
  content.series[0].colour = series_colour(0, content.theme);
  EXPECT_EQ(draw_curves(content)->to_svg().value(), before);
  content.series[0].colour = colour_from_hex(0x123456);
  EXPECT_NE(draw_curves(content)->to_svg().value(), before);
}

}  // namespace
}  // namespace ibot::figure
