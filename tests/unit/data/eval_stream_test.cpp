// SPDX-License-Identifier: GPL-3.0-or-later
#include "data_files.h"

#include <ibot/data/eval_stream.h>
#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::data::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(EvalRequest, IsResizeAndCenterCropOfTorchvision) {
  const EvalTransform transform{256, 224};
  // 500 x 375: Resize truncates 341.33, CenterCrop rounds 58.5 to the even 58.
  const auto wide = eval_request(transform, 500, 375);
  EXPECT_EQ(wide.width, 341);
  EXPECT_EQ(wide.height, 256);
  EXPECT_EQ(wide.window, (image::Box{58, 16, 224, 224}));
  // 375 x 503: 343.38 and 59.5, which rounds to the even 60.
  const auto tall = eval_request(transform, 375, 503);
  EXPECT_EQ(tall.height, 343);
  EXPECT_EQ(tall.window, (image::Box{16, 60, 224, 224}));
  EXPECT_EQ(eval_request({8, 8}, 3000, 1).window, (image::Box{11996, 0, 8, 8}));
}

class EvalStreamTest : public testing::Test {
 protected:
  static EvalOptions options(int workers) {
    EvalOptions options;
    options.transform = {10, 8};
    options.batch = 4;
    options.workers = workers;
    return options;
  }

  QuietLog quiet;
  ibot::test::TempDir dir;
};

TEST_F(EvalStreamTest, ShowsEveryPictureOnceInOrderWhateverTheWorkers) {
  for (int i = 0; i < 11; ++i) {
    put_noise(dir / (i < 6 ? "cat" : "dog") / (std::to_string(100 + i) + ".png"), 12 + i, 30 - i, 1);
  }
  const auto data = open(dir.path()).value();
  std::vector<std::uint8_t> first;
  for (const int workers : {1, 2, 5}) {
    PictureSource source(*data, workers == 2 ? 1 << 20 : 0);
    EvalStream stream(source, options(workers));
    EXPECT_EQ(stream.batches(), 3);
    std::vector<std::int64_t> indices, labels;
    std::vector<std::uint8_t> pixels;
    while (const auto batch = stream.next()) {
      EXPECT_EQ(batch->images, batch->step < 2 ? 4 : 3);
      indices.insert(indices.end(), batch->indices.begin(), batch->indices.end());
      labels.insert(labels.end(), batch->labels.begin(), batch->labels.end());
      pixels.insert(pixels.end(), batch->pixels.begin(), batch->pixels.end());
    }
    EXPECT_THAT(indices, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    EXPECT_THAT(labels, ElementsAre(0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1));
    EXPECT_EQ(pixels.size(), 11u * 3 * 8 * 8);
    if (first.empty()) first = pixels;
    EXPECT_EQ(pixels, first) << workers << " workers";
  }
}

TEST_F(EvalStreamTest, LeavesUnreadablePicturesOutAndNamesThem) {
  for (int i = 0; i < 6; ++i) {
    const auto level = static_cast<std::uint8_t>(10 * i);
    put_picture(dir / (std::to_string(i) + ".png"), 20, 20, {level, level, level});
  }
  put_file(dir / "1.png", "");
  put_file(dir / "2.png", "not a picture");
  const auto data = open(dir.path()).value();
  PictureSource source(*data, 0);
  EvalStream stream(source, options(2));
  {
    const auto batch = stream.next();
    EXPECT_THAT(batch->indices, ElementsAre(0, 3));
    EXPECT_EQ(batch->images, 2);
    ASSERT_EQ(batch->pixels.size(), 2u * 3 * 8 * 8);
    EXPECT_EQ(batch->pixels[0], 0);
    EXPECT_EQ(batch->pixels[3 * 8 * 8], 30);
  }
  EXPECT_THAT(stream.next()->indices, ElementsAre(4, 5));
  EXPECT_FALSE(stream.next());
  ASSERT_EQ(stream.bad_pictures().count(), 2);
  EXPECT_EQ(stream.bad_pictures().kept()[0].path, "1.png");
}

TEST_F(EvalStreamTest, ShowsAChosenFew) {
  for (int i = 0; i < 6; ++i) put_picture(dir / (std::to_string(i) + ".png"), 20, 20, {9, 9, 9});
  const auto data = open(dir.path()).value();
  PictureSource source(*data, 0);
  EvalStream stream(source, options(1), std::vector<std::int64_t>{5, 0, 5});
  EXPECT_THAT(stream.next()->indices, ElementsAre(5, 0, 5));
  EvalStream nothing(source, options(1), std::vector<std::int64_t>{});
  EXPECT_FALSE(nothing.next());
}

TEST_F(EvalStreamTest, RefusesACropLargerThanThePicture) {
  put_picture(dir / "0.png", 20, 20, {9, 9, 9});
  const auto data = open(dir.path()).value();
  PictureSource source(*data, 0);
  EvalOptions large = options(1);
  large.transform = {96, 224};
  EXPECT_THROW(EvalStream(source, large), base::Exception);
}

TEST_F(EvalStreamTest, AnswersAfterCancel) {
  for (int i = 0; i < 6; ++i) put_picture(dir / (std::to_string(i) + ".png"), 20, 20, {9, 9, 9});
  const auto data = open(dir.path()).value();
  PictureSource source(*data, 0);
  EvalStream stream(source, options(2));
  stream.cancel();
  EXPECT_THROW(stream.next(), base::Exception);
}

}  // namespace
}  // namespace ibot::data::test
