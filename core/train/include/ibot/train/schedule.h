// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>

#include <cstdint>

namespace ibot::train {

/// The published cosine schedule with linear warm-up (utils.py::cosine_scheduler, spec 1.8), one value a
/// step:
///   step < warmup: linspace(start, base, warmup)[step]
///   otherwise:     end + (base - end) / 2 * (1 + cos(pi * i / n)), i = step - warmup, n = total - warmup
/// It never quite reaches `end`. fp64.
class IBOT_API CosineSchedule {
 public:
  struct Shape {
    double base = 0;
    double end = 0;
    std::int64_t total_steps = 0;
    std::int64_t warmup_steps = 0;
    double warmup_start = 0;
  };
  /// InvalidArgument if there are fewer steps than the warm-up takes.
  static base::Result<CosineSchedule> create(const Shape& shape);
  /// Steps beyond the last keep the last value.
  double at(std::int64_t step) const;

 private:
  explicit CosineSchedule(const Shape& shape) : shape_(shape) {}
  Shape shape_;
};

/// The teacher's temperature by epoch (main_ibot.py::iBOTLoss.__init__, spec 1.5): `start_epoch` epochs at
/// `warmup`, then linspace(warmup, final, warmup_epochs), then `final`. Constant inside an epoch.
class IBOT_API TemperatureSchedule {
 public:
  struct Shape {
    double warmup = 0.04;
    double final = 0.04;
    std::int64_t warmup_epochs = 30;
    std::int64_t start_epoch = 0;
    std::int64_t epochs = 0;
  };
  /// InvalidArgument if the warm-up (with start_epoch) is longer than the run, an error in the published code
  /// too.
  static base::Result<TemperatureSchedule> create(const Shape& shape);
  double at(std::int64_t epoch) const;

 private:
  explicit TemperatureSchedule(const Shape& shape) : shape_(shape) {}
  Shape shape_;
};

}  // namespace ibot::train
