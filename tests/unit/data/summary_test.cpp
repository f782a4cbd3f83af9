// SPDX-License-Identifier: GPL-3.0-or-later
#include "data_files.h"

#include <ibot/data/summary.h>
#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace ibot::data::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Summary, CountsClassesAndSides) {
  const ibot::test::TempDir dir;
  put_picture(dir / "cat/1.png", 40, 100, {0, 0, 0});
  put_picture(dir / "cat/2.png", 63, 64, {0, 0, 0});
  put_picture(dir / "dog/1.png", 300, 200, {0, 0, 0});
  put_file(dir / "cat/3.jpg", "text");
  const auto data = open(dir.path()).value();
  const DatasetSummary summary = summarise(*data).value();
  EXPECT_EQ(summary.pictures, 4);
  EXPECT_THAT(summary.class_sizes, ElementsAre(3, 1));
  EXPECT_EQ(summary.png, 3);
  EXPECT_EQ(summary.median_shorter_side, 63);
  ASSERT_EQ(summary.unreadable.size(), 1u);
  EXPECT_EQ(summary.sentence(), "4 pictures in 2 classes, 40 x 100 to 300 x 200, 1 cannot be read.");
  const std::string text = summary.to_text();
  EXPECT_THAT(text, HasSubstr("2 classes of 1 to 3 pictures"));
  EXPECT_THAT(text, HasSubstr("median 63 px (from 32: 2, from 64: 0, from 128: 1)"));
  EXPECT_THAT(text, HasSubstr("cannot read cat/3.jpg"));
}

TEST(Summary, FindsPicturesThatAreCutOff) {
  const ibot::test::TempDir dir;
  for (const char* name : {"sound.png", "cut.png", "trailing.png"}) put_noise(dir / name, 32, 32, 1);
  std::filesystem::resize_file(dir / "cut.png", std::filesystem::file_size(dir / "cut.png") - 200);
  std::ofstream(dir / "trailing.png", std::ios::app) << "what some cameras append";
  put_file(dir / "empty.png", "");
  const auto data = open(dir.path()).value();
  std::vector<PictureSize> sizes;
  SummaryOptions options;
  options.probed = [&](std::span<const PictureSize> next) {
    sizes.insert(sizes.end(), next.begin(), next.end());
  };
  const DatasetSummary summary = summarise(*data, options).value();
  ASSERT_EQ(summary.unreadable.size(), 2u);
  EXPECT_EQ(summary.unreadable[0].path, "cut.png");
  EXPECT_EQ(summary.unreadable[1].path, "empty.png");
  EXPECT_EQ(summary.sentence(), "4 pictures, 32 x 32, 2 cannot be read.");
  ASSERT_EQ(sizes.size(), 4u);
  EXPECT_EQ(sizes[0].width, 0);
  EXPECT_EQ(sizes[2].width, 32);
}

TEST(Summary, EndsWhenAsked) {
  const ibot::test::TempDir dir;
  for (int i = 0; i < 300; ++i) put_file(dir / (std::to_string(i) + ".png"), "text");
  std::stop_source stop;
  ListingWatch watch{stop.get_token(), [&](std::int64_t) { stop.request_stop(); }};
  for (int i = 300; i < 600; ++i) put_file(dir / (std::to_string(i) + ".png"), "text");
  const auto listed = scan_folder(dir.path(), watch);
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().code, base::ErrorCode::Cancelled);
  const auto data = open(dir.path()).value();
  SummaryOptions options;
  options.stop = stop.get_token();
  const auto summary = summarise(*data, options);
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().code, base::ErrorCode::Cancelled);
}

TEST(Summary, SpreadsItsSampleEvenly) {
  EXPECT_THAT(spread_indices(10, 4), ElementsAre(0, 2, 5, 7));
  EXPECT_THAT(spread_indices(3, 10), ElementsAre(0, 1, 2));
  EXPECT_TRUE(spread_indices(0, 10).empty());
}

TEST(Summary, MeasuresMeanAndDeviationOfPixels) {
  const ibot::test::TempDir dir;
  put_picture(dir / "dark.png", 20, 20, {0, 51, 255});
  put_picture(dir / "light.png", 20, 30, {255, 51, 255});
  const auto data = open(dir.path()).value();
  PictureSource source(*data, 0);
  EvalOptions options;
  options.transform = {10, 8};
  const auto measured = measure_pixels(source, options);
  ASSERT_TRUE(measured);
  EXPECT_EQ(measured->pictures, 2);
  EXPECT_THAT(measured->mean, ElementsAre(0.5, 0.2, 1.0));
  EXPECT_THAT(measured->std, ElementsAre(0.5, testing::DoubleNear(0, 1e-7), 0.0));
}

TEST(Summary, SaysWhenNothingCanBeRead) {
  const QuietLog quiet;
  const ibot::test::TempDir dir;
  put_file(dir / "1.jpg", "text");
  const auto data = open(dir.path()).value();
  PictureSource source(*data, 0);
  const auto measured = measure_pixels(source, EvalOptions{});
  ASSERT_FALSE(measured);
  EXPECT_THAT(measured.error().message, HasSubstr("none of the pictures can be read; the first: 1.jpg"));
}

}  // namespace
}  // namespace ibot::data::test
