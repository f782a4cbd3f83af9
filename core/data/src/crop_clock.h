// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/clock.h>
#include <ibot/data/crop_engine.h>

namespace ibot::data::internal {

/// Adds the seconds since it was made, or since the last call, to a stage; does nothing where nobody
/// measures.
class CropClock {
 public:
  explicit CropClock(CropTimes* times) : times_(times) {}
  void add_to(double CropTimes::*stage) {
    if (times_ == nullptr) return;
    times_->*stage += watch_.seconds();
    watch_.restart();
  }

 private:
  CropTimes* times_;
  base::Stopwatch watch_;
};

}  // namespace ibot::data::internal
