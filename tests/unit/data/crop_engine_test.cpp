// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/error.h>
#include <ibot/base/random.h>
#include <ibot/data/crop_engine.h>
#include <ibot/image/colour.h>

#include <gtest/gtest.h>

#include <vector>

namespace ibot::data {
namespace {

image::Image noise(int width, int height) {
  base::RandomStream random(1, base::Purpose::Test, 0, 0);
  image::Image picture(width, height);
  for (std::size_t i = 0; i < picture.bytes(); ++i)
    picture.data()[i] = static_cast<std::uint8_t>(random.next_u32());
  return picture;
}

std::vector<std::uint8_t> rendered(CropEngine& engine, const image::Image& picture,
                                   const CropRecipe& recipe) {
  std::vector<std::uint8_t> memory(3 * static_cast<std::size_t>(recipe.size * recipe.size));
  engine.render(picture, recipe, {memory.data(), recipe.size, recipe.size});
  return memory;
}

TEST(CropEngine, AllLevelsGiveTheSameBytes) {
  const image::Image picture = noise(300, 200);
  CropOptions options;
  options.global.size = 64;
  options.local.count = 3;
  options.local.size = 33;
  CropEngine plain(image::SimdLevel::Plain);
  for (const image::SimdLevel level : image::supported_simd_levels()) {
    CropEngine engine(level);
    for (std::uint64_t sample = 0; sample < 12; ++sample) {
      for (int crop = 0; crop < crop_count(options); ++crop) {
        const CropRecipe recipe =
            draw_crop(options, {.seed = 1, .epoch = 0, .sample = sample, .crop = crop}, 300, 200);
        EXPECT_EQ(rendered(engine, picture, recipe), rendered(plain, picture, recipe))
            << to_string(level) << ": " << to_text(recipe);
      }
    }
  }
}

TEST(CropEngine, AppliesTheStepsInTheOrderOfTheRecipe) {
  const image::Image picture = noise(40, 40);
  CropRecipe recipe{.size = 20, .box = {3, 4, 30, 31}};
  CropEngine engine;
  std::vector<std::uint8_t> expected = rendered(engine, picture, recipe);
  const image::Planes planes{expected.data(), 20, 20};
  image::flip(planes);
  image::adjust_contrast(planes, 1.3F);
  image::adjust_brightness(planes, 0.7F);
  image::grey(planes);
  image::GaussianBlur().apply(planes, 1.2F);
  image::solarise(planes, 90);

  recipe.flip = true;
  recipe.jitter[0] = {JitterStep::Operation::Contrast, 1.3};
  recipe.jitter[1] = {JitterStep::Operation::Brightness, 0.7};
  recipe.jitter_steps = 2;
  recipe.grey = true;
  recipe.blur_sigma = 1.2;
  recipe.solarise_threshold = 90;
  EXPECT_EQ(rendered(engine, picture, recipe), expected);
}

TEST(CropEngine, RefusesASlotOfAnotherSize) {
  const image::Image picture = noise(40, 40);
  std::vector<std::uint8_t> memory(3 * 21 * 21);
  CropEngine engine;
  EXPECT_THROW(engine.render(picture, {.size = 20, .box = picture.bounds()}, {memory.data(), 21, 21}),
               base::Exception);
}

}  // namespace
}  // namespace ibot::data
