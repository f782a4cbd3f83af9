// SPDX-License-Identifier: GPL-3.0-or-later
// Bands of earlier runs behind the plots of the Train page.
#include "screenshots.h"
#include "workspace_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/plots/curve_plot.h>
#include <ui/views/earlier_button.h>
#include <ui/views/plot_grid.h>
#include <ui/views/plot_panel.h>
#include <ui/widgets/setting.h>

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <cmath>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using testing::HasSubstr;

/// A new run and four earlier ones in a folder.
class GuiPlotBackdrops : public testing::Test {
 protected:
  GuiPlotBackdrops() {
    for (int i = 0; i < 5; ++i) {
      const std::string id = i == 0 ? "new" : "old-" + std::to_string(i);
      f.start(id, id, 400);
      f.write(id, "loss", 1, i == 0 ? 150 : 400,
              [i](auto step) { return 5 - 2 * std::log10(1 + static_cast<double>(step)) / 3 + 0.15 * i; });
      if (i > 0) f.store.set_folder(id, "earlier").value();
    }
    record.open(f.folder());
    grid.resize(1000, 560);
    grid.show();
    EXPECT_TRUE(wait_until([&] { return record.runs().size() == 5; }));
  }
  CurvePlot* plot() { return grid.panels().front()->plot(); }
  std::string caption() { return grid.findChild<QLabel*>("plot_caption")->text().toStdString(); }
  void choose(const QString& name) {
    auto* button = grid.findChild<EarlierButton*>("train_earlier");
    Q_EMIT button->menu()->aboutToShow();
    for (QMenu* menu : button->menu()->findChildren<QMenu*>()) {
      for (QAction* action : menu->actions()) {
        if (action->text() == name) return action->trigger();
      }
    }
    button->menu()->findChild<QAction*>(name)->trigger();
  }

  struct NoSettings {
    NoSettings() { clear_settings(); }
  } no_settings;
  gui_test::WorkspaceFixture f;
  Record record;
  PlotGrid grid{record};
};

TEST_F(GuiPlotBackdrops, LieBehindThePlotsOfWhatTheyWereMeasuredFor) {
  grid.set_runs({"new"});
  ASSERT_TRUE(wait_until([&] { return plot()->points() == 150; }));
  choose("earlier");
  ASSERT_TRUE(wait_until([&] { return plot()->has_backdrop(); }));
  EXPECT_THAT(caption(), HasSubstr("Grey: 4 earlier runs, the folder earlier, smallest to largest"));
  EXPECT_FALSE(grid.panels()[1]->plot()->has_backdrop()) << "none of them has this metric";
  EXPECT_LT(plot()->x_range().second, 200) << "the new run fills the plot";
  gui_test::save_screenshots(grid, "train_band");
  // A run that is shown is no earlier one.
  grid.set_runs({"new", "old-1"});
  EXPECT_TRUE(wait_until([&] { return caption().find("Grey: 3 earlier runs") != std::string::npos; }));
  auto* unit = grid.findChild<QComboBox*>("x_unit");
  unit->setCurrentIndex(1);
  Q_EMIT unit->activated(1);
  EXPECT_TRUE(plot()->has_backdrop());
  choose("earlier_none");
  EXPECT_TRUE(wait_until([&] { return !plot()->has_backdrop(); }));
  EXPECT_EQ(caption().find("Grey"), std::string::npos);
}

TEST_F(GuiPlotBackdrops, ComeBackWithTheWorkspaceAndSayWhatIsMissing) {
  grid.set_runs({"new"});
  choose("earlier");
  ASSERT_TRUE(wait_until([&] { return plot()->has_backdrop(); }));
  const auto reopen = [&] {
    record.close();
    EXPECT_FALSE(plot()->has_backdrop());
    record.open(f.folder());
    EXPECT_TRUE(wait_until([&] { return record.runs().size() == 5; }));
    grid.set_runs({"new"});
  };
  reopen();
  EXPECT_TRUE(wait_until([&] { return plot()->has_backdrop(); }));
  EXPECT_TRUE(wait_until([&] { return caption().find("Grey: 4 earlier runs") != std::string::npos; }));

  const QString kept = workspace_setting("earlier", record.folder()) + "/train_earlier/runs";
  EXPECT_EQ(read_setting(kept).toStringList().size(), 4);
  write_setting(kept, QStringList{"old-1", "old-2", "was deleted"});
  reopen();
  EXPECT_TRUE(wait_until([&] { return caption().find("Grey: 2 earlier runs") != std::string::npos; }));
  EXPECT_THAT(caption(), HasSubstr("was deleted"));
  write_setting(kept, QStringList{"was deleted"});
  reopen();
  EXPECT_TRUE(wait_until([&] { return caption().find("band of earlier runs is off") != std::string::npos; }));
  EXPECT_FALSE(plot()->has_backdrop());
  reopen();
  EXPECT_EQ(caption().find("is off"), std::string::npos) << "said once";
}

TEST_F(GuiPlotBackdrops, AreReadAgainWhenARunHasChanged) {
  grid.set_runs({"new"});
  choose("earlier");
  ASSERT_TRUE(wait_until([&] { return plot()->has_backdrop(); }));
  const PlotPanel* other = grid.panels()[1];
  ASSERT_FALSE(other->plot()->has_backdrop());
  for (const char* run : {"old-1", "old-2"})
    f.write(run, other->metric().toStdString(), 1, 50, [](auto step) { return static_cast<double>(step); });
  EXPECT_TRUE(wait_until([&] { return other->plot()->has_backdrop(); }));
}

TEST_F(GuiPlotBackdrops, GoWithTheWorkspace) {
  grid.set_runs({"new"});
  choose("earlier");
  ASSERT_TRUE(wait_until([&] { return plot()->has_backdrop(); }));
  record.close();
  EXPECT_FALSE(plot()->has_backdrop());
}

}  // namespace
}  // namespace ibot::ui
