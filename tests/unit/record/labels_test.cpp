// SPDX-License-Identifier: GPL-3.0-or-later
// Colours, folders, notes and the trash.
#include "fixture.h"

#include <ibot/base/clock.h>
#include <ibot/record/extract.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <fstream>

namespace ibot::record {
namespace {

using base::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

std::int64_t later() {
  return base::now_micros() + 1;
}

TEST(Labels, ColourIsGivenAtCreationAndKept) {
  RecordFixture f;
  for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(f.store.create_run(small_run(id)));
  ASSERT_TRUE(f.store.trash_run("a"));
  ASSERT_TRUE(f.store.delete_trashed(later()));
  ASSERT_TRUE(f.store.create_run(small_run("d")));
  Reader reader = f.reader();
  EXPECT_EQ(reader.run("b").value().colour, 1);
  EXPECT_EQ(reader.run("c").value().colour, 2);
  EXPECT_EQ(reader.run("d").value().colour, 3);
}

TEST(Labels, FolderIsSetAndTakenAway) {
  RecordFixture f;
  ASSERT_TRUE(f.store.create_run(small_run("r")));
  ASSERT_TRUE(f.store.set_folder("r", " masks "));
  EXPECT_EQ(f.reader().run("r").value().folder, "masks");
  ASSERT_TRUE(f.store.set_folder("r", ""));
  EXPECT_EQ(f.reader().run("r").value().folder, "");
  EXPECT_EQ(f.store.set_folder("none", "x").error().code, ErrorCode::NotFound);
}

TEST(Labels, NotesAreEditedRemovedAndPutBack) {
  RecordFixture f;
  ASSERT_TRUE(f.store.create_run(small_run("r")));
  ASSERT_TRUE(f.store.create_run(small_run("other")));
  const std::int64_t first = f.store.add_note("r", "first", 120).value();
  ASSERT_TRUE(f.store.add_note("r", "second"));
  ASSERT_TRUE(f.store.edit_note("r", first, "first, mended"));
  Note note = f.reader().notes("r").value().at(0);
  EXPECT_EQ(note.text, "first, mended");
  EXPECT_EQ(note.step, 120);

  ASSERT_TRUE(f.store.remove_note("r", first));
  EXPECT_EQ(f.reader().notes("r").value().size(), 1U);
  ASSERT_TRUE(f.store.put_note("r", note));
  EXPECT_EQ(f.store.put_note("r", note).error().code, ErrorCode::AlreadyExists);
  const Note back = f.reader().notes("r").value().at(0);
  EXPECT_EQ(back.number, note.number);
  EXPECT_EQ(back.time, note.time);
  EXPECT_EQ(back.text, note.text);

  EXPECT_EQ(f.store.edit_note("other", first, "x").error().code, ErrorCode::NotFound) << "another run's note";
  EXPECT_EQ(f.store.remove_note("r", 77).error().code, ErrorCode::NotFound);
  EXPECT_EQ(f.store.add_note("r", " \n").error().code, ErrorCode::InvalidArgument);
  EXPECT_EQ(f.store.edit_note("r", first, "").error().code, ErrorCode::InvalidArgument);
}

TEST(Labels, VeryLongNoteIsKeptWhole) {
  RecordFixture f;
  ASSERT_TRUE(f.store.create_run(small_run("r")));
  const std::string text(10 << 20, 'x');
  ASSERT_TRUE(f.store.add_note("r", text));
  EXPECT_EQ(f.reader().notes("r").value().at(0).text.size(), text.size());
}

TEST(Trash, HidesARunUntilItIsRestored) {
  RecordFixture f;
  ASSERT_TRUE(f.store.create_run(small_run("kept")));
  ASSERT_TRUE(f.store.create_run(small_run("r")));
  ASSERT_TRUE(f.store.trash_run("r"));
  Reader reader = f.reader();
  EXPECT_TRUE(reader.run("r").value().trashed);
  EXPECT_EQ(reader.runs().value().size(), 2U);
  RunQuery living;
  living.trash = false;
  ASSERT_EQ(reader.runs(living).value().size(), 1U);
  EXPECT_EQ(reader.runs(living).value()[0].id, "kept");

  const auto refused = f.store.claim_run("r").error();
  EXPECT_EQ(refused.code, ErrorCode::InvalidArgument);
  EXPECT_THAT(refused.to_text(), HasSubstr("ibot restore r"));

  ASSERT_TRUE(f.store.restore_run("r"));
  EXPECT_FALSE(reader.run("r").value().trashed);
  EXPECT_TRUE(f.store.claim_run("r"));
}

TEST(Trash, TakesNoRunWithALivingTrainer) {
  RecordFixture f;
  f.start("r");
  const auto refused = f.store.trash_run("r").error();
  EXPECT_EQ(refused.code, ErrorCode::InvalidArgument);
  EXPECT_THAT(refused.to_text(), HasSubstr("running"));
  EXPECT_FALSE(f.reader().run("r").value().trashed);
}

TEST(Trash, TakesARunWhoseTrainerDied) {
  RecordFixture f;
  ASSERT_TRUE(f.store.create_run(small_run("r")));
  ProcessIdentity dead = current_process();
  dead.start_mark += "0";
  ASSERT_TRUE(f.store.claim_run("r", dead));
  EXPECT_TRUE(f.store.trash_run("r"));
}

TEST(Trash, LivingRunsAreFoundFirst) {
  RecordFixture f;
  for (const char* id : {"one", "two"}) {
    ASSERT_TRUE(f.store.create_run(small_run(id)));
    ASSERT_TRUE(f.store.rename_run(id, "demo"));
  }
  ASSERT_TRUE(f.store.trash_run("one"));
  EXPECT_EQ(f.reader().find_run("demo").value(), "two");
  ASSERT_TRUE(f.store.trash_run("two"));
  EXPECT_EQ(f.reader().find_run("demo").error().code, ErrorCode::InvalidArgument) << "both are in the trash";
}

TEST(Trash, DeletesWhatWasThereLongEnoughWithItsFiles) {
  RecordFixture f;
  NewRun child = small_run("child");
  for (const char* id : {"old", "fresh", "kept"}) {
    ASSERT_TRUE(f.store.create_run(small_run(id)));
    ASSERT_TRUE(f.workspace.create_run_folders(id));
    std::ofstream(f.workspace.checkpoints_folder(id) / "step-1.safetensors") << "weights";
  }
  child.parent = Lineage{"old", 1};
  ASSERT_TRUE(f.store.create_run(child));
  ASSERT_TRUE(f.store.trash_run("old"));
  const std::int64_t between = f.reader().run("old").value().trashed.value();
  while (base::now_micros() <= between) continue;
  ASSERT_TRUE(f.store.trash_run("fresh"));

  EXPECT_THAT(f.store.delete_trashed(between).value(), ElementsAre("old"));
  Reader reader = f.reader();
  EXPECT_EQ(reader.run("old").error().code, ErrorCode::NotFound);
  EXPECT_TRUE(reader.run("fresh").value().trashed);
  EXPECT_FALSE(reader.run("child").value().parent);
  EXPECT_FALSE(fs::exists(f.workspace.run_folder("old")));
  EXPECT_TRUE(fs::exists(f.workspace.run_folder("fresh")));
  EXPECT_TRUE(f.store.delete_trashed(between).value().empty());
  EXPECT_EQ(f.store.create_run(small_run("old")).error().code, ErrorCode::AlreadyExists);
  EXPECT_EQ(integrity_of(f.workspace.record_file()), "ok");
}

// A kill between the rows and the files, played by putting back what it would have left.
TEST(Trash, FilesThatWereLeftBehindGoWithTheNextDeletion) {
  RecordFixture f;
  ASSERT_TRUE(f.store.create_run(small_run("r")));
  ASSERT_TRUE(f.store.trash_run("r"));
  ASSERT_TRUE(f.store.delete_trashed(later()));
  ASSERT_TRUE(f.workspace.create_run_folders("r"));
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(f.workspace.record_file().c_str(), &handle), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(handle, "UPDATE deleted_runs SET files_left = 1", nullptr, nullptr, nullptr),
            SQLITE_OK);
  EXPECT_EQ(sqlite3_close(handle), SQLITE_OK);
  ASSERT_TRUE(f.store.delete_trashed(later()));
  EXPECT_FALSE(fs::exists(f.workspace.run_folder("r")));
}

TEST(Trash, FollowersHearOfDeletionsAndMissNoChange) {
  RecordFixture f;
  ASSERT_TRUE(f.store.create_run(small_run("kept")));
  ASSERT_TRUE(f.store.create_run(small_run("r")));
  ASSERT_TRUE(f.store.trash_run("r"));
  Reader reader = f.reader();
  RunQuery news;
  const auto all = reader.runs().value();
  for (const record::Run& run : all) news.changed_since = std::max(news.changed_since, run.changed);
  ASSERT_TRUE(f.store.delete_trashed(later()));
  const auto deleted = reader.deleted_runs(news.changed_since).value();
  ASSERT_EQ(deleted.size(), 1U);
  EXPECT_EQ(deleted[0].id, "r");
  EXPECT_TRUE(reader.deleted_runs(deleted[0].changed).value().empty());
  // "r" had the greatest number; what changes now must still have a greater one.
  ASSERT_TRUE(f.store.rename_run("kept", "renamed"));
  EXPECT_EQ(reader.runs(news).value().size(), 1U);
}

TEST(Trash, ExtractTakesLabelsAlongAndLeavesTheTrash) {
  RecordFixture f;
  for (const char* id : {"gone", "kept"}) ASSERT_TRUE(f.store.create_run(small_run(id)));
  ASSERT_TRUE(f.store.set_folder("kept", "masks"));
  ASSERT_TRUE(f.store.trash_run("gone"));
  ASSERT_TRUE(f.store.trash_run("kept"));
  ASSERT_TRUE(extract_run(f.workspace, "kept", f.dir / "target"));
  Reader copy = Reader::open(Workspace::open(f.dir / "target").value()).value();
  const record::Run run = copy.run("kept").value();
  EXPECT_EQ(run.colour, 1);
  EXPECT_EQ(run.folder, "masks");
  EXPECT_FALSE(run.trashed);
}

}  // namespace
}  // namespace ibot::record
