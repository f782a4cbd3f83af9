// SPDX-License-Identifier: GPL-3.0-or-later
// Workspaces that cannot be used as they are: each has a banner in words and something to do, and nothing in
// them is lost. One that moves away, one that is no record at all and a trainer that died: shell_test.cpp.
#include "window_fixture.h"
#include "workspace_fixture.h"

#include <ibot/record/reader.h>
#include <ibot/test/ordinary_user.h>

#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <ui/views/run_table.h>

#include <QCoreApplication>
#include <QProcess>
#include <QTableView>
#include <QTest>
#include <QUndoStack>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using gui_test::WindowFixture;
using gui_test::WorkspaceFixture;
using testing::HasSubstr;

// Another program that holds the record until it is told to let go.
class Holder {
 public:
  Holder(const std::filesystem::path& file, const char* how) {
    process_.start(QCoreApplication::applicationDirPath() + QStringLiteral("/gui_record_holder"),
                   {QString::fromStdString(file.string()), QString::fromLatin1(how)});
    EXPECT_TRUE(process_.waitForReadyRead()) << process_.readAllStandardError().toStdString();
    EXPECT_EQ(process_.readAllStandardOutput().trimmed().toStdString(), "held");
  }
  void let_go() {
    process_.closeWriteChannel();
    EXPECT_TRUE(process_.waitForFinished());
  }

 private:
  QProcess process_;
};

class GuiBadWorkspace : public testing::Test, protected WindowFixture {
 protected:
  // One run with a curve, written by a trainer that has gone.
  GuiBadWorkspace() {
    WorkspaceFixture f;
    f.start("r1", "nightly", 5000);
    f.write("r1", "loss", 1, 3000, [](auto step) { return 8.0 - 0.001 * static_cast<double>(step); });
    f.store.set_state("r1", record::State::Stopped).value();
    std::filesystem::copy(f.workspace.folder(), workspace(), std::filesystem::copy_options::recursive);
    // Opened and closed once more, it is one file without a log.
    record::Store::open(record::Workspace::open(workspace()).value()).value();
  }
  std::filesystem::path workspace() const { return dir / "workspace"; }
  std::filesystem::path file() const { return workspace() / "record.sqlite"; }
  void open() { window.open_workspace(QString::fromStdString(workspace().string())); }
  bool lists_the_run() {
    return wait_until(
        [&] { return window.record().run("r1") != nullptr && runs()->model()->rowCount() == 1; });
  }
  RunEdits& edits() { return window.findChild<RunTable*>()->edits(); }
  std::vector<std::string> tags() {
    auto reader = record::Reader::open(record::Workspace::open(workspace()).value());
    return reader.value().run("r1").value().tags;
  }
  std::int64_t query(const std::string& sql) {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open(file().c_str(), &database), SQLITE_OK);
    std::int64_t value = -1;
    const auto take = [](void* into, int, char** values, char**) {
      *static_cast<std::int64_t*>(into) = std::atoll(values[0]);
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), take, &value, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database);
    sqlite3_close(database);
    return value;
  }

  test::TempDir dir;
};

TEST_F(GuiBadWorkspace, OneThatMayNotBeWrittenIsReadAndSaysSo) {
  ASSERT_EQ(::chmod(dir.path().c_str(), 0755), 0);
  ASSERT_EQ(::chmod(workspace().c_str(), 0555), 0);
  ASSERT_EQ(::chmod(file().c_str(), 0444), 0);
  {
    const ibot::test::AsOrdinaryUser nobody;
    open();
    ASSERT_TRUE(lists_the_run()) << banner_text();
    EXPECT_THAT(banner_text(), HasSubstr("not writable"));
    EXPECT_TRUE(banner_actions().contains("Try again"));
    edits().add_tag({"r1"}, "keep");
    ASSERT_TRUE(wait_until([&] { return banner_text().find("Tagging nightly") == 0; })) << banner_text();
    EXPECT_THAT(banner_text(), HasSubstr("cannot"));
    EXPECT_TRUE(banner_actions().contains("Open it again"));
    EXPECT_EQ(edits().stack().count(), 0) << "what was not done cannot be undone";
  }
  // Its owner lets it be written.
  ASSERT_EQ(::chmod(workspace().c_str(), 0755), 0);
  ASSERT_EQ(::chmod(file().c_str(), 0644), 0);
  press_in_banner("Open it again");
  ASSERT_TRUE(lists_the_run());
  EXPECT_EQ(banner_text(), "");
  edits().add_tag({"r1"}, "keep");
  EXPECT_TRUE(wait_until([&] { return tags() == std::vector<std::string>{"keep"}; })) << banner_text();
}

TEST_F(GuiBadWorkspace, AWriteThatAnotherProgramHoldsUpCanBeTriedAgain) {
  open();
  ASSERT_TRUE(lists_the_run());
  Holder holder(file(), "writing");
  edits().add_tag({"r1"}, "keep");
  // The record waits for a while before it gives up.
  ASSERT_TRUE(QTest::qWaitFor([&] { return !banner_text().empty(); }, 30'000));
  EXPECT_THAT(banner_text(), HasSubstr("Tagging nightly: "));
  EXPECT_THAT(banner_text(), HasSubstr("nother program holds the record"));
  EXPECT_TRUE(tags().empty());
  holder.let_go();
  press_in_banner("Try again");
  EXPECT_TRUE(wait_until([&] { return tags() == std::vector<std::string>{"keep"}; }));
  EXPECT_EQ(banner_text(), "");
}

TEST_F(GuiBadWorkspace, AnUndoThatIsTriedAgainCanBeDoneAgain) {
  open();
  ASSERT_TRUE(lists_the_run());
  edits().add_tag({"r1"}, "keep");
  ASSERT_TRUE(wait_until([&] { return edits().stack().index() == 1; }));
  Holder holder(file(), "writing");
  edits().stack().undo();
  ASSERT_TRUE(QTest::qWaitFor([&] { return !banner_text().empty(); }, 30'000));
  EXPECT_THAT(banner_text(), HasSubstr("Undoing: Tagging nightly: "));
  EXPECT_EQ(edits().stack().count(), 0);
  holder.let_go();
  press_in_banner("Try again");
  ASSERT_TRUE(wait_until([&] { return tags().empty() && edits().stack().canRedo(); }));
  EXPECT_FALSE(edits().stack().canUndo());
  edits().stack().redo();
  ASSERT_TRUE(wait_until([&] { return tags() == std::vector<std::string>{"keep"}; }));
  edits().stack().undo();
  EXPECT_TRUE(wait_until([&] { return tags().empty(); }));
}

TEST_F(GuiBadWorkspace, OneThatAnotherProgramHasForItselfOpensWhenItIsLetGo) {
  Holder holder(file(), "alone");
  open();
  ASSERT_TRUE(QTest::qWaitFor([&] { return !banner_text().empty(); }, 30'000));
  EXPECT_THAT(banner_text(), HasSubstr("nother program holds the record"));
  EXPECT_TRUE(window.record().folder().isEmpty());
  EXPECT_TRUE(banner_actions().contains("Open another…"));
  holder.let_go();
  press_in_banner("Try again");
  EXPECT_TRUE(lists_the_run()) << banner_text();
  EXPECT_EQ(banner_text(), "");
}

TEST_F(GuiBadWorkspace, OneFromTheFutureIsLeftAsItIs) {
  query("PRAGMA user_version = 99");
  const auto size = std::filesystem::file_size(file());
  open();
  ASSERT_TRUE(wait_until([&] { return !banner_text().empty(); }));
  EXPECT_THAT(banner_text(), HasSubstr("newer version of this program"));
  EXPECT_THAT(banner_text(), HasSubstr("99 (expected: at most"));
  EXPECT_THAT(banner_text(), HasSubstr("Update this program"));
  EXPECT_TRUE(banner_actions().contains("Open another…"));
  EXPECT_TRUE(window.record().folder().isEmpty());
  EXPECT_EQ(query("PRAGMA user_version"), 99);
  EXPECT_EQ(std::filesystem::file_size(file()), size);
}

TEST_F(GuiBadWorkspace, APageThatIsDamagedIsSaidWhenItIsRead) {
  const std::int64_t page = query("SELECT rootpage FROM sqlite_schema WHERE name = 'metrics'");
  const std::int64_t bytes = query("PRAGMA page_size");
  ASSERT_GT(page, 1);
  {
    std::fstream damaged(file(), std::ios::in | std::ios::out | std::ios::binary);
    damaged.seekp((page - 1) * bytes);
    damaged << std::string(static_cast<std::size_t>(bytes), '\x7f');
    ASSERT_TRUE(damaged.flush());
  }
  open();
  ASSERT_TRUE(wait_until([&] { return banner_actions().contains("Open another…"); })) << banner_text();
  EXPECT_THAT(banner_text(), HasSubstr("database is damaged"));
  EXPECT_THAT(banner_text(), HasSubstr("Put the record back from a copy"));
  // The window goes on with another one.
  const WorkspaceFixture sound;
  window.open_workspace(sound.folder());
  EXPECT_TRUE(wait_until([&] { return window.record().folder() == sound.folder(); }));
  EXPECT_EQ(banner_text(), "");
}

}  // namespace
}  // namespace ibot::ui
