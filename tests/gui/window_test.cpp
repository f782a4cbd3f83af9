// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/plots/curve_plot.h>
#include <ui/shell/command_palette.h>
#include <ui/shell/main_window.h>
#include <ui/style/theme.h>

#include <QAction>
#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QTableView>
#include <QTest>
#include <QToolButton>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using gui_test::WorkspaceFixture;

TEST(GuiCommandPalette, PrefersWhatIsMeant) {
  EXPECT_EQ(match_score("xyz", "Pause"), 0);
  EXPECT_GT(match_score("pau", "Pause"), match_score("pau", "Open a Run"));
  EXPECT_GT(match_score("sn", "Stop Now"), 0);
  EXPECT_GT(match_score("stop", "Stop Now"), match_score("stop", "Show the Top"));
}

class GuiWindow : public testing::Test {
 protected:
  GuiWindow() {
    f.create("r1", "resting");
    f.start("r2", "training", 200);
    f.write("r2", "loss", 1, 80, [](auto step) { return 8.0 - 0.01 * static_cast<double>(step); });
    window.show();
    window.open_workspace(f.folder());
    EXPECT_TRUE(wait_until([&] { return table()->model()->rowCount() == 2; }));
  }
  template <class Widget>
  Widget* find(const char* name) {
    auto* widget = window.findChild<Widget*>(QString::fromLatin1(name));
    EXPECT_NE(widget, nullptr) << name;
    return widget;
  }
  QTableView* table() { return find<QTableView>("run_table"); }
  void click_row(const QString& run) {
    for (int row = 0; row < table()->model()->rowCount(); ++row) {
      const QModelIndex index = table()->model()->index(row, 0);
      if (index.data().toString() != run) continue;
      QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, table()->visualRect(index).center());
      return;
    }
    FAIL() << run.toStdString() << " is not in the table";
  }

  WorkspaceFixture f;
  MainWindow window;
};

TEST_F(GuiWindow, ShowsARunsCurvesLive) {
  EXPECT_EQ(window.page(), Page::Train);
  click_row("training");
  auto* plot = find<CurvePlot>("plot_0");
  ASSERT_TRUE(wait_until([&] { return plot->points() == 80; }));
  f.write("r2", "loss", 81, 90, [](auto) { return 7.0; });
  EXPECT_TRUE(wait_until([&] { return plot->points() == 90; }));
}

TEST_F(GuiWindow, PausesByTheButtonAndSaysWhyItCannot) {
  click_row("training");
  auto* pause = find<QPushButton>("train_pause");
  ASSERT_TRUE(wait_until([&] { return pause->isEnabled(); }));
  QTest::mouseClick(pause, Qt::LeftButton);
  std::optional<record::Command> command;
  ASSERT_TRUE(wait_until([&] {
    command = f.store.take_command("r2").value();
    return command.has_value();
  }));
  EXPECT_EQ(command->kind, record::CommandKind::Pause);
  f.store.set_state("r2", record::State::Paused).value();
  EXPECT_TRUE(wait_until([&] { return pause->text() == "Go on"; }));

  click_row("resting");
  EXPECT_FALSE(pause->isEnabled());
  EXPECT_THAT(pause->toolTip().toStdString(), testing::HasSubstr("created"));
  EXPECT_FALSE(find<QAction>("stop")->isEnabled());
  EXPECT_THAT(find<QAction>("stop")->toolTip().toStdString(), testing::HasSubstr("No trainer"));
}

TEST_F(GuiWindow, StopsByTheButtonAsByTheMenu) {
  click_row("training");
  auto* stop = find<QPushButton>("train_stop");
  ASSERT_TRUE(wait_until([&] { return stop->isEnabled(); }));
  EXPECT_FALSE(find<QWidget>("stop_banner")->isVisible());
  QTest::mouseClick(stop, Qt::LeftButton);
  EXPECT_TRUE(find<QWidget>("stop_banner")->isVisible());
  std::optional<record::Command> command;
  ASSERT_TRUE(wait_until([&] {
    command = f.store.take_command("r2").value();
    return command.has_value();
  }));
  EXPECT_EQ(command->kind, record::CommandKind::Stop);
}

TEST_F(GuiWindow, AStoppedRunOffersToBeResumed) {
  click_row("training");
  auto* resume = find<QPushButton>("train_resume");
  EXPECT_FALSE(resume->isVisible());
  f.store.set_state("r2", record::State::Stopped).value();
  ASSERT_TRUE(wait_until([&] { return resume->isVisible() && resume->isEnabled(); }));
  EXPECT_FALSE(find<QPushButton>("train_pause")->isVisible());
  QTest::mouseClick(resume, Qt::LeftButton);
  EXPECT_FALSE(resume->isEnabled());
  EXPECT_THAT(resume->toolTip().toStdString(), testing::HasSubstr("wait until that is done"));
  // Its plan is none that could train: the program says so.
  auto* banner = find<QWidget>("banner");
  ASSERT_TRUE(wait_until([&] { return banner->isVisible(); }));
  EXPECT_THAT(banner->findChild<QLabel*>()->text().toStdString(),
              testing::HasSubstr("Resuming did not work"));
  EXPECT_TRUE(resume->isEnabled());
}

TEST_F(GuiWindow, FiltersRunsWhileTyping) {
  QTest::keyClicks(find<QLineEdit>("run_filter"), "TRAIN");
  EXPECT_EQ(table()->model()->rowCount(), 1);
  find<QLineEdit>("run_filter")->clear();
  EXPECT_EQ(table()->model()->rowCount(), 2);
}

// A popup may be told that it is the active window when it is closed already.
TEST_F(GuiWindow, TheKeysOfTheTableWorkAfterAPromptAndAFilter) {
  window.activateWindow();
  ASSERT_TRUE(QTest::qWaitForWindowActive(&window));
  click_row("resting");
  table()->setFocus();
  QTest::keyClick(table(), Qt::Key_T, Qt::ControlModifier);
  auto* prompt = find<QLineEdit>("text_prompt_text");
  ASSERT_TRUE(prompt->isVisible());
  QTest::keyClicks(prompt, "keep");
  QTest::keyClick(prompt, Qt::Key_Return);
  ASSERT_TRUE(wait_until([&] { return !window.record().run("r1")->run.tags.empty(); }));
  ASSERT_TRUE(wait_until([&] { return QApplication::focusWidget() == table(); }))
      << "the window has the keyboard again";
  auto* filter = find<QLineEdit>("run_filter");
  QTest::mouseClick(filter, Qt::LeftButton);
  QTest::keyClicks(filter, "tag:keep");
  ASSERT_TRUE(wait_until([&] { return table()->model()->rowCount() == 1; }));
  QTest::keyClick(filter, Qt::Key_A, Qt::ControlModifier);
  QTest::keyClick(filter, Qt::Key_Delete);
  ASSERT_EQ(table()->model()->rowCount(), 2) << "there the key deletes text";
  click_row("resting");
  table()->setFocus();
  QTest::keyClick(table(), Qt::Key_Delete);
  EXPECT_TRUE(wait_until([&] { return table()->model()->rowCount() == 1; }));
}

TEST_F(GuiWindow, RunsCommandsFromThePalette) {
  find<QAction>("commands")->trigger();
  auto* palette = find<CommandPalette>("command_palette");
  ASSERT_TRUE(palette->isVisible());
  auto* typed = palette->findChild<QLineEdit*>();
  QTest::keyClicks(typed, "welco");
  QTest::keyClick(typed, Qt::Key_Return);
  EXPECT_FALSE(palette->isVisible());
  EXPECT_EQ(window.page(), Page::Welcome);
}

TEST_F(GuiWindow, ThePaletteSaysWhatIsOn) {
  const auto offered = [&] {
    find<QAction>("commands")->trigger();
    auto* palette = window.findChild<CommandPalette*>();
    palette->findChild<QLineEdit*>()->setText("light theme");
    const QString first = palette->findChild<QListWidget*>()->item(0)->text();
    palette->close();
    return first;
  };
  find<QAction>("light_theme")->setChecked(true);
  EXPECT_EQ(offered(), "Light Theme: on");
  find<QAction>("light_theme")->setChecked(false);
  EXPECT_EQ(offered(), "Light Theme: off");
}

TEST_F(GuiWindow, ChangesItsThemeWhileItRuns) {
  find<QAction>("light_theme")->setChecked(true);
  EXPECT_EQ(Theme::instance().kind(), ThemeKind::Light);
  EXPECT_EQ(window.palette().color(QPalette::Window), tokens(ThemeKind::Light).panel);
  find<QAction>("light_theme")->setChecked(false);
  EXPECT_EQ(Theme::instance().kind(), ThemeKind::Dark);
}

TEST_F(GuiWindow, SaysInABannerWhatCannotBeOpened) {
  window.open_workspace(QStringLiteral("/nowhere/at/all"));
  auto* banner = find<QWidget>("banner");
  ASSERT_TRUE(wait_until([&] { return banner->isVisible(); }));
  EXPECT_THAT(banner->findChild<QLabel*>()->text().toStdString(), testing::HasSubstr("/nowhere/at/all"));
  QTest::mouseClick(find<QPushButton>("banner_dismiss"), Qt::LeftButton);
  EXPECT_FALSE(banner->isVisible());
}

TEST_F(GuiWindow, EveryPageOpensByKeyboard) {
  for (const PageInfo& page : rail_pages()) {
    auto* button =
        window.findChild<QToolButton*>(QStringLiteral("rail_%1").arg(QString::fromLatin1(page.icon)));
    ASSERT_NE(button, nullptr);
    auto* action = window.findChild<QAction*>(QString::fromLatin1(page.icon));
    ASSERT_NE(action, nullptr);
    EXPECT_TRUE(button->toolTip().contains(action->shortcut().toString(QKeySequence::NativeText)));
    button->setFocus();
    QTest::keyClick(button, Qt::Key_Space);
    EXPECT_EQ(window.page(), page.page);
    EXPECT_FALSE(button->hasFocus()) << "the keyboard goes on in the page";
  }
}

TEST_F(GuiWindow, SeveralRunsAndTheirCurvesFitASmallScreen) {
  window.resize(1366, 768);
  window.show_page(Page::Train);
  ASSERT_TRUE(wait_until([&] { return window.height() == 768 && table()->viewport()->height() > 0; }));
  EXPECT_GE(table()->viewport()->height(), 2 * table()->rowHeight(0));
  for (const CurvePlot* plot : window.findChildren<CurvePlot*>()) {
    const QRect place(plot->mapTo(&window, QPoint(0, 0)), plot->size());
    EXPECT_TRUE(window.rect().contains(place)) << plot->objectName().toStdString();
    EXPECT_GE(plot->height(), 80);
  }
}

}  // namespace
}  // namespace ibot::ui
