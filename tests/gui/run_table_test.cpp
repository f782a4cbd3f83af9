// SPDX-License-Identifier: GPL-3.0-or-later
#include "many_runs.h"
#include "workspace_fixture.h"

#include <ibot/record/reader.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/models/run_table_model.h>
#include <ui/views/note_edit.h>
#include <ui/views/run_table.h>
#include <ui/widgets/setting.h>

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QTableView>
#include <QTableWidget>
#include <QTest>
#include <QToolButton>
#include <set>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using gui_test::WorkspaceFixture;
using testing::HasSubstr;

/// Four runs with other masks and learning rates, one of them in training.
class GuiRunTable : public testing::Test {
 protected:
  GuiRunTable() {
    clear_settings();
    for (int i = 0; i < 3; ++i)
      f.create("r" + std::to_string(i), "study " + std::to_string(i), 1000, gui_test::plan_of(i));
    f.start("live", "in training", 1000);
    f.write("live", "loss", 1, 200, [](auto step) { return 5.0 - 0.01 * static_cast<double>(step); });
    open();
  }
  void open() {
    record = std::make_unique<Record>();
    table = std::make_unique<RunTable>(*record);
    QObject::connect(record.get(), &Record::problem,
                     [this](const RecordProblem& problem) { problems << problem.what; });
    // What the page around it does.
    QObject::connect(table.get(), &RunTable::selection_changed, [this] { record->show(table->current()); });
    inspector_window.reset(table->inspector());
    table->inspector()->setParent(nullptr);
    table->inspector()->resize(320, 900);
    table->inspector()->show();
    table->resize(1100, 500);
    table->show();
    record->open(f.folder());
    ASSERT_TRUE(
        wait_until([&] { return view()->model()->rowCount() == 4 && record->traits("r2") != nullptr; }));
    ASSERT_TRUE(wait_until([&] { return column("parameter:seed") >= 0; }));
  }
  ~GuiRunTable() override {
    // The inspector goes before the record it looks at.
    inspector_window.reset();
    table.reset();
    record.reset();
  }

  QTableView* view() { return table->findChild<QTableView*>("run_table"); }
  RunTableModel* model() { return table->findChild<RunTableModel*>(); }
  template <class Widget>
  Widget* find(const QString& name) {
    auto* found = table->findChild<Widget*>(name);
    if (found == nullptr) found = table->inspector()->findChild<Widget*>(name);
    EXPECT_NE(found, nullptr) << name.toStdString();
    return found;
  }
  int column(const QString& id) {
    for (std::size_t i = 0; i < model()->columns().size(); ++i) {
      if (model()->columns()[i].id() == id) return static_cast<int>(i);
    }
    return -1;
  }
  QStringList shown() {
    QStringList runs;
    for (int row = 0; row < model()->rowCount(); ++row)
      runs << (model()->is_section(row) ? model()->index(row, 0).data().toString() : model()->run_at(row));
    return runs;
  }
  void answer(const QString& text) {
    auto* field = find<QLineEdit>("text_prompt_text");
    ASSERT_TRUE(field->isVisible());
    field->selectAll();
    QTest::keyClicks(field, text);
    QTest::keyClick(field, Qt::Key_Return);
    EXPECT_FALSE(field->isVisible());
  }
  record::Run read(const std::string& run) {
    return record::Reader::open(f.workspace).value().run(run).value();
  }
  std::vector<record::Note> notes(const std::string& run) {
    return record::Reader::open(f.workspace).value().notes(run).value();
  }

  WorkspaceFixture f;
  QStringList problems;
  std::unique_ptr<Record> record;
  std::unique_ptr<RunTable> table;
  std::unique_ptr<QWidget> inspector_window;
};

TEST_F(GuiRunTable, ShowsParametersThatDiffer) {
  EXPECT_GE(column("parameter:mask.plugin"), 0);
  EXPECT_LT(column("parameter:train.batch_size"), 0);  // the same in all
  EXPECT_LT(column("parameter:name"), 0);              // there is a column for the name
  // Runs of two recipes differ in dozens: what one watches stands before them.
  for (const char* watched : {"state", "steps", "curve:loss", "metric:loss"}) {
    EXPECT_GE(column(watched), 0) << watched;
    EXPECT_LT(column(watched), column("parameter:mask.plugin")) << watched;
  }
  const int row = model()->row_of("r1");
  EXPECT_EQ(model()->index(row, column("parameter:mask.plugin")).data().toString(), "random");
  // What a run lacks is last, whichever way the column goes.
  view()->sortByColumn(column("parameter:seed"), Qt::AscendingOrder);
  EXPECT_EQ(shown(), QStringList({"r0", "r1", "r2", "live"}));
  view()->sortByColumn(column("parameter:seed"), Qt::DescendingOrder);
  EXPECT_EQ(shown(), QStringList({"r2", "r1", "r0", "live"}));
}

TEST_F(GuiRunTable, FiltersByTheLanguageAndSaysWhatIsWrong) {
  auto* field = find<QLineEdit>("run_filter");
  auto* count = find<QLabel>("run_count");
  QTest::keyClicks(field, "mask.plugin=random or state:running");
  EXPECT_EQ(model()->rowCount(), 2);
  EXPECT_EQ(count->text(), "2 of 4 runs");
  field->setText("mask.plugin=random sed=1");
  EXPECT_THAT(count->text().toStdString(), HasSubstr("Did you mean seed?"));
  EXPECT_TRUE(field->property("invalid").toBool());
  EXPECT_EQ(model()->rowCount(), 2);  // the last filter that was one stays
  field->setText("seed=4");
  EXPECT_EQ(model()->rowCount(), 0);
  EXPECT_TRUE(find<QLabel>("run_table_empty")->isVisible());
  QTest::mouseClick(find<QPushButton>("run_clear_filter"), Qt::LeftButton);
  EXPECT_EQ(model()->rowCount(), 4);
  EXPECT_FALSE(field->property("invalid").toBool());
}

// A run in training writes all the time: its row says so, and nothing is sorted or filtered for that.
TEST_F(GuiRunTable, NewsArrangeTheTableOnlyWhereARunMoves) {
  f.start("next", "also in training", 1000);
  f.write("next", "loss", 1, 2, [](auto) { return 8.0; });
  ASSERT_TRUE(wait_until([&] { return model()->row_of("next") >= 0 && column("metric:loss") >= 0; }));
  view()->sortByColumn(column("metric:loss"), Qt::AscendingOrder);
  ASSERT_EQ(shown().first(2), QStringList({"live", "next"}));
  const auto loss = [&](const QString& run) {
    return model()->index(model()->row_of(run), column("metric:loss")).data().toString();
  };
  ASSERT_TRUE(wait_until([&] { return loss("next") == "8.000" && record->traits("next") != nullptr; }));
  model()->set_trash(false);  // what is known by now is arranged

  int arranged = 0;
  std::set<int> changed;
  QObject::connect(model(), &RunTableModel::arranged, model(), [&] { ++arranged; });
  QObject::connect(model(), &QAbstractItemModel::dataChanged, model(),
                   [&](const QModelIndex& from, const QModelIndex& to, const QList<int>& roles) {
                     if (!roles.isEmpty()) return;  // a sparkline
                     for (int row = from.row(); row <= to.row(); ++row) changed.insert(row);
                   });
  f.write("live", "loss", 201, 210, [](auto) { return 2.5; });
  ASSERT_TRUE(wait_until([&] { return loss("live") == "2.500" && !changed.empty(); }));
  EXPECT_EQ(arranged, 0);
  EXPECT_EQ(*changed.begin(), 0);
  EXPECT_LE(*changed.rbegin(), 1) << "the record may tell of both that train, and of no other";
  // More digits before the point leave fewer behind it, in all rows.
  f.write("next", "loss", 3, 3, [](auto) { return 12.0; });
  ASSERT_TRUE(wait_until([&] { return loss("next") == "12.00"; }));
  EXPECT_TRUE(wait_until([&] { return changed.size() == static_cast<std::size_t>(model()->rowCount()); }));
  EXPECT_EQ(loss("live"), "2.50");
  EXPECT_EQ(arranged, 0);

  f.write("live", "loss", 211, 211, [](auto) { return 20.0; });
  ASSERT_TRUE(wait_until([&] { return shown().first(2) == QStringList({"next", "live"}); }));
  EXPECT_EQ(arranged, 1);
  find<QLineEdit>("run_filter")->setText("loss<15");
  ASSERT_EQ(shown(), QStringList({"next"}));
  f.write("live", "loss", 212, 212, [](auto) { return 10.0; });
  EXPECT_TRUE(wait_until([&] { return shown() == QStringList({"live", "next"}); }));
}

TEST_F(GuiRunTable, SelectionComesBackWithItsRow) {
  table->select("r1");
  EXPECT_EQ(table->current(), "r1");
  auto* field = find<QLineEdit>("run_filter");
  field->setText("seed=2");
  EXPECT_TRUE(table->current().isEmpty());
  field->clear();
  EXPECT_EQ(table->current(), "r1");
  view()->sortByColumn(0, Qt::AscendingOrder);
  EXPECT_EQ(table->current(), "r1");
  EXPECT_EQ(view()->selectionModel()->selectedRows().value(0).row(), model()->row_of("r1"));
}

TEST_F(GuiRunTable, TagsSeveralRunsInOneStep) {
  QTest::keyClick(view(), Qt::Key_A, Qt::ControlModifier);
  ASSERT_EQ(table->selected().size(), 4);
  find<QAction>("run_tag")->trigger();
  answer("keep");
  ASSERT_TRUE(wait_until([&] { return table->edits().stack().count() == 1; }));
  EXPECT_EQ(read("r0").tags, std::vector<std::string>{"keep"});
  EXPECT_EQ(read("live").tags, std::vector<std::string>{"keep"});
  find<QLineEdit>("run_filter")->setText("tag:keep");
  EXPECT_EQ(model()->rowCount(), 4);
  table->edits().stack().undo();
  EXPECT_TRUE(wait_until([&] { return read("r0").tags.empty() && read("live").tags.empty(); }));
  table->edits().stack().redo();
  EXPECT_TRUE(wait_until([&] { return read("r2").tags.size() == 1; }));
}

TEST_F(GuiRunTable, TagsAsChipsInTheInspector) {
  table->select("r0");
  QTest::keyClicks(find<QLineEdit>("inspector_new_tag"), "odd");
  QTest::keyClick(find<QLineEdit>("inspector_new_tag"), Qt::Key_Return);
  const auto chip = [&] { return table->inspector()->findChild<QToolButton*>("tag_odd"); };
  ASSERT_TRUE(wait_until([&] { return chip() != nullptr; }));
  QTest::mouseClick(chip(), Qt::LeftButton);
  EXPECT_TRUE(wait_until([&] { return read("r0").tags.empty(); }));
}

TEST_F(GuiRunTable, GathersRunsUnderHeadings) {
  auto* button = find<QToolButton>("run_group");
  Q_EMIT button->menu()->aboutToShow();
  auto* by_mask = button->menu()->findChild<QAction*>("group_parameter:mask.plugin");
  ASSERT_NE(by_mask, nullptr);
  by_mask->trigger();
  EXPECT_EQ(shown(), QStringList({"mask.plugin: block", "r0", "mask.plugin: none", "r2",
                                  "mask.plugin: random", "r1", "mask.plugin: none set", "live"}));
  EXPECT_EQ(model()->index(0, 0).data(RunTableModel::kCountRole).toInt(), 1);
  EXPECT_FALSE(model()->flags(model()->index(0, 0)).testFlag(Qt::ItemIsSelectable));
  // Folded by keyboard.
  view()->setFocus();
  view()->selectionModel()->setCurrentIndex(model()->index(0, 0), QItemSelectionModel::NoUpdate);
  QTest::keyClick(view(), Qt::Key_Left);
  EXPECT_EQ(model()->rowCount(), 7);
  QTest::keyClick(view(), Qt::Key_Return);
  EXPECT_EQ(model()->rowCount(), 8);
  EXPECT_EQ(view()->columnSpan(0, 0), model()->columnCount());
  model()->set_grouping(std::nullopt);
  EXPECT_EQ(view()->columnSpan(0, 0), 1);
}

TEST_F(GuiRunTable, MovesRunsToFolders) {
  table->select("r1");
  find<QAction>("run_move")->trigger();
  answer("my study");
  ASSERT_TRUE(wait_until([&] { return read("r1").folder == "my study"; }));
  model()->set_grouping(RunColumn{RunColumn::Kind::Folder, {}});
  EXPECT_TRUE(wait_until([&] { return shown().value(0) == "Folder: my study" && shown().value(1) == "r1"; }));
  ASSERT_TRUE(wait_until([&] { return table->edits().stack().index() == 1; }));
  table->edits().stack().undo();
  EXPECT_TRUE(wait_until([&] { return read("r1").folder.empty(); }));
}

TEST_F(GuiRunTable, Renames) {
  table->select("r2");
  view()->setFocus();
  QTest::keyClick(view(), Qt::Key_F2);
  answer("better name");
  ASSERT_TRUE(wait_until([&] { return model()->index(model()->row_of("r2"), 0).data() == "better name"; }));
  ASSERT_TRUE(wait_until([&] { return table->edits().stack().index() == 1; }));
  table->edits().stack().undo();
  EXPECT_TRUE(wait_until([&] { return read("r2").name == "study 2"; }));
}

TEST_F(GuiRunTable, RemembersColumnsOfTheWorkspace) {
  QTest::mouseClick(find<QToolButton>("run_columns"), Qt::LeftButton);
  auto* list = find<QListWidget>("column_list");
  QListWidgetItem* wanted = nullptr;
  for (int row = 0; row < list->count(); ++row) {
    if (list->item(row)->text() == "train.batch_size") wanted = list->item(row);
  }
  ASSERT_NE(wanted, nullptr);
  wanted->setCheckState(Qt::Checked);
  EXPECT_GE(column("parameter:train.batch_size"), 0);
  inspector_window.reset();
  table.reset();
  record.reset();
  open();
  EXPECT_GE(column("parameter:train.batch_size"), 0);
  QTest::mouseClick(find<QToolButton>("run_columns"), Qt::LeftButton);
  QTest::mouseClick(find<QPushButton>("usual_columns"), Qt::LeftButton);
  EXPECT_LT(column("parameter:train.batch_size"), 0);
}

TEST_F(GuiRunTable, TrashAndUndo) {
  table->select("r1");
  view()->setFocus();
  QTest::keyClick(view(), Qt::Key_Delete);
  ASSERT_TRUE(wait_until([&] { return model()->row_of("r1") < 0; }));
  EXPECT_FALSE(table->current().isEmpty());  // the next row
  EXPECT_TRUE(read("r1").trashed.has_value());
  find<QToolButton>("run_trash")->setChecked(true);
  EXPECT_EQ(shown(), QStringList({"r1"}));
  table->select("r1");
  EXPECT_FALSE(find<QAction>("run_delete")->isEnabled());
  find<QAction>("run_restore")->trigger();
  ASSERT_TRUE(wait_until([&] { return model()->rowCount() == 0; }));
  find<QToolButton>("run_trash")->setChecked(false);
  EXPECT_EQ(model()->rowCount(), 4);
  ASSERT_TRUE(wait_until([&] { return table->edits().stack().count() == 2; }));
  table->edits().stack().undo();  // the restoring
  ASSERT_TRUE(wait_until([&] { return read("r1").trashed.has_value(); }));
  table->edits().stack().undo();
  EXPECT_TRUE(wait_until([&] { return !read("r1").trashed.has_value(); }));
}

TEST_F(GuiRunTable, SaysWhyARunInTrainingCannotBeTrashed) {
  table->select("live");
  EXPECT_FALSE(find<QAction>("run_delete")->isEnabled());
  EXPECT_THAT(find<QAction>("run_delete")->toolTip().toStdString(), HasSubstr("stop it first"));
  EXPECT_THAT(find<QAction>("run_restore")->toolTip().toStdString(), HasSubstr("switch to Trash"));
}

TEST_F(GuiRunTable, WritesChangesAndRemovesNotes) {
  table->select("r0");
  auto* field = find<NoteEdit>("inspector_new_note");
  QTest::keyClicks(field, "looks flat");
  QTest::keyClick(field, Qt::Key_Return, Qt::ControlModifier);
  ASSERT_TRUE(wait_until([&] { return notes("r0").size() == 1; }));
  const auto number = notes("r0").front().number;
  const auto button = [&](const char* name) {
    return table->inspector()->findChild<QPushButton*>(
        QStringLiteral("%1_%2").arg(QLatin1String(name)).arg(number));
  };
  ASSERT_TRUE(wait_until([&] { return button("note_edit") != nullptr; }));
  QTest::mouseClick(button("note_edit"), Qt::LeftButton);
  ASSERT_TRUE(wait_until([&] { return field->toPlainText() == "looks flat"; }));
  field->selectAll();
  QTest::keyClicks(field, "fell at last");
  QTest::mouseClick(find<QPushButton>("inspector_save_note"), Qt::LeftButton);
  ASSERT_TRUE(wait_until([&] { return notes("r0").front().text == "fell at last"; }));
  ASSERT_TRUE(wait_until([&] { return table->edits().stack().count() == 2; }));
  table->edits().stack().undo();
  ASSERT_TRUE(wait_until([&] { return notes("r0").front().text == "looks flat"; }));
  ASSERT_TRUE(wait_until([&] { return button("note_remove") != nullptr; }));
  QTest::mouseClick(button("note_remove"), Qt::LeftButton);
  ASSERT_TRUE(wait_until([&] { return notes("r0").empty(); }));
  // The edit that was taken back still counts: the index says that the removal is on the stack.
  ASSERT_TRUE(wait_until([&] { return table->edits().stack().index() == 2; }));
  table->edits().stack().undo();
  EXPECT_TRUE(wait_until([&] { return notes("r0").size() == 1 && notes("r0").front().number == number; }));
}

TEST_F(GuiRunTable, AHalfWrittenNoteStaysWithItsRun) {
  table->select("r0");
  auto* field = find<NoteEdit>("inspector_new_note");
  QTest::keyClicks(field, "not yet");
  table->select("r1");
  EXPECT_TRUE(field->toPlainText().isEmpty());
  table->select("r0");
  EXPECT_EQ(field->toPlainText().toStdString(), "not yet");
}

TEST_F(GuiRunTable, AHugeNoteIsShownShortenedAndIsNotLost) {
  table->select("r0");
  const QString huge(10'000'000, QLatin1Char('x'));
  QMimeData paste;
  paste.setText(huge);
  QGuiApplication::clipboard()->setText(huge);
  auto* field = find<NoteEdit>("inspector_new_note");
  field->paste();
  EXPECT_TRUE(field->document()->isEmpty());
  ASSERT_TRUE(wait_until([&] { return notes("r0").size() == 1; }));
  EXPECT_EQ(notes("r0").front().text.size(), 10'000'000U);
  const auto number = notes("r0").front().number;
  QPushButton* all = nullptr;
  ASSERT_TRUE(wait_until([&] {
    all = table->inspector()->findChild<QPushButton*>(QStringLiteral("note_all_%1").arg(number));
    return all != nullptr;
  }));
  EXPECT_THAT(all->text().toStdString(), HasSubstr("10"));
  auto* edit = table->inspector()->findChild<QPushButton*>(QStringLiteral("note_edit_%1").arg(number));
  EXPECT_FALSE(edit->isEnabled());
  EXPECT_THAT(edit->toolTip().toStdString(), HasSubstr("too long"));
  QTest::mouseClick(all, Qt::LeftButton);
  QListView* lines = nullptr;
  ASSERT_TRUE(wait_until([&] {
    for (QWidget* top : QApplication::topLevelWidgets()) {
      if (auto* found = top->findChild<QListView*>("note_lines")) lines = found;
    }
    return lines != nullptr;
  }));
  EXPECT_EQ(lines->model()->rowCount(), 50'000);
  lines->window()->close();
}

TEST_F(GuiRunTable, AnEditThatFailsIsSaidAndNotKept) {
  record::Note none;
  none.number = 4711;
  none.text = "old";
  table->edits().edit_note("r0", none, "new");
  ASSERT_TRUE(wait_until([&] { return problems.size() == 1; }));
  EXPECT_THAT(problems[0].toStdString(), testing::StartsWith("Changing a note of study 0: "));
  EXPECT_EQ(table->edits().stack().count(), 0);

  table->edits().add_note("r0", "soon gone");
  ASSERT_TRUE(wait_until([&] { return table->edits().stack().count() == 1; }));
  f.store.remove_note("r0", notes("r0").front().number).value();
  table->edits().stack().undo();
  ASSERT_TRUE(wait_until([&] { return problems.size() == 2; }));
  EXPECT_THAT(problems[1].toStdString(), HasSubstr("Undoing"));
  EXPECT_TRUE(wait_until([&] { return table->edits().stack().count() == 0; }));
}

TEST_F(GuiRunTable, InspectorShowsWhatWasWrittenThenAll) {
  record::NewRun child;
  child.id = "child";
  child.name = "branch";
  child.parent = record::Lineage{"r0", 10};
  child.plan_json = gui_test::plan_of(1);
  f.store.create_run(child).value();
  table->select("r0");
  auto* values = find<QTableWidget>("inspector_values");
  EXPECT_EQ(values->textElideMode(), Qt::ElideMiddle) << "of a path both ends are seen";
  ASSERT_TRUE(wait_until([&] { return values->rowCount() == 4; }));
  QTest::mouseClick(find<QCheckBox>("inspector_all_values"), Qt::LeftButton, {}, QPoint(8, 12));
  EXPECT_GT(values->rowCount(), 100);
  QPushButton* link = nullptr;
  ASSERT_TRUE(wait_until([&] {
    link = table->inspector()->findChild<QPushButton*>("lineage_child");
    return link != nullptr;
  }));
  QTest::mouseClick(link, Qt::LeftButton);
  EXPECT_TRUE(wait_until([&] { return table->current() == "child"; }));
  ASSERT_TRUE(wait_until([&] {
    QGuiApplication::clipboard()->clear();
    find<QAction>("run_copy_yaml")->trigger();
    return QGuiApplication::clipboard()->text().startsWith("name: mask study 1");
  }));
}

TEST_F(GuiRunTable, CopiesRowsAsCsv) {
  table->select("r1");
  find<QAction>("run_copy_csv")->trigger();
  const QStringList lines = QGuiApplication::clipboard()->text().split(QLatin1Char('\n'));
  ASSERT_EQ(lines.size(), 3);
  EXPECT_THAT(lines[0].toStdString(), HasSubstr("mask.plugin"));
  EXPECT_THAT(lines[1].toStdString(), testing::StartsWith("r1,study 1,"));
}

TEST_F(GuiRunTable, DrawsSparklinesOfWhatIsInSight) {
  ASSERT_TRUE(wait_until([&] { return column("curve:loss") >= 0; }));
  ASSERT_TRUE(wait_until([&] { return !record->sparkline({"live", "loss"}).empty(); }));
  const auto& values = record->sparkline({"live", "loss"});
  EXPECT_EQ(values.size(), kSparklineValues);
  EXPECT_GT(values.front(), values.back());
}

TEST(GuiManyRuns, AThousandRunsAreReadFilteredAndGrouped) {
  const test::TempDir dir;
  gui_test::make_many_runs(dir / "workspace", 1000, 20).value();
  Record record;
  RunTable table(record);
  table.resize(1200, 600);
  table.show();
  auto* model = table.findChild<RunTableModel*>();
  record.open(QString::fromStdString((dir / "workspace").string()));
  ASSERT_TRUE(wait_until([&] { return model->rowCount() == 1000; }));
  ASSERT_TRUE(wait_until(
      [&] { return record.traits("run-1999") != nullptr && record.traits("run-1000") != nullptr; }));
  ASSERT_TRUE(wait_until([&] { return model->differing().size() == 3; }));
  auto* field = table.findChild<QLineEdit*>("run_filter");
  field->setText("mask.plugin=block tag:keep knn/top1@teacher>=45 folder:masks");
  EXPECT_GT(model->rowCount(), 10);
  EXPECT_LT(model->rowCount(), 100);
  field->clear();
  model->set_grouping(RunColumn{RunColumn::Kind::Parameter, "seed"});
  EXPECT_EQ(model->rowCount(), 1005);
  EXPECT_EQ(model->trashed(), 1);
}

}  // namespace
}  // namespace ibot::ui
