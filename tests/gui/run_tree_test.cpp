// SPDX-License-Identifier: GPL-3.0-or-later
#include "many_runs.h"
#include "screenshots.h"
#include "workspace_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <ui/models/run_tree_model.h>
#include <ui/views/run_tree.h>
#include <ui/views/run_tree_view.h>
#include <ui/widgets/setting.h>

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using gui_test::WorkspaceFixture;
using testing::HasSubstr;
using testing::Not;

RunView view_of(const std::string& id, std::int64_t created, std::optional<record::Lineage> parent = {},
                std::int64_t step = 1000) {
  RunView view;
  view.run.id = id;
  view.run.name = id;
  view.run.created = created;
  view.run.parent = std::move(parent);
  view.run.step = step;
  return view;
}

std::map<QString, RunView> known(const std::vector<RunView>& views) {
  std::map<QString, RunView> runs;
  for (const RunView& view : views) runs[QString::fromStdString(view.run.id)] = view;
  return runs;
}

QStringList ids(const std::vector<RunTreeRow>& rows) {
  QStringList list;
  for (const RunTreeRow& row : rows) list << row.run;
  return list;
}

TEST(RunTreeLayout, BranchesStandBelowTheirRunTheLatestFirst) {
  const auto rows =
      lay_out_tree(known({view_of("old", 1), view_of("new", 9), view_of("early", 2, {{"old", 100}}),
                          view_of("late", 3, {{"old", 700}}), view_of("leaf", 4, {{"late", 800}})}),
                   false);
  EXPECT_EQ(ids(rows), QStringList({"new", "old", "late", "leaf", "early"}));
  EXPECT_EQ(rows[2].parent, 1);
  EXPECT_EQ(rows[2].from, 700);
  EXPECT_EQ(rows[3].parent, 2);
  EXPECT_EQ(rows[4].parent, 1);
  EXPECT_EQ(rows[1].branches, 2U);
}

TEST(RunTreeLayout, FamiliesOnlyLeavesOutWhatIsAlone) {
  const auto runs = known({view_of("alone", 1), view_of("root", 2), view_of("leaf", 3, {{"root", 10}}),
                           view_of("orphan", 4, {{"gone", 5}})});
  EXPECT_EQ(ids(lay_out_tree(runs, true)), QStringList({"orphan", "root", "leaf"}));
  EXPECT_EQ(lay_out_tree(runs, false).size(), 4U);
}

TEST(RunTreeLayout, CirclesAreCutOpenAndEveryRunHasOneRow) {
  const auto rows = lay_out_tree(known({view_of("a", 1, {{"b", 1}}), view_of("b", 2, {{"a", 2}}),
                                        view_of("self", 3, {{"self", -4}}), view_of("root", 4)}),
                                 false);
  QStringList list = ids(rows);
  list.sort();
  EXPECT_EQ(list, QStringList({"a", "b", "root", "self"}));
  for (const RunTreeRow& row : rows) EXPECT_GE(row.from, 0);
}

TEST(RunTreeLayout, TheTrashShowsOnlyWhatALivingRunLeft) {
  RunView parent = view_of("parent", 1);
  parent.run.trashed = 5;
  RunView other = view_of("other", 2);
  other.run.trashed = 5;
  RunView leaf = view_of("leaf", 3, {{"parent", 10}});
  RunView gone = view_of("gone", 4, {{"parent", 10}});
  gone.run.trashed = 5;
  EXPECT_EQ(ids(lay_out_tree(known({parent, other, leaf, gone}), false)), QStringList({"parent", "leaf"}));
}

/// A run, two branches of it, and a branch of a branch.
class GuiRunTree : public testing::Test {
 protected:
  GuiRunTree() {
    clear_settings();
    create("base", "base", {}, 3000, {});
    create("warm", "lower rate", record::Lineage{"base", 1200}, 3000, {{"optimizer.lr", 0.0001}});
    create("mask", "no mask", record::Lineage{"base", 2000}, 2600,
           {{"mask.plugin", "none"}, {"optimizer.lr", 0.0001}});
    create("leaf", "<b>longer</b>", record::Lineage{"mask", 2300}, 2900,
           {{"mask.plugin", "none"}, {"optimizer.lr", 0.0001}});
    create("other", "by itself", {}, 1500, {});
    record.open(f.folder());
    tree.resize(960, 420);
    tree.show();
    EXPECT_TRUE(wait_until([&] { return view()->model()->rowCount() == 5; }));
    EXPECT_TRUE(
        wait_until([&] { return record.traits("leaf") != nullptr && record.traits("base") != nullptr; }));
  }
  void create(const std::string& id, const std::string& name, std::optional<record::Lineage> parent,
              std::int64_t last, const nlohmann::json& changes) {
    auto plan = nlohmann::json::parse(gui_test::plan_of(0));
    plan["values"]["train.epochs"] = 30;
    plan["values"].update(changes.is_null() ? nlohmann::json::object() : changes);
    record::NewRun run;
    run.id = id;
    run.name = name;
    run.parent = std::move(parent);
    run.plan_json = plan.dump();
    run.plan_hash = std::string(64, 'a');
    const std::string hash(64, 'b');
    run.hashes = {hash, hash, hash, hash, hash};
    run.planned_steps = 3000;
    f.store.create_run(run).value();
    f.store.claim_run(id).value();
    f.store.set_state(id, record::State::Running).value();
    f.write(id, "loss", last, last, [](auto) { return 1.0; });
    if (id != "leaf") f.store.set_state(id, record::State::Stopped).value();
  }
  RunTreeView* view() { return tree.findChild<RunTreeView*>("run_tree"); }
  std::string tip(const QString& run) {
    return view()->model()->index(tree.model().row_of(run), 0).data(Qt::ToolTipRole).toString().toStdString();
  }

  WorkspaceFixture f;
  Record record;
  RunTree tree{record};
};

TEST_F(GuiRunTree, SaysWhatChangedWhereARunLeft) {
  EXPECT_THAT(tip("mask"), HasSubstr("left base at step 2,000"));
  EXPECT_THAT(tip("mask"), HasSubstr("mask.plugin: block \u2192 none"));
  EXPECT_THAT(tip("mask"), HasSubstr("optimizer.lr: 0.0005 \u2192 0.0001"));
  EXPECT_THAT(tip("warm"), Not(HasSubstr("mask.plugin")));
  EXPECT_THAT(tip("leaf"), HasSubstr("Nothing was changed"));
  EXPECT_THAT(tip("leaf"), Not(HasSubstr("<b>"))) << "a name is no markup";
  tree.select("warm");
  EXPECT_THAT(tree.findChild<QLabel*>("tree_told")->text().toStdString(), HasSubstr("optimizer.lr"));
  const QModelIndex row = view()->model()->index(tree.model().row_of("warm"), 0);
  EXPECT_THAT(row.data(Qt::AccessibleTextRole).toString().toStdString(),
              HasSubstr("lower rate, stopped, step 3,000 of 3,000, left base at step 1,200"));
}

TEST_F(GuiRunTree, KeysWalkTheTree) {
  tree.select("base");
  view()->setFocus();
  QTest::keyClick(view(), Qt::Key_Right);
  EXPECT_EQ(tree.current(), "mask") << "the branch that left last stands first";
  QTest::keyClick(view(), Qt::Key_Down);
  EXPECT_EQ(tree.current(), "leaf");
  QTest::keyClick(view(), Qt::Key_Right);
  EXPECT_EQ(tree.current(), "leaf") << "nothing left it";
  QTest::keyClick(view(), Qt::Key_Left);
  EXPECT_EQ(tree.current(), "mask");
  QTest::keyClick(view(), Qt::Key_Left);
  EXPECT_EQ(tree.current(), "base");
  QSignalSpy shown(&tree, &RunTree::show_wanted);
  QTest::keyClick(view(), Qt::Key_Return);
  ASSERT_EQ(shown.size(), 1);
  EXPECT_EQ(shown[0][0].toString(), "base");
}

TEST_F(GuiRunTree, AClickSelectsAndTheButtonAdds) {
  QSignalSpy selected(&tree, &RunTree::run_selected);
  QSignalSpy added(&tree, &RunTree::add_wanted);
  auto* add = tree.findChild<QPushButton*>("tree_add");
  EXPECT_FALSE(add->isEnabled());
  EXPECT_FALSE(add->toolTip().isEmpty());
  const auto click_on = [&](const QString& run, Qt::KeyboardModifiers keys) {
    const QModelIndex row = view()->model()->index(tree.model().row_of(run), 0);
    QTest::mouseClick(view()->viewport(), Qt::LeftButton, keys, view()->visualRect(row).center());
  };
  click_on("warm", {});
  ASSERT_EQ(selected.size(), 1);
  EXPECT_EQ(selected[0][0].toString(), "warm");
  click_on("mask", Qt::ControlModifier);
  QTest::mouseClick(add, Qt::LeftButton);
  ASSERT_EQ(added.size(), 1);
  EXPECT_EQ(added[0][0].toStringList(), QStringList({"mask", "warm"}));
  tree.set_compared({"mask", "warm"});
  EXPECT_FALSE(add->isEnabled());
  EXPECT_THAT(add->toolTip().toStdString(), HasSubstr("compared already"));
  EXPECT_EQ(tree.model().family_of("base"), QStringList({"base", "mask", "leaf", "warm"}));
}

TEST_F(GuiRunTree, TheSelectionStaysWhenRunsCome) {
  tree.select("warm");
  create("fresh", "fresh", record::Lineage{"warm", 2000}, 2100, {});
  ASSERT_TRUE(wait_until([&] { return view()->model()->rowCount() == 6; }));
  EXPECT_EQ(tree.current(), "warm");
}

TEST_F(GuiRunTree, TheAxisCountsStepsOrEpochs) {
  auto* unit = tree.findChild<QComboBox*>("tree_unit");
  ASSERT_TRUE(wait_until([&] { return unit->isEnabled(); }));
  const RunTreeRow& base = tree.model().rows()[static_cast<std::size_t>(tree.model().row_of("base"))];
  EXPECT_EQ(tree.model().place(base, 1500), 1500);
  unit->setFocus();
  QTest::keyClick(unit, Qt::Key_Down);
  EXPECT_EQ(tree.model().place(base, 1500), 15);
  EXPECT_EQ(tree.model().extent(), 30);
  f.create("plain", "a plan without epochs");
  ASSERT_TRUE(wait_until([&] { return !unit->isEnabled(); }));
  EXPECT_THAT(unit->toolTip().toStdString(), HasSubstr("Not every run"));
  EXPECT_EQ(tree.model().extent(), 3000) << "drawn by step then";
}

TEST_F(GuiRunTree, LooksRight) {
  tree.select("mask");
  tree.set_compared({"warm"});
  gui_test::save_screenshots(tree, "run_tree");
  const QPixmap picture = tree.grab();
  EXPECT_FALSE(picture.isNull());
  EXPECT_EQ(view()->accessibleName(), "Tree of runs");
}

TEST(GuiRunTreeOfMany, PaintsOnlyWhatIsSeen) {
  clear_settings();
  test::TempDir dir;
  ASSERT_TRUE(gui_test::make_many_runs(dir / "many", 1000, 3));
  Record record;
  RunTree tree(record);
  tree.resize(900, 500);
  tree.show();
  record.open(QString::fromStdString((dir / "many").string()));
  auto* view = tree.findChild<RunTreeView*>("run_tree");
  ASSERT_TRUE(wait_until([&] { return view->model()->rowCount() == 1000; }));
  QCoreApplication::processEvents();
  const int before = view->painted_rows();
  tree.grab();
  const int painted = view->painted_rows() - before;
  EXPECT_GT(painted, 5);
  EXPECT_LT(painted, 2 * (500 / 28 + 2));
}

}  // namespace
}  // namespace ibot::ui
