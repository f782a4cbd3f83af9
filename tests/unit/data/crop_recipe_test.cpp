// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/data/crop_recipe.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace ibot::data {
namespace {

using ::testing::HasSubstr;

CropOptions with_locals() {
  CropOptions options;
  options.local.count = 4;
  return options;
}

CropRecipe draw(const CropOptions& options, int crop, std::uint64_t sample = 1, int width = 500,
                int height = 375) {
  return draw_crop(options, {.seed = 3, .epoch = 2, .sample = sample, .crop = crop}, width, height);
}

TEST(CropRecipe, IsAFunctionOfItsKey) {
  const CropOptions options = with_locals();
  EXPECT_EQ(draw(options, 1), draw(options, 1));
  EXPECT_NE(draw(options, 1).box, draw(options, 0).box);
  EXPECT_NE(draw(options, 1).box, draw(options, 1, 2).box);
}

TEST(CropRecipe, OnlyTheBoxDependsOnThePicturesSize) {
  const CropOptions options = with_locals();
  for (std::uint64_t sample = 0; sample < 50; ++sample) {
    CropRecipe narrow = draw(options, 3, sample, 64, 400);
    const CropRecipe wide = draw(options, 3, sample, 640, 480);
    narrow.box = wide.box;
    EXPECT_EQ(narrow, wide);
  }
}

TEST(CropRecipe, GlobalCropsComeFirst) {
  const CropOptions options = with_locals();
  EXPECT_EQ(crop_count(options), 6);
  for (int crop = 0; crop < 6; ++crop) EXPECT_EQ(draw(options, crop).size, crop < 2 ? 224 : 96);
}

// Share of 4,000 crops in which something happens, against the table of the published transforms.
TEST(CropRecipe, ProbabilitiesAreThoseOfTheTable) {
  const CropOptions options = with_locals();
  constexpr int kDraws = 4000;
  struct Row {
    int crop;
    double blur, solarise;
  };
  for (const Row& row : {Row{0, 1.0, 0.0}, Row{1, 0.1, 0.2}, Row{2, 0.5, 0.0}, Row{5, 0.5, 0.0}}) {
    std::map<std::string, int> count;
    for (int i = 0; i < kDraws; ++i) {
      const CropRecipe recipe = draw(options, row.crop, static_cast<std::uint64_t>(i));
      count["flip"] += recipe.flip;
      count["jitter"] += recipe.jitter_steps == 4;
      count["no jitter"] += recipe.jitter_steps == 0;
      count["grey"] += recipe.grey;
      count["blur"] += recipe.blur_sigma > 0;
      count["solarise"] += recipe.solarise_threshold == 128;
    }
    const double slack = 0.035;  // more than four standard deviations
    EXPECT_NEAR(count["flip"] / 4000.0, 0.5, slack);
    EXPECT_NEAR(count["jitter"] / 4000.0, 0.8, slack);
    EXPECT_EQ(count["jitter"] + count["no jitter"], kDraws);
    EXPECT_NEAR(count["grey"] / 4000.0, 0.2, slack);
    EXPECT_NEAR(count["blur"] / 4000.0, row.blur, row.blur == 1.0 ? 0 : slack);
    EXPECT_NEAR(count["solarise"] / 4000.0, row.solarise, row.solarise == 0.0 ? 0 : slack);
  }
}

TEST(CropRecipe, FactorsFillTheirRanges) {
  const CropOptions options;
  std::map<JitterStep::Operation, std::pair<double, double>> seen;
  std::set<std::vector<int>> orders;
  for (std::uint64_t sample = 0; sample < 3000; ++sample) {
    const CropRecipe recipe = draw(options, 0, sample);
    std::vector<int> order;
    for (const JitterStep& step : recipe.steps()) {
      auto [place, fresh] = seen.try_emplace(step.operation, step.factor, step.factor);
      place->second.first = std::min(place->second.first, step.factor);
      place->second.second = std::max(place->second.second, step.factor);
      order.push_back(static_cast<int>(step.operation));
    }
    if (!order.empty()) orders.insert(order);
    EXPECT_GE(recipe.blur_sigma, 0.1);
    EXPECT_LT(recipe.blur_sigma, 2.0);
  }
  EXPECT_EQ(orders.size(), 24U);
  const auto expect_range = [&](JitterStep::Operation operation, double low, double high) {
    EXPECT_NEAR(seen.at(operation).first, low, 0.01);
    EXPECT_NEAR(seen.at(operation).second, high, 0.01);
  };
  expect_range(JitterStep::Operation::Brightness, 0.6, 1.4);
  expect_range(JitterStep::Operation::Contrast, 0.6, 1.4);
  expect_range(JitterStep::Operation::Saturation, 0.8, 1.2);
  expect_range(JitterStep::Operation::Hue, -0.1, 0.1);
}

TEST(CropRecipe, AnOperationOfStrengthZeroIsLeftOut) {
  CropOptions options;
  options.jitter = {.probability = 1, .brightness = 0.4, .contrast = 0, .saturation = 0, .hue = 0};
  const CropRecipe recipe = draw(options, 0);
  ASSERT_EQ(recipe.jitter_steps, 1);
  EXPECT_EQ(recipe.steps()[0].operation, JitterStep::Operation::Brightness);
}

TEST(CropRecipe, FitsIntoAnyPicture) {
  const CropOptions options = with_locals();
  for (const auto& [width, height] : {std::pair{1, 1}, {1, 3000}, {3000, 1}, {2, 2}, {30000, 3}, {7, 9}}) {
    for (std::uint64_t sample = 0; sample < 100; ++sample) {
      for (int crop = 0; crop < 6; ++crop) {
        EXPECT_TRUE(image::contains(width, height, draw(options, crop, sample, width, height).box));
      }
    }
  }
}

TEST(CropRecipe, AThinPictureGivesItsMiddle) {
  const CropOptions options;
  EXPECT_EQ(draw(options, 0, 1, 10, 1000).box, (image::Box{0, 493, 10, 13}));
  EXPECT_EQ(draw(options, 0, 1, 1000, 10).box, (image::Box{493, 0, 13, 10}));
}

TEST(CropRecipe, TextNamesWhatHappens) {
  CropRecipe recipe;
  recipe.size = 96;
  recipe.box = {4, 10, 120, 131};
  recipe.flip = true;
  recipe.jitter[0] = {JitterStep::Operation::Hue, -0.021};
  recipe.jitter_steps = 1;
  recipe.blur_sigma = 1.5;
  recipe.solarise_threshold = 128;
  EXPECT_EQ(to_text(recipe),
            "96 px from 120 x 131 at (4, 10), flipped, hue -0.02, blur 1.50, solarised at 128");
}

}  // namespace
}  // namespace ibot::data
