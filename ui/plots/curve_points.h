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

/// Consecutive steps of a curve in one point.
struct CurveSummary {
  double first_step = 0;
  double steps = 0;          ///< how many the summary stands for, recorded or not
  std::int64_t time = 0;     ///< microseconds, about when they were made
  double low = 0, high = 0;  ///< of the finite values
  double mean = 0;           ///< NaN if no value was finite
  bool all_finite = true;

  double end() const { return first_step + steps; }
  double middle() const { return first_step + (steps - 1) / 2; }
};

/// The points of one curve, ascending by step, with their moving average. Answers what a plot has to draw of
/// a range in time that does not grow with the number of points a pixel: blocks keep their smallest and
/// largest values.
///
/// The beginning of a long curve may be summaries: points in the middle of their steps, whose value is the
/// mean and whose extent is that of all their values. One stretch of it at a time may be refined.
///
/// Thread: any, one at a time.
class CurvePoints {
 public:
  explicit CurvePoints(double smoothing = 0) : smoother_(smoothing), smoothing_(smoothing) {}

  void clear();
  /// Clears, and begins with these, ascending.
  void begin_with(std::vector<CurveSummary> summaries);
  /// Every point of the steps [from, to) in place of their summaries; a stretch that was refined before is
  /// summaries again. Without points: that alone.
  void refine(double from, double to, std::span<const double> steps, std::span<const double> values,
              std::span<const std::int64_t> times);
  /// Whether [from, to) of the points holds summaries: the steps [first, last) that refine() needs for every
  /// value of it; nullopt: it holds none.
  std::optional<std::pair<double, double>> summarised(std::size_t from, std::size_t to) const;
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
  /// How many steps the point stands for: 1, or more of a summary.
  double count(std::size_t i) const { return spreads_.empty() ? 1 : static_cast<double>(spreads_[i].steps); }
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
  /// Of a summary; of a point its value and 1.
  struct Spread {
    float low, high, steps;
  };
  void cut(std::size_t size);
  void smooth_from(std::size_t first);
  void push(const CurveSummary& summary);
  void push(double step, double value, std::int64_t time);
  void add_blocks();
  std::optional<Extent> plain_extent(std::size_t from, std::size_t to, bool smooth) const;

  std::vector<double> steps_, values_;
  std::vector<float> smooth_;
  std::vector<std::int64_t> times_;
  std::vector<Spread> spreads_;          ///< empty: no point is a summary
  std::vector<CurveSummary> summaries_;  ///< of the beginning, also where it is refined
  std::vector<std::size_t> not_finite_;
  std::vector<std::optional<Extent>> blocks_, smooth_blocks_;  // of kBlock points each, whole ones alone
  Smoother smoother_;
  double smoothing_;
  XScale scale_;
};

}  // namespace ibot::ui
