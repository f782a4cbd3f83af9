// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/data/crop_recipe.h>
#include <ibot/image/blur.h>
#include <ibot/image/image.h>
#include <ibot/image/planes.h>
#include <ibot/image/resize.h>
#include <ibot/image/simd.h>

namespace ibot::data {

/// Seconds spent in the stages of crops, for benchmarks.
struct CropTimes {
  double resize = 0;  ///< cut out, resize, flip, spread over planes
  double colour = 0;  ///< jitter, grey, solarise
  double blur = 0;
  double masks = 0;  ///< by MultiCropRenderer
};

/// Turns a decoded picture and a recipe into a crop. The bytes are those of the published transforms on
/// Pillow pictures (golden kind augment_pipeline), with bicubic resizing. Works in place in the caller's
/// memory and keeps its own work space: one per thread. Not thread-safe.
///
///   CropEngine engine;
///   engine.render(picture, draw_crop(options, key, picture.width(), picture.height()), slot);
class IBOT_API CropEngine {
 public:
  /// `level` must be one of image::supported_simd_levels().
  explicit CropEngine(image::SimdLevel level = image::best_simd_level())
      : level_(level), resizer_(level), blur_(level) {}

  /// Fills `crop`, recipe.size pixels a side. Throws Exception (InvalidArgument) if the box does not lie in
  /// the picture or `crop` has another size.
  void render(const image::Image& picture, const CropRecipe& recipe, const image::Planes& crop);

  /// Adds the time of every later render() to `times`, which must live until changed; null: no more.
  void measure(CropTimes* times) { times_ = times; }

 private:
  image::SimdLevel level_;
  image::Resizer resizer_;
  image::GaussianBlur blur_;
  CropTimes* times_ = nullptr;
};

}  // namespace ibot::data
