// SPDX-License-Identifier: GPL-3.0-or-later
#include "smoothing.h"

#include <cmath>
#include <limits>

namespace ibot::ui {

double Smoother::next(double value) {
  if (!std::isfinite(value)) return std::numeric_limits<double>::quiet_NaN();
  mean_ = weight_ * mean_ + (1 - weight_) * value;
  unseen_ *= weight_;
  return mean_ / (1 - unseen_);
}

}  // namespace ibot::ui
