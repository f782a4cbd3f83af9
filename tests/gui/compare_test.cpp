// SPDX-License-Identifier: GPL-3.0-or-later
#include "../unit/compare/study_fixture.h"
#include "many_runs.h"
#include "stall_watch.h"
#include "window_fixture.h"
#include "workspace_fixture.h"

#include <ibot/compare/report.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/bridge/program.h>
#include <ui/models/difference_model.h>
#include <ui/style/theme.h>
#include <ui/views/compare_page.h>
#include <ui/views/run_inspector.h>
#include <ui/widgets/banner.h>

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLabel>
#include <QMenu>
#include <QProcess>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <QTest>
#include <QToolButton>
#include <QUndoStack>
#include <algorithm>
#include <iostream>

namespace ibot::ui {
namespace {

using compare::test::MadeRun;
using compare::test::StudyFixture;
using gui_test::wait_until;
using testing::AllOf;
using testing::HasSubstr;

constexpr int kProgramMillis = 60'000;

void save_picture(QWidget& widget, const char* name) {
  const QString folder = qEnvironmentVariable("IBOT_SCREENSHOTS");
  if (folder.isEmpty()) return;
  for (const auto& [theme, word] :
       {std::pair(ThemeKind::Light, "light"), std::pair(ThemeKind::Dark, "dark")}) {
    Theme::instance().apply(theme);
    QTest::qWait(100);
    widget.grab().save(QStringLiteral("%1/%2_%3.png").arg(folder, QLatin1String(name), QLatin1String(word)));
  }
}

/// The page over the study of masks: none, random and block with three seeds each.
class GuiCompare : public testing::Test {
 protected:
  GuiCompare() {
    QSettings().clear();
    f.add_masks();
  }
  ~GuiCompare() override {
    page.reset();
    record.reset();
  }

  void open() { open(QString::fromStdString(f.workspace.folder().string())); }
  void open(const QString& folder) {
    page.reset();
    record = std::make_unique<Record>();
    page = std::make_unique<ComparePage>(*record);
    page->resize(1294, 640);
    page->show();
    record->open(folder);
    ASSERT_TRUE(wait_until([&] { return !record->runs().empty(); }));
  }
  template <class Widget>
  Widget* find(const char* name) {
    auto* widget = page->findChild<Widget*>(QString::fromLatin1(name));
    EXPECT_NE(widget, nullptr) << name;
    return widget;
  }
  ComparisonContext& context() { return page->context(); }
  ComparisonTray& tray() { return context().tray(); }
  /// Does something that asks for another comparison, and waits for it.
  void expect_news(const std::function<void()>& act) {
    QSignalSpy news(&context(), &ComparisonContext::view_changed);
    act();
    ASSERT_TRUE(wait_until([&] { return !news.isEmpty() && !context().is_busy(); }));
  }
  void add(const QStringList& ids) {
    expect_news([&] { tray().add(ids); });
  }
  QStringList masks() {
    QStringList ids;
    for (const record::Run& run : f.runs()) ids << QString::fromStdString(run.id);
    return ids;
  }
  void click(const char* button) {
    QCoreApplication::processEvents();
    gui_test::click(find<QWidget>(button));
  }
  void choose(const char* box, const QString& text) {
    auto* combo = find<QComboBox>(box);
    const int index = combo->findText(text);
    ASSERT_GE(index, 0) << text.toStdString();
    expect_news([&] {
      combo->setCurrentIndex(index);
      Q_EMIT combo->activated(index);
    });
  }
  QAbstractItemModel* differences() { return find<QTableView>("difference_keys")->model(); }
  int row_of(const QString& key) {
    for (int row = 0; row < differences()->rowCount(); ++row) {
      if (differences()->index(row, 0).data().toString() == key) return row;
    }
    return -1;
  }
  bool marked(const QString& key, int column) {
    return differences()->index(row_of(key), column).data(DifferenceModel::kDiffersRole).toBool();
  }
  QStringList column(const char* table, int at) {
    QStringList cells;
    const auto* model = find<QTableView>(table)->model();
    for (int row = 0; row < model->rowCount(); ++row) cells << model->index(row, at).data().toString();
    return cells;
  }
  void copy(const char* button, const char* format) {
    find<QToolButton>(button)->menu()->findChild<QAction*>(QString::fromLatin1(format))->trigger();
  }
  std::string copied() { return QGuiApplication::clipboard()->text().toStdString(); }
  /// What the module says, asked for here.
  compare::ComparisonResult result(const std::string& baseline, const std::string& metric = "knn/top1") {
    auto reader = f.reader();
    std::vector<record::Run> chosen;
    for (const QString& id : tray().ordered()) chosen.push_back(reader.run(id.toStdString()).value());
    runs = compare::read_runs(reader, chosen).value();
    const auto groups = compare::group_replicates(runs);
    const auto choice = compare::choose_metric(runs, metric, std::nullopt).value();
    const auto values = compare::read_values(reader, runs, choice).value();
    return compare::compare_groups(runs, values, groups, choice, compare::group_of(groups, runs, baseline));
  }

  StudyFixture f;
  std::vector<compare::RunData> runs;
  std::unique_ptr<Record> record;
  std::unique_ptr<ComparePage> page;
};

TEST_F(GuiCompare, AnEmptyPageLeadsToWhereRunsAre) {
  open();
  QSignalSpy wanted(page.get(), &ComparePage::runs_wanted);
  save_picture(*page, "compare_empty");
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
  QSettings settings;
  for (const QString& key : settings.allKeys()) {
    if (key.startsWith("comparison/") && key.endsWith("/runs"))
      settings.setValue(key, QStringList({"none-1", "never was", "none-1"}));
  }
  open();
  EXPECT_TRUE(wait_until([&] { return tray().runs() == QStringList("none-1"); }));
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
  save_picture(*page, "compare_differences");
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
  save_picture(*page, "compare_verdicts");

  copy("verdict_copy", "copy_latex");
  EXPECT_EQ(copied(), compare::to_latex(list));
  copy("verdict_copy", "copy_csv");
  EXPECT_EQ(copied(), compare::to_csv(compare::value_table(expected, runs)));
  copy("difference_copy", "copy_markdown");
  EXPECT_EQ(copied(), compare::to_markdown(compare::difference_table(compare::differences(runs), runs)));
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
  EXPECT_THAT(find<QLabel>("verdict_notes")->text().toStdString(),
              HasSubstr("Left out: still training (block-3) has not reached its end"));
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
  save_picture(*page, "compare_grid");
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
  save_picture(*page, "compare_fifty");
}

/// The whole window over the study.
class GuiCompareWindow : public testing::Test {
 protected:
  GuiCompareWindow() {
    f.add_masks();
    w.window.open_workspace(QString::fromStdString(f.workspace.folder().string()));
    EXPECT_TRUE(wait_until([&] { return w.runs()->model()->rowCount() == 9; }));
  }
  ComparisonTray& tray() { return w.find<ComparePage>("compare_page")->context().tray(); }

  StudyFixture f;
  struct Clear {
    Clear() { QSettings().clear(); }
  } clear;
  gui_test::WindowFixture w;
};

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
  save_picture(w.window, "compare_window");
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

}  // namespace
}  // namespace ibot::ui
