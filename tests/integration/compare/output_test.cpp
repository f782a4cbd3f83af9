// SPDX-License-Identifier: GPL-3.0-or-later
// Where commands write, and what they leave alone.
#include "compare_program.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <string>

namespace ibot::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Outputs : public CompareProgram {};

TEST_F(Outputs, NoneReplacesARecordOrGoesAmongRuns) {
  const std::string record = workspace.record_file().string();
  std::filesystem::create_directories(workspace.runs_folder() / "r");
  std::filesystem::create_symlink(record, dir / "link.csv");
  const std::string among = (workspace.runs_folder() / "r" / "table.csv").string();
  for (const std::string& command :
       {std::string("compare masks --out "), std::string("report masks --out "),
        std::string("bundle create masks --out "), std::string("extract none-0 --out "),
        std::string("export none-0 --overwrite --out "), std::string("inspect history none-0 --out ")}) {
    const Said said = run(command + "'" + record + "'");
    EXPECT_EQ(said.code, 2) << command << ": " << said.text;
  }
  for (const std::string& file : {std::string("link.csv"), record + "-wal", among})
    EXPECT_EQ(run("compare masks --out '" + file + "'").code, 2) << file;
  EXPECT_FALSE(std::filesystem::exists(among));
  EXPECT_EQ(run("compare none-0 none-1 --out ''").code, 2);
  EXPECT_EQ(run("report masks --out ''").code, 2);
  EXPECT_EQ(run("bundle create masks --out ''").code, 2);
  EXPECT_EQ(run("compare masks").code, 0) << "the record is whole";
  EXPECT_EQ(run("compare masks --out '" + (workspace.folder() / "masks.csv").string() + "'").code, 0);
}

TEST_F(Outputs, FollowLinks) {
  std::filesystem::create_directory(dir / "there");
  base::write_file_atomically(dir / "there" / "masks.ibot", std::string_view("old")).value();
  std::filesystem::create_symlink("there/masks.ibot", dir / "masks.ibot");
  ASSERT_EQ(run("bundle create masks --out masks.ibot").code, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(dir / "masks.ibot"));
  EXPECT_EQ(run("bundle open there/masks.ibot").code, 0);
}

TEST_F(Outputs, GoThroughPipes) {
  ASSERT_EQ(::mkfifo((dir / "pipe").c_str(), 0600), 0);
  const auto through_pipe = [&](const std::string& words) {
    const std::string here = dir.path().string() + "/";
    const Said said =
        run(words + " --out pipe >said 2>&1 & timeout 60 cat '" + here + "pipe' >'" + here + "got'; wait $!");
    EXPECT_EQ(said.code, 0) << words << read("said");
    EXPECT_TRUE(std::filesystem::is_fifo(dir / "pipe")) << words;
  };
  through_pipe("compare none-0 block-0 --format csv");
  EXPECT_THAT(read("got"), HasSubstr("mask.plugin"));
  through_pipe("bundle create none-0");
  EXPECT_EQ(run("bundle open got").code, 0);
}

TEST_F(Outputs, ThatTheSystemDoesNotTakeAreErrors) {
  // The numbers of the device on which there is never room.
  if (::mknod((dir / "full").c_str(), S_IFCHR | 0600, makedev(1, 7)) != 0)
    GTEST_SKIP() << "only root makes devices";
  const int fd = ::open((dir / "full").c_str(), O_WRONLY);
  if (fd < 0) GTEST_SKIP() << "no devices on this file system";
  ::close(fd);
  for (const char* words : {"compare masks", "study list", "compare masks --curves loss", "--help"})
    EXPECT_EQ(run(std::string(words) + " >full").code, 5) << words;
  EXPECT_EQ(run("compare masks --out full").code, 5);
  EXPECT_EQ(run("bundle create masks --out full").code, 5);
  EXPECT_TRUE(std::filesystem::is_character_file(dir / "full"));
}

TEST_F(Outputs, HoldNoControlCharactersOfSomebodyElse) {
  ASSERT_EQ(
      run("study put masks none-0 --question \"$(printf 'red\\033[31m \\302\\233 caf\\303\\251')\"").code, 0);
  const Said list = run("study list");
  EXPECT_THAT(list.text, AllOf(HasSubstr("red\\u001b[31m \\u009b caf\u00e9"), Not(HasSubstr("\x1b"))));
  const auto json = nlohmann::json::parse(run("study list --json").text, nullptr, false);
  ASSERT_TRUE(json.is_array());
  EXPECT_EQ(json[0]["question"], "red\x1b[31m \u009b caf\u00e9");
  for (const char* words : {"rename none-0", "tag none-0", "study put"}) {
    const Said said = run(std::string(words) + " \"$(printf 'a\\033[31m')\"" +
                          (std::string(words) == "study put" ? " none-0" : ""));
    EXPECT_EQ(said.code, 2) << words << said.text;
  }
  EXPECT_EQ(run("folder \"$(printf 'a\\nb')\" none-0").code, 2);
}

}  // namespace
}  // namespace ibot::test
