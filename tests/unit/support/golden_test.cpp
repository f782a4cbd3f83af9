// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/file.h>
#include <ibot/test/golden.h>
#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace ibot::test {
namespace {

using ::testing::HasSubstr;

// A case folder with the given rule as its tolerance, and the tensor out.x = {1, 2}.
GoldenCase case_with_tolerance(const TempDir& dir, const std::string& rule) {
  base::write_file_atomically(dir / "case.json",
                              R"({"kind": "demo", "settings": {"k": 3}, "tolerance": )" + rule + "}")
      .value();
  const std::vector<float> values{1, 2};
  const std::vector<weights::TensorView> tensors{
      {"out.x", weights::DType::F32, {2, 1}, std::as_bytes(std::span(values))}};
  weights::write_safetensors(dir / "case.safetensors", tensors).value();
  return GoldenCase(dir.path());
}

TEST(GoldenCase, GivesSettingsAndTensors) {
  const TempDir dir;
  const GoldenCase golden = case_with_tolerance(dir, R"("exact")");
  EXPECT_EQ(golden.kind(), "demo");
  EXPECT_EQ(golden.settings().at("k"), 3);
  EXPECT_TRUE(golden.has("out.x"));
  EXPECT_FALSE(golden.has("out.y"));
  EXPECT_EQ(golden.doubles("out.x"), (std::vector<double>{1, 2}));
  EXPECT_EQ(golden.shape("out.x"), (std::vector<std::int64_t>{2, 1}));
  EXPECT_EQ(golden.keys("out."), std::vector<std::string>{"out.x"});
  EXPECT_TRUE(golden.keys("in.").empty());
  EXPECT_THROW(golden.tensor("out.y"), base::Exception);
}

TEST(GoldenCase, UnderstandsEveryFormOfTolerance) {
  const TempDir dir;
  EXPECT_EQ(case_with_tolerance(dir, R"("exact")").tolerance().absolute, 0);
  EXPECT_EQ(
      case_with_tolerance(dir, R"({"atol": 1e-3, "rtol": 1e-2, "for": "all"})").tolerance("out.x").relative,
      1e-2);

  const GoldenCase groups = case_with_tolerance(
      dir,
      R"({"loss, center": {"atol": 1}, "student/teacher state": {"atol": 2}, "acc": "exact", "pixels": "at most 5"})");
  EXPECT_EQ(groups.tolerance("out.step0.center").absolute, 1);
  EXPECT_EQ(groups.tolerance("teacher").absolute, 2);
  EXPECT_EQ(groups.tolerance("out.acc").absolute, 0);
  EXPECT_THROW(groups.tolerance("out.pixels"), base::Exception);
  EXPECT_THROW(groups.tolerance("out.center2"), base::Exception);
  EXPECT_THROW(case_with_tolerance(dir, R"("the test decides")").tolerance(), base::Exception);
}

TEST(CloseTo, PrintsFirstAndWorst) {
  const std::vector<double> expected{1, 2, 3, 4};
  const auto result = close_to(std::vector<double>{1, 2.5, 3, 9}, expected, {0.1, 0}, "loss");
  ASSERT_FALSE(result);
  EXPECT_THAT(result.message(), HasSubstr("loss: 2 of 4 values differ"));
  EXPECT_THAT(result.message(), HasSubstr("first: [1] 2.5, expected 2"));
  EXPECT_THAT(result.message(), HasSubstr("worst: [3] 9, expected 4"));
}

TEST(CloseTo, TakesNanForNanAlone) {
  const std::vector<double> nan{std::nan("")};
  EXPECT_TRUE(close_to(nan, nan, {}, "x"));
  EXPECT_FALSE(close_to(nan, std::vector<double>{1}, {1, 1}, "x"));
  EXPECT_FALSE(close_to(std::vector<double>{1}, nan, {1, 1}, "x"));
  EXPECT_FALSE(close_to(std::vector<double>{1, 2}, std::vector<double>{1}, {1, 1}, "x"));
}

TEST(CloseTo, AddsAbsoluteAndRelative) {
  EXPECT_TRUE(close_to(std::vector<double>{111}, std::vector<double>{100}, {1, 0.1}, "x"));
  EXPECT_FALSE(close_to(std::vector<double>{111.1}, std::vector<double>{100}, {1, 0.1}, "x"));
}

}  // namespace
}  // namespace ibot::test
