// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/file.h>
#include <ibot/test/temp_dir.h>

#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>

namespace ibot::base {
namespace {

std::size_t entries(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
}

TEST(AtomicFile, AppearsWhole) {
  const test::TempDir dir;
  ASSERT_TRUE(write_file_atomically(dir / "a.txt", std::string_view("hello")));
  EXPECT_EQ(read_text_file(dir / "a.txt").value(), "hello");
  EXPECT_EQ(entries(dir.path()), 1U);
}

// Whatever step fails, the old content stays and no partial file is left.
TEST(AtomicFile, FailureAtAnyStepKeepsTheOldFile) {
  for (const FileStep step : {FileStep::Create, FileStep::Write, FileStep::Sync, FileStep::Rename}) {
    const test::TempDir dir;
    ASSERT_TRUE(write_file_atomically(dir / "a.txt", std::string_view("old")));
    set_file_fault_hook(
        [step](FileStep now, const std::filesystem::path&) { return now == step ? ENOSPC : 0; });
    const Status status = write_file_atomically(dir / "a.txt", std::string_view("new"));
    set_file_fault_hook({});
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::OutOfSpace);
    EXPECT_EQ(read_text_file(dir / "a.txt").value(), "old");
    EXPECT_EQ(entries(dir.path()), 1U);
  }
}

TEST(AtomicFile, WhereNothingCanBeWrittenTheSystemRefuses) {
  const test::TempDir dir;
  const Error missing = write_file_atomically(dir / "missing" / "a.txt", std::string_view("x")).error();
  EXPECT_EQ(missing.code, ErrorCode::Io) << "nothing that was asked for was not found";
  EXPECT_NE(missing.hint.find("Make the folder"), std::string::npos) << missing.hint;
  std::filesystem::create_directory(dir / "folder");
  EXPECT_EQ(write_file_atomically(dir / "folder", std::string_view("x")).error().code, ErrorCode::Io);
  EXPECT_EQ(entries(dir.path()), 1U) << "no partial file is left";
}

TEST(ReadFile, SaysWhatIsWrong) {
  const test::TempDir dir;
  EXPECT_EQ(read_file(dir / "missing").error().code, ErrorCode::NotFound);
  EXPECT_EQ(read_file(dir.path()).error().code, ErrorCode::InvalidArgument);
  std::ofstream(dir / "big") << std::string(100, 'x');
  EXPECT_EQ(read_file(dir / "big", 10).error().code, ErrorCode::OutOfSpace);
}

}  // namespace
}  // namespace ibot::base
