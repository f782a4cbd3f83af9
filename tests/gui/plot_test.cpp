// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/plots/curve_plot.h>
#include <ui/plots/curve_points.h>
#include <ui/plots/label_places.h>
#include <ui/plots/smoothing.h>
#include <ui/style/tokens.h>

#include <QApplication>
#include <QMouseEvent>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>
#include <cmath>

namespace ibot::ui {
namespace {

TEST(GuiSmoother, IsTheCorrectedMovingAverage) {
  Smoother smoother(0.9);
  const std::vector<double> values = {2, 4, -1, 7};
  double weighted = 0;
  double weights = 0;
  for (const double value : values) {
    weighted = 0.9 * weighted + value;
    weights = 0.9 * weights + 1;
    EXPECT_NEAR(smoother.next(value), weighted / weights, 1e-12);
  }
}

TEST(GuiSmoother, PassesOverWhatIsNotFinite) {
  Smoother smoother(0.5);
  const double before = smoother.next(3);
  EXPECT_TRUE(std::isnan(smoother.next(std::nan(""))));
  EXPECT_EQ(before, 3);
  EXPECT_EQ(smoother.next(3), 3);
}

TEST(GuiSmoother, OffIsTheValueItself) {
  Smoother smoother(0);
  EXPECT_EQ(smoother.next(5), 5);
  EXPECT_EQ(smoother.next(-2), -2);
}

class GuiCurvePlot : public testing::Test {
 protected:
  void SetUp() override { plot.set_series({{"a", "run a", Qt::red}, {"b", "run b", Qt::blue}}); }
  CurvePlot plot{"Loss"};
};

TEST_F(GuiCurvePlot, KeepsPointsOfLinesThatStay) {
  plot.add_points("a", {1, 2, 3}, {5, 4, 3}, true);
  plot.add_points("b", {1}, {9}, true);
  plot.add_points("unknown", {1}, {1}, true);
  EXPECT_EQ(plot.points(), 4);
  plot.set_series({{"a", "run a", Qt::red}, {"c", "run c", Qt::green}});
  EXPECT_EQ(plot.points(), 3);
  plot.add_points("a", {4}, {2}, false);
  EXPECT_EQ(plot.points(), 4);
  plot.add_points("a", {1}, {2}, true);
  EXPECT_EQ(plot.points(), 1);
}

TEST_F(GuiCurvePlot, ExportsWhatItShows) {
  plot.set_smoothing(0);
  plot.add_points("a", {1, 2}, {0.1, 1e-9}, true);
  EXPECT_EQ(plot.to_csv().toStdString(),
            "step,run,value\n1,a,0.10000000000000001\n2,a,1.0000000000000001e-09\n");
  plot.set_smoothing(0.5);
  EXPECT_THAT(plot.to_csv().toStdString(), testing::StartsWith("step,run,value,smoothed\n1,a,"));
  plot.add_points("a", {3, 4}, {7, 8}, false);
  plot.set_x_range(1.5, 3.5);
  EXPECT_THAT(plot.to_csv().toStdString(), testing::Not(testing::HasSubstr("\n1,a")));
  EXPECT_THAT(plot.to_csv().toStdString(), testing::HasSubstr("\n3,a,7"));
  EXPECT_THAT(plot.to_csv().toStdString(), testing::Not(testing::HasSubstr("\n4,a")));
}

TEST_F(GuiCurvePlot, AFigureHasItsColoursAndRange) {
  plot.add_points("a", {1, 2, 3}, {3, 2, 1}, true);
  plot.set_references({{"raw pixels 2", 2}});
  plot.set_x_range(1, 2);
  const figure::CurveFigure content = plot.to_figure();
  ASSERT_EQ(content.series.size(), 3U);
  EXPECT_EQ(content.series[0].colour, (figure::Colour{255, 0, 0}));
  EXPECT_EQ(content.series[0].x.size(), 3U);  // the average knows what lies outside
  EXPECT_TRUE(content.series[2].reference);
  ASSERT_TRUE(content.x_range.has_value());
  EXPECT_EQ(content.x_range->low, 1);
  EXPECT_EQ(content.x_range->high, 2);
  EXPECT_TRUE(figure::draw_curves(content));
  EXPECT_TRUE(plot.figure_shows_all());
  plot.set_overlay("Learning rate");
  EXPECT_FALSE(plot.figure_shows_all());
}

TEST_F(GuiCurvePlot, SavesWhatIsOnTheScreen) {
  plot.add_points("a", {1, 2}, {2, 3}, true);
  const QTemporaryDir dir;
  plot.resize(300, 200);
  plot.show();
  EXPECT_TRUE(plot.save_as_seen(dir.filePath("plot.png")));
  EXPECT_GT(QImage(dir.filePath("plot.png")).width(), 500);
  EXPECT_TRUE(plot.save_as_seen(dir.filePath("plot.svg")));
  EXPECT_FALSE(plot.save_as_seen(dir.filePath("none/plot.png")));
  EXPECT_FALSE(plot.save_as_seen(dir.filePath("none/plot.svg")));
}

TEST_F(GuiCurvePlot, CaptionNamesTheFormula) {
  plot.set_smoothing(0.9);
  EXPECT_THAT(plot.caption().toStdString(), testing::HasSubstr("m = 0.9 m + 0.1 x"));
  plot.set_smoothing(0);
  EXPECT_EQ(plot.caption().toStdString(), "Loss");
}

TEST_F(GuiCurvePlot, CaptionSaysWhatABandIs) {
  plot.resize(300, 200);
  plot.show();
  QVector<double> steps, values;
  for (int i = 0; i < 5000; ++i) {
    steps.push_back(i);
    values.push_back(i % 7);
  }
  plot.add_points("a", steps, values, true);
  EXPECT_TRUE(gui_test::wait_until([&] { return plot.caption().contains("shaded: smallest to largest"); }));
  plot.set_x_range(100, 200);
  EXPECT_TRUE(gui_test::wait_until([&] { return plot.caption().contains("faint: every value"); }));
}

TEST_F(GuiCurvePlot, WheelZoomsDragMovesAndADoubleClickShowsAll) {
  plot.resize(400, 300);
  plot.show();
  plot.add_points("a", {0, 100}, {1, 2}, true);
  ASSERT_TRUE(gui_test::wait_until([&] { return plot.x_range().second > 100 && plot.y_range().second < 3; }));
  auto* canvas = plot.findChild<QWidget*>("canvas");
  ASSERT_NE(canvas, nullptr);
  const auto all = plot.x_range();
  const auto all_y = plot.y_range();
  const QPoint middle(220, 140);
  const auto wheel = [&](Qt::KeyboardModifiers keys) {
    QWheelEvent event(middle, canvas->mapToGlobal(middle), {}, {0, 120}, Qt::NoButton, keys,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(canvas, &event);
  };
  QSignalSpy ranges(&plot, &CurvePlot::x_range_changed);
  wheel({});
  EXPECT_LT(plot.x_range().second - plot.x_range().first, all.second - all.first);
  EXPECT_EQ(plot.y_range(), all_y);
  EXPECT_EQ(ranges.count(), 1);
  const auto zoomed = plot.x_range();
  wheel(Qt::ShiftModifier);
  EXPECT_EQ(plot.x_range(), zoomed);
  EXPECT_LT(plot.y_range().second - plot.y_range().first, all_y.second - all_y.first);
  QTest::mousePress(canvas, Qt::LeftButton, {}, middle);
  QTest::mouseMove(canvas, middle + QPoint(40, 0));
  QMouseEvent move(QEvent::MouseMove, middle + QPoint(60, 0), canvas->mapToGlobal(middle + QPoint(60, 0)),
                   Qt::NoButton, Qt::LeftButton, {});
  QApplication::sendEvent(canvas, &move);
  QTest::mouseRelease(canvas, Qt::LeftButton, {}, middle + QPoint(60, 0));
  EXPECT_LT(plot.x_range().first, zoomed.first);
  // New data leaves alone what a hand has chosen ...
  const auto chosen = plot.x_range();
  plot.add_points("a", {1000}, {5}, false);
  QTest::qWait(2 * 1000 / CurvePlot::kFramesPerSecond);
  EXPECT_EQ(plot.x_range(), chosen);
  // ... until it asks for everything.
  QSignalSpy reset(&plot, &CurvePlot::reset);
  QTest::mouseDClick(canvas, Qt::LeftButton, {}, middle);
  EXPECT_EQ(reset.count(), 1);
  EXPECT_TRUE(gui_test::wait_until([&] { return plot.x_range().second > 1000; }));
}

TEST_F(GuiCurvePlot, AClickAloneStopsNothing) {
  plot.resize(400, 300);
  plot.show();
  plot.add_points("a", {0, 100}, {1, 2}, true);
  ASSERT_TRUE(gui_test::wait_until([&] { return plot.x_range().second > 100; }));
  QTest::mouseClick(plot.findChild<QWidget*>("canvas"), Qt::LeftButton, {}, QPoint(200, 100));
  plot.add_points("a", {500}, {5}, false);
  EXPECT_TRUE(gui_test::wait_until([&] { return plot.x_range().second > 500; }));
}

TEST_F(GuiCurvePlot, IsUsedByKeyboard) {
  plot.resize(400, 300);
  plot.show();
  plot.add_points("a", {10, 20, 30}, {1, 2, 3}, true);
  std::vector<double> places;
  QObject::connect(&plot, &CurvePlot::cursor_moved, [&](double x) {
    places.push_back(x);
    plot.set_cursor(x);
  });
  QTest::keyClick(&plot, Qt::Key_Left);
  QTest::keyClick(&plot, Qt::Key_Left);
  QTest::keyClick(&plot, Qt::Key_Right);
  QTest::keyClick(&plot, Qt::Key_Escape);
  ASSERT_EQ(places.size(), 4U);
  EXPECT_EQ(places[0], 20);
  EXPECT_EQ(places[1], 10);
  EXPECT_EQ(places[2], 20);
  EXPECT_TRUE(std::isnan(places[3]));
  ASSERT_TRUE(gui_test::wait_until([&] { return plot.x_range().second < 31; }));
  const auto all = plot.x_range();
  QTest::keyClick(&plot, Qt::Key_Plus);
  EXPECT_LT(plot.x_range().second - plot.x_range().first, all.second - all.first);
  QTest::keyClick(&plot, Qt::Key_0);
  EXPECT_TRUE(gui_test::wait_until([&] { return plot.x_range() == all; }));
}

TEST_F(GuiCurvePlot, ReadsTheNearestPointAndTheLast) {
  plot.add_points("a", {10, 20, 30}, {1, 2, 3}, true);
  EXPECT_EQ(plot.reading("a", 24)->value, 2);
  EXPECT_EQ(plot.reading("a", 26)->step, 30);
  EXPECT_EQ(plot.reading("a", std::nan(""))->value, 3);
  EXPECT_FALSE(plot.reading("b", 24).has_value());
  EXPECT_FALSE(plot.reading("unknown", 24).has_value());
}

TEST_F(GuiCurvePlot, TextsDoNotLieUponEachOther) {
  plot.set_smoothing(0);
  plot.add_points("a", {0, 50, 100}, {0.1, 0.3, 0.31}, true);
  plot.add_points("b", {0, 50, 100}, {0.2, 0.25, 0.312}, true);
  plot.set_references({{"NMI of colours alone", 0.3}, {"NMI untrained", 0.295}, {"a box", 0.305}});
  for (const QSize size : {QSize(700, 400), QSize(380, 160), QSize(330, 130)}) {
    plot.resize(size);
    plot.show();
    auto* canvas = plot.findChild<QWidget*>("canvas");
    ASSERT_TRUE(gui_test::wait_until([&] { return canvas->width() > size.width() - 10; }));
    ASSERT_TRUE(gui_test::wait_until([&] { return plot.x_range().second > 100; }));
    ASSERT_TRUE(gui_test::wait_until([&] { return plot.labels().size() == 5; }));
    QApplication::processEvents();
    canvas->grab();
    const std::vector<CurvePlot::PlacedLabel> labels = plot.labels();
    for (std::size_t i = 0; i < labels.size(); ++i) {
      EXPECT_TRUE(QRectF(canvas->rect()).contains(labels[i].place)) << labels[i].text.toStdString();
      for (std::size_t k = 0; k < i; ++k)
        EXPECT_FALSE(labels[i].place.intersects(labels[k].place))
            << labels[i].text.toStdString() << " and " << labels[k].text.toStdString() << " at "
            << size.width() << " x " << size.height();
    }
  }
}

// "raw pixels 26.1" under a curve that begins there.
TEST_F(GuiCurvePlot, AReferencesNameStandsWhereNoCurveIs) {
  plot.set_series({{"a", "run a", Qt::red}});
  plot.set_smoothing(0);
  plot.add_points("a", {0, 40, 41, 100}, {26.5, 26.5, 40, 40}, true);
  plot.set_references({{"raw pixels", 26}});
  plot.resize(400, 200);
  plot.show();
  auto* canvas = plot.findChild<QWidget*>("canvas");
  ASSERT_TRUE(gui_test::wait_until([&] { return plot.x_range().second > 100 && canvas->width() > 390; }));
  ASSERT_TRUE(gui_test::wait_until([&] { return plot.labels().size() == 1; }));
  EXPECT_GT(plot.labels()[0].place.left(), 0.4 * canvas->width());
}

TEST_F(GuiCurvePlot, NumbersOfALowAxisStandApart) {
  plot.set_smoothing(0);
  plot.add_points("a", {0, 50, 100}, {1.1, 4, 9}, true);
  const double height = QFontMetricsF(text_font(TextStyle::Small)).height();
  for (const bool logarithmic : {false, true}) {
    plot.set_logarithmic(logarithmic);
    for (const int tall : {320, 112, 72}) {
      plot.resize(330, tall);
      plot.show();
      auto* canvas = plot.findChild<QWidget*>("canvas");
      ASSERT_TRUE(gui_test::wait_until([&] { return plot.x_range().second > 100; }));
      ASSERT_TRUE(gui_test::wait_until([&] { return std::abs(canvas->height() - tall) < 10; }));
      QApplication::processEvents();
      canvas->grab();
      const std::vector<double> ticks = plot.value_ticks();
      ASSERT_FALSE(ticks.empty()) << tall;
      for (std::size_t i = 1; i < ticks.size(); ++i)
        EXPECT_GE(ticks[i - 1] - ticks[i], height) << tall << " px, logarithmic " << logarithmic;
    }
  }
}

TEST(GuiLabelPlaces, SpreadsByAsLittleAsTheOthersAllow) {
  std::vector<double> tops = {50, 10, 52, 51};
  spread(tops, 10, 0, 100);
  EXPECT_THAT(tops, testing::ElementsAre(50, 10, 70, 60));
  tops = {95, 90};
  spread(tops, 10, 0, 100);
  EXPECT_THAT(tops, testing::ElementsAre(90, 80));
}

TEST(GuiLabelPlaces, TakesTheFirstOfTheFreeThatCoversLeast) {
  const QRectF area(0, 0, 100, 100);
  const QRectF a(0, 0, 20, 10), b(0, 20, 20, 10), c(0, 40, 20, 10);
  const auto by_place = [](const QRectF& place) { return place.top() > 0 ? 1.0 : 5.0; };
  EXPECT_EQ(best_place({a, b, c}, {}, area, by_place), b);
  EXPECT_EQ(best_place({a, b, c}, {b}, area, by_place), c);
  EXPECT_EQ(best_place({a, QRectF(90, 0, 20, 10)}, {}, area, by_place), a);
  // None is free: beside the first one.
  EXPECT_EQ(best_place({b}, {QRectF(0, 18, 50, 8)}, area, by_place), QRectF(0, 26, 20, 10));
  EXPECT_EQ(best_place({b}, {area}, area, by_place), b);
}

TEST(GuiCurvePoints, PlacesPointsByTheUnit) {
  CurvePoints points;
  points.append(std::vector<double>{100, 110}, std::vector<double>{1, 2},
                std::vector<std::int64_t>{5'000'000, 65'000'000});
  EXPECT_EQ(points.x(1), 110);
  points.set_scale({XUnit::Images, 64, 100});
  EXPECT_EQ(points.x(1), 7040);
  EXPECT_EQ(points.x_of_step(1), 64);
  points.set_scale({XUnit::Branch, 64, 100});
  EXPECT_EQ(points.x(1), 10);
  points.set_scale({XUnit::Time, 64, 100});
  EXPECT_EQ(points.x(1), 60);
  EXPECT_EQ(points.x_of_step(105), 60);
  EXPECT_FALSE(points.x_of_step(111).has_value());
}

TEST(GuiCurvePoints, AResumedRunReplacesWhatItWritesAnew) {
  CurvePoints points(0.9);
  points.append(std::vector<double>{1, 2, 3, 4}, std::vector<double>{1, std::nan(""), 3, 4});
  EXPECT_THAT(points.not_finite(), testing::ElementsAre(1U));
  points.append(std::vector<double>{2, 3}, std::vector<double>{20, 30});
  ASSERT_EQ(points.size(), 3U);
  EXPECT_EQ(points.value(2), 30);
  EXPECT_TRUE(points.not_finite().empty());
  CurvePoints once(0.9);
  once.append(std::vector<double>{1, 2, 3}, std::vector<double>{1, 20, 30});
  EXPECT_EQ(points.smooth(2), once.smooth(2));
}

TEST(GuiCurvePoints, ExtentsAreThoseOfAScan) {
  CurvePoints points(0.5);
  std::vector<double> steps, values;
  for (int i = 0; i < 1000; ++i) {
    steps.push_back(i);
    values.push_back(i % 37 == 5 ? std::nan("") : std::sin(i * 0.7) * i);
  }
  points.append(steps, values);
  for (const auto& [from, to] :
       {std::pair<std::size_t, std::size_t>{0, 1000}, {3, 70}, {64, 128}, {63, 65}, {500, 999}, {5, 6}}) {
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (std::size_t i = from; i < to; ++i) {
      if (!std::isfinite(values[i])) continue;
      low = std::min(low, values[i]);
      high = std::max(high, values[i]);
    }
    const auto extent = points.extent(from, to, false);
    ASSERT_EQ(extent.has_value(), low <= high) << from << " " << to;
    if (!extent) continue;
    EXPECT_EQ(extent->low, low);
    EXPECT_EQ(extent->high, high);
  }
}

}  // namespace
}  // namespace ibot::ui
