// SPDX-License-Identifier: GPL-3.0-or-later
// Curves of more points than a window should hold: summaries, refined where somebody looks closely.
#include "workspace_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/bridge/record.h>
#include <ui/plots/curve_plot.h>
#include <ui/plots/curve_points.h>
#include <ui/views/plot_grid.h>
#include <ui/views/plot_panel.h>
#include <ui/widgets/setting.h>

#include <QComboBox>
#include <QTest>
#include <cmath>
#include <numeric>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using gui_test::WorkspaceFixture;
using testing::HasSubstr;

// Four summaries of ten steps, 0 to 39, whose values are 0 to 39; then points 40 to 49.
CurvePoints summarised_points(double smoothing = 0) {
  CurvePoints points(smoothing);
  std::vector<CurveSummary> summaries;
  for (int i = 0; i < 4; ++i) {
    const double first = 10 * i;
    summaries.push_back({first, 10, 1'000'000 * i, first, first + 9, first + 4.5, true});
  }
  points.begin_with(summaries);
  std::vector<double> tail(10);
  std::iota(tail.begin(), tail.end(), 40);
  const std::vector<std::int64_t> times(10, 9'000'000);
  points.append(tail, tail, times);
  return points;
}

std::vector<double> steps_of(const CurvePoints& points) {
  std::vector<double> steps;
  for (std::size_t i = 0; i < points.size(); ++i) steps.push_back(points.step(i));
  return steps;
}

TEST(GuiCurveSummaries, StandInTheMiddleOfTheirStepsAndKeepTheirExtent) {
  const CurvePoints points = summarised_points();
  ASSERT_EQ(points.size(), 14U);
  EXPECT_EQ(points.step(1), 14.5);
  EXPECT_EQ(points.value(1), 14.5);
  EXPECT_EQ(points.count(1), 10);
  EXPECT_EQ(points.count(4), 1);
  EXPECT_EQ(points.extent(1, 3, false)->low, 10);
  EXPECT_EQ(points.extent(1, 3, false)->high, 29);
  EXPECT_EQ(points.extent(0, 14, false)->high, 49);
}

TEST(GuiCurveSummaries, AnAxisHasRoomForTheirExtent) {
  std::vector<CurveSummary> summaries;
  for (int i = 0; i < 1000; ++i) summaries.push_back({64.0 * i, 64, 0, 2, 4, 3, true});
  CurvePoints points;
  points.begin_with(summaries);
  EXPECT_EQ(points.typical(false)->low, 2);
  EXPECT_EQ(points.typical(false)->high, 4);
}

TEST(GuiCurveSummaries, AverageAsTheirValuesWould) {
  CurvePoints some(0.9), all(0.9);
  some.begin_with({{0, 64, 0, 2, 2, 2, true}, {64, 64, 0, 5, 5, 5, true}});
  std::vector<double> steps(128), values(128, 2);
  std::iota(steps.begin(), steps.end(), 0);
  std::fill(values.begin() + 64, values.end(), 5);
  all.append(steps, values);
  EXPECT_NEAR(some.smooth(0), all.smooth(63), 1e-6);
  EXPECT_NEAR(some.smooth(1), all.smooth(127), 1e-6);
}

TEST(GuiCurveSummaries, OneStretchAtATimeIsRefined) {
  CurvePoints points = summarised_points();
  // Steps 12 to 25 lie in the second and third summary.
  const auto wanted = points.summarised(1, 3);
  ASSERT_TRUE(wanted.has_value());
  EXPECT_EQ(*wanted, std::pair(10.0, 30.0));
  std::vector<double> fine(20);
  std::iota(fine.begin(), fine.end(), 10);
  points.refine(10, 30, fine, fine, {});
  ASSERT_EQ(points.size(), 2U + 20U + 10U);
  EXPECT_EQ(points.step(0), 4.5);
  EXPECT_EQ(points.step(1), 10);
  EXPECT_EQ(points.value(20), 29);
  EXPECT_EQ(points.step(21), 34.5);
  EXPECT_FALSE(points.summarised(1, 21).has_value());
  const std::vector<double> steps = steps_of(points);
  EXPECT_TRUE(std::is_sorted(steps.begin(), steps.end()));

  // Another stretch: the first is summaries again. Points that came meanwhile stay.
  points.append(std::vector<double>{50}, std::vector<double>{50});
  points.refine(0, 10, std::vector<double>{0, 5}, std::vector<double>{0, 5}, {});
  EXPECT_THAT(steps_of(points),
              testing::ElementsAre(0, 5, 14.5, 24.5, 34.5, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50));
  // What was asked of a curve that meanwhile came anew changes nothing.
  CurvePoints whole;
  whole.append(std::vector<double>{1, 2}, std::vector<double>{1, 2});
  whole.refine(0, 10, std::vector<double>{7}, std::vector<double>{7}, {});
  EXPECT_EQ(whole.size(), 2U);
}

TEST(GuiCurveSummaries, ARunThatWentBackCutsThem) {
  CurvePoints points = summarised_points();
  points.append(std::vector<double>{25, 26}, std::vector<double>{1, 2});
  EXPECT_THAT(steps_of(points), testing::ElementsAre(4.5, 14.5, 24.5, 25, 26));
  points.refine(0, 10, std::vector<double>{3}, std::vector<double>{3}, {});
  EXPECT_THAT(steps_of(points), testing::ElementsAre(3, 14.5, 24.5, 25, 26));
}

class GuiLongCurve : public testing::Test {
 protected:
  static constexpr std::int64_t kSteps = 60'000;
  static double value(std::int64_t step) {
    return step == 31'000 ? 50.0 : 3 + 0.01 * static_cast<double>(step % 97);
  }
  GuiLongCurve() {
    f.start("r", "long", 100'000);
    f.write("r", "loss", 1, kSteps, value);
    record.open(f.folder());
    EXPECT_TRUE(wait_until([&] { return record.run("r") != nullptr; }));
    grid.resize(900, 600);
    grid.show();
    grid.set_runs({"r"});
  }
  CurvePlot* plot() { return grid.findChild<CurvePlot*>("plot_0"); }
  bool has_reached(std::int64_t step) {
    const auto reading = plot()->reading("r", std::nan(""));
    return reading && reading->step == static_cast<double>(step);
  }
  // As a hand that zooms.
  void zoom(double low, double high) {
    plot()->set_x_range(low, high);
    Q_EMIT plot()->x_range_changed(low, high);
  }

  const bool forgotten = (clear_settings(), true);  // before the plots are made
  WorkspaceFixture f;
  Record record;
  PlotGrid grid{record};
};

TEST_F(GuiLongCurve, ComesAsSummariesAndIsFollowedPointByPoint) {
  ASSERT_TRUE(wait_until([&] { return has_reached(kSteps); }));
  EXPECT_LT(plot()->points(), 10'000);
  EXPECT_TRUE(plot()->shows_summaries());
  EXPECT_EQ(plot()->x_extent()->second, kSteps);
  // The newest thousands as they are, what is older by its mean, and nothing between is left out.
  EXPECT_EQ(plot()->reading("r", kSteps - 5000)->value, value(kSteps - 5000));
  EXPECT_EQ(plot()->reading("r", kSteps - 5000)->steps, 1);
  const auto old = plot()->reading("r", 20'000);
  EXPECT_EQ(old->steps, 64);
  EXPECT_NEAR(old->value, 3.48, 0.2);
  EXPECT_THAT(plot()->caption().toStdString(), HasSubstr("zoom in for every value"));
  // A spike of one step is still there.
  const QString csv = plot()->to_csv();
  EXPECT_TRUE(csv.startsWith("step,run,value,smoothed,steps,lowest,highest\n"));
  EXPECT_TRUE(csv.contains(",50\n"));
  EXPECT_FALSE(plot()->figure_shows_all());

  f.write("r", "loss", kSteps + 1, kSteps + 300, value);
  ASSERT_TRUE(wait_until([&] { return has_reached(kSteps + 300); }));
  for (std::int64_t step = kSteps - 100; step <= kSteps + 300; ++step) {
    const auto reading = plot()->reading("r", static_cast<double>(step));
    ASSERT_EQ(reading->step, static_cast<double>(step));
    ASSERT_EQ(reading->value, value(step));
  }
}

TEST_F(GuiLongCurve, ShowsEveryValueWhereAHandZoomsIn) {
  ASSERT_TRUE(wait_until([&] { return has_reached(kSteps); }));
  const int summarised = plot()->points();
  zoom(30'000, 32'000);
  ASSERT_TRUE(wait_until([&] { return plot()->reading("r", 31'000)->value == 50; }));
  for (std::int64_t step = 30'001; step < 32'000; ++step)
    ASSERT_EQ(plot()->reading("r", static_cast<double>(step))->value, value(step)) << step;
  EXPECT_FALSE(plot()->shows_summaries());
  EXPECT_GT(plot()->points(), summarised + 1900);
  // The next place takes its room: what is held does not grow with every place that was looked at.
  zoom(5000, 6000);
  ASSERT_TRUE(wait_until([&] { return plot()->reading("r", 5500)->steps == 1; }));
  EXPECT_EQ(plot()->reading("r", 31'000)->steps, 64);
  EXPECT_LT(plot()->points(), summarised + 1900);
  // Live news go on behind it.
  f.write("r", "loss", kSteps + 1, kSteps + 10, value);
  EXPECT_TRUE(wait_until([&] { return has_reached(kSteps + 10); }));
  EXPECT_EQ(plot()->reading("r", 5500)->value, value(5500));
}

TEST_F(GuiLongCurve, ShowsEveryValueOfAllThatLieOverEachOther) {
  f.start("s", "second", 100'000);
  f.write("s", "loss", 1, kSteps, [](auto step) { return 1 + value(step); });
  f.write("r", "lr", 1, kSteps, [](auto step) { return 1e-3 * value(step); });
  ASSERT_TRUE(wait_until([&] { return record.run("s") != nullptr; }));
  grid.findChild<PlotPanel*>()->set_overlay("lr");
  grid.set_runs({"r", "s"});
  const auto schedule = [&](double step) { return plot()->overlay_reading(step); };
  ASSERT_TRUE(wait_until([&] {
    const auto second = plot()->reading("s", 20'000);
    return second && second->steps == 64 && schedule(20'000) && schedule(20'000)->steps == 64;
  }));
  zoom(30'500, 31'500);
  ASSERT_TRUE(wait_until([&] {
    return plot()->reading("r", 31'000)->steps == 1 && plot()->reading("s", 31'000)->steps == 1 &&
           schedule(31'000)->steps == 1;
  }));
  for (std::int64_t step = 30'501; step < 31'500; ++step) {
    const auto at = static_cast<double>(step);
    ASSERT_EQ(plot()->reading("r", at)->value, value(step)) << step;
    ASSERT_EQ(plot()->reading("s", at)->value, 1 + value(step)) << step;
    ASSERT_EQ(schedule(at)->value, 1e-3 * value(step)) << step;
  }
}

TEST_F(GuiLongCurve, GoesByTimeToo) {
  ASSERT_TRUE(wait_until([&] { return has_reached(kSteps); }));
  auto* unit = grid.findChild<QComboBox*>("x_unit");
  unit->setCurrentIndex(2);
  Q_EMIT unit->activated(2);
  const double last = plot()->reading("r", std::nan(""))->x;
  EXPECT_GE(last, 0);
  EXPECT_LT(last, 120);
  EXPECT_LE(plot()->x_extent()->first, plot()->x_extent()->second);
}

}  // namespace
}  // namespace ibot::ui
