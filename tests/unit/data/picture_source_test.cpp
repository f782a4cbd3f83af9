// SPDX-License-Identifier: GPL-3.0-or-later
#include "data_files.h"

#include <ibot/data/picture_source.h>
#include <ibot/test/temp_dir.h>

#include <gtest/gtest.h>

namespace ibot::data::test {
namespace {

TEST(PictureSource, KeepsWhatComesFirstWithinItsLimit) {
  const ibot::test::TempDir dir;
  for (int i = 0; i < 3; ++i)
    put_noise(dir / (std::to_string(i) + ".png"), 20, 10, static_cast<std::uint64_t>(i));
  const auto data = open(dir.path()).value();
  PictureSource fresh(*data, 0), cached(*data, 2 * (20 * 10 * 3 + 400));

  image::Image scratch, other;
  for (int epoch = 0; epoch < 2; ++epoch) {
    for (std::int64_t i = 0; i < 3; ++i) {
      const image::Image* picture = cached.load(i, scratch).value();
      EXPECT_EQ(*picture, *fresh.load(i, other).value()) << "picture " << i;
      EXPECT_EQ(picture == &scratch, epoch == 0 || i == 2) << "two pictures fit";
    }
  }
  EXPECT_EQ(cached.statistics().loaded, 6);
  EXPECT_EQ(cached.statistics().decoded, 4);
  EXPECT_LE(cached.statistics().kept_bytes, 2u * (20 * 10 * 3 + 400));
  EXPECT_EQ(fresh.statistics().decoded, 6);
  EXPECT_EQ(fresh.statistics().kept_bytes, 0u);
}

TEST(PictureSource, KeepsNothingOfADataSetThatIsFarTooLarge) {
  const ibot::test::TempDir dir;
  for (int i = 0; i < 9; ++i)
    put_noise(dir / (std::to_string(i) + ".png"), 20, 10, static_cast<std::uint64_t>(i));
  const auto data = open(dir.path()).value();
  PictureSource small(*data, 2 * 20 * 10 * 3), large(*data, 4 * 20 * 10 * 3);
  image::Image scratch;
  for (std::int64_t i = 0; i < 9; ++i) {
    EXPECT_TRUE(small.load(i, scratch));
    EXPECT_TRUE(large.load(i, scratch));
  }
  EXPECT_EQ(small.statistics().kept_bytes, 0u) << "two of nine are less than a quarter";
  EXPECT_GT(large.statistics().kept_bytes, 0u);
}

TEST(PictureSource, PassesErrorsOnAndKeepsNothingOfThem) {
  const ibot::test::TempDir dir;
  put_file(dir / "text.jpg", "this is no picture");
  put_picture(dir / "good.png", 4, 4, {1, 2, 3});
  const auto data = open(dir.path()).value();
  std::filesystem::remove(dir / "good.png");
  PictureSource source(*data, 1 << 20);
  image::Image scratch;
  EXPECT_EQ(source.load(0, scratch).error().code, base::ErrorCode::NotFound);
  EXPECT_EQ(source.load(1, scratch).error().code, base::ErrorCode::Unsupported);
  EXPECT_EQ(source.statistics().kept_bytes, 0u);
}

}  // namespace
}  // namespace ibot::data::test
