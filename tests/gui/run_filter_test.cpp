// SPDX-License-Identifier: GPL-3.0-or-later
#include "many_runs.h"
#include "workspace_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/models/run_table_model.h>
#include <ui/views/run_table.h>
#include <ui/widgets/setting.h>

#include <QLabel>
#include <QLineEdit>
#include <QTest>
#include <QToolButton>

namespace ibot::ui {
namespace {

using gui_test::wait_until;

/// Three runs of a study and one of another name.
class GuiRunFilter : public testing::Test {
 protected:
  void SetUp() override {
    clear_settings();
    for (int i = 0; i < 3; ++i)
      f.create("r" + std::to_string(i), "study " + std::to_string(i), 1000, gui_test::plan_of(i));
    f.create("other", "try", 1000, gui_test::plan_of(0));
    table.resize(1100, 500);
    table.show();
    record.open(f.folder());
    ASSERT_TRUE(wait_until([&] { return model()->rowCount() == 4 && record.traits("other") != nullptr; }));
    ASSERT_TRUE(wait_until([&] { return model()->differing().size() >= 2; }));
  }
  RunTableModel* model() { return table.findChild<RunTableModel*>(); }
  QLineEdit* field() { return table.findChild<QLineEdit*>("run_filter"); }
  QString count() { return table.findChild<QLabel*>("run_count")->text(); }
  bool says_empty() { return table.findChild<QLabel*>("run_table_empty")->isVisible(); }

  gui_test::WorkspaceFixture f;
  Record record;
  RunTable table{record};
};

// Typed letter by letter: words that fit nothing lie between a filter and the next one.
TEST_F(GuiRunFilter, HalfTypedItKeepsTheRowsOfTheLastOneThatFitted) {
  QTest::keyClicks(field(), "study mask.plugin");
  EXPECT_EQ(model()->rowCount(), 0);
  EXPECT_TRUE(says_empty());
  QTest::keyClicks(field(), "=");
  ASSERT_TRUE(model()->mistake().has_value());
  EXPECT_EQ(model()->rowCount(), 3) << "what the word alone gave";
  EXPECT_FALSE(says_empty());
  EXPECT_THAT(count().toStdString(), testing::StartsWith("\u26a0 "));
  QTest::keyClicks(field(), "block");
  EXPECT_EQ(model()->rowCount(), 1);
  EXPECT_EQ(model()->run_at(0), "r0");
}

TEST_F(GuiRunFilter, AMistakeAloneNeverEmptiesTheTable) {
  field()->setText("try");
  field()->setText("try sed=1");
  ASSERT_TRUE(model()->mistake().has_value());
  ASSERT_EQ(model()->rowCount(), 1);
  // What fitted is not in the trash: there all are shown.
  ASSERT_TRUE(f.store.trash_run("r2"));
  ASSERT_TRUE(wait_until([&] { return model()->trashed() == 1; }));
  table.findChild<QToolButton*>("run_trash")->setChecked(true);
  ASSERT_EQ(model()->rowCount(), 1);
  EXPECT_EQ(model()->run_at(0), "r2");
  EXPECT_FALSE(says_empty());
}

TEST_F(GuiRunFilter, CountsInWords) {
  EXPECT_EQ(count(), "4 runs");
  field()->setText("study");
  EXPECT_EQ(count(), "3 of 4 runs");
  for (const char* run : {"r0", "r1", "r2"}) ASSERT_TRUE(f.store.trash_run(run));
  EXPECT_TRUE(wait_until([&] { return count() == "The one run does not fit"; })) << count().toStdString();
  field()->clear();
  EXPECT_EQ(count(), "One run");
  table.findChild<QToolButton*>("run_trash")->setChecked(true);
  field()->setText("2");
  EXPECT_EQ(count(), "1 of 3 in the trash");
}

}  // namespace
}  // namespace ibot::ui
