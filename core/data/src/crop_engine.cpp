// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/data/crop_engine.h>
#include <ibot/image/colour.h>

#include <chrono>

namespace ibot::data {
namespace {

/// Adds the time since the last call to a stage, if there is somebody who wants to know.
class StageClock {
 public:
  explicit StageClock(const CropTimes* times) : running_(times != nullptr) {
    if (running_) last_ = std::chrono::steady_clock::now();
  }
  void add_to(double CropTimes::*stage, CropTimes* times) {
    if (!running_) return;
    const auto now = std::chrono::steady_clock::now();
    times->*stage += std::chrono::duration<double>(now - last_).count();
    last_ = now;
  }

 private:
  bool running_;
  std::chrono::steady_clock::time_point last_;
};

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
  StageClock clock(times_);
  resizer_.resize(
      picture,
      {.box = recipe.box, .width = recipe.size, .height = recipe.size, .window = {}, .flip = recipe.flip},
      crop);
  clock.add_to(&CropTimes::resize, times_);
  for (const JitterStep& step : recipe.steps()) apply(step, crop, level_);
  if (recipe.grey) image::grey(crop, level_);
  clock.add_to(&CropTimes::colour, times_);
  if (recipe.blur_sigma > 0) blur_.apply(crop, static_cast<float>(recipe.blur_sigma));
  clock.add_to(&CropTimes::blur, times_);
  if (recipe.solarise_threshold >= 0) image::solarise(crop, recipe.solarise_threshold, level_);
  clock.add_to(&CropTimes::colour, times_);
}

}  // namespace ibot::data
