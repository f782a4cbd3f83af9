// SPDX-License-Identifier: GPL-3.0-or-later
// Records that earlier versions wrote.
#include "fixture.h"

#include <ibot/base/file.h>
#include <ibot/record/extract.h>
#include <ibot/record/study.h>
#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

namespace ibot::record {
namespace {

using testing::ElementsAre;

class Version1 : public testing::Test {
 protected:
  Version1() : workspace(Workspace::create(dir.path()).value()) {
    const std::string sql =
        base::read_text_file(test::source_dir() / "tests/fixtures/records/version_1.sql").value();
    sqlite3* handle = nullptr;
    EXPECT_EQ(sqlite3_open(workspace.record_file().c_str(), &handle), SQLITE_OK);
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK) << message;
    EXPECT_EQ(sqlite3_close(handle), SQLITE_OK);
  }
  test::TempDir dir;
  Workspace workspace;
};

TEST_F(Version1, ReaderReadsACopyAndChangesNothing) {
  const auto before = base::read_file(workspace.record_file()).value();
  Reader reader = Reader::open(workspace).value();
  EXPECT_EQ(reader.mode(), ReadMode::Copy);
  EXPECT_THAT(reader.mode_text(), testing::HasSubstr("an earlier version"));
  EXPECT_EQ(reader.run("second").value().colour, 1);
  EXPECT_TRUE(reader.queue().value().items.empty());
  EXPECT_TRUE(read_studies(workspace).value().empty());
  EXPECT_EQ(base::read_file(workspace.record_file()).value(), before);

  ReaderOptions options;
  options.file_system = FileSystem{"nfs", true};
  EXPECT_EQ(Reader::open(workspace, options).value().runs().value().size(), 2U);
  EXPECT_EQ(base::read_file(workspace.record_file()).value(), before);
}

TEST_F(Version1, IsExtractedAsItLies) {
  const auto before = base::read_file(workspace.record_file()).value();
  test::TempDir other;
  ExtractOptions options;
  options.snapshots = 0;
  const auto report = extract_run(workspace, "second", other / "extract", options);
  ASSERT_TRUE(report) << report.error().to_text();
  const Workspace extract = Workspace::open(other / "extract").value();
  EXPECT_EQ(Reader::open(extract).value().runs().value().size(), 1U);
  EXPECT_EQ(base::read_file(workspace.record_file()).value(), before);
}

TEST_F(Version1, IsBroughtUpToDateWithNothingLost) {
  ASSERT_TRUE(Store::open(workspace)) << Store::open(workspace).error().to_text();
  EXPECT_EQ(integrity_of(workspace.record_file()), "ok");
  Reader reader = Reader::open(workspace).value();
  const auto runs = reader.runs().value();
  ASSERT_EQ(runs.size(), 2U);
  const record::Run& second = runs[0];
  EXPECT_EQ(second.id, "second");
  EXPECT_EQ(second.state, State::Completed);
  EXPECT_EQ(second.exit_reason, "planned end");
  EXPECT_THAT(second.tags, ElementsAre("kept"));
  EXPECT_EQ(reader.notes("second").value().at(0).text, "a note from then");
  EXPECT_EQ(reader.curve("second", "loss").value().size(), 2U);
  EXPECT_THAT(reader.children("second").value(), ElementsAre("first"));
}

TEST_F(Version1, GetsLabelsByTheOrderOfCreation) {
  Store store = Store::open(workspace).value();
  store.create_run(small_run("third")).value();
  Reader reader = Reader::open(workspace).value();
  EXPECT_EQ(reader.run("first").value().colour, 0);
  EXPECT_EQ(reader.run("second").value().colour, 1);
  EXPECT_EQ(reader.run("third").value().colour, 2);
  EXPECT_EQ(reader.run("first").value().folder, "");
  EXPECT_FALSE(reader.run("first").value().trashed);
}

}  // namespace
}  // namespace ibot::record
