// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/bridge/program.h>

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonObject>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using testing::HasSubstr;

/// The program, real or a shell script in its place.
class GuiProgram : public testing::Test {
 protected:
  GuiProgram() {
    QObject::connect(&program, &Program::finished, [this](const ProgramResult& ended) { result = ended; });
    QObject::connect(&program, &Program::said, [this](const QString& line) { last = line; });
  }
  ~GuiProgram() override { qunsetenv("IBOT_PROGRAM"); }
  void fake(const char* script) {
    const std::filesystem::path file = dir / "ibot";
    std::ofstream(file) << "#!/bin/sh\n" << script << '\n';
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    qputenv("IBOT_PROGRAM", QByteArray::fromStdString(file.string()));
  }
  ProgramResult run(const QStringList& arguments) {
    result.reset();
    program.start(arguments);
    EXPECT_TRUE(wait_until([&] { return result.has_value(); }));
    return result.value_or(ProgramResult{});
  }
  std::string why() const { return result ? result->why.toStdString() : "not finished"; }

  test::TempDir dir;
  Program program;
  std::optional<ProgramResult> result;
  QString last;
};

TEST_F(GuiProgram, GivesTheRealProgramsJson) {
  const ProgramResult ended = run({"schema", "optimizer", "--json"});
  EXPECT_TRUE(ended.succeeded) << why();
  EXPECT_GT(ended.json().array().size(), 5);
}

TEST_F(GuiProgram, SaysFailuresInTheProgramsWords) {
  const ProgramResult ended = run({"plan", "/nowhere/recipe.yaml"});
  EXPECT_FALSE(ended.succeeded);
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_THAT(why(), HasSubstr("There is no recipe \"/nowhere/recipe.yaml\""));
}

TEST_F(GuiProgram, NamesTheMistakesOfAConfiguration) {
  fake(
      "echo 'r.yaml:2:3: error: mask.ratio: found 2' >&2\n"
      "echo 'error: the configuration has mistakes (listed above)' >&2; exit 2");
  run({});
  EXPECT_THAT(why(), HasSubstr("mask.ratio: found 2"));
}

TEST_F(GuiProgram, SaysThatItIsMissing) {
  qputenv("IBOT_PROGRAM", "/nowhere/ibot");
  const ProgramResult ended = run({});
  EXPECT_FALSE(ended.succeeded);
  EXPECT_THAT(why(), HasSubstr("/nowhere/ibot"));
  EXPECT_FALSE(program.is_running());
}

TEST_F(GuiProgram, CancelsAChildThatHangsAtOnce) {
  fake("trap '' TERM; echo begun >&2; i=0; while [ $i -lt 99 ]; do i=$((i+1)); sleep 0.05; done");
  program.start({});
  ASSERT_TRUE(wait_until([&] { return last == "begun"; }));
  QElapsedTimer clock;
  clock.start();
  program.cancel();
  EXPECT_LT(clock.elapsed(), 100);
  ASSERT_TRUE(result.has_value());
  EXPECT_TRUE(result->cancelled);
  EXPECT_FALSE(program.is_running());
}

TEST_F(GuiProgram, EndsAChildThatHangsLongerThanTheLimit) {
  fake("sleep 100");
  program.set_time_limit(200);
  run({});
  EXPECT_THAT(why(), HasSubstr("has not answered"));
  EXPECT_FALSE(result->cancelled);
}

TEST_F(GuiProgram, EndsAChildThatFloods) {
  fake("exec yes ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");
  run({});
  EXPECT_THAT(why(), HasSubstr("more than 16 MB"));
}

TEST_F(GuiProgram, KeepsTheEndOfAFloodOfErrors) {
  fake(
      "i=0; while [ $i -lt 20000 ]; do echo line $i >&2; i=$((i+1)); done; echo 'error: the end' >&2; exit "
      "5");
  const ProgramResult ended = run({});
  EXPECT_EQ(ended.exit_code, 5);
  EXPECT_LE(ended.details.size(), Program::kMostErrors);
  EXPECT_EQ(why(), "The end");
}

TEST_F(GuiProgram, SaysThatAChildDied) {
  fake("kill -9 $$");
  run({});
  EXPECT_THAT(why(), HasSubstr("ended by a signal"));
  fake("exit 6");
  run({});
  EXPECT_EQ(why(), "A loss was not finite.");
}

}  // namespace
}  // namespace ibot::ui
