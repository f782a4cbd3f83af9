// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare_fixture.h"
#include "many_runs.h"
#include "stall_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/bridge/program.h>
#include <ui/views/copy_menu.h>
#include <ui/views/run_inspector.h>
#include <ui/widgets/banner.h>
#include <ui/widgets/setting.h>

#include <QCheckBox>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProcess>
#include <QPushButton>
#include <QSemaphore>
#include <QSettings>
#include <QSpinBox>
#include <QSplitter>
#include <QThread>
#include <QThreadPool>
#include <QUndoStack>
#include <algorithm>
#include <atomic>
#include <iostream>

namespace ibot::ui {
namespace {

using compare::test::MadeRun;
using gui_test::wait_until;
using testing::AllOf;
using testing::HasSubstr;

constexpr int kProgramMillis = 60'000;

TEST_F(GuiCompare, AnEmptyPageLeadsToWhereRunsAre) {
  open();
  QSignalSpy wanted(page.get(), &ComparePage::runs_wanted);
  gui_test::save_screenshots(*page, "compare_empty");
  click("compare_choose");
  EXPECT_EQ(wanted.size(), 1);
}

TEST_F(GuiCompare, TheTrayKeepsItsOrderAndEveryEditCanBeUndone) {
  open();
  EXPECT_EQ(tray().add({"block-1", "none-0", "block-1"}), 2);
  EXPECT_EQ(tray().add({"none-0", "none-2"}), 1) << "twice makes no copy";
  EXPECT_EQ(tray().runs(), QStringList({"block-1", "none-0", "none-2"}));
  EXPECT_EQ(tray().baseline(), QStringLiteral("block-1")) << "the first until another is chosen";
  auto* table = find<QTableView>("tray_table");
  ASSERT_TRUE(wait_until([&] { return table->model()->index(1, 1).data().toString() == "0"; }));
  EXPECT_EQ(table->model()->index(1, 0).data().toString(), QStringLiteral("mask=none s0"));
  EXPECT_EQ(table->model()->index(1, 2).data().toString(), QStringLiteral("completed"));

  table->selectRow(1);
  click("tray_baseline_button");
  EXPECT_EQ(tray().baseline(), QStringLiteral("none-0"));
  EXPECT_FALSE(find<QAction>("tray_baseline")->isEnabled());
  EXPECT_THAT(find<QAction>("tray_baseline")->toolTip().toStdString(), HasSubstr("is the baseline"));
  table->selectRow(0);
  QTest::keyClick(table, Qt::Key_Delete);
  EXPECT_EQ(tray().runs(), QStringList({"none-0", "none-2"}));
  click("tray_clear_button");
  EXPECT_TRUE(tray().runs().isEmpty());

  QUndoStack* undo = page->undo_stack();
  undo->undo();
  undo->undo();
  EXPECT_EQ(tray().runs(), QStringList({"block-1", "none-0", "none-2"}));
  EXPECT_EQ(tray().ordered(), QStringList({"none-0", "block-1", "none-2"}));
  undo->undo();
  EXPECT_EQ(tray().baseline(), QStringLiteral("block-1"));
  undo->redo();
  EXPECT_EQ(tray().baseline(), QStringLiteral("none-0"));

  open();
  EXPECT_EQ(tray().runs(), QStringList({"block-1", "none-0", "none-2"})) << "remembered";
  EXPECT_EQ(tray().baseline(), QStringLiteral("none-0"));
  EXPECT_FALSE(page->undo_stack()->canUndo());
}

TEST_F(GuiCompare, RunsThatAreGoneLeaveTheTray) {
  open();
  tray().add({"none-0", "none-1"});
  page.reset();  // what is not saved yet is
  flush_settings();
  QSettings settings;
  for (const QString& key : settings.allKeys()) {
    if (key.startsWith("comparison/") && key.endsWith("/runs"))
      settings.setValue(key, QStringList({"none-1", "never was", "none-1"}));
  }
  open();
  EXPECT_TRUE(wait_until([&] { return tray().runs() == QStringList("none-1"); }));
}

TEST_F(GuiCompare, RunsOfOneNameAreToldApart) {
  f.add({.id = "twin-000001", .name = "twin"});
  f.add({.id = "twin-000002", .name = "twin"});
  f.add({.id = "twin-000003", .name = "twin", .seed = 7});
  open();
  add({"none-0", "twin-000001", "twin-000002", "twin-000003"});
  // Their seeds stand beside them.
  ASSERT_TRUE(wait_until([&] { return column("tray_table", 1) == QStringList({"0", "0", "0", "7"}); }));
  EXPECT_EQ(column("tray_table", 0),
            QStringList({"mask=none s0", "twin \u00b7 000001", "twin \u00b7 000002", "twin"}));
  const auto header = [&](int at) { return differences()->headerData(at, Qt::Horizontal).toString(); };
  EXPECT_EQ(header(2), "twin \u00b7 seed 0 \u00b7 000001");
  EXPECT_EQ(header(4), "twin \u00b7 seed 7");
  const auto* others = find<QTableView>("difference_runs");
  EXPECT_GE(others->columnWidth(2), others->horizontalHeader()->sectionSizeHint(2)) << "it is read whole";
  gui_test::save_screenshots(*page, "compare_one_name");
}

TEST_F(GuiCompare, OnlyDifferencesAreShownUntilAllAreWanted) {
  open();
  add({"none-0", "random-0", "block-0"});
  auto* only = find<QCheckBox>("compare_only");
  EXPECT_TRUE(only->isChecked());
  EXPECT_GE(row_of("mask.plugin"), 0);
  EXPECT_LT(row_of("optimizer.lr"), 0) << "the same in all";
  const int metrics = row_of("knn/top1@teacher");
  EXPECT_GT(metrics, row_of("mask.plugin")) << "what came out stands last";
  EXPECT_EQ(differences()->index(row_of("mask.ratio"), 1).data().toString(), QStringLiteral("\u2013"));
  const int few = differences()->rowCount();
  only->click();
  EXPECT_GT(differences()->rowCount(), few);
  EXPECT_GE(row_of("optimizer.lr"), 0);
  EXPECT_FALSE(marked("optimizer.lr", 2));
  open();
  EXPECT_FALSE(find<QCheckBox>("compare_only")->isChecked()) << "remembered";
}

TEST_F(GuiCompare, AnotherBaselineMarksOtherValues) {
  open();
  add({"none-0", "random-0", "none-1"});
  EXPECT_TRUE(marked("mask.plugin", 2));
  EXPECT_FALSE(marked("mask.plugin", 3)) << "none, as the baseline";
  gui_test::save_screenshots(*page, "compare_differences");
  expect_news([&] { tray().set_baseline("random-0"); });
  EXPECT_EQ(differences()->headerData(1, Qt::Horizontal).toString(), QStringLiteral("mask=random s0"));
  EXPECT_FALSE(marked("mask.plugin", 1));
  EXPECT_TRUE(marked("mask.plugin", 2));
  EXPECT_TRUE(marked("mask.plugin", 3));
}

TEST_F(GuiCompare, OfTwoRunsItSaysWhyTheyDiffer) {
  open();
  add({"none-0"});
  EXPECT_TRUE(find<QLabel>("compare_nothing")->isVisible()) << "one run alone";
  add({"random-0"});
  auto* why = find<QLabel>("compare_why");
  EXPECT_TRUE(why->isVisible());
  result("none-0");
  EXPECT_EQ(why->text().toStdString(), compare::why_different(runs[0], runs[1]).text);
  EXPECT_THAT(why->text().toStdString(), HasSubstr("mask.plugin is none and random"));
  add({"block-0"});
  EXPECT_FALSE(why->isVisible());
}

TEST_F(GuiCompare, VerdictsAndCopiesAreThoseOfTheProgram) {
  open();
  add(masks());
  page->show_tab(1);
  const auto expected = result("none-0");
  const compare::Table list = compare::list_table(expected);
  const auto* model = find<QTableView>("verdict_table")->model();
  ASSERT_EQ(model->rowCount(), 3);
  QStringList words;
  for (int row = 0; row < model->rowCount(); ++row) {
    for (int column = 0; column < model->columnCount(); ++column) {
      EXPECT_EQ(model->index(row, column).data().toString().toStdString(),
                list.rows[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)].text);
    }
    words << model->index(row, model->columnCount() - 1).data().toString();
  }
  EXPECT_EQ(words, QStringList({"baseline", "better", "no difference shown"}));
  for (const std::string& line : compare::summary_of(expected))
    EXPECT_THAT(find<QLabel>("verdict_summary")->text().toStdString(), HasSubstr(line));
  EXPECT_THAT(find<QLabel>("verdict_notes")->text().toStdString(),
              AllOf(HasSubstr("at the planned end of every run"), HasSubstr("Holm"), HasSubstr("0.25")));
  gui_test::save_screenshots(*page, "compare_verdicts");

  copy("verdict_copy", "copy_latex");
  EXPECT_EQ(copied(), compare::to_latex(list));
  copy("verdict_copy", "copy_csv");
  EXPECT_EQ(copied(), compare::to_csv(compare::value_table(expected, runs)));
  copy("difference_copy", "copy_markdown");
  EXPECT_EQ(copied(), compare::to_markdown(compare::difference_table(compare::differences(runs), runs)));
}

TEST_F(GuiCompare, LossesOfOtherTermsAreWarnedOf) {
  open();
  add(masks());
  page->show_tab(1);
  choose("verdict_metric", "loss");
  EXPECT_THAT(find<QLabel>("verdict_summary")->text().toStdString(),
              AllOf(testing::StartsWith("Warning: The losses have different terms"),
                    HasSubstr("mask=block: not compared")));
  const QString notes = find<QLabel>("verdict_notes")->text();
  EXPECT_EQ(notes.indexOf("Warning"), -1) << "said once";
  EXPECT_EQ(notes.count("not comparable with the baseline"), 1) << notes.toStdString();
  const auto words = column("verdict_table", find<QTableView>("verdict_table")->model()->columnCount() - 1);
  EXPECT_EQ(words, QStringList({"baseline", "not compared", "not compared"}));
  gui_test::save_screenshots(*page, "compare_losses");
}

TEST(GuiCopyMenu, TablesAreMadeOnAnotherThreadAndTheNewestIsCopied) {
  QThreadPool& pool = *QThreadPool::globalInstance();
  pool.setMaxThreadCount(std::max(2, pool.maxThreadCount()));
  QGuiApplication::clipboard()->clear();
  QToolButton button;
  QSemaphore may_end;
  std::atomic<int> on_the_windows_thread = 0;
  std::atomic<int> made = 0;
  offer_copies(&button, [&](CopyFormat format) -> TableMaker {
    return [&, format] {
      on_the_windows_thread += QThread::currentThread() == qApp->thread() ? 1 : 0;
      if (format == CopyFormat::Latex) may_end.acquire();  // the one that is slow
      ++made;
      compare::Table table;
      table.columns = {{"name"}};
      table.rows = {{{format == CopyFormat::Latex ? "slow" : "quick"}}};
      return table;
    };
  });
  const auto choose = [&](const char* name) {
    button.menu()->findChild<QAction*>(QString::fromLatin1(name))->trigger();
  };
  choose("copy_latex");
  choose("copy_csv");
  const auto copied = [] { return QGuiApplication::clipboard()->text().toStdString(); };
  EXPECT_TRUE(wait_until([&] { return copied().find("quick") != std::string::npos; }));
  may_end.release();
  EXPECT_TRUE(wait_until([&] { return made == 2; }));
  pool.waitForDone();
  QCoreApplication::processEvents();
  EXPECT_THAT(copied(), HasSubstr("quick"));
  EXPECT_EQ(on_the_windows_thread, 0);
}

TEST_F(GuiCompare, TheProgramWritesTheSameLatex) {
  open();
  add(masks());
  copy("verdict_copy", "copy_latex");
  QProcess program;
  QStringList words = {"compare"};
  words << masks() << "--metric"
        << "knn/top1"
        << "--baseline"
        << "none-0"
        << "--format"
        << "latex"
        << "--workspace" << record->folder();
  program.start(Program::path(), words);
  ASSERT_TRUE(program.waitForFinished(kProgramMillis)) << program.errorString().toStdString();
  ASSERT_EQ(program.exitCode(), 0) << program.readAllStandardError().toStdString();
  EXPECT_EQ(copied(), program.readAllStandardOutput().toStdString());
}

TEST_F(GuiCompare, WhatIsLeftOutIsSaidWithItsReason) {
  MadeRun open_run{.id = "block-3", .name = "still training"};
  open_run.values = {{"mask.plugin", "block"}, {"mask.ratio", {0.0, 0.3}}};
  open_run.seed = 3;
  open_run.ended = false;
  f.add(open_run);
  open();
  add({"none-0", "block-0", "block-3"});
  page->show_tab(1);
  EXPECT_EQ(column("verdict_table", 1), QStringList({"single run", "single run"}));
  EXPECT_EQ(column("verdict_table", 3), QStringList({"\u2013", "\u2013"})) << "no interval of one run";
  EXPECT_EQ(column("verdict_table", 8), QStringList({"\u2013", "\u2013"})) << "no signs of one pair";
  EXPECT_EQ(find<QLabel>("verdict_notes")->text().count("one seed"), 1) << "said once";
  EXPECT_FALSE(find<QLabel>("verdict_notes")->text().contains("Holm")) << "nothing is corrected";
  EXPECT_THAT(find<QLabel>("verdict_notes")->text().toStdString(),
              HasSubstr("Left out: still training (block-3) has not reached its end"));
}

TEST_F(GuiCompare, ManyNotesStandInASheetOfTheirOwn) {
  QStringList ids = masks();
  for (int seed = 10; seed < 30; ++seed) {
    MadeRun open_run{.id = "open-" + std::to_string(seed), .name = "open " + std::to_string(seed)};
    open_run.values = {{"mask.plugin", "block"}, {"mask.ratio", {0.0, 0.3}}};
    open_run.seed = seed;
    open_run.ended = false;
    f.add(open_run);
    ids << QString::fromStdString(open_run.id);
  }
  open();
  add(ids);
  page->show_tab(1);
  const auto notes = [&] { return find<QLabel>("verdict_notes")->text(); };
  auto* more = find<QPushButton>("verdict_more");
  auto* all = find<QPlainTextEdit>("verdict_all_notes");
  EXPECT_EQ(notes().count(QLatin1Char('\n')), 11) << notes().toStdString();
  EXPECT_FALSE(notes().contains("open 29"));
  EXPECT_FALSE(all->isVisible());
  click("verdict_more");
  EXPECT_TRUE(all->isVisible());
  EXPECT_FALSE(find<QLabel>("verdict_notes")->isVisible());
  EXPECT_THAT(all->toPlainText().toStdString(), AllOf(HasSubstr("open 10"), HasSubstr("open 29")));
  gui_test::save_screenshots(*page, "compare_all_notes");
  more->click();
  EXPECT_FALSE(all->isVisible());
}

TEST_F(GuiCompare, MetricMomentAndShapeAreChosenAndRemembered) {
  open();
  add(masks());
  page->show_tab(1);
  EXPECT_EQ(find<QComboBox>("verdict_metric")->currentText(), QStringLiteral("knn/top1@teacher"));
  choose("verdict_metric", "loss");
  EXPECT_EQ(context().view()->result->metric.direction, compare::Direction::LowerIsBetter);
  EXPECT_FALSE(find<QSpinBox>("verdict_step")->isVisible());
  choose("verdict_moment", "at step");
  expect_news([&] { find<QSpinBox>("verdict_step")->setValue(50); });
  EXPECT_THAT(find<QLabel>("verdict_notes")->text().toStdString(), HasSubstr("at step 50 of every run"));
  choose("verdict_shape", "rows and columns");
  EXPECT_EQ(find<QComboBox>("verdict_rows")->currentText(), QStringLiteral("mask.plugin"));
  EXPECT_EQ(column("verdict_table", 0), QStringList({"none", "random", "block"}));
  gui_test::save_screenshots(*page, "compare_grid");
  choose("verdict_shape", "masking by ratio");
  EXPECT_TRUE(context().view()->table.has_value()) << context().view()->why_no_table.toStdString();
  open();
  EXPECT_EQ(context().choice().metric, "loss");
  EXPECT_EQ(context().choice().rule.step, 50);
  EXPECT_EQ(context().choice().preset, compare::Preset::Masking);
}

TEST_F(GuiCompare, ShapesThatDoNotFitSayWhy) {
  MadeRun other{.id = "other"};
  other.values = {{"optimizer.lr", 0.01}};
  other.evaluations = {{"knn/top1", 30}};
  f.add(other);
  open();
  add({"none-0", "random-0", "other"});
  page->show_tab(1);
  choose("verdict_shape", "rows and columns");
  choose("verdict_columns", "none");
  EXPECT_FALSE(context().view()->table.has_value());
  EXPECT_THAT(find<QLabel>("verdict_problem")->text().toStdString(), HasSubstr("one cell of the table"));
  EXPECT_FALSE(find<QTableView>("verdict_table")->isVisible());
  EXPECT_FALSE(find<QToolButton>("verdict_copy")->isEnabled());
}

TEST_F(GuiCompare, FiftyOfAThousandRunsHoldNobodyUp) {
  const test::TempDir dir;
  ASSERT_TRUE(gui_test::make_many_runs(dir / "many", 1000, 50).ok());
  open(QString::fromStdString((dir / "many").string()));
  ASSERT_TRUE(QTest::qWaitFor([&] { return record->runs().size() >= 1000; }, 60'000));
  gui_test::StallWatch::run_loop(1500);  // what a table of all runs wants is read meanwhile
  QStringList fifty;
  for (const auto& [id, view] : record->runs()) {
    if (fifty.size() < 50) fifty << id;
  }
  gui_test::StallWatch watch;
  QElapsedTimer whole;
  whole.start();
  add(fifty);
  const qint64 answered = whole.elapsed();
  gui_test::StallWatch::run_loop(200);
  find<QCheckBox>("compare_only")->click();
  gui_test::StallWatch::run_loop(200);
  page->show_tab(1);
  gui_test::StallWatch::run_loop(200);
  std::cout << "50 of 1,000 runs: answered after " << answered << " ms, longest block of the window "
            << watch.longest() << " ms\n";
  EXPECT_EQ(context().view()->runs.size(), 50U);
  EXPECT_EQ(differences()->columnCount(), 51);
  EXPECT_GT(differences()->rowCount(), 0);
  page->show_tab(0);
  gui_test::save_screenshots(*page, "compare_fifty");
}

TEST_F(GuiCompareWindow, RunsAreAddedFromTheTableTheMenuAndTheInspector) {
  ASSERT_TRUE(w.click_run("mask=none s0"));
  QTest::keyClick(w.runs(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
  EXPECT_EQ(tray().runs(), QStringList("none-0"));
  EXPECT_THAT(w.banner_text(), HasSubstr("One run was added"));
  ASSERT_TRUE(w.click_run("mask=random s0"));
  w.find<QAction>("run_compare")->trigger();
  ASSERT_TRUE(w.click_run("mask=block s0"));
  gui_test::click(w.find<QPushButton>("inspector_run_compare"));
  EXPECT_EQ(tray().runs(), QStringList({"none-0", "random-0", "block-0"}));
  w.press_in_banner("Compare");
  EXPECT_EQ(w.window.page(), Page::Compare);
  EXPECT_TRUE(wait_until([&] { return w.find<QTableView>("difference_keys")->model()->rowCount() > 0; }));
  gui_test::save_screenshots(w.window, "compare_window");
  w.find<QAction>("undo")->trigger();
  EXPECT_EQ(tray().runs(), QStringList({"none-0", "random-0"}));
  w.find<QAction>("compare_only_differences")->trigger();
  EXPECT_FALSE(w.find<QCheckBox>("compare_only")->isChecked());
}

TEST_F(GuiCompareWindow, ARunOfTheTrayIsFoundOnTrain) {
  tray().add({"block-1"});
  w.window.show_page(Page::Compare);
  auto* table = w.find<QTableView>("tray_table");
  ASSERT_TRUE(wait_until(
      [&] { return table->isVisible() && !table->visualRect(table->model()->index(0, 0)).isEmpty(); }));
  QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                    table->visualRect(table->model()->index(0, 0)).center());
  QTest::mouseDClick(table->viewport(), Qt::LeftButton, {},
                     table->visualRect(table->model()->index(0, 0)).center());
  EXPECT_TRUE(wait_until([&] { return w.window.page() == Page::Train; }));
  EXPECT_EQ(w.runs()->currentIndex().siblingAtColumn(0).data().toString(), QStringLiteral("mask=block s1"));
}

TEST_F(GuiCompare, OnASmallScreenTheTrayStandsAboveTheTabs) {
  open();
  add(masks());
  auto* splitter = find<QSplitter>("compare_splitter");
  page->resize(1294, 640);
  EXPECT_EQ(splitter->orientation(), Qt::Horizontal);
  find<QLabel>("compare_state")
      ->setText(QStringLiteral("A sentence that is longer than a small screen is wide. ").repeated(4));
  constexpr int kRoom = 600;  // 1366 x 768 at 200 %, without the rail
  page->resize(kRoom, 700);
  EXPECT_EQ(splitter->orientation(), Qt::Vertical);
  for (std::size_t i = 0; i < page->tabs().size(); ++i) {
    page->show_tab(static_cast<int>(i));
    QTest::qWait(20);
    EXPECT_LE(page->minimumSizeHint().width(), kRoom) << page->tabs()[i].name;
    gui_test::save_screenshots(*page, std::string("small_") + page->tabs()[i].name);
  }
  EXPECT_GE(find<QWidget>("tray_panel")->height(), 170);
}

}  // namespace
}  // namespace ibot::ui
