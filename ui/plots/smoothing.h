// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QVector>

namespace ibot::ui {

/// Exponential moving average, corrected for its start: m_i = w m_(i-1) + (1 - w) x_i, shown m_i / (1 - w^n),
/// n finite values so far (Kingma and Ba 2015, section 3). Values that are not finite are passed over and
/// leave a gap. Can go on where it stopped: append() costs the new points alone.
class Smoother {
 public:
  explicit Smoother(double weight) : weight_(weight) {}
  double next(double value);
  /// `count` values in a row of which only the mean is known: exact where they are equal.
  double next(double mean, double count);

 private:
  double weight_;
  double mean_ = 0;
  double unseen_ = 1;  ///< w^n: the share of the start that is left in the mean
};

}  // namespace ibot::ui
