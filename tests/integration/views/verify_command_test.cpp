// SPDX-License-Identifier: GPL-3.0-or-later
// `ibot verify`: a run's first steps again, beside its record.
#include "program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sqlite3.h>

#include <filesystem>

namespace ibot::test {
namespace {

using testing::HasSubstr;

TEST(VerifyCommand, FindsTheFirstStepsOfARunAgain) {
  const std::string folder = trained_workspace().folder.string();
  const Finished said = run_program({"verify", "small", "--steps", "4", "--json", "-w", folder});
  EXPECT_EQ(said.code, 0) << said.output;
  const auto json = nlohmann::json::parse(said.output, nullptr, false);
  ASSERT_TRUE(json.is_object()) << said.output;
  EXPECT_EQ(json["equal"], true);
  EXPECT_EQ(json["steps"], 4);
  EXPECT_GT(json["values"], 16);
  EXPECT_TRUE(json["changed_since"].is_null()) << json["changed_since"];
  const Finished words = run_program({"verify", "small", "--steps", "2", "-w", folder});
  EXPECT_THAT(words.output, HasSubstr("Equal to the bit"));
}

// A run that says of itself that it was trained on a GPU: its plan in the record says so.
TEST(VerifyCommand, OfAGpuIsComparedRoughlyOnAProcessor) {
  const std::string folder = trained_workspace().folder.string();
  {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((std::filesystem::path(folder) / "record.sqlite").c_str(), &database), SQLITE_OK);
    EXPECT_EQ(
        sqlite3_exec(database, "UPDATE plan_segments SET plan = replace(plan, 'device: cpu', 'device: cuda')",
                     nullptr, nullptr, nullptr),
        SQLITE_OK);
    EXPECT_GT(sqlite3_changes(database), 0);
    sqlite3_close(database);
  }
  const Finished rough =
      run_program({"verify", "small", "--steps", "3", "--device", "cpu", "--json", "-w", folder});
  EXPECT_EQ(rough.code, 0) << rough.output;
  const auto json = nlohmann::json::parse(rough.output, nullptr, false);
  ASSERT_TRUE(json.is_object()) << rough.output;
  EXPECT_EQ(json["roughly"]["alike"], true);
  EXPECT_EQ(json["roughly"]["recorded_on"], "cuda");
  EXPECT_EQ(json["roughly"]["again_on"], "cpu");
  EXPECT_EQ(json["equal"], true) << "it was trained here in truth";
  const Finished words = run_program({"verify", "small", "--steps", "2", "--device", "cpu", "-w", folder});
  EXPECT_THAT(words.output, AllOf(HasSubstr("no bit-equality"), HasSubstr("Alike")));
  EXPECT_EQ(run_program({"verify", "small", "--device", "abacus", "-w", folder}).code, 2);
}

TEST(VerifyCommand, RefusesWhatItCannotCompare) {
  const std::string folder = trained_workspace().folder.string();
  EXPECT_EQ(run_program({"verify", "nobody", "-w", folder}).code, 3);
  EXPECT_EQ(run_program({"verify", "small", "--steps", "0", "-w", folder}).code, 2);
}

}  // namespace
}  // namespace ibot::test
