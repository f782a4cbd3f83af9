// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/data/crop_engine.h>
#include <ibot/data/crop_options.h>
#include <ibot/data/mask.h>
#include <ibot/data/picture_source.h>
#include <ibot/data/renderer.h>

#include <cstdint>
#include <span>

namespace ibot::data {

/// What all workers' renderers share.
struct MultiCropSettings {
  CropOptions crops;
  std::uint64_t seed = 0;
  int mask_cell = 16;                   ///< px, side of a mask cell: the patch size of the backbone
  const MaskStrategy* masks = nullptr;  ///< outlives the renderers; null: nothing is masked
};

/// Draws the mask of one global crop, [rows, cols], without attention; all 0 where nothing masks. What
/// MultiCropRenderer does for each. Throws what the strategy throws.
IBOT_API void draw_mask(const MultiCropSettings& settings, const SampleJob& job, int crop, int rows, int cols,
                        std::span<std::uint8_t> mask);

/// The renderer of iBOT's pre-training: decodes a picture once, makes all its crops from the
/// pixels, and draws a mask for each global crop. Masks are drawn without attention.
///
///   BatchStream stream(dataset, sampler, [&] { return std::make_unique<MultiCropRenderer>(source,
///   settings); }, options);
class IBOT_API MultiCropRenderer final : public SampleRenderer {
 public:
  /// `source` outlives the renderer. Throws Exception (InvalidArgument) for crops smaller than a mask cell.
  MultiCropRenderer(PictureSource& source, MultiCropSettings settings);

  void shape(Batch& batch) const override;
  base::Status render(const SampleJob& job, const std::stop_token& stop, Batch& batch) override;

  /// Adds the time of every later render() to `times`; see CropEngine::measure.
  void measure(CropTimes* times);

 private:
  void draw_mask_into(const SampleJob& job, int crop, Batch& batch) const;

  PictureSource& source_;
  MultiCropSettings settings_;
  image::Image scratch_;
  CropEngine engine_;
  CropTimes* times_ = nullptr;
};

}  // namespace ibot::data
