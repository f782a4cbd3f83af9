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

double Smoother::next(double mean, double count) {
  if (!std::isfinite(mean)) return std::numeric_limits<double>::quiet_NaN();
  const double weight = std::pow(weight_, count);
  mean_ = weight * mean_ + (1 - weight) * mean;
  unseen_ *= weight;
  return mean_ / (1 - unseen_);
}

}  // namespace ibot::ui
