// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "../unit/compare/study_fixture.h"
#include "screenshots.h"
#include "window_fixture.h"
#include "workspace_fixture.h"

#include <ibot/compare/report.h>

#include <gtest/gtest.h>
#include <ui/models/difference_model.h>
#include <ui/views/compare_page.h>
#include <ui/widgets/setting.h>

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QMenu>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ibot::ui {

/// The page over the study of masks: none, random and block with three seeds each.
class GuiCompare : public testing::Test {
 protected:
  GuiCompare() {
    clear_settings();
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
    ASSERT_TRUE(gui_test::wait_until([&] { return !record->runs().empty(); }));
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
    ASSERT_TRUE(gui_test::wait_until([&] { return !news.isEmpty() && !context().is_busy(); }));
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
    QGuiApplication::clipboard()->clear();
    find<QToolButton>(button)->menu()->findChild<QAction*>(QString::fromLatin1(format))->trigger();
    EXPECT_TRUE(gui_test::wait_until([&] { return !copied().empty(); })) << format;
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

  compare::test::StudyFixture f;
  std::vector<compare::RunData> runs;
  std::unique_ptr<Record> record;
  std::unique_ptr<ComparePage> page;
};

/// The whole window over the study.
class GuiCompareWindow : public testing::Test {
 protected:
  GuiCompareWindow() {
    f.add_masks();
    w.window.open_workspace(QString::fromStdString(f.workspace.folder().string()));
    EXPECT_TRUE(gui_test::wait_until([&] { return w.runs()->model()->rowCount() == 9; }));
  }
  ComparisonTray& tray() { return w.find<ComparePage>("compare_page")->context().tray(); }

  compare::test::StudyFixture f;
  struct Clear {
    Clear() { clear_settings(); }
  } clear;
  gui_test::WindowFixture w;
};

}  // namespace ibot::ui
