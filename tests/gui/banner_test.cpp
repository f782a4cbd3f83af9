// SPDX-License-Identifier: GPL-3.0-or-later
// The window's banner is there as long as what it says is true, and does not give way to what matters less.
#include "window_fixture.h"
#include "workspace_fixture.h"

#include <ibot/record/queue.h>
#include <ibot/record/reader.h>

#include <gmock/gmock.h>
#include <ui/views/run_table.h>

#include <QTableView>
#include <QTest>
#include <filesystem>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using gui_test::WindowFixture;
using gui_test::WorkspaceFixture;
using testing::HasSubstr;

class GuiBanner : public testing::Test, protected WindowFixture {
 protected:
  WorkspaceFixture f;
};

TEST_F(GuiBanner, ThatATrainerDiedIsSaidUntilTheRunGoesOn) {
  f.create("r1", "nightly");
  record::ProcessIdentity gone = record::current_process();
  gone.pid = 0x3ffffff0;
  f.store.claim_run("r1", gone).value();
  f.store.set_state("r1", record::State::Running).value();
  window.open_workspace(f.folder());
  ASSERT_TRUE(wait_until([&] { return banner_text().find("The trainer of nightly is gone") == 0; }));
  f.store.claim_run("r1").value();
  f.store.set_state("r1", record::State::Running).value();
  ASSERT_TRUE(wait_until([&] { return !window.record().run("r1")->status.died; }));
  EXPECT_TRUE(banner_text().empty()) << banner_text();
}

TEST_F(GuiBanner, AnEditThatFailsLeavesTheWayBackToAWorkspaceThatIsGone) {
  f.create("r1", "nightly");
  window.open_workspace(f.folder());
  ASSERT_TRUE(wait_until([&] { return window.record().run("r1") != nullptr; }));
  std::filesystem::rename(f.dir / "workspace", f.dir / "moved");
  ASSERT_TRUE(wait_until([&] { return !banner_text().empty(); }));
  window.findChild<RunTable*>()->edits().add_tag({"r1"}, "keep");
  ASSERT_TRUE(wait_until([&] { return banner_text().find("Tagging nightly") != std::string::npos; }));
  EXPECT_THAT(banner_text(), testing::StartsWith("The workspace"));
  EXPECT_THAT(banner_text(), HasSubstr("is gone: it was moved or deleted"));
  EXPECT_TRUE(banner_actions().contains(QStringLiteral("Say where it is…")));
}

TEST_F(GuiBanner, AnEditThatFailedIsForgottenOnceOneSucceeds) {
  f.start("r1", "nightly");
  window.open_workspace(f.folder());
  ASSERT_TRUE(wait_until([&] { return window.record().run("r1") != nullptr; }));
  RunEdits& edits = window.findChild<RunTable*>()->edits();
  edits.trash({"r1"});
  ASSERT_TRUE(wait_until([&] { return !banner_text().empty(); }));
  EXPECT_THAT(banner_text(), testing::StartsWith("Putting nightly into the trash: "));
  edits.add_tag({"r1"}, "keep");
  EXPECT_TRUE(wait_until([&] { return banner_text().empty(); })) << banner_text();
}

TEST_F(GuiBanner, ARunThatWaitsIsTakenOutOfTheQueueFromTheBanner) {
  f.create("r1", "first");
  f.create("r2", "second");
  const std::int64_t number = record::Queue(f.store).add("r1", {}).value();
  window.open_workspace(f.folder());
  ASSERT_TRUE(wait_until([&] { return window.record().queue()->rows.size() == 1; }));
  auto* table = window.findChild<RunTable*>();
  ASSERT_TRUE(wait_until([&] { return find<QTableView>("run_table")->model()->rowCount() == 2; }));
  table->select("r1");
  find<QTableView>("run_table")->setFocus();
  QTest::keyClick(find<QTableView>("run_table"), Qt::Key_Delete);
  ASSERT_TRUE(wait_until([&] { return banner_actions().contains("Take out of the queue"); }));
  EXPECT_THAT(banner_text(), HasSubstr("first waits in the queue"));
  EXPECT_THAT(banner_text(), testing::Not(HasSubstr("`")));
  EXPECT_EQ(table->current(), "r1") << "nothing was removed: the next Del is about the same run";
  press_in_banner(QStringLiteral("Take out of the queue"));
  ASSERT_TRUE(wait_until([&] { return banner_text().empty(); }));
  const auto items = record::Reader::open(f.workspace).value().queue().value().items;
  for (const record::QueueItem& item : items)
    EXPECT_TRUE(item.number != number || item.state != record::QueueState::Waiting);
  find<QTableView>("run_table")->setFocus();
  QTest::keyClick(find<QTableView>("run_table"), Qt::Key_Delete);
  EXPECT_TRUE(wait_until([&] { return table->current() == "r2"; }));
}

}  // namespace
}  // namespace ibot::ui
