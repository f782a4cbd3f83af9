// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/data/crop_options.h>
#include <ibot/image/image.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace ibot::data {

/// A colour operation of the jitter and the factor drawn for it (hue: turns).
struct JitterStep {
  enum class Operation : std::uint8_t { Brightness = 1, Contrast, Saturation, Hue };

  Operation operation = Operation::Brightness;
  double factor = 1;

  bool operator==(const JitterStep&) const = default;
};

/// Everything that was drawn for one crop, in the order of application (spec 1.7): cut out and resize, flip,
/// jitter, grey, blur, solarise.
struct CropRecipe {
  int size = 0;         ///< px, side of the crop
  image::Box box = {};  ///< part of the picture
  bool flip = false;
  std::array<JitterStep, 4> jitter = {};  ///< the first `jitter_steps` are applied, in this order
  int jitter_steps = 0;
  bool grey = false;
  double blur_sigma = 0;        ///< px; 0: no blur
  int solarise_threshold = -1;  ///< negative: no solarising

  std::span<const JitterStep> steps() const {
    return std::span(jitter).first(static_cast<std::size_t>(jitter_steps));
  }
  bool operator==(const CropRecipe&) const = default;
};

/// "224 px from 120 x 131 at (10, 4), flipped, contrast 1.12, hue -0.02, grey, blur 1.31, solarised at 128".
IBOT_API std::string to_text(const CropRecipe& recipe);

/// Number of crops of a picture, global ones first.
IBOT_API int crop_count(const CropOptions& options);

/// What names a crop: with the options and the picture's size, all that its recipe depends on.
struct CropKey {
  std::uint64_t seed = 0;
  std::uint64_t epoch = 0;
  std::uint64_t sample = 0;  ///< the picture's stable id
  int crop = 0;              ///< 0 to crop_count() - 1
};

/// The recipe of one crop of a picture of width x height pixels (both positive).
///
/// Box: torchvision's RandomResizedCrop. Area share uniform in the scale, aspect ratio log-uniform, sides
/// rounded half to even; up to ten tries until the box fits, then the largest centred box of an allowed
/// aspect ratio. Jitter, as torchvision's ColorJitter: factors uniform in [max(0, 1 - x), 1 + x], hue in [-x,
/// x], the four in random order; an operation of strength 0 is left out.
///
/// Drawn in this order, each whether it is used or not: flip, jitter, its order and factors, grey, blur,
/// sigma, solarise, box. So everything but the box is independent of the picture's size. Part of the file
/// format of runs (a resumed run draws the same).
IBOT_API CropRecipe draw_crop(const CropOptions& options, const CropKey& key, int width, int height);

/// The same large crop as the teacher sees it under `teacher_colours: own`: box and flip of draw_crop;
/// jitter, grey, blur and solarising drawn anew, with the same probabilities and in the same order.
IBOT_API CropRecipe draw_teacher_crop(const CropOptions& options, const CropKey& key, int width, int height);

}  // namespace ibot::data
