// SPDX-License-Identifier: GPL-3.0-or-later
// The laboratory shows what training draws, to the byte: against the batches that the trainer's own data
// stream hands out.
#include "small_run.h"

#include <ibot/inspect/laboratory.h>
#include <ibot/train/training_data.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <span>

namespace ibot {
namespace {

using inspect::Laboratory;
using protocol::LaboratoryReply;
using protocol::LaboratoryRequest;

constexpr std::int64_t kPatch = 8;  // of the smoke recipe

// Place (crop, item) of [crops, B, ...], `each` elements large.
std::span<const std::uint8_t> part(const std::vector<std::uint8_t>& all, int crop, int item, int images,
                                   std::size_t each) {
  const auto place =
      static_cast<std::size_t>(crop) * static_cast<std::size_t>(images) + static_cast<std::size_t>(item);
  return std::span(all).subspan(place * each, each);
}

void expect_same_crops(const protocol::DrawnCrops& drawn, const data::CropGroup& group, int item,
                       int images) {
  ASSERT_EQ(drawn.recipes.size(), static_cast<std::size_t>(group.crops));
  if (group.crops == 0) return;
  ASSERT_EQ(drawn.size, group.size);
  const auto each = static_cast<std::size_t>(3 * group.size * group.size);
  ASSERT_EQ(drawn.pixels.size(), each * static_cast<std::size_t>(group.crops));
  for (int crop = 0; crop < group.crops; ++crop) {
    EXPECT_TRUE(std::ranges::equal(part(group.pixels, crop, item, images, each),
                                   part(drawn.pixels, crop, 0, 1, each)))
        << "crop " << crop << " of picture " << item;
  }
}

class LaboratoryBytes : public testing::Test {
 protected:
  // Every picture of the batch of `step`, drawn by the laboratory and by the trainer's stream.
  void expect_same(const std::vector<std::string>& overrides, const std::string& beside = {},
                   std::int64_t step = 0) {
    const cli::PreparedPlan prepared = runs.plan(overrides);
    auto sampler = train::make_sampler(prepared.plan, *prepared.dataset).value();
    auto trainer = train::TrainingData::create(prepared.plan, runs.loader().registry(), *prepared.dataset,
                                               sampler, kPatch, step)
                       .value();
    const data::BatchLease batch = trainer->stream().next();
    ASSERT_TRUE(batch);
    const std::vector<std::int64_t> indices = sampler.samples_of_step(step);
    Laboratory laboratory(runs.loader());
    LaboratoryRequest request;
    request.recipe.text = prepared.plan.to_yaml();
    request.epoch = batch->epoch;
    request.beside = beside;
    for (int item = 0; item < batch->images; ++item) {
      request.index = indices[static_cast<std::size_t>(item)];
      const auto reply = laboratory.draw(request);
      ASSERT_TRUE(reply) << reply.error().to_text();
      EXPECT_EQ(reply->sample, batch->samples[static_cast<std::size_t>(item)]);
      expect_same_crops(reply->global, batch->global, item, batch->images);
      expect_same_crops(reply->local, batch->local, item, batch->images);
      expect_same_crops(reply->teacher, batch->teacher, item, batch->images);
      ASSERT_EQ(reply->rows, batch->mask_rows);
      ASSERT_EQ(reply->cols, batch->mask_cols);
      const auto cells = static_cast<std::size_t>(reply->rows * reply->cols);
      for (int crop = 0; crop < batch->global.crops; ++crop) {
        const auto trained = part(batch->masks, crop, item, batch->images, cells);
        masked += std::count(trained.begin(), trained.end(), std::uint8_t{1});
        EXPECT_TRUE(std::ranges::equal(trained, part(reply->masks[0].cells, crop, 0, 1, cells)));
      }
      last = *reply;
    }
  }

  test::SmallRuns runs;
  LaboratoryReply last;
  std::int64_t masked = 0;  // patches of all batches, so that equal masks are not just empty ones
};

TEST_F(LaboratoryBytes, AreTheFirstBatchOfTraining) {
  expect_same({"crops.local.count=3"});
  EXPECT_GT(masked, 0);
  EXPECT_EQ(last.masks.size(), 1U);
  EXPECT_EQ(last.pictures, 12);
}

TEST_F(LaboratoryBytes, WithAnotherMaskingPluginAndALaterEpoch) {
  expect_same({"mask.plugin=random", "seed=77"}, {}, 7);
  EXPECT_EQ(last.epoch, 2);
  EXPECT_EQ(last.seed, 77);
  EXPECT_GT(masked, 0);
}

TEST_F(LaboratoryBytes, WithTheTeachersOwnColours) {
  expect_same({"crops.global.teacher_colours=own"});
  EXPECT_EQ(last.teacher.recipes.size(), last.global.recipes.size());
  EXPECT_NE(last.teacher.pixels, last.global.pixels);
  EXPECT_EQ(last.teacher.recipes[0].box, last.global.recipes[0].box);
}

// The masks drawn beside are those that training draws when it is given that plugin.
TEST_F(LaboratoryBytes, BesideIsWhatTrainingWithThatPluginDraws) {
  expect_same({"mask.ratio=[0.4]", "mask.variance=[0.1]"}, "random");
  ASSERT_EQ(last.masks.size(), 2U);
  const LaboratoryReply block = last;
  expect_same({"mask.plugin=random", "mask.ratio=[0.4]", "mask.variance=[0.1]"}, "block");
  EXPECT_EQ(block.masks[1], last.masks[0]);
  EXPECT_EQ(last.masks[1], block.masks[0]);
  EXPECT_THAT(block.masks[1].asked, testing::ElementsAre(protocol::ShareRange{0.4 - 0.1, 0.5}));
}

TEST_F(LaboratoryBytes, AFileOfTheDataSetIsThatPictureOfIt) {
  const cli::PreparedPlan prepared = runs.plan({});
  Laboratory laboratory(runs.loader());
  LaboratoryRequest request;
  request.recipe.text = prepared.plan.to_yaml();
  request.index = 5;
  request.preview = 16;
  const LaboratoryReply by_number = laboratory.draw(request).value();
  request.picture = prepared.dataset->file_path(5).string();
  LaboratoryReply by_file = laboratory.draw(request).value();
  EXPECT_EQ(by_file.index, 5);
  EXPECT_EQ(by_file.sample, by_number.sample);
  EXPECT_EQ(by_file.global, by_number.global);
  EXPECT_EQ(by_file.masks, by_number.masks);
  EXPECT_EQ(by_file.preview_width, 16);

  // The same file elsewhere is a picture of its own.
  const auto copy = runs / "copy.jpg";
  std::filesystem::copy_file(request.picture, copy);
  request.picture = copy.string();
  by_file = laboratory.draw(request).value();
  EXPECT_EQ(by_file.index, -1);
  EXPECT_NE(by_file.global.pixels, by_number.global.pixels);
  request.seed = 99;
  EXPECT_NE(laboratory.draw(request).value().global.pixels, by_file.global.pixels);
}

TEST_F(LaboratoryBytes, SaysWhatCannotBeDrawn) {
  Laboratory laboratory(runs.loader());
  LaboratoryRequest request;
  request.recipe.text = "mask: {plugin: blok}\n";
  EXPECT_THAT(laboratory.draw(request).error().to_text(), testing::HasSubstr("block"));
  request.recipe.text = "data: {path: nowhere/at/all}\n";
  EXPECT_THAT(laboratory.draw(request).error().to_text(), testing::HasSubstr("nowhere/at/all"));
  request.picture = (runs / "none.jpg").string();
  EXPECT_EQ(laboratory.draw(request).error().code, base::ErrorCode::NotFound);
  std::filesystem::copy_file(test::source_dir() / "README.md", runs / "text.jpg");
  request.picture = (runs / "text.jpg").string();
  EXPECT_THAT(laboratory.draw(request).error().to_text(), testing::HasSubstr("text.jpg"));
  const cli::PreparedPlan prepared = runs.plan({});
  request = {};
  request.recipe.text = prepared.plan.to_yaml();
  request.beside = "unheard_of";
  EXPECT_THAT(laboratory.draw(request).error().to_text(), testing::HasSubstr("unheard_of"));
  request.beside.clear();
  request.recipe.overrides = {"crops.global.size=4096", "crops.global.count=16"};
  EXPECT_THAT(laboratory.draw(request).error().to_text(), testing::HasSubstr("Smaller or fewer crops"));
}

TEST_F(LaboratoryBytes, CountsSharesUntilNobodyWantsThem) {
  const cli::PreparedPlan prepared = runs.plan({"mask.ratio=[0, 0.5]", "mask.variance=[0, 0]"});
  Laboratory laboratory(runs.loader());
  protocol::HistogramRequest request;
  request.recipe.text = prepared.plan.to_yaml();
  request.beside = "none";
  request.draws = 256;
  const auto reply = laboratory.histogram(request, {}).value();
  ASSERT_EQ(reply.plugins.size(), 2U);
  const protocol::RatioHistogram& block = reply.plugins[0];
  EXPECT_EQ(block.draws, 256);
  EXPECT_THAT(block.asked, testing::ElementsAre(protocol::ShareRange{0, 0}, protocol::ShareRange{0.5, 0.5}));
  EXPECT_NEAR(static_cast<double>(block.whole), 128, 40);  // half of them, 5 standard deviations
  EXPECT_GT(block.mean, 0.1);
  EXPECT_EQ(reply.plugins[1].plugin, "none");
  EXPECT_EQ(reply.plugins[1].whole, 256);

  int looks = 0;
  const auto stopped = laboratory.histogram(request, [&] { return ++looks == 3; });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, base::ErrorCode::Cancelled);
  EXPECT_EQ(looks, 3);
}

}  // namespace
}  // namespace ibot
