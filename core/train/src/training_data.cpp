// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/data/multi_crop_renderer.h>
#include <ibot/plugin/boundary.h>
#include <ibot/train/crop_settings.h>
#include <ibot/train/training_data.h>

#include <ATen/ops/from_blob.h>

#include <span>
#include <string>
#include <utility>

namespace ibot::train {
namespace {

at::Tensor view_of(const data::CropGroup& group, std::int64_t images) {
  if (group.crops == 0) return {};
  // The batch is on loan for the length of the step, and nobody writes to network input.
  auto* pixels = const_cast<std::uint8_t*>(group.pixels.data());
  return at::from_blob(pixels, {group.crops, images, 3, group.size, group.size}, at::kByte);
}

// What a masking plugin throws on a worker reaches the trainer under the plugin's name.
class NamedMasks final : public data::MaskStrategy {
 public:
  NamedMasks(const std::string& id, std::unique_ptr<data::MaskStrategy> inner)
      : name_("masking plugin " + id), inner_(std::move(inner)) {}

  bool wants_attention() const override { return inner_->wants_attention(); }

  void fill(const data::MaskRequest& request, base::RandomStream& random,
            std::span<std::uint8_t> mask) const override {
    const base::Status filled = plugin::stop_exceptions(name_, [&] { inner_->fill(request, random, mask); });
    if (!filled) throw base::Exception(filled.error());
  }

 private:
  std::string name_;
  std::unique_ptr<data::MaskStrategy> inner_;
};

}  // namespace

base::Result<data::Sampler> make_sampler(const plan::Plan& plan, const data::Dataset& dataset) {
  const TrainOptions train = plan.train();
  return data::Sampler::create({.pictures = dataset.size(),
                                .batch = train.batch * train.accumulate,
                                .seed = static_cast<std::uint64_t>(plan.run().seed)});
}

base::Result<std::unique_ptr<TrainingData>> TrainingData::create(
    const plan::Plan& plan, const plugin::Registry& registry, const data::Dataset& dataset,
    data::Sampler sampler, std::int64_t mask_cell, std::int64_t first_step) {
  std::unique_ptr<TrainingData> result(new TrainingData);
  IBOT_TRY(auto masks, make_mask_strategy(plan, registry));
  result->masks_ = std::make_unique<NamedMasks>(plan.mask().plugin->id, std::move(masks));
  result->pictures_ =
      std::make_unique<data::PictureSource>(dataset, static_cast<std::uint64_t>(plan.data().cache_mb) << 20U);
  const data::MultiCropSettings settings = crop_settings(plan, *result->masks_, mask_cell);
  const data::RendererFactory renderer = [&source = *result->pictures_, settings] {
    return std::make_unique<data::MultiCropRenderer>(source, settings);
  };
  data::StreamOptions stream = data::StreamOptions::from(plan.data());
  stream.first_step = first_step;
  result->stream_ = std::make_unique<data::BatchStream>(dataset, std::move(sampler), renderer, stream);
  return result;
}

StepBatch part_of(const data::Batch& batch, std::int64_t part, std::int64_t parts, const Model& model,
                  std::uint64_t seed) {
  const std::int64_t images = batch.images / parts;
  const auto slice = [&](const at::Tensor& all) {
    return all.defined() ? all.narrow(1, part * images, images).flatten(0, 1).to(model.device) : at::Tensor();
  };
  const at::Tensor masks =
      at::from_blob(const_cast<std::uint8_t*>(batch.masks.data()),
                    {batch.global.crops, batch.images, batch.mask_rows, batch.mask_cols}, at::kByte);
  const std::vector<std::uint64_t> samples(batch.samples.begin() + part * images,
                                           batch.samples.begin() + (part + 1) * images);
  StepBatch result;
  result.images = images;
  result.global = slice(view_of(batch.global, batch.images));
  result.local = slice(view_of(batch.local, batch.images));
  result.teacher = slice(view_of(batch.teacher, batch.images));
  result.masks = slice(masks).to(at::kBool);
  result.drop_path_uniform =
      drop_path_draws(seed, batch.step, samples, batch.global.crops + batch.local.crops,
                      model.networks.student->depth(), model.master)
          .to(model.device);
  return result;
}

}  // namespace ibot::train
