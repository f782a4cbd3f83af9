// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/log.h>
#include <ibot/base/random.h>
#include <ibot/data/batch_stream.h>
#include <ibot/data/multi_crop_renderer.h>
#include <ibot/image/decode.h>
#include <ibot/image/encode.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace ibot::data {
namespace {

/// Small pictures in memory; the third is cut off.
class FewPictures : public Dataset {
 public:
  FewPictures() {
    base::RandomStream random(4, base::Purpose::Test, 0, 0);
    for (int i = 0; i < 6; ++i) {
      image::Image picture(50 + 3 * i, 60 - 4 * i);
      for (std::size_t j = 0; j < picture.bytes(); ++j) {
        picture.data()[j] = static_cast<std::uint8_t>(random.next_u32());
      }
      files_.push_back(i % 2 == 0 ? image::encode_png(picture) : image::encode_jpeg(picture));
      listing_.add("p" + std::to_string(i), files_.back().size(), i);
    }
    files_[2].resize(files_[2].size() / 2);
  }
  std::int64_t size() const override { return listing_.size(); }
  Sample sample(std::int64_t index) const override { return listing_.sample(index); }
  const std::vector<std::string>& class_names() const override { return listing_.classes; }
  base::Result<std::vector<std::byte>> read_bytes(std::int64_t index) const override {
    return files_[static_cast<std::size_t>(index)];
  }
  std::filesystem::path file_path(std::int64_t index) const override { return "p" + std::to_string(index); }
  std::string description() const override { return "few pictures"; }
  const std::vector<std::string>& notes() const override { return notes_; }

 private:
  Listing listing_;
  std::vector<std::vector<std::byte>> files_;
  std::vector<std::string> notes_;
};

/// Masks one cell, drawn.
class OneCell : public MaskStrategy {
 public:
  void fill(const MaskRequest&, base::RandomStream& random, std::span<std::uint8_t> mask) const override {
    mask[random.below(mask.size())] = 1;
  }
};

MultiCropSettings settings(const MaskStrategy* masks) {
  MultiCropSettings out;
  out.crops.global.size = 32;
  out.crops.local = {.count = 2, .size = 16, .scale = {0.05, 0.4}, .blur = 0.5};
  out.seed = 9;
  out.mask_cell = 8;
  out.masks = masks;
  return out;
}

TEST(MultiCropRenderer, PutsEveryCropInItsPlace) {
  const FewPictures pictures;
  const OneCell masks;
  PictureSource source(pictures, 0);
  MultiCropRenderer renderer(source, settings(&masks));
  Batch batch;
  batch.images = 3;
  renderer.shape(batch);
  EXPECT_EQ(batch.global.pixels.size(), 2U * 3 * 3 * 32 * 32);
  EXPECT_EQ(batch.local.pixels.size(), 2U * 3 * 3 * 16 * 16);
  EXPECT_EQ(batch.masks.size(), 2U * 3 * 4 * 4);

  std::fill(batch.global.pixels.begin(), batch.global.pixels.end(), std::uint8_t{7});
  ASSERT_TRUE(renderer.render({.index = 1, .sample = 77, .epoch = 5, .item = 2}, {}, batch));
  image::Image picture;
  ASSERT_TRUE(image::decode(pictures.read_bytes(1).value(), picture));
  CropEngine engine;
  for (int crop = 0; crop < 2; ++crop) {
    const CropRecipe recipe =
        draw_crop(settings(&masks).crops, {.seed = 9, .epoch = 5, .sample = 77, .crop = crop},
                  picture.width(), picture.height());
    std::vector<std::uint8_t> expected(3 * 32 * 32);
    engine.render(picture, recipe, {expected.data(), 32, 32});
    const auto place = batch.global.pixels.begin() + (crop * 3 + 2) * 3 * 32 * 32;
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), place));
    // The other pictures' places are untouched.
    EXPECT_TRUE(std::all_of(place - 2 * 3 * 32 * 32, place, [](std::uint8_t value) { return value == 7; }));
    const auto mask = batch.masks.begin() + (crop * 3 + 2) * 16;
    EXPECT_EQ(std::count(mask, mask + 16, 1), 1);
  }
}

TEST(MultiCropRenderer, TheTeacherMaySeeTheSamePlaceInOtherColours) {
  const FewPictures pictures;
  PictureSource source(pictures, 0);
  MultiCropSettings own = settings(nullptr);
  own.crops.global.teacher_colours = "own";
  own.crops.jitter.probability = 1;
  MultiCropRenderer renderer(source, own);
  Batch batch;
  batch.images = 1;
  renderer.shape(batch);
  ASSERT_TRUE(renderer.render({.index = 1, .sample = 77, .epoch = 5, .item = 0}, {}, batch));
  ASSERT_EQ(batch.teacher.pixels.size(), batch.global.pixels.size());
  EXPECT_NE(batch.teacher.pixels, batch.global.pixels);

  // The student's crops are those of a run in which both see the same.
  MultiCropSettings same = own;
  same.crops.global.teacher_colours = "same";
  MultiCropRenderer shared(source, same);
  Batch published;
  published.images = 1;
  shared.shape(published);
  ASSERT_TRUE(shared.render({.index = 1, .sample = 77, .epoch = 5, .item = 0}, {}, published));
  EXPECT_TRUE(published.teacher.pixels.empty());
  EXPECT_EQ(published.global.pixels, batch.global.pixels);
  EXPECT_EQ(published.local.pixels, batch.local.pixels);

  for (int crop = 0; crop < 2; ++crop) {
    const CropKey key{.seed = 9, .epoch = 5, .sample = 77, .crop = crop};
    const CropRecipe student = draw_crop(own.crops, key, 60, 50);
    const CropRecipe teacher = draw_teacher_crop(own.crops, key, 60, 50);
    EXPECT_EQ(teacher.box, student.box);
    EXPECT_EQ(teacher.flip, student.flip);
    EXPECT_EQ(teacher.size, student.size);
    EXPECT_NE(teacher.jitter, student.jitter);
  }
}

TEST(MultiCropRenderer, ABadPictureIsAnErrorAndNotTheEnd) {
  const FewPictures pictures;
  PictureSource source(pictures, 0);
  MultiCropRenderer renderer(source, settings(nullptr));
  Batch batch;
  batch.images = 1;
  renderer.shape(batch);
  const auto status = renderer.render({.index = 2, .sample = 1, .epoch = 0, .item = 0}, {}, batch);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, base::ErrorCode::Corrupt);
  EXPECT_TRUE(renderer.render({.index = 3, .sample = 1, .epoch = 0, .item = 0}, {}, batch));
  EXPECT_EQ(std::count(batch.masks.begin(), batch.masks.end(), 0), 2 * 16);
}

TEST(MultiCropRenderer, TheNumberOfWorkersChangesNoByte) {
  base::set_log_sink([](base::LogLevel, std::string_view) {});
  const FewPictures pictures;
  const OneCell masks;
  std::vector<std::vector<std::uint8_t>> seen;
  for (const int workers : {1, 2, 5}) {
    StreamOptions options;
    options.workers = workers;
    options.end_step = 4;
    PictureSource source(pictures, 0);
    BatchStream stream(
        pictures, Sampler::create({.pictures = pictures.size(), .batch = 4, .seed = 1}).value(),
        [&] { return std::make_unique<MultiCropRenderer>(source, settings(&masks)); }, options);
    std::vector<std::uint8_t>& bytes = seen.emplace_back();
    while (const BatchLease batch = stream.next()) {
      for (const auto* part :
           {&batch->global.pixels, &batch->local.pixels, &batch->teacher.pixels, &batch->masks}) {
        bytes.insert(bytes.end(), part->begin(), part->end());
      }
    }
    EXPECT_EQ(stream.statistics().bad_pictures, 1);
  }
  EXPECT_FALSE(seen[0].empty());
  EXPECT_EQ(seen[0], seen[1]);
  EXPECT_EQ(seen[0], seen[2]);
  base::set_log_sink({});
}

}  // namespace
}  // namespace ibot::data
