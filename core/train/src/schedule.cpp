// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/train/schedule.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ibot::train {
namespace {

// numpy.linspace(first, last, count)[index]
double linspace(double first, double last, std::int64_t count, std::int64_t index) {
  if (count <= 1) return first;
  if (index == count - 1) return last;
  const double step = (last - first) / static_cast<double>(count - 1);
  return static_cast<double>(index) * step + first;
}

}  // namespace

base::Result<CosineSchedule> CosineSchedule::create(const Shape& shape) {
  if (shape.warmup_steps < 0 || shape.total_steps < 1 || shape.warmup_steps > shape.total_steps) {
    return base::Error{
        base::ErrorCode::InvalidArgument,
        base::str("schedule: warm-up of ", shape.warmup_steps, " steps in a run of ", shape.total_steps),
        "a warm-up no longer than the run", "Shorten the warm-up or train longer"};
  }
  return CosineSchedule(shape);
}

double CosineSchedule::at(std::int64_t step) const {
  step = std::clamp<std::int64_t>(step, 0, shape_.total_steps - 1);
  if (step < shape_.warmup_steps)
    return linspace(shape_.warmup_start, shape_.base, shape_.warmup_steps, step);
  const double i = static_cast<double>(step - shape_.warmup_steps);
  const double n = static_cast<double>(shape_.total_steps - shape_.warmup_steps);
  return shape_.end + 0.5 * (shape_.base - shape_.end) * (1 + std::cos(std::numbers::pi * i / n));
}

base::Result<TemperatureSchedule> TemperatureSchedule::create(const Shape& shape) {
  if (shape.warmup_epochs < 0 || shape.start_epoch < 0 ||
      shape.warmup_epochs + shape.start_epoch > shape.epochs) {
    return base::Error{
        base::ErrorCode::InvalidArgument,
        base::str("teacher temperature: a warm-up of ", shape.warmup_epochs, " epochs",
                  shape.start_epoch > 0 ? base::str(" after ", shape.start_epoch, " epochs") : "",
                  " in a run of ", shape.epochs),
        "a warm-up no longer than the run", "Shorten the warm-up or train longer"};
  }
  return TemperatureSchedule(shape);
}

double TemperatureSchedule::at(std::int64_t epoch) const {
  const std::int64_t i = epoch - shape_.start_epoch;
  if (i < 0) return shape_.warmup;
  return i < shape_.warmup_epochs ? linspace(shape_.warmup, shape_.final, shape_.warmup_epochs, i)
                                  : shape_.final;
}

}  // namespace ibot::train
