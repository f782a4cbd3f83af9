// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/data/batch_stream.h>
#include <ibot/data/mask.h>
#include <ibot/data/picture_source.h>
#include <ibot/plan/plan.h>
#include <ibot/plugin/registry.h>
#include <ibot/train/model.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace ibot::train {

/// Which pictures make up which step of a plan. Errors: those of data::Sampler::create.
IBOT_API base::Result<data::Sampler> make_sampler(const plan::Plan& plan, const data::Dataset& dataset);

/// The batches of a plan, from `first_step` on: pictures, crops and masks are functions of the plan and the
/// step. `dataset` outlives it.
class IBOT_API TrainingData {
 public:
  /// `mask_cell`: px, the patch size of the backbone. Errors: NotFound (a masking plugin that is not
  /// registered), whatever its constructor says.
  static base::Result<std::unique_ptr<TrainingData>> create(const plan::Plan& plan,
                                                            const plugin::Registry& registry,
                                                            const data::Dataset& dataset,
                                                            data::Sampler sampler, std::int64_t mask_cell,
                                                            std::int64_t first_step);
  data::BatchStream& stream() { return *stream_; }

 private:
  TrainingData() = default;
  std::unique_ptr<data::MaskStrategy> masks_;
  std::unique_ptr<data::PictureSource> pictures_;
  std::unique_ptr<data::BatchStream> stream_;  // after what its workers use
};

/// One of `parts` equal shares of a batch, on the model's device, with its draws of stochastic depth. May
/// read the batch's memory as long as it lives.
IBOT_API StepBatch part_of(const data::Batch& batch, std::int64_t part, std::int64_t parts,
                           const Model& model, std::uint64_t seed);

/// Uniform draws of stochastic depth for one step, [2 * depth, (V_g + V_l) * B]: each (sample, crop) has a
/// stream keyed by (seed, DropPath, step, sample, crop).
IBOT_API at::Tensor drop_path_draws(std::uint64_t seed, std::int64_t step,
                                    const std::vector<std::uint64_t>& samples, std::int64_t crops,
                                    std::int64_t depth, at::ScalarType dtype);

}  // namespace ibot::train
