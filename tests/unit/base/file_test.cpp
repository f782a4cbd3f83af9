// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/file.h>
#include <ibot/test/temp_dir.h>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
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

TEST(AtomicFile, WritesToWhereALinkLeads) {
  const test::TempDir dir;
  std::filesystem::create_directories(dir / "there");
  ASSERT_TRUE(write_file_atomically(dir / "there" / "a.txt", std::string_view("old")));
  std::filesystem::create_symlink("there/a.txt", dir / "near");
  std::filesystem::create_symlink(dir / "near", dir / "far");
  ASSERT_TRUE(write_file_atomically(dir / "far", std::string_view("new")));
  EXPECT_EQ(read_text_file(dir / "there" / "a.txt").value(), "new");
  EXPECT_TRUE(std::filesystem::is_symlink(dir / "far") && std::filesystem::is_symlink(dir / "near"));
  EXPECT_EQ(entries(dir / "there"), 1U);
  std::filesystem::create_symlink("there/yet-to-be-made", dir / "dangling");
  ASSERT_TRUE(write_file_atomically(dir / "dangling", std::string_view("made")));
  EXPECT_EQ(read_text_file(dir / "there" / "yet-to-be-made").value(), "made");
  std::filesystem::create_symlink("b", dir / "a");
  std::filesystem::create_symlink("a", dir / "b");
  EXPECT_EQ(write_file_atomically(dir / "a", std::string_view("x")).error().code, ErrorCode::Io);
}

TEST(AtomicFile, WritesIntoAPipeAndLeavesItThere) {
  const test::TempDir dir;
  ASSERT_EQ(::mkfifo((dir / "pipe").c_str(), 0600), 0);
  const int reader = ::open((dir / "pipe").c_str(), O_RDWR | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  EXPECT_TRUE(write_file_atomically(dir / "pipe", std::string_view("through")));
  std::array<char, 64> buffer{};
  const ssize_t count = ::read(reader, buffer.data(), buffer.size());
  ::close(reader);
  EXPECT_EQ(std::string_view(buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0), "through");
  EXPECT_TRUE(std::filesystem::is_fifo(dir / "pipe"));
  EXPECT_EQ(entries(dir.path()), 1U);
}

TEST(AtomicFile, WritesIntoADeviceAndSaysThatItIsFull) {
  const test::TempDir dir;
  // The numbers of the device on which there is never room.
  if (::mknod((dir / "full").c_str(), S_IFCHR | 0600, makedev(1, 7)) != 0)
    GTEST_SKIP() << "only root makes devices";
  const int fd = ::open((dir / "full").c_str(), O_WRONLY);
  if (fd < 0) GTEST_SKIP() << "no devices on this file system";
  ::close(fd);
  const Status status = write_file_atomically(dir / "full", std::string_view("x"));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::OutOfSpace);
  EXPECT_TRUE(std::filesystem::is_character_file(dir / "full"));
}

TEST(AtomicFile, NeverReplacesADatabase) {
  const test::TempDir dir;
  const std::string database = std::string("SQLite format 3\0", 16) + "and its pages";
  std::ofstream(dir / "record.sqlite") << database;
  std::filesystem::create_symlink("record.sqlite", dir / "link.txt");
  for (const char* name : {"record.sqlite", "link.txt"}) {
    const Status status = write_file_atomically(dir / name, std::string_view("x"));
    ASSERT_FALSE(status) << name;
    EXPECT_EQ(status.error().code, ErrorCode::InvalidArgument);
  }
  EXPECT_EQ(read_text_file(dir / "record.sqlite").value(), database);
  std::ofstream(dir / "text.txt") << "SQLite format 3, in words";
  EXPECT_TRUE(write_file_atomically(dir / "text.txt", std::string_view("x")));
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
