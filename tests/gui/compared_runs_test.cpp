// SPDX-License-Identifier: GPL-3.0-or-later
// How runs come to be compared, and whether they are what their records say: dragged, called by the factors
// of a study, verified.
#include "compare_fixture.h"

#include <ibot/record/study.h>

#include <gmock/gmock.h>
#include <ui/models/run_drag.h>
#include <ui/views/verify_panel.h>

#include <QDragEnterEvent>
#include <QDropEvent>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonObject>
#include <QLabel>
#include <QListView>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QToolTip>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using testing::AllOf;
using testing::HasSubstr;

std::unique_ptr<QMimeData> dragged(const QAbstractItemModel& model, const QStringList& names) {
  QModelIndexList indexes;
  for (int row = 0; row < model.rowCount(); ++row) {
    const QModelIndex index = model.index(row, 0);
    if (names.contains(index.data().toString())) indexes << index;
  }
  EXPECT_EQ(indexes.size(), names.size());
  for (const QModelIndex& index : indexes) EXPECT_TRUE(model.flags(index) & Qt::ItemIsDragEnabled);
  return std::unique_ptr<QMimeData>(model.mimeData(indexes));
}

/// Whether the widget takes it.
bool drag_over(QWidget* target, const QMimeData& data) {
  QDragEnterEvent enter(target->rect().center(), Qt::CopyAction | Qt::MoveAction, &data, Qt::LeftButton,
                        Qt::NoModifier);
  enter.ignore();
  QCoreApplication::sendEvent(target, &enter);
  return enter.isAccepted();
}

bool drop(QWidget* target, const QMimeData& data) {
  if (!drag_over(target, data)) return false;
  QDropEvent event(QPointF(target->rect().center()), Qt::CopyAction | Qt::MoveAction, &data, Qt::LeftButton,
                   Qt::NoModifier);
  event.ignore();
  QCoreApplication::sendEvent(target, &event);
  return event.isAccepted();
}

TEST_F(GuiCompareWindow, RowsOfTheTableAreDroppedOnTheRailAndOnThePage) {
  const auto rows = dragged(*w.runs()->model(), {"mask=none s0", "mask=block s1"});
  ASSERT_NE(rows, nullptr);
  auto* rail = w.find<QWidget>("rail_compare");
  EXPECT_TRUE(drag_over(rail, *rows));
  EXPECT_EQ(QToolTip::text(), QStringLiteral("Adds 2 runs to the comparison")) << "said before the drop";
  EXPECT_TRUE(drop(rail, *rows));
  QStringList runs = tray().runs();
  runs.sort();
  EXPECT_EQ(runs, QStringList({"block-1", "none-0"}));
  EXPECT_THAT(w.banner_text(), HasSubstr("2 runs were added"));

  w.window.show_page(Page::Compare);
  auto* page = w.find<ComparePage>("compare_page");
  const auto more = dragged(*w.runs()->model(), {"mask=none s0", "mask=random s2"});
  EXPECT_TRUE(drop(page, *more));
  EXPECT_EQ(tray().runs().size(), 3) << "what is compared already comes no second time";
  EXPECT_TRUE(drag_over(page, *rows));
  EXPECT_EQ(QToolTip::text(), QStringLiteral("In the comparison already"));
  w.find<QAction>("undo")->trigger();
  EXPECT_EQ(tray().runs().size(), 2);
}

TEST_F(GuiCompareWindow, WhatIsNoRunOfThisWorkspaceIsNotTaken) {
  auto* page = w.find<ComparePage>("compare_page");
  const QString folder = w.window.record().folder();
  const std::unique_ptr<QMimeData> elsewhere(dragged_runs("/another/workspace", {"none-0"}));
  EXPECT_FALSE(drop(page, *elsewhere));
  const std::unique_ptr<QMimeData> unknown(dragged_runs(folder, {"never was"}));
  EXPECT_FALSE(drop(page, *unknown));
  QMimeData nonsense;
  for (const char* bytes : {"", "[", "7", "{\"runs\": 3}", "{\"workspace\": [], \"runs\": [[]]}"}) {
    nonsense.setData(kDraggedRuns, bytes);
    EXPECT_FALSE(drop(page, nonsense)) << bytes;
  }
  EXPECT_TRUE(tray().runs().isEmpty());
  EXPECT_EQ(dragged_runs(folder, {}), nullptr);
}

TEST_F(GuiCompareWindow, RunsOfTheTreeAreDraggedToo) {
  auto* tree = w.find<QListView>("run_tree");
  ASSERT_TRUE(wait_until([&] { return tree->model()->rowCount() == 9; }));
  const QModelIndex first = tree->model()->index(0, 0);
  const std::unique_ptr<QMimeData> data(tree->model()->mimeData({first}));
  EXPECT_TRUE(drop(w.find<ComparePage>("compare_page"), *data));
  EXPECT_EQ(tray().runs().size(), 1);
}

TEST_F(GuiCompare, GroupsAreCalledByTheFactorsOfTheirStudy) {
  record::Study study;
  study.name = "What to hide";
  for (const QString& id : masks()) {
    const std::string run = id.toStdString();
    study.runs.push_back(
        {run, {{"hidden", run.starts_with("none") ? "nothing" : run.substr(0, run.find('-'))}}});
  }
  record::Studies::open(f.workspace)->put(study).value();
  open();
  add(masks());
  EXPECT_EQ(context().view()->study, "What to hide");
  ASSERT_EQ(context().view()->groups.size(), 3U);
  EXPECT_EQ(context().view()->groups[0].name, "hidden=nothing");
  EXPECT_THAT(context().view()->factors, testing::Contains("hidden"));
  EXPECT_THAT(find<QLabel>("compare_state")->text().toStdString(),
              HasSubstr("named by the study What to hide"));
  page->show_tab(1);
  EXPECT_EQ(column("verdict_table", 0).front(), QStringLiteral("hidden=nothing"));
  gui_test::save_screenshots(*page, "compare_factors");
}

/// A shell script in place of the program.
class GuiVerify : public GuiCompare {
 protected:
  ~GuiVerify() override { qunsetenv("IBOT_PROGRAM"); }
  void fake(const std::string& script) {
    const std::filesystem::path file = f.dir / "ibot";
    std::ofstream(file) << "#!/bin/sh\n" << script << '\n';
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    qputenv("IBOT_PROGRAM", QByteArray::fromStdString(file.string()));
  }
  void verify(const QString& name) {
    auto* button = find<QToolButton>("verify_run");
    EXPECT_TRUE(button->isEnabled()) << button->toolTip().toStdString();
    Q_EMIT button->menu()->aboutToShow();
    for (QAction* action : button->menu()->actions()) {
      if (action->text() == name) return action->trigger();
    }
    ADD_FAILURE() << "the menu has no " << name.toStdString();
  }
  std::string words() { return find<QLabel>("verify_words")->text().toStdString(); }
};

TEST_F(GuiVerify, ShowsHowFarItIsAndWhatWasFound) {
  const std::string said = (f.dir / "said").string();
  const std::string go_on = (f.dir / "go_on").string();
  fake("echo \"$@\" > '" + said + "'\n" + R"(echo '{"step":5,"of":20}' >&2
while [ ! -e ')" +
       go_on + R"(' ]; do sleep 0.02; done
echo '{"equal":true,"steps":20,"values":1234,"largest_relative_difference":0,"first_difference":[],"changed_since":null}')");
  open();
  EXPECT_FALSE(find<QToolButton>("verify_run")->isEnabled()) << "nothing is compared";
  add({"none-0", "block-0"});
  verify("mask=block s0");
  ASSERT_TRUE(wait_until([&] { return words().find("5 of 20 steps") != std::string::npos; }));
  auto* progress = find<QProgressBar>("verify_progress");
  EXPECT_TRUE(progress->isVisible());
  EXPECT_EQ(progress->value(), 5);
  EXPECT_FALSE(find<QToolButton>("verify_run")->isEnabled()) << "one at a time";
  gui_test::save_screenshots(*page, "compare_verify");
  std::ofstream(go_on) << '\n';
  ASSERT_TRUE(wait_until([&] { return words().find("equal to the bit") != std::string::npos; }));
  EXPECT_EQ(words(), "mask=block s0: equal to the bit, 1,234 values of 20 steps.");
  EXPECT_FALSE(progress->isVisible());
  std::string arguments;
  std::getline(std::ifstream(said) >> std::ws, arguments);
  EXPECT_EQ(arguments, "verify --json --workspace=" + record->folder().toStdString() + " -- block-0");
}

TEST_F(GuiVerify, SaysWhatIsNotEqualAndWhatFailed) {
  fake(
      R"(echo '{"equal":false,"steps":20,"values":40,"largest_relative_difference":0.25,"first_difference":[{"step":3,"metric":"loss","recorded":2.5,"again":2.75}],"changed_since":"Another processor."}'
echo 'error: the first steps are not those of the record' >&2
exit 4)");
  open();
  add({"none-0", "block-0"});
  verify("mask=none s0");
  ASSERT_TRUE(wait_until([&] { return words().find("not equal") != std::string::npos; }));
  EXPECT_THAT(words(), AllOf(HasSubstr("step 3, loss: recorded 2.5, again 2.75"),
                             HasSubstr("largest relative difference is 0.25"),
                             HasSubstr("something has changed. Another processor.")));
  gui_test::save_screenshots(*page, "compare_verify_differs");
  fake("echo 'error: there are no pictures any more' >&2\nexit 3");
  verify("mask=none s0");
  ASSERT_TRUE(wait_until([&] { return words().find("was not verified") != std::string::npos; }));
  EXPECT_THAT(words(), HasSubstr("There are no pictures any more"));
}

TEST_F(GuiVerify, ARunOfAGpuThatIsNotHereCanBeComparedRoughly) {
  fake("echo 'error: the run was trained on a GPU: there is no CUDA device here' >&2\nexit 3");
  f.add({.id = "gpu-0", .name = "on a GPU", .values = {{"train.device", "cuda"}}});
  open();
  add({"none-0", "gpu-0"});
  ASSERT_TRUE(wait_until([&] { return record->traits("gpu-0") != nullptr; }));
  auto* rough = find<QPushButton>("verify_rough");
  EXPECT_FALSE(rough->isVisible());
  verify("on a GPU");
  ASSERT_TRUE(wait_until([&] { return words().find("was not verified") != std::string::npos; }));
  EXPECT_THAT(words(), HasSubstr("The run was trained on a GPU"));
  ASSERT_TRUE(rough->isVisible());
  const std::string said = (f.dir / "said").string();
  fake(
      "echo \"$@\" > '" + said + "'\n" +
      R"(echo '{"equal":false,"steps":20,"values":260,"largest_relative_difference":0.002,"first_difference":[],"changed_since":null,"roughly":{"alike":true,"tolerance":0.05,"apart":0,"recorded_on":"cuda","again_on":"cpu","largest":{"step":7,"metric":"loss","recorded":2.5,"again":2.505}}}')");
  rough->click();
  ASSERT_TRUE(wait_until([&] { return words().find("Alike") != std::string::npos; }));
  EXPECT_THAT(words(), AllOf(HasSubstr("no bit-equality"), HasSubstr("Trained on cuda, made again on cpu"),
                             HasSubstr("within a relative difference of 0.05"), HasSubstr("step 7, loss")));
  EXPECT_FALSE(rough->isVisible());
  gui_test::save_screenshots(*page, "compare_verify_rough");
  std::string arguments;
  std::getline(std::ifstream(said) >> std::ws, arguments);
  EXPECT_THAT(arguments, HasSubstr("--device=cpu -- gpu-0"));
}

TEST_F(GuiVerify, CancelAnswersAtOnce) {
  fake("trap '' TERM\nsleep 30");
  open();
  add({"none-0", "block-0"});
  verify("mask=none s0");
  ASSERT_TRUE(wait_until([&] { return find<QPushButton>("verify_cancel")->isVisible(); }));
  find<QPushButton>("verify_cancel")->click();
  EXPECT_EQ(words(), "mask=none s0: cancelled; nothing was compared.")
      << "although the child goes on for a while";
  EXPECT_FALSE(find<QPushButton>("verify_cancel")->isVisible());
  EXPECT_TRUE(find<QToolButton>("verify_run")->isEnabled());
}

}  // namespace
}  // namespace ibot::ui
