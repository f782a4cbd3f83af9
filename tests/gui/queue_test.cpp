// SPDX-License-Identifier: GPL-3.0-or-later
#include "screenshots.h"
#include "workspace_fixture.h"

#include <ibot/base/file.h>
#include <ibot/data/parts_dataset.h>
#include <ibot/record/queue.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/models/queue_model.h>
#include <ui/views/matrix_panel.h>
#include <ui/views/queue_panel.h>

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QTableWidget>
#include <QTest>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using gui_test::WorkspaceFixture;
using record::QueueState;
using testing::HasSubstr;

class GuiQueue : public testing::Test {
 protected:
  GuiQueue() {
    for (const char* id : {"a", "b", "c"}) f.create(id, std::string("run ") + id);
    record::Queue queue(f.store);
    for (const char* id : {"a", "b", "c"}) numbers.push_back(queue.add(id, {}).value());
    record.open(f.folder());
    panel.resize(900, 400);
    panel.show();
    EXPECT_TRUE(wait_until([&] { return table()->model()->rowCount() == 3; }));
  }
  template <class Widget>
  Widget* find(const char* name) {
    auto* widget = panel.findChild<Widget*>(QString::fromLatin1(name));
    EXPECT_NE(widget, nullptr) << name;
    return widget;
  }
  QTableView* table() { return find<QTableView>("queue_table"); }
  QString shown(int row, int column) { return table()->model()->index(row, column).data().toString(); }
  void click(int row) {
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, {},
                      table()->visualRect(table()->model()->index(row, 0)).center());
  }
  QueueState state(std::int64_t number) {
    const auto contents = record::Reader::open(f.workspace).value().queue().value();
    for (const record::QueueItem& item : contents.items) {
      if (item.number == number) return item.state;
    }
    return QueueState::Failed;
  }

  WorkspaceFixture f;
  std::vector<std::int64_t> numbers;
  Record record;
  QueuePanel panel{record};
};

TEST_F(GuiQueue, ShowsOrderAndStateInWords) {
  EXPECT_EQ(shown(0, QueueModel::kRun), "run a");
  EXPECT_EQ(shown(0, QueueModel::kState), "waiting, number 1");
  EXPECT_EQ(shown(2, QueueModel::kState), "waiting, number 3");
  EXPECT_THAT(find<QLabel>("queue_workers")->text().toStdString(), HasSubstr("Nobody works on cpu."));
  EXPECT_TRUE(find<QPushButton>("queue_start")->isEnabled());
  EXPECT_FALSE(find<QPushButton>("queue_stop")->isEnabled());
  EXPECT_THAT(find<QPushButton>("queue_stop")->toolTip().toStdString(), HasSubstr("Nobody works"));
}

TEST_F(GuiQueue, MovesByButtonAndKeyAndKeepsTheSelection) {
  click(2);
  QTest::mouseClick(find<QPushButton>("queue_up"), Qt::LeftButton);
  ASSERT_TRUE(wait_until([&] { return shown(1, QueueModel::kRun) == "run c"; }));
  EXPECT_EQ(table()->selectionModel()->selectedRows().front().row(), 1);
  QTest::keyClick(&panel, Qt::Key_Up, Qt::AltModifier);
  ASSERT_TRUE(wait_until([&] { return shown(0, QueueModel::kRun) == "run c"; }));
  EXPECT_FALSE(find<QPushButton>("queue_up")->isEnabled());
  EXPECT_THAT(find<QPushButton>("queue_up")->toolTip().toStdString(), HasSubstr("next already"));
  QTest::mouseClick(find<QPushButton>("queue_down"), Qt::LeftButton);
  ASSERT_TRUE(wait_until([&] { return shown(0, QueueModel::kRun) == "run a"; }));
}

TEST_F(GuiQueue, TakesOutAndTriesAgain) {
  click(0);
  QTest::mouseClick(find<QPushButton>("queue_remove"), Qt::LeftButton);
  ASSERT_TRUE(wait_until([&] { return state(numbers[0]) == QueueState::Cancelled; }));
  ASSERT_TRUE(wait_until([&] { return shown(2, QueueModel::kState).startsWith("cancelled"); }));
  click(2);
  QTest::mouseClick(find<QPushButton>("queue_retry"), Qt::LeftButton);
  EXPECT_TRUE(wait_until([&] { return shown(2, QueueModel::kState) == "waiting, number 3"; }));
}

TEST_F(GuiQueue, SaysWhoWorksAndAsksThemToStop) {
  record::Queue queue(f.store);
  queue.take_lease("cpu").value();
  queue.next("cpu").value();
  ASSERT_TRUE(wait_until([&] { return find<QPushButton>("queue_stop")->isEnabled(); }));
  EXPECT_EQ(shown(0, QueueModel::kState), "about to start");
  EXPECT_FALSE(find<QPushButton>("queue_start")->isEnabled());
  EXPECT_THAT(find<QLabel>("queue_workers")->text().toStdString(), HasSubstr("A worker is on cpu."));
  QTest::mouseClick(find<QPushButton>("queue_stop"), Qt::LeftButton);
  EXPECT_TRUE(wait_until([&] { return queue.keep_lease("cpu").value(); }));
  click(0);
  EXPECT_FALSE(find<QPushButton>("queue_remove")->isEnabled()) << "it runs";
}

// The whole way with the real program: an ablation of three runs is planned, previewed and queued.
class GuiMatrix : public testing::Test {
 protected:
  GuiMatrix() {
    data::write_parts_dataset(f.dir / "parts", {.train = 12, .val = 12, .size = 32}, {}, {}, 1).value();
    const std::string smoke =
        base::read_text_file(test::source_dir() / "experiments/smoke/smoke.yaml").value();
    recipe = QString::fromStdString((f.dir / "recipe.yaml").string());
    base::write_file_atomically(recipe.toStdString(), smoke + "\ndata: {kind: folder, split: train, path: '" +
                                                          (f.dir / "parts").string() + "'}\n")
        .value();
    record.open(f.folder());
    panel.resize(1200, 600);
    panel.show();
    EXPECT_TRUE(wait_until([&] { return !record.folder().isEmpty(); }));
  }
  template <class Widget>
  Widget* find(const char* name) {
    auto* widget = panel.findChild<Widget*>(QString::fromLatin1(name));
    EXPECT_NE(widget, nullptr) << name;
    return widget;
  }
  QString totals() { return find<QLabel>("matrix_totals")->text(); }
  QPushButton* queue() { return find<QPushButton>("matrix_queue"); }

  WorkspaceFixture f;
  QString recipe;
  Record record;
  MatrixPanel panel{record};
};

TEST_F(GuiMatrix, QueuesThreeRunsAndLeavesOutWhatIsThereAlready) {
  find<QLineEdit>("matrix_recipe")->setText(recipe);
  QTest::keyClicks(find<QLineEdit>("matrix_name"), "rates");
  QTest::keyClicks(find<QLineEdit>("matrix_key_0"), "optimizer.lr");
  QTest::keyClicks(find<QLineEdit>("matrix_values_0"), "0.001, 0.002, 0.003");
  ASSERT_TRUE(wait_until([&] { return queue()->isEnabled() && queue()->text() == "Queue 3 runs"; }))
      << find<QLabel>("matrix_mistakes")->text().toStdString() << totals().toStdString();
  EXPECT_THAT(totals().toStdString(), HasSubstr("3 runs, 18 steps"));
  EXPECT_EQ(find<QTableWidget>("matrix_runs")->item(1, 0)->text(), "lr=0.002");
  EXPECT_TRUE(record.queue()->rows.empty()) << "a preview changes nothing";

  QTest::mouseClick(queue(), Qt::LeftButton);
  ASSERT_TRUE(wait_until([&] { return record.queue()->rows.size() == 3; }));
  ASSERT_TRUE(wait_until([&] { return totals() == "3 runs queued, in the folder rates."; }));
  ASSERT_TRUE(wait_until([&] { return record.runs().size() == 3; }));
  for (const auto& [id, view] : record.runs()) EXPECT_EQ(view.run.folder, "rates");

  QTest::keyClicks(find<QLineEdit>("matrix_values_0"), ", 0.004");
  ASSERT_TRUE(wait_until([&] { return queue()->text() == "Queue 1 run"; }));
  EXPECT_THAT(totals().toStdString(), HasSubstr("3 left out"));
  const QTableWidgetItem* left_out = find<QTableWidget>("matrix_runs")->item(1, 2);
  EXPECT_EQ(left_out->text(), "left out: is in the queue");
  EXPECT_THAT(left_out->toolTip().toStdString(), HasSubstr("is in the queue, as lr=0.002 (20"));
  gui_test::save_screenshots(panel, "matrix_left_out");
}

TEST_F(GuiMatrix, SaysWhatIsWrongBesideTheRuns) {
  find<QLineEdit>("matrix_recipe")->setText(recipe);
  find<QLineEdit>("matrix_key_0")->setText("optimizer.lrr");
  find<QLineEdit>("matrix_values_0")->setText("1, 2");
  auto* mistakes = find<QLabel>("matrix_mistakes");
  ASSERT_TRUE(wait_until([&] { return mistakes->isVisible(); }));
  EXPECT_THAT(mistakes->text().toStdString(), HasSubstr("unknown key \"lrr\""));
  EXPECT_THAT(mistakes->text().toStdString(), testing::Not(HasSubstr("--set"))) << "nobody typed a command";
  EXPECT_FALSE(queue()->isEnabled());
  find<QLineEdit>("matrix_key_0")->setText("optimizer.lr");
  EXPECT_TRUE(wait_until([&] { return !mistakes->isVisible() && queue()->isEnabled(); }));
  find<QLineEdit>("matrix_seeds")->setText("0, x");
  ASSERT_TRUE(wait_until([&] { return mistakes->isVisible(); }));
  EXPECT_THAT(mistakes->text().toStdString(), HasSubstr("Seeds are whole numbers"));
}

TEST_F(GuiMatrix, SaysThatAnEvaluatorsPicturesAreNotThereAndQueuesNothing) {
  const std::string text = base::read_text_file(recipe.toStdString()).value();
  base::write_file_atomically(recipe.toStdString(), text + "evaluators: [{plugin: knn, val_path: '" +
                                                        (f.dir / "nowhere").string() + "'}]\n")
      .value();
  find<QLineEdit>("matrix_recipe")->setText(recipe);
  find<QLineEdit>("matrix_key_0")->setText("optimizer.lr");
  find<QLineEdit>("matrix_values_0")->setText("0.001, 0.002");
  ASSERT_TRUE(wait_until([&] { return totals().contains("2 runs") && queue()->isEnabled(); }));
  EXPECT_THAT(totals().toStdString(), HasSubstr("evaluators.knn.val_path: the pictures that knn evaluates"));
  QTest::mouseClick(queue(), Qt::LeftButton);
  auto* mistakes = find<QLabel>("matrix_mistakes");
  ASSERT_TRUE(wait_until([&] { return mistakes->isVisible(); }));
  EXPECT_THAT(mistakes->text().toStdString(), HasSubstr("there is no folder"));
  EXPECT_TRUE(record.queue()->rows.empty());
}

TEST_F(GuiMatrix, SaysWhyStepsAreNotKnown) {
  std::filesystem::rename(f.dir / "parts", f.dir / "moved");
  find<QLineEdit>("matrix_recipe")->setText(recipe);
  find<QLineEdit>("matrix_key_0")->setText("optimizer.lr");
  find<QLineEdit>("matrix_values_0")->setText("0.001, 0.002");
  ASSERT_TRUE(wait_until([&] { return totals().contains("2 runs"); }));
  EXPECT_THAT(totals().toStdString(), HasSubstr(". Steps are not known: "));
  EXPECT_THAT(totals().toStdString(), HasSubstr((f.dir / "parts").string()));
  const QTableWidgetItem* steps = find<QTableWidget>("matrix_runs")->item(0, 1);
  EXPECT_EQ(steps->text(), "unknown");
  EXPECT_THAT(steps->toolTip().toStdString(), HasSubstr((f.dir / "parts").string()));
}

TEST_F(GuiMatrix, OpensAFileWithFactorsOfSeveralKeys) {
  panel.open(QString::fromStdString((test::source_dir() / "experiments/ablations/masks.yaml").string()));
  EXPECT_EQ(find<QLineEdit>("matrix_name")->text(), "masks");
  EXPECT_EQ(find<QLineEdit>("matrix_seeds")->text(), "0, 1, 2");
  EXPECT_EQ(find<QLineEdit>("matrix_values_0")->text(), "none, random, block");
  EXPECT_TRUE(find<QLineEdit>("matrix_values_0")->isReadOnly());
  const auto matrix = panel.matrix();
  ASSERT_TRUE(matrix);
  EXPECT_EQ(plan::cells_of(*matrix).value().size(), 9U);
}

}  // namespace
}  // namespace ibot::ui
