// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/plots/curve_plot.h>
#include <ui/plots/smoothing.h>

#include <QTemporaryDir>
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
  plot.add_points("a", {1, 2}, {0.1, 1e-9}, true);
  EXPECT_EQ(plot.to_csv().toStdString(),
            "step,run,value\n1,a,0.10000000000000001\n2,a,1.0000000000000001e-09\n");
  const QTemporaryDir dir;
  plot.resize(300, 200);
  EXPECT_TRUE(plot.save_picture(dir.filePath("plot.png")));
  EXPECT_EQ(QImage(dir.filePath("plot.png")).width(), 600);
  EXPECT_FALSE(plot.save_picture(dir.filePath("none/plot.png")));
}

TEST_F(GuiCurvePlot, CaptionNamesTheFormula) {
  plot.set_smoothing(0.9);
  EXPECT_THAT(plot.caption().toStdString(), testing::HasSubstr("m = 0.9 m + 0.1 x"));
  plot.set_smoothing(0);
  EXPECT_EQ(plot.caption().toStdString(), "Loss");
}

}  // namespace
}  // namespace ibot::ui
