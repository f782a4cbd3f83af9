// SPDX-License-Identifier: GPL-3.0-or-later
#include "regions.h"

#include <ibot/base/file.h>
#include <ibot/image/encode.h>
#include <ibot/image/image.h>
#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace ibot::inspect {
namespace {

using Fit = protocol::PictureChoice::Fit;

void write(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

void write_png(const std::filesystem::path& path, const image::Image& picture) {
  const auto bytes = image::encode_png(picture);
  write(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

TEST(Regions, OfAMaskAreItsColours) {
  const test::TempDir folder;
  image::Image mask(8, 4);
  for (int y = 0; y < 4; ++y) {
    for (int x = 4; x < 8; ++x) mask.pixel(x, y)[0] = 7;
    mask.pixel(0, y)[2] = 9;
  }
  write_png(folder / "a.png", mask);
  const auto whole = read_regions(folder / "a.png", 16, 8, Fit::Whole, 8, 4);
  ASSERT_TRUE(whole) << whole.error().to_text();
  ASSERT_EQ(whole->size(), 2U);
  EXPECT_EQ((*whole)[0].kind, 9);
  EXPECT_EQ((*whole)[0].area, 2 * 8);
  EXPECT_EQ((*whole)[1].kind, 7 << 16);
  EXPECT_EQ((*whole)[1].area, 8 * 8);
  // The square in the middle: columns 2 to 5.
  const auto crop = read_regions(folder / "a.png", 4, 4, Fit::Crop, 8, 4);
  ASSERT_TRUE(crop);
  ASSERT_EQ(crop->size(), 1U);
  EXPECT_THAT((*crop)[0].mask, testing::ElementsAre(0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1));
}

TEST(Regions, OfPolygonsAreTheirLines) {
  const test::TempDir folder;
  write(folder / "a.txt", "3 0 0 0.5 0 0.5 1 0 1\n\n5 0.5 0.5 1 0.5 1 1 0.5 1\n");
  const auto found = read_regions(folder / "a.txt", 4, 4, Fit::Whole, 40, 40);
  ASSERT_TRUE(found) << found.error().to_text();
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ((*found)[0].kind, 3);
  EXPECT_THAT((*found)[0].mask, testing::ElementsAre(1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0));
  EXPECT_EQ((*found)[1].area, 4);
}

TEST(Regions, RefuseLinesThatAreNone) {
  const test::TempDir folder;
  for (const char* line : {"1 0.1 0.2 0.3 0.4", "1 a b c d e f", "1 0 0 1 0 1", "1 nan 0 1 0 1 1"}) {
    write(folder / "bad.txt", line);
    const auto found = read_regions(folder / "bad.txt", 4, 4, Fit::Whole, 4, 4);
    ASSERT_FALSE(found) << line;
    EXPECT_EQ(found.error().code, base::ErrorCode::Corrupt);
    EXPECT_THAT(found.error().to_text(), testing::HasSubstr("bad.txt"));
  }
  EXPECT_FALSE(read_regions(folder / "none.png", 4, 4, Fit::Whole, 4, 4));
}

TEST(Regions, PicturesFindTheirMasksByPlaceOrByName) {
  const test::TempDir folder;
  write(folder / "pictures/train/1.jpg", "");
  write(folder / "pictures/val/1.jpg", "");
  write(folder / "pictures/val/2.jpg", "");
  write(folder / "pictures/val/3.jpg", "");
  write(folder / "masks/train/1.png", "");
  write(folder / "masks/val/1.png", "");
  write(folder / "masks/elsewhere/2.txt", "");
  const auto found = find_masked_pictures(folder / "pictures", folder / "masks");
  ASSERT_TRUE(found) << found.error().to_text();
  ASSERT_EQ(found->size(), 3U);
  EXPECT_EQ((*found)[0].masks, folder / "masks/train/1.png");
  EXPECT_EQ((*found)[1].masks, folder / "masks/val/1.png");
  EXPECT_EQ((*found)[2].masks, folder / "masks/elsewhere/2.txt");
  EXPECT_EQ(find_masked_pictures(folder / "pictures", folder / "nowhere").error().code,
            base::ErrorCode::NotFound);
  EXPECT_EQ(find_masked_pictures(folder / "masks/elsewhere", folder / "masks").error().code,
            base::ErrorCode::NotFound);
}

}  // namespace
}  // namespace ibot::inspect
