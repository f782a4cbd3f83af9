// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QVector>
#include <array>

namespace ibot::ui {

/// The average's weight by position of a slider: it is the length of memory, 1 / (1 - w), that a hand feels.
inline constexpr std::array kSmoothingWeights = {0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999};
inline constexpr int kFirstSmoothing = 5;

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
