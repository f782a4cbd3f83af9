// SPDX-License-Identifier: GPL-3.0-or-later
// `ibot verify`: a run's first steps again, beside its record.
#include "program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

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

TEST(VerifyCommand, RefusesWhatItCannotCompare) {
  const std::string folder = trained_workspace().folder.string();
  EXPECT_EQ(run_program({"verify", "nobody", "-w", folder}).code, 3);
  EXPECT_EQ(run_program({"verify", "small", "--steps", "0", "-w", folder}).code, 2);
}

}  // namespace
}  // namespace ibot::test
