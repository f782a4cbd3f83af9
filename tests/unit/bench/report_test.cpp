// SPDX-License-Identifier: GPL-3.0-or-later
#include "report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::bench {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Report example() {
  Report report;
  report.bench = "step";
  report.unit = "images";
  report.settings = {{"batch", 8}};
  report.rounds = {.rounds = 2, .iterations = 1, .warmup = 0};
  report.comparison.ours.measurements = {{2, 6, {{"forward", 1.2}}}, {2, 6, {{"forward", 1.2}}}};
  report.comparison.reference.measurements = {{2, 3, {}}, {2, 4, {}}};
  report.our_memory = {.before = 1'000'000'000, .peak = 2'500'000'000};
  report.reference_memory = MemoryUse{.before = 500'000'000, .peak = 3'500'000'000};
  report.reference = nlohmann::json{{"name", "published"}, {"threads", 2}};
  report.notes = {{"GEMM rate", 372.4, "GF/s"}};
  return report;
}

TEST(Report, TextHasRatesRatioMemoryStagesAndNotes) {
  const std::string text = example().to_text();
  EXPECT_THAT(text, HasSubstr("bench step: images/s, 2 rounds of 1 iteration\n"));
  EXPECT_THAT(
      text, HasSubstr("ratio                       1.75        quartiles 1.62 .. 1.88, range 1.50 .. 2.00"));
  EXPECT_THAT(text, HasSubstr("memory, ratio               0.50"));
  EXPECT_THAT(text, HasSubstr("  forward                   200 ms"));
  EXPECT_THAT(text, HasSubstr("GEMM rate                   372 GF/s"));
  EXPECT_THAT(text, HasSubstr("published, threads 2"));
}

TEST(Report, WithoutReferenceThereIsNoRatio) {
  Report report = example();
  report.reference.reset();
  report.reference_memory.reset();
  report.comparison.reference.measurements.clear();
  EXPECT_THAT(report.to_text(), Not(HasSubstr("\n  ratio")));
  EXPECT_FALSE(report.to_json().contains("ratio"));
}

TEST(Report, JsonKeepsEveryRound) {
  const nlohmann::json json = example().to_json();
  EXPECT_EQ(json.at("ratios"), nlohmann::json({2.0, 1.5}));
  EXPECT_DOUBLE_EQ(json.at("ratio").at("median"), 1.75);
  EXPECT_EQ(json.at("ours").at("memory").at("added"), 1'500'000'000);
  EXPECT_DOUBLE_EQ(json.at("notes").at("GEMM rate").at("value"), 372.4);
}

}  // namespace
}  // namespace ibot::bench
