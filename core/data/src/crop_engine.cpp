// SPDX-License-Identifier: GPL-3.0-or-later
#include "crop_clock.h"

#include <ibot/data/crop_engine.h>
#include <ibot/image/colour.h>

namespace ibot::data {
namespace {

void apply(const JitterStep& step, const image::Planes& crop, image::SimdLevel level) {
  const auto factor = static_cast<float>(step.factor);
  switch (step.operation) {
    case JitterStep::Operation::Brightness:
      image::adjust_brightness(crop, factor, level);
      break;
    case JitterStep::Operation::Contrast:
      image::adjust_contrast(crop, factor, level);
      break;
    case JitterStep::Operation::Saturation:
      image::adjust_saturation(crop, factor, level);
      break;
    case JitterStep::Operation::Hue:
      image::adjust_hue(crop, step.factor, level);
      break;
  }
}

}  // namespace

void CropEngine::render(const image::Image& picture, const CropRecipe& recipe, const image::Planes& crop) {
  internal::CropClock clock(times_);
  resizer_.resize(
      picture,
      {.box = recipe.box, .width = recipe.size, .height = recipe.size, .window = {}, .flip = recipe.flip},
      crop);
  clock.add_to(&CropTimes::resize);
  for (const JitterStep& step : recipe.steps()) apply(step, crop, level_);
  if (recipe.grey) image::grey(crop, level_);
  clock.add_to(&CropTimes::colour);
  if (recipe.blur_sigma > 0) blur_.apply(crop, static_cast<float>(recipe.blur_sigma));
  clock.add_to(&CropTimes::blur);
  if (recipe.solarise_threshold >= 0) image::solarise(crop, recipe.solarise_threshold, level_);
  clock.add_to(&CropTimes::colour);
}

}  // namespace ibot::data
