// SPDX-License-Identifier: GPL-3.0-or-later
#include "reference_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace ibot::bench {
namespace {

using ::testing::HasSubstr;

constexpr std::chrono::milliseconds kPatient{20000};

/// The command of the stand-in, which is built into the folder of this test.
std::string fake(const std::string& fault = "") {
  const auto folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  return "exec '" + (folder / "bench_fake_reference").string() + "' " + fault;
}

TEST(ReferenceProcess, SpeaksTheProtocol) {
  auto reference = ReferenceProcess::start(fake(), kPatient);
  ASSERT_TRUE(reference) << reference.error().to_text();
  EXPECT_EQ((*reference)->about().at("name"), "fake");
  EXPECT_TRUE((*reference)->prepare("step", {{"batch", 8}}));

  const auto measurement = (*reference)->run(3);
  ASSERT_TRUE(measurement) << measurement.error().to_text();
  EXPECT_DOUBLE_EQ(measurement->seconds, 1.5);
  EXPECT_DOUBLE_EQ(measurement->items, 24);
  EXPECT_DOUBLE_EQ(measurement->stages.at("forward"), 1.125);

  const auto memory = (*reference)->memory();
  ASSERT_TRUE(memory) << memory.error().to_text();
  EXPECT_EQ(memory->added(), 2000U);
}

TEST(ReferenceProcess, CommandThatDoesNotExistIsAnError) {
  const auto reference = ReferenceProcess::start("exec /nonexistent/reference 2>&-", kPatient);
  ASSERT_FALSE(reference);
  EXPECT_THAT(reference.error().message,
              ::testing::AnyOf(HasSubstr("ended before it answered"), HasSubstr("Broken pipe")));
}

TEST(ReferenceProcess, ItsOwnErrorIsPassedOn) {
  auto reference = ReferenceProcess::start(fake("error"), kPatient);
  ASSERT_TRUE(reference);
  const auto prepared = (*reference)->prepare("nonsense", {});
  ASSERT_FALSE(prepared);
  EXPECT_THAT(prepared.error().message, HasSubstr("no such bench: nonsense"));
}

TEST(ReferenceProcess, ChatterOnStandardOutputIsNamed) {
  auto reference = ReferenceProcess::start(fake("garbage"), kPatient);
  ASSERT_TRUE(reference);
  const auto measurement = (*reference)->run(1);
  ASSERT_FALSE(measurement);
  EXPECT_THAT(measurement.error().message, HasSubstr("Loading model..."));
}

TEST(ReferenceProcess, SilenceEndsWithTheTimeout) {
  const auto reference = ReferenceProcess::start(fake("deaf"), std::chrono::milliseconds(100));
  ASSERT_FALSE(reference);
  EXPECT_THAT(reference.error().message, HasSubstr("no answer within 0.1 s"));
}

TEST(ReferenceProcess, DeathInTheMiddleIsAnError) {
  auto reference = ReferenceProcess::start(fake("dies"), kPatient);
  ASSERT_TRUE(reference);
  EXPECT_FALSE((*reference)->run(1));
  EXPECT_FALSE((*reference)->run(1)) << "writing to a dead reference must not end this process";
}

TEST(ReferenceProcess, NegativeTimeIsRefused) {
  auto reference = ReferenceProcess::start(fake("negative"), kPatient);
  ASSERT_TRUE(reference);
  const auto measurement = (*reference)->run(1);
  ASSERT_FALSE(measurement);
  EXPECT_THAT(measurement.error().message, HasSubstr("\"seconds\""));
}

}  // namespace
}  // namespace ibot::bench
