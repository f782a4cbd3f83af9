// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/random.h>
#include <ibot/train/schedule.h>
#include <ibot/train/trainer.h>
#include <ibot/train/training_data.h>

#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>

// What a step needs beside its pictures, as functions of its number: schedule values and draws of stochastic
// depth.
namespace ibot::train {

Schedules::Schedules(const plan::Plan& plan, std::vector<Segment> segments)
    : optimizer_(plan.optimizer()),
      train_(plan.train()),
      peak_lr_(plan.derived().peak_lr),
      steps_per_epoch_(plan.derived().steps_per_epoch.value_or(1)),
      segments_(std::move(segments)) {}

UpdateValues Schedules::at(std::int64_t step, double epoch) const {
  std::size_t index = 0;
  while (index + 1 < segments_.size() && step >= segments_[index].to) ++index;
  const Segment& segment = segments_[index];
  const std::int64_t length = std::max<std::int64_t>(1, segment.to - segment.from);
  auto warmup = static_cast<std::int64_t>(
      std::llround(optimizer_.warmup_epochs * static_cast<double>(steps_per_epoch_)));
  // An appended segment starts its schedules anew; a long warm-up would be all there is of a short one.
  if (index > 0) warmup = std::min(warmup, length / 20);
  const auto value = [&](double base, double end, std::int64_t warmup_steps) {
    return CosineSchedule::create({base, end, length, warmup_steps}).value().at(step - segment.from);
  };
  UpdateValues values;
  values.lr = value(peak_lr_, optimizer_.min_lr, std::min(warmup, length));
  values.weight_decay = value(optimizer_.weight_decay, optimizer_.weight_decay_end, 0);
  values.teacher_momentum = value(train_.teacher_momentum, train_.teacher_momentum_end, 0);
  values.freeze_last_layer = epoch < optimizer_.freeze_last_layer_epochs;
  return values;
}

at::Tensor drop_path_draws(std::uint64_t seed, std::int64_t step, const std::vector<std::uint64_t>& samples,
                           std::int64_t crops, std::int64_t depth, at::ScalarType dtype) {
  const auto images = static_cast<std::int64_t>(samples.size());
  std::vector<double> draws(static_cast<std::size_t>(2 * depth * crops * images));
  for (std::int64_t crop = 0; crop < crops; ++crop) {
    for (std::int64_t image = 0; image < images; ++image) {
      base::RandomStream stream(seed, base::Purpose::DropPath, static_cast<std::uint64_t>(step),
                                samples[static_cast<std::size_t>(image)], static_cast<std::uint64_t>(crop));
      for (std::int64_t call = 0; call < 2 * depth; ++call) {
        draws[static_cast<std::size_t>(call * crops * images + crop * images + image)] = stream.uniform();
      }
    }
  }
  return at::tensor(draws, at::kDouble).view({2 * depth, crops * images}).to(dtype);
}

}  // namespace ibot::train
