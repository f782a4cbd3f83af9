// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <ui/bridge/record.h>

#include <QSignalSpy>
#include <fstream>
#include <memory>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using gui_test::WorkspaceFixture;

TEST(GuiRecord, ShowsRunsAndFollowsThem) {
  WorkspaceFixture f;
  f.create("r1", "first");
  Record record;
  record.open(f.folder());
  ASSERT_TRUE(wait_until([&] { return record.run("r1") != nullptr; }));
  EXPECT_EQ(record.folder(), f.folder());
  f.start("r2", "second");
  ASSERT_TRUE(wait_until([&] { return record.run("r2") != nullptr; }));
  EXPECT_EQ(record.run("r2")->status.state, record::State::Running);
  EXPECT_NE(record.colour_index("r1"), record.colour_index("r2"));
}

TEST(GuiRecord, SendsACurveOnceAndThenWhatIsNew) {
  WorkspaceFixture f;
  f.start("r", "run");
  f.write("r", "loss", 1, 50, [](auto step) { return 1.0 / static_cast<double>(step); });
  Record record;
  std::vector<CurveChunk> chunks;
  QObject::connect(&record, &Record::curves_changed,
                   [&](const CurveChunks& sent) { chunks.insert(chunks.end(), sent->begin(), sent->end()); });
  record.open(f.folder());
  record.follow({{"r", "loss"}, {"r", "no_such_metric"}});
  ASSERT_TRUE(wait_until([&] { return !chunks.empty(); }));
  EXPECT_TRUE(chunks[0].from_scratch);
  EXPECT_EQ(chunks[0].points.size(), 50U);
  f.write("r", "loss", 51, 53, [](auto) { return 0.5; });
  ASSERT_TRUE(wait_until([&] { return chunks.size() > 1; }));
  EXPECT_FALSE(chunks[1].from_scratch);
  EXPECT_EQ(chunks[1].points.front().step, 51);
  EXPECT_EQ(chunks[1].points.size(), 3U);
}

TEST(GuiRecord, WritesCommandsAndSaysWhatCannotBe) {
  WorkspaceFixture f;
  f.start("running", "run");
  f.create("resting", "rest");
  Record record;
  QStringList problems;
  QObject::connect(&record, &Record::problem, [&](const RecordProblem& p) { problems << p.what; });
  record.open(f.folder());
  ASSERT_TRUE(wait_until([&] { return record.run("running") != nullptr; }));
  record.command("running", record::CommandKind::Pause, "Pausing run");
  std::optional<record::Command> taken;
  ASSERT_TRUE(wait_until([&] {
    taken = f.store.take_command("running").value();
    return taken.has_value();
  }));
  EXPECT_EQ(taken->kind, record::CommandKind::Pause);
  record.command("resting", record::CommandKind::Pause, "Pausing rest");
  ASSERT_TRUE(wait_until([&] { return !problems.isEmpty(); }));
  EXPECT_THAT(problems[0].toStdString(), testing::StartsWith("Pausing rest: "));
}

void make_trashed_long_ago(const WorkspaceFixture& f, const std::string& run) {
  sqlite3* opened = nullptr;
  ASSERT_EQ(sqlite3_open(f.workspace.record_file().c_str(), &opened), SQLITE_OK);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> database(opened, &sqlite3_close);
  const std::string sql = "UPDATE run_labels SET trashed = trashed - " +
                          std::to_string(record::kTrashMicros) +
                          " WHERE run = (SELECT number FROM runs WHERE id = '" + run + "')";
  ASSERT_EQ(sqlite3_exec(opened, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
}

TEST(GuiRecord, TheFirstWriteEmptiesTheOldTrash) {
  WorkspaceFixture f;
  for (const char* id : {"kept", "new", "old", "older"}) f.create(id, id);
  for (const char* id : {"new", "old", "older"}) f.store.trash_run(id).value();
  make_trashed_long_ago(f, "old");
  make_trashed_long_ago(f, "older");
  Record record;
  QStringList removed;
  QObject::connect(&record, &Record::runs_removed, [&](const QStringList& runs) { removed << runs; });
  record.open(f.folder());
  ASSERT_TRUE(wait_until([&] { return record.run("older") != nullptr; }));
  // What the person asks for comes first: this one is taken out of the trash in time.
  record.write([](record::Store& store) { return store.restore_run("old"); }, "Restoring old");
  ASSERT_TRUE(wait_until([&] { return !removed.isEmpty(); }));
  EXPECT_EQ(removed, QStringList("older"));
  for (const char* id : {"kept", "new", "old"}) EXPECT_NE(record.run(id), nullptr) << id;
}

TEST(GuiRecord, RefusesWhatIsNoWorkspaceInWords) {
  const test::TempDir dir;
  std::ofstream(dir / "record.sqlite") << "this is no database, and never was one";
  Record record;
  std::vector<RecordProblem> problems;
  QObject::connect(&record, &Record::problem, [&](const RecordProblem& p) { problems.push_back(p); });
  record.open(QString::fromStdString((dir / "missing").string()));
  ASSERT_TRUE(wait_until([&] { return problems.size() == 1; }));
  EXPECT_TRUE(problems[0].closed);
  record.open(QString::fromStdString(dir.path().string()));
  ASSERT_TRUE(wait_until([&] { return problems.size() == 2; }));
  EXPECT_TRUE(problems[1].closed);
  EXPECT_TRUE(record.folder().isEmpty());
  EXPECT_FALSE(problems[1].what.isEmpty());
}

}  // namespace
}  // namespace ibot::ui
