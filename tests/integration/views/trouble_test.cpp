// SPDX-License-Identifier: GPL-3.0-or-later
// Commands around what goes wrong: plugins that refuse, throw, crash or are missing, devices and pictures
// that are not there. What can be known before a run is recorded is said then; what cannot is named
// afterwards.
#include "program.h"

#include <ibot/base/file.h>
#include <ibot/test/small_disk.h>
#include <ibot/test/temp_dir.h>
#include <ibot/train/device.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>

namespace ibot::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct Said : Finished {
  std::string errors;
};

class Trouble : public testing::Test {
 protected:
  Trouble() {
    ::setenv("XDG_STATE_HOME", (folder_ / "state").c_str(), 1);
    show_plugin(true);
  }
  ~Trouble() override {
    show_plugin(false);
    ::unsetenv("XDG_STATE_HOME");
  }

  static void show_plugin(bool shown) {
    const auto build = std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path();
    if (shown) {
      ::setenv("IBOT_PLUGIN_PATH", (build / "lib/fixtures/troubled").c_str(), 1);
    } else {
      ::unsetenv("IBOT_PLUGIN_PATH");
    }
  }

  std::string workspace() const { return folder_ / "workspace"; }

  Said say(std::vector<std::string> arguments) const {
    testing::internal::CaptureStderr();
    Said said;
    static_cast<Finished&>(said) = run_program(std::move(arguments));
    said.errors = testing::internal::GetCapturedStderr();
    return said;
  }

  /// `ibot plan` or `train` of the small recipe with the troubled plugin.
  Said with_plugin(const std::string& command, const std::string& when,
                   const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {
        command, recipe(),   "--set", "mask={plugin: troubled}", "--set", "mask.when=" + when,
        "-w",    workspace()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return say(arguments);
  }

  nlohmann::json runs() const {
    if (!std::filesystem::exists(std::filesystem::path(workspace()) / "record.sqlite"))
      return nlohmann::json::array();
    return nlohmann::json::parse(run_program({"runs", "--json", "-w", workspace()}).output, nullptr, false);
  }

  std::string recipe() const {
    return (std::filesystem::path(trained_workspace().folder).parent_path() / "recipe.yaml").string();
  }

  TempDir folder_;
};

TEST_F(Trouble, WhatAConstructorRefusesIsAMistakeOfThePlan) {
  for (const char* command : {"plan", "train"}) {
    const Said said = with_plugin(command, "constructed");
    EXPECT_EQ(said.code, 2) << command;
    EXPECT_THAT(said.errors, HasSubstr("error: mask: masking plugin troubled: when is constructed (expected: "
                                       "never)"))
        << command;
  }
  EXPECT_EQ(runs(), nlohmann::json::array());
  EXPECT_EQ(with_plugin("plan", "never").code, 0);
}

TEST_F(Trouble, WhatFillThrowsNamesThePlugin) {
  const Said unknown = with_plugin("train", "unknown", {"--name", "one"});
  EXPECT_EQ(unknown.code, 7);
  EXPECT_THAT(unknown.errors, HasSubstr("masking plugin troubled: an exception of unknown type was thrown"));
  const Said exception = with_plugin("train", "exception", {"--name", "two"});
  EXPECT_EQ(exception.code, 7);
  EXPECT_THAT(exception.errors, AllOf(HasSubstr("masking plugin troubled"), HasSubstr("the mask broke")));
  const Said corrupt = with_plugin("train", "corrupt", {"--name", "three"});
  EXPECT_EQ(corrupt.code, 4) << "the documented code of bad data";
  EXPECT_THAT(corrupt.errors, HasSubstr("masking plugin troubled: its table cannot be read"));
  EXPECT_EQ(runs().size(), 3U);
}

TEST_F(Trouble, ACrashIsNamedByItsSignal) {
  const Said said = with_plugin("train", "crash");
  EXPECT_EQ(said.code, 5);
  EXPECT_THAT(said.errors, AllOf(HasSubstr("died"), HasSubstr("it crashed: SIGSEGV")));
  const nlohmann::json all = runs();
  ASSERT_EQ(all.size(), 1U);
  const std::string id = all[0]["id"];
  const Said shown = say({"show", id, "-w", workspace()});
  EXPECT_THAT(shown.output, HasSubstr("it crashed: SIGSEGV"));
}

TEST_F(Trouble, ARunWhosePluginIsMissingIsLeftAsItIsAndCanBeLookedAt) {
  ASSERT_EQ(with_plugin("train", "never", {"--set", "train.steps_limit=3"}).code, 0);
  const std::string id = runs()[0]["id"];
  show_plugin(false);
  const nlohmann::json before = runs();
  EXPECT_EQ(before[0]["state"], "stopped");
  for (const auto& command : {std::vector<std::string>{"resume", id}, {"extend", id, "--steps", "3"}}) {
    std::vector<std::string> arguments = command;
    arguments.insert(arguments.end(), {"-w", workspace()});
    const Said said = say(arguments);
    EXPECT_EQ(said.code, 2) << command.front();
    EXPECT_THAT(said.errors, HasSubstr("there is no masking plugin \"troubled\"")) << command.front();
  }
  EXPECT_EQ(runs(), before);

  const std::string picture = trained_workspace().picture;
  EXPECT_EQ(run_program({"inspect", "attention", id, "--image", picture, "--json", "-w", workspace()}).code,
            0);
  EXPECT_EQ(run_program({"eval", id, "--set", "k=[2]", "--dry", "-w", workspace()}).code, 0);
  const Said masked = say({"inspect", "prediction", id, "--image", picture, "--json", "-w", workspace()});
  EXPECT_NE(masked.code, 0) << "a view that draws masks";
  EXPECT_THAT(masked.errors, HasSubstr("there is no masking plugin \"troubled\""));

  show_plugin(true);
  ASSERT_EQ(say({"plugins", "--disable", "masking/troubled"}).code, 0);
  const Said off = with_plugin("plan", "never");
  EXPECT_EQ(off.code, 2);
  EXPECT_THAT(off.errors, AllOf(HasSubstr("the masking plugin \"troubled\" is there, but it is off: it was "
                                          "switched off"),
                                HasSubstr("ibot plugins --enable masking/troubled")));
}

TEST_F(Trouble, ADeviceThatIsNotHereIsSaidBeforeARunIsRecorded) {
  if (train::check_device("cuda")) GTEST_SKIP() << "there is a GPU";
  const std::vector<std::string> gpu = {"--set", "train.device=cuda", "-w", workspace()};
  std::vector<std::string> plan = {"plan", recipe()}, train = {"train", recipe()};
  plan.insert(plan.end(), gpu.begin(), gpu.end());
  train.insert(train.end(), gpu.begin(), gpu.end());
  const Said planned = say(plan);
  EXPECT_EQ(planned.code, 0) << "it may be meant for another machine";
  EXPECT_THAT(planned.errors, HasSubstr("warning: train.device: train.device is cuda"));
  const Said trained = say(train);
  EXPECT_EQ(trained.code, 2);
  EXPECT_THAT(trained.errors, HasSubstr("error: train.device: train.device is cuda"));
  EXPECT_EQ(runs(), nlohmann::json::array());
}

TEST_F(Trouble, PicturesThatCannotBeReadAreBadData) {
  for (int i = 0; i < 12; ++i) {
    const auto file = folder_ / ("pictures/" + std::to_string(i) + ".jpg");
    std::filesystem::create_directories(file.parent_path());
    ASSERT_TRUE(base::write_file_atomically(file, std::string_view("no picture")));
  }
  const Said said =
      say({"train", recipe(), "--set", "data.path=" + (folder_ / "pictures").string(), "--set",
           "data.split=''", "--set", "data.kind=pictures", "--set", "evaluators=[]", "-w", workspace()});
  EXPECT_EQ(said.code, 4) << said.errors;
  EXPECT_THAT(said.errors, HasSubstr("readable picture"));
}

TEST_F(Trouble, PicturesThatFindThemselvesAreWarnedOf) {
  const TrainedWorkspace& made = trained_workspace();
  const std::string trained = made.folder.string();
  const Said same = say({"eval", "small", "--set", "train_path=" + made.pictures, "--set",
                         "val_path=" + made.pictures, "--set", "k=[2]", "--dry", "-w", trained});
  EXPECT_EQ(same.code, 0) << same.errors;
  EXPECT_THAT(same.errors, HasSubstr("each finds itself among its neighbours"));
  const Said other = say({"eval", "small", "--set", "k=[2]", "--dry", "-w", trained});
  EXPECT_EQ(other.code, 0) << other.errors;
  EXPECT_THAT(other.errors, Not(HasSubstr("finds itself")));
}

TEST_F(Trouble, ARecordThatIsOnlyReadIsTheReasonThatIsGiven) {
  ASSERT_EQ(with_plugin("train", "never", {"--set", "train.steps_limit=3"}).code, 0);
  const std::string id = runs()[0]["id"];
  // What marks an opened bundle; rights would not stop root.
  ASSERT_TRUE(base::write_file_atomically(std::filesystem::path(workspace()) / "bundle.json",
                                          std::string_view("{}")));
  const Said said = say({"resume", id, "-w", workspace()});
  EXPECT_EQ(said.code, 5);
  EXPECT_THAT(said.errors, AllOf(HasSubstr("is only read"), Not(HasSubstr("before it had begun"))));
}

// Neither a checkpoint nor a command has room then.
TEST_F(Trouble, ATrainerOnAFullDiskCanStillBeStopped) {
  const SmallDisk disk(folder_ / "disk", "24m");
  if (disk.path().empty()) GTEST_SKIP() << "mounting a tmpfs is not allowed here";
  const std::string there = disk.path() / "workspace";
  ASSERT_EQ(
      say({"train", recipe(), "--name", "long", "--detach", "--set", "train.epochs=5000", "-w", there}).code,
      0);
  ASSERT_EQ(say({"checkpoint", "long", "-w", there}).code, 0);
  disk.fill();
  const Said stop = say({"stop", "long", "-w", there});
  EXPECT_EQ(stop.code, 5) << stop.output;
  EXPECT_THAT(stop.errors, AllOf(HasSubstr("disk or quota is full"), HasSubstr("ibot stop --now")));
  const Said now = say({"stop", "--now", "long", "-w", there});
  EXPECT_EQ(now.code, 0) << now.errors;
  EXPECT_THAT(now.output, HasSubstr("stopped"));

  std::filesystem::remove(disk.path() / "filler");
  const Said again = say({"resume", "long", "--detach", "-w", there});
  EXPECT_EQ(again.code, 0) << again.errors;
  EXPECT_EQ(say({"stop", "long", "-w", there}).code, 0) << "with room it saves and ends";
}

}  // namespace
}  // namespace ibot::test
