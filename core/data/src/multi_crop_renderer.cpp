// SPDX-License-Identifier: GPL-3.0-or-later
#include "crop_clock.h"

#include <ibot/base/random.h>
#include <ibot/base/text.h>
#include <ibot/data/multi_crop_renderer.h>

#include <algorithm>
#include <utility>

namespace ibot::data {
namespace {

void shape_group(CropGroup& group, std::int64_t crops, std::int64_t size, int images) {
  group.crops = static_cast<int>(crops);
  group.size = static_cast<int>(size);
  group.pixels.resize(static_cast<std::size_t>(crops * images * 3 * size * size));
}

/// Where crop `crop` of picture `item` lies in [crops, B, 3, size, size].
image::Planes slot(CropGroup& group, int crop, int item, int images) {
  image::Planes planes{nullptr, group.size, group.size};
  const auto place =
      static_cast<std::size_t>(crop) * static_cast<std::size_t>(images) + static_cast<std::size_t>(item);
  planes.data = group.pixels.data() + place * 3 * planes.size();
  return planes;
}

}  // namespace

MultiCropRenderer::MultiCropRenderer(PictureSource& source, MultiCropSettings settings)
    : source_(source), settings_(std::move(settings)) {
  if (settings_.mask_cell < 1 || settings_.crops.global.size < settings_.mask_cell) {
    throw base::Exception({base::ErrorCode::InvalidArgument,
                           base::str("global crops of ", settings_.crops.global.size,
                                     " px with mask cells of ", settings_.mask_cell, " px"),
                           "crops of at least one cell", ""});
  }
}

void MultiCropRenderer::shape(Batch& batch) const {
  const CropOptions& crops = settings_.crops;
  shape_group(batch.global, crops.global.count, crops.global.size, batch.images);
  shape_group(batch.local, crops.local.count, crops.local.size, batch.images);
  shape_group(batch.teacher, crops.global.separate_teacher() ? crops.global.count : 0, crops.global.size,
              batch.images);
  batch.mask_rows = batch.mask_cols = static_cast<int>(crops.global.size) / settings_.mask_cell;
  batch.masks.resize(static_cast<std::size_t>(batch.global.crops) * static_cast<std::size_t>(batch.images) *
                     static_cast<std::size_t>(batch.mask_rows) * static_cast<std::size_t>(batch.mask_cols));
}

base::Status MultiCropRenderer::render(const SampleJob& job, const std::stop_token& stop, Batch& batch) {
  IBOT_TRY(const image::Image* const picture, source_.load(job.index, scratch_));
  CropKey key{settings_.seed, static_cast<std::uint64_t>(job.epoch), job.sample, 0};
  for (; key.crop < crop_count(settings_.crops); ++key.crop) {
    if (stop.stop_requested())
      return base::Error{base::ErrorCode::Cancelled, "cropping was cancelled", "", ""};
    const bool global = key.crop < batch.global.crops;
    const image::Planes crop = global
                                   ? slot(batch.global, key.crop, job.item, batch.images)
                                   : slot(batch.local, key.crop - batch.global.crops, job.item, batch.images);
    engine_.render(*picture, draw_crop(settings_.crops, key, picture->width(), picture->height()), crop);
    if (!global) continue;
    if (batch.teacher.crops > 0) {
      engine_.render(*picture, draw_teacher_crop(settings_.crops, key, picture->width(), picture->height()),
                     slot(batch.teacher, key.crop, job.item, batch.images));
    }
    internal::CropClock clock(times_);
    draw_mask_into(job, key.crop, batch);
    clock.add_to(&CropTimes::masks);
  }
  return {};
}

void MultiCropRenderer::measure(CropTimes* times) {
  times_ = times;
  engine_.measure(times);
}

void MultiCropRenderer::draw_mask_into(const SampleJob& job, int crop, Batch& batch) const {
  const auto cells = static_cast<std::size_t>(batch.mask_rows) * static_cast<std::size_t>(batch.mask_cols);
  const auto place = static_cast<std::size_t>(crop) * static_cast<std::size_t>(batch.images) +
                     static_cast<std::size_t>(job.item);
  draw_mask(settings_, job, crop, batch.mask_rows, batch.mask_cols,
            std::span(batch.masks).subspan(place * cells, cells));
}

void draw_mask(const MultiCropSettings& settings, const SampleJob& job, int crop, int rows, int cols,
               std::span<std::uint8_t> mask) {
  std::fill(mask.begin(), mask.end(), std::uint8_t{0});
  if (settings.masks == nullptr) return;
  base::RandomStream random(settings.seed, base::Purpose::Mask, static_cast<std::uint64_t>(job.epoch),
                            job.sample, static_cast<std::uint64_t>(crop));
  const MaskRequest request{
      .rows = rows, .cols = cols, .epoch = job.epoch, .sample = job.sample, .crop = crop, .attention = {}};
  settings.masks->fill(request, random, mask);
}

}  // namespace ibot::data
