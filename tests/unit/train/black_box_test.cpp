// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/test/temp_dir.h>
#include <ibot/train/black_box.h>

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

namespace ibot::train {
namespace {

TEST(BlackBox, KeepsTheLastStepsAndReadsThemBack) {
  const test::TempDir dir;
  BlackBox box(3);
  for (std::int64_t step = 0; step < 5; ++step) {
    box.add({.step = step,
             .epoch = 1,
             .samples = {7, 18446744073709551615U},
             .loss = 1.5,
             .gradient_norm = 2,
             .lr = 0.1});
  }
  box.add(
      {.step = 5, .epoch = 1, .samples = {9}, .loss = std::nan(""), .gradient_norm = HUGE_VAL, .lr = 0.1});
  ASSERT_TRUE(
      box.write(dir / "black_box.json", "run-1", "the loss of step 6 is not finite", 42, "checkpoints/a"));
  const auto file = BlackBox::read(dir / "black_box.json");
  ASSERT_TRUE(file) << file.error().to_text();
  EXPECT_EQ(file->run, "run-1");
  EXPECT_EQ(file->seed, 42U);
  ASSERT_EQ(file->steps.size(), 3U);
  EXPECT_EQ(file->steps.front().step, 3);
  EXPECT_EQ(file->steps.front().samples.back(), 18446744073709551615U);
  EXPECT_TRUE(std::isnan(file->steps.back().loss));
  EXPECT_TRUE(std::isinf(file->steps.back().gradient_norm));
}

TEST(BlackBox, RefusesWhatItDidNotWrite) {
  const test::TempDir dir;
  std::ofstream(dir / "a.json") << "{\"format\": \"other\"}";
  EXPECT_EQ(BlackBox::read(dir / "a.json").error().code, base::ErrorCode::Unsupported);
  std::ofstream(dir / "b.json") << "{\"format\": \"ibot-black-box-1\", \"steps\": 3}";
  EXPECT_EQ(BlackBox::read(dir / "b.json").error().code, base::ErrorCode::Corrupt);
  std::ofstream(dir / "c.json") << "not json";
  EXPECT_EQ(BlackBox::read(dir / "c.json").error().code, base::ErrorCode::Corrupt);
  EXPECT_EQ(BlackBox::read(dir / "missing.json").error().code, base::ErrorCode::NotFound);
}

}  // namespace
}  // namespace ibot::train
