// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "smoothing.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace ibot::ui {

/// What stands on the horizontal axis of plots.
enum class XUnit : std::uint8_t {
  Step = 1,
  Images,  ///< steps times the images of a step
  Time,    ///< seconds since the curve's first point, pauses included
  Branch,  ///< steps since the run left its parent; steps where it has none
};

/// How a run's steps become places on the axis.
struct XScale {
  XUnit unit = XUnit::Step;
  double images_per_step = 1;
  double branch_step = 0;
};

/// The points of one curve, ascending by step, with their moving average. Answers what a plot has to draw of
/// a range in time that does not grow with the number of points a pixel: blocks keep their smallest and
/// largest values.
///
/// Thread: any, one at a time.
class CurvePoints {
 public:
  explicit CurvePoints(double smoothing = 0) : smoother_(smoothing), smoothing_(smoothing) {}

  void clear();
  /// Points at and behind the first of `steps` are replaced. `times` are microseconds and may be empty.
  void append(std::span<const double> steps, std::span<const double> values,
              std::span<const std::int64_t> times = {});
  void set_smoothing(double weight);
  void set_scale(const XScale& scale) { scale_ = scale; }
  const XScale& scale() const { return scale_; }

  std::size_t size() const { return values_.size(); }
  double x(std::size_t i) const;
  /// Of any step, known or not; by Time only those of points have one.
  std::optional<double> x_of_step(double step) const;
  double step(std::size_t i) const { return steps_[i]; }
  double value(std::size_t i) const { return values_[i]; }
  double smooth(std::size_t i) const { return static_cast<double>(smooth_[i]); }
  /// Indices of values that are NaN or infinite, ascending.
  const std::vector<std::size_t>& not_finite() const { return not_finite_; }

  /// The first point at or behind `x`, of those from `from` on; size() if there is none. Near `from` it is
  /// found in few looks.
  std::size_t lower(double x, std::size_t from = 0) const;
  /// The point nearest to `x`. Precondition: size() > 0.
  std::size_t nearest(double x) const;

  /// Smallest and largest finite value of [from, to).
  struct Extent {
    double low = 0, high = 0;
  };
  std::optional<Extent> extent(std::size_t from, std::size_t to, bool smooth) const;
  /// What an axis has to show of the values: all but the outermost half percent at either end and a run's
  /// first moments. `positive`: of those above zero.
  std::optional<Extent> typical(bool positive) const;

 private:
  void cut(std::size_t size);
  void smooth_from(std::size_t first);

  std::vector<double> steps_, values_;
  std::vector<float> smooth_;
  std::vector<std::int64_t> times_;
  std::vector<std::size_t> not_finite_;
  std::vector<std::optional<Extent>> blocks_, smooth_blocks_;  // of kBlock points each, whole ones alone
  Smoother smoother_;
  double smoothing_;
  XScale scale_;
};

}  // namespace ibot::ui
