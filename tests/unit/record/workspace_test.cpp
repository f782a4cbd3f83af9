// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/record/file_system.h>
#include <ibot/record/output_file.h>
#include <ibot/record/record_file.h>
#include <ibot/record/workspace.h>
#include <ibot/test/temp_dir.h>

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace ibot::record {
namespace {

TEST(Workspace, MakesItsFolders) {
  const test::TempDir dir;
  const auto workspace = Workspace::create(dir / "a" / "b").value();
  ASSERT_TRUE(workspace.create_run_folders("20260101-000000-abcdef"));
  EXPECT_TRUE(std::filesystem::is_directory(workspace.checkpoints_folder("20260101-000000-abcdef")));
  EXPECT_TRUE(std::filesystem::is_directory(workspace.snapshots_folder("20260101-000000-abcdef")));
  EXPECT_EQ(workspace.log_file("r"), dir / "a" / "b" / "runs" / "r" / "log.txt");
}

TEST(Workspace, OpensOnlyWhatHoldsARecord) {
  const test::TempDir dir;
  EXPECT_EQ(Workspace::open(dir / "missing").error().code, base::ErrorCode::NotFound);
  EXPECT_EQ(Workspace::open(dir.path()).error().code, base::ErrorCode::NotFound);
  std::ofstream(dir / "record.sqlite") << "anything";
  EXPECT_TRUE(Workspace::open(dir.path()));
  EXPECT_EQ(Workspace::create(dir / "record.sqlite").error().code, base::ErrorCode::InvalidArgument);
}

TEST(Workspace, IsGoneWhereAnotherFileLies) {
  const test::TempDir dir;
  const auto workspace = Workspace::create(dir / "w").value();
  std::ofstream(workspace.record_file()) << "a record";
  const RecordFile file(workspace);
  EXPECT_TRUE(file.is_still_there());
  std::filesystem::rename(dir / "w", dir / "moved");
  EXPECT_FALSE(file.is_still_there()) << "moved";
  std::filesystem::create_directories(dir / "w");
  std::ofstream(workspace.record_file()) << "a record";
  EXPECT_FALSE(file.is_still_there()) << "another one in its place";
  std::filesystem::remove_all(dir / "w");
  std::filesystem::rename(dir / "moved", dir / "w");
  EXPECT_TRUE(file.is_still_there()) << "back again";
}

TEST(Workspace, OutputsDoNotGoWhereRecordAndRunsAre) {
  const test::TempDir dir;
  std::filesystem::create_directories(dir / "w" / "runs" / "r" / "snapshots");
  std::ofstream(dir / "w" / "record.sqlite") << "a record, even a damaged one";
  std::filesystem::create_directory_symlink("w/runs", dir / "link");
  for (const char* name : {"w/record.sqlite", "w/record.sqlite-wal", "w/runs", "w/runs/table.csv",
                           "w/runs/r/snapshots/new/a.npy", "w/x/../runs/a.csv", "link/a.csv", ""}) {
    const base::Status status = check_output_path(*name == '\0' ? std::filesystem::path() : dir / name);
    ASSERT_FALSE(status) << name;
    EXPECT_EQ(status.error().code, base::ErrorCode::InvalidArgument) << name;
  }
  std::filesystem::create_directories(dir / "runs");
  for (const char* name : {"w/table.csv", "w/runs.csv", "table.csv", "runs/table.csv", "missing/table.csv"})
    EXPECT_TRUE(check_output_path(dir / name)) << name;
}

TEST(Workspace, RunIdsAreFolderNames) {
  EXPECT_TRUE(is_valid_run_id("20261123-123456-9f3a1c"));
  for (const char* bad : {"", ".", "..", ".hidden", "a/b", "a b", "a\n", "../x", "ü"}) {
    EXPECT_FALSE(is_valid_run_id(bad)) << bad;
  }
  EXPECT_TRUE(is_valid_run_id(std::string(64, 'x')));
  EXPECT_FALSE(is_valid_run_id(std::string(65, 'x')));
}

TEST(Workspace, RelativePathsStayBelow) {
  EXPECT_TRUE(is_safe_relative_path("checkpoints/step-100.safetensors"));
  for (const char* bad : {"", "/etc/passwd", "..", "a/../../b", "./a", "a/"}) {
    EXPECT_FALSE(is_safe_relative_path(bad)) << bad;
  }
  EXPECT_FALSE(is_safe_relative_path(std::string_view("a\0b", 3)));
}

TEST(FileSystem, NetworkKindsAreKnown) {
  EXPECT_EQ(classify_file_system(0x6969, "nfs4"), (FileSystem{"nfs", true}));
  EXPECT_TRUE(classify_file_system(0xFF534D42, "cifs").network);
  EXPECT_TRUE(classify_file_system(0xFE534D42, "").network);
  EXPECT_TRUE(classify_file_system(0x0BD00BD0, "lustre").network);
  EXPECT_TRUE(classify_file_system(0x65735546, "fuse.sshfs").network);
  EXPECT_TRUE(classify_file_system(0x65735546, "").network);
  EXPECT_EQ(classify_file_system(0x65735546, "fuse.fuse-overlayfs"),
            (FileSystem{"fuse.fuse-overlayfs", false}));
  EXPECT_EQ(classify_file_system(0xEF53, "ext4"), (FileSystem{"ext4", false}));
  EXPECT_EQ(classify_file_system(0xEF53, ""), (FileSystem{"ext4", false}));
  EXPECT_EQ(classify_file_system(0x1234, ""), (FileSystem{"unknown", false}));
}

TEST(FileSystem, MissingPathIsJudgedByItsParent) {
  const test::TempDir dir;
  const auto here = file_system_of(dir.path());
  ASSERT_TRUE(here);
  EXPECT_EQ(file_system_of(dir / "not" / "yet" / "there").value(), *here);
}

}  // namespace
}  // namespace ibot::record
