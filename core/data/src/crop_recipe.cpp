// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/random.h>
#include <ibot/base/text.h>
#include <ibot/data/crop_recipe.h>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>
#include <string_view>

namespace ibot::data {
namespace {

using base::RandomStream;
using image::Box;
using Operation = JitterStep::Operation;

constexpr int kTries = 10;

int round_half_to_even(double value) {
  return static_cast<int>(std::nearbyint(value));
}

Box largest_centred(int width, int height, double narrowest, double widest) {
  const double aspect = static_cast<double>(width) / height;
  Box box{0, 0, width, height};
  if (aspect < narrowest) box.height = std::min(height, round_half_to_even(width / narrowest));
  if (aspect > widest) box.width = std::min(width, round_half_to_even(height * widest));
  // A strip of one pixel may round to nothing.
  box.width = std::max(box.width, 1);
  box.height = std::max(box.height, 1);
  box.left = (width - box.width) / 2;
  box.top = (height - box.height) / 2;
  return box;
}

Box draw_box(RandomStream& random, const std::vector<double>& scale, const std::vector<double>& aspect,
             int width, int height) {
  const double area = static_cast<double>(width) * height;
  const double narrow = std::log(aspect.at(0));
  const double wide = std::log(aspect.at(1));
  for (int i = 0; i < kTries; ++i) {
    const double target = area * random.uniform(scale.at(0), scale.at(1));
    const double ratio = std::exp(random.uniform(narrow, wide));
    const double box_width = std::sqrt(target * ratio);
    const double box_height = std::sqrt(target / ratio);
    if (box_width > width + 1.0 || box_height > height + 1.0) continue;  // keeps the conversion in range
    Box box{0, 0, round_half_to_even(box_width), round_half_to_even(box_height)};
    if (!image::contains(width, height, box)) continue;
    box.top = static_cast<int>(random.below(static_cast<std::uint64_t>(height - box.height + 1)));
    box.left = static_cast<int>(random.below(static_cast<std::uint64_t>(width - box.width + 1)));
    return box;
  }
  return largest_centred(width, height, aspect.at(0), aspect.at(1));
}

void draw_jitter(RandomStream& random, const JitterOptions& options, CropRecipe& recipe) {
  const bool used = random.chance(options.probability);
  std::array order = {Operation::Brightness, Operation::Contrast, Operation::Saturation, Operation::Hue};
  random.shuffle(std::span<Operation>(order));
  for (const Operation operation : order) {
    const auto add = [&](double low, double high, double strength) {
      const double factor = random.uniform(low, high);
      if (!used || strength == 0) return;
      recipe.jitter[static_cast<std::size_t>(recipe.jitter_steps++)] = {operation, factor};
    };
    const auto around_one = [&](double x) { add(std::max(0.0, 1 - x), 1 + x, x); };
    switch (operation) {
      case Operation::Brightness:
        around_one(options.brightness);
        break;
      case Operation::Contrast:
        around_one(options.contrast);
        break;
      case Operation::Saturation:
        around_one(options.saturation);
        break;
      case Operation::Hue:
        add(-options.hue, options.hue, options.hue);
        break;
    }
  }
}

bool is_global(const CropOptions& options, const CropKey& key) {
  return key.crop < options.global.count;
}

// All but flip and box.
void draw_look(RandomStream& random, const CropOptions& options, const CropKey& key, CropRecipe& recipe) {
  const bool global = is_global(options, key);
  const double blur = key.crop == 0 ? options.global.blur_first
                      : global      ? options.global.blur
                                    : options.local.blur;
  const double solarise = global && key.crop > 0 ? options.global.solarise : 0.0;
  draw_jitter(random, options.jitter, recipe);
  recipe.grey = random.chance(options.grey);
  const bool blurred = random.chance(blur);
  const double sigma = random.uniform(options.blur_sigma.at(0), options.blur_sigma.at(1));
  if (blurred) recipe.blur_sigma = sigma;
  if (random.chance(solarise)) recipe.solarise_threshold = static_cast<int>(options.solarise_threshold);
}

std::string_view name_of(Operation operation) {
  switch (operation) {
    case Operation::Brightness:
      return "brightness";
    case Operation::Contrast:
      return "contrast";
    case Operation::Saturation:
      return "saturation";
    case Operation::Hue:
      return "hue";
  }
  return "unknown";
}

}  // namespace

std::string to_text(const CropRecipe& recipe) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  out << std::fixed << std::setprecision(2) << recipe.size << " px from " << recipe.box.width << " x "
      << recipe.box.height << " at (" << recipe.box.left << ", " << recipe.box.top << ")";
  if (recipe.flip) out << ", flipped";
  for (const JitterStep& step : recipe.steps()) out << ", " << name_of(step.operation) << " " << step.factor;
  if (recipe.grey) out << ", grey";
  if (recipe.blur_sigma > 0) out << ", blur " << recipe.blur_sigma;
  if (recipe.solarise_threshold >= 0) out << ", solarised at " << recipe.solarise_threshold;
  return out.str();
}

int crop_count(const CropOptions& options) {
  return static_cast<int>(options.global.count + options.local.count);
}

CropRecipe draw_crop(const CropOptions& options, const CropKey& key, int width, int height) {
  RandomStream random(key.seed, base::Purpose::Crop, key.epoch, key.sample,
                      static_cast<std::uint64_t>(key.crop));
  const bool global = is_global(options, key);
  CropRecipe recipe;
  recipe.size = static_cast<int>(global ? options.global.size : options.local.size);
  recipe.flip = random.chance(options.flip);
  draw_look(random, options, key, recipe);
  recipe.box =
      draw_box(random, global ? options.global.scale : options.local.scale, options.aspect, width, height);
  return recipe;
}

CropRecipe draw_teacher_crop(const CropOptions& options, const CropKey& key, int width, int height) {
  const CropRecipe student = draw_crop(options, key, width, height);
  RandomStream random(key.seed, base::Purpose::TeacherCrop, key.epoch, key.sample,
                      static_cast<std::uint64_t>(key.crop));
  CropRecipe recipe;
  recipe.size = student.size;
  recipe.flip = student.flip;
  recipe.box = student.box;
  draw_look(random, options, key, recipe);
  return recipe;
}

}  // namespace ibot::data
