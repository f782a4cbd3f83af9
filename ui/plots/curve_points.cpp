// SPDX-License-Identifier: GPL-3.0-or-later
#include "curve_points.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace ibot::ui {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::size_t kSampled = 5000;  // values that say what is typical of many
constexpr std::size_t kFew = 60;
constexpr double kOutliers = 0.005;  // share at either end that does not stretch the axis
constexpr double kStart = 0.02;      // share of the steps that does not either: a run's first moments

void widen(std::optional<CurvePoints::Extent>& extent, double value) {
  if (!std::isfinite(value)) return;
  if (!extent) {
    extent = {value, value};
  } else {
    extent->low = std::min(extent->low, value);
    extent->high = std::max(extent->high, value);
  }
}

template <class Value>
std::optional<CurvePoints::Extent> scan(const std::vector<Value>& values, std::size_t from, std::size_t to) {
  // NaN and infinities spoil the sum alone: the usual case needs no question about each value.
  Value low = std::numeric_limits<Value>::infinity();
  Value high = -low;
  Value sum = 0;
  for (std::size_t i = from; i < to; ++i) {
    low = std::min(low, values[i]);
    high = std::max(high, values[i]);
    sum += values[i];
  }
  if (from < to && std::isfinite(sum))
    return CurvePoints::Extent{static_cast<double>(low), static_cast<double>(high)};
  std::optional<CurvePoints::Extent> extent;
  for (std::size_t i = from; i < to; ++i) widen(extent, static_cast<double>(values[i]));
  return extent;
}

}  // namespace

void CurvePoints::clear() {
  cut(0);
  summaries_.clear();
  spreads_.clear();
}

void CurvePoints::cut(std::size_t size) {
  if (size >= this->size()) return;
  const double step = steps_[size];
  std::erase_if(summaries_, [step](const CurveSummary& summary) { return summary.end() > step; });
  steps_.resize(size);
  values_.resize(size);
  times_.resize(size);
  if (!spreads_.empty()) spreads_.resize(size);
  blocks_.resize(std::min(blocks_.size(), size / kBlock));
  while (!not_finite_.empty() && not_finite_.back() >= size) not_finite_.pop_back();
  smooth_from(0);  // the average remembers what is gone
}

void CurvePoints::push(double step, double value, std::int64_t time) {
  if (!std::isfinite(value)) not_finite_.push_back(size());
  if (!times_.empty()) time = std::max(time, times_.back());  // a clock that was set back
  steps_.push_back(step);
  values_.push_back(value);
  times_.push_back(time);
  if (!summaries_.empty() || !spreads_.empty())
    spreads_.push_back({static_cast<float>(value), static_cast<float>(value), 1});
}

void CurvePoints::push(const CurveSummary& summary) {
  if (!summary.all_finite && std::isfinite(summary.mean)) not_finite_.push_back(size());
  push(summary.middle(), summary.mean, summary.time);
  spreads_.back() = {static_cast<float>(summary.low), static_cast<float>(summary.high),
                     static_cast<float>(summary.steps)};
}

void CurvePoints::append(std::span<const double> steps, std::span<const double> values,
                         std::span<const std::int64_t> times) {
  if (steps.empty()) return;
  if (!steps_.empty() && steps_.back() >= steps.front()) {
    const auto at = std::lower_bound(steps_.begin(), steps_.end(), steps.front());
    cut(static_cast<std::size_t>(at - steps_.begin()));
    std::erase_if(summaries_, [&](const CurveSummary& each) { return each.end() > steps.front(); });
  }
  const std::size_t before = size();
  for (std::size_t i = 0; i < steps.size(); ++i) push(steps[i], values[i], i < times.size() ? times[i] : 0);
  smooth_from(before);
}

void CurvePoints::begin_with(std::vector<CurveSummary> summaries) {
  clear();
  summaries_ = std::move(summaries);
  for (const CurveSummary& summary : summaries_) push(summary);
  smooth_from(0);
}

void CurvePoints::refine(double from, double to, std::span<const double> steps,
                         std::span<const double> values, std::span<const std::int64_t> times) {
  if (summaries_.empty()) return;
  const double end = summaries_.back().end();
  const auto tail = std::lower_bound(steps_.begin(), steps_.end(), end) - steps_.begin();
  const std::vector<double> tail_steps(steps_.begin() + tail, steps_.end());
  const std::vector<double> tail_values(values_.begin() + tail, values_.end());
  const std::vector<std::int64_t> tail_times(times_.begin() + tail, times_.end());
  for (auto* each : {&steps_, &values_}) each->clear();
  times_.clear();
  spreads_.clear();
  not_finite_.clear();
  blocks_.clear();
  const auto fine = [&](const CurveSummary& summary) {
    return !steps.empty() && summary.first_step >= from && summary.end() <= to;
  };
  bool placed = steps.empty();
  for (const CurveSummary& summary : summaries_) {
    if (!fine(summary)) {
      push(summary);
      continue;
    }
    if (placed) continue;
    placed = true;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (steps[i] >= summary.first_step && steps[i] < std::min(to, end))
        push(steps[i], values[i], i < times.size() ? times[i] : 0);
    }
  }
  for (std::size_t i = 0; i < tail_steps.size(); ++i) push(tail_steps[i], tail_values[i], tail_times[i]);
  smooth_from(0);
}

std::optional<std::pair<double, double>> CurvePoints::summarised(std::size_t from, std::size_t to) const {
  if (summaries_.empty()) return std::nullopt;
  to = std::min(to, size());
  bool any = false;
  for (std::size_t i = from; i < to && !any; ++i) any = count(i) > 1;
  if (!any) return std::nullopt;
  // From the summary that holds the first step to that which holds the last, refined or not.
  const double first = steps_[from];
  const double last = steps_[to - 1];
  const auto ends_behind = [](double step, const CurveSummary& summary) { return step < summary.end(); };
  const auto begin = std::upper_bound(summaries_.begin(), summaries_.end(), first, ends_behind);
  if (begin == summaries_.end()) return std::nullopt;
  auto end = std::upper_bound(begin, summaries_.end(), last, ends_behind);
  if (end == summaries_.end()) --end;
  return std::pair(begin->first_step, end->end());
}

void CurvePoints::smooth_from(std::size_t first) {
  if (first == 0) {
    smoother_ = Smoother(smoothing_);
    smooth_.clear();
    smooth_blocks_.clear();
  }
  smooth_.reserve(size());
  for (std::size_t i = first; i < size(); ++i) {
    const double steps = count(i);
    smooth_.push_back(
        static_cast<float>(steps > 1 ? smoother_.next(values_[i], steps) : smoother_.next(values_[i])));
  }
  add_blocks();
}

void CurvePoints::add_blocks() {
  for (const bool smooth : {false, true}) {
    auto& blocks = smooth ? smooth_blocks_ : blocks_;
    while ((blocks.size() + 1) * kBlock <= size())
      blocks.push_back(plain_extent(blocks.size() * kBlock, (blocks.size() + 1) * kBlock, smooth));
  }
}

std::optional<CurvePoints::Extent> CurvePoints::plain_extent(std::size_t from, std::size_t to,
                                                             bool smooth) const {
  if (smooth) return scan(smooth_, from, to);
  if (spreads_.empty()) return scan(values_, from, to);
  std::optional<Extent> extent;
  for (std::size_t i = from; i < to; ++i) {
    if (!std::isfinite(values_[i])) continue;
    widen(extent, static_cast<double>(spreads_[i].low));
    widen(extent, static_cast<double>(spreads_[i].high));
  }
  return extent;
}

void CurvePoints::set_smoothing(double weight) {
  if (weight == smoothing_) return;
  smoothing_ = weight;
  smooth_from(0);
}

double CurvePoints::x(std::size_t i) const {
  switch (scale_.unit) {
    case XUnit::Step:
      break;
    case XUnit::Images:
      return steps_[i] * scale_.images_per_step;
    case XUnit::Time:
      return static_cast<double>(times_[i] - times_.front()) / 1e6;
    case XUnit::Branch:
      return steps_[i] - scale_.branch_step;
  }
  return steps_[i];
}

std::optional<double> CurvePoints::x_of_step(double step) const {
  switch (scale_.unit) {
    case XUnit::Step:
      return step;
    case XUnit::Images:
      return step * scale_.images_per_step;
    case XUnit::Branch:
      return step - scale_.branch_step;
    case XUnit::Time:
      break;
  }
  if (steps_.empty() || step < steps_.front() || step > steps_.back()) return std::nullopt;
  return x(static_cast<std::size_t>(std::lower_bound(steps_.begin(), steps_.end(), step) - steps_.begin()));
}

std::size_t CurvePoints::lower(double wanted, std::size_t from) const {
  // In leaps that double, then by halves.
  std::size_t to = from;
  for (std::size_t leap = 1; to < size() && x(to) < wanted; leap *= 2) {
    from = to + 1;
    to += leap;
  }
  to = std::min(to, size());
  while (from < to) {
    const std::size_t middle = from + (to - from) / 2;
    if (x(middle) < wanted) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  return from;
}

std::size_t CurvePoints::nearest(double wanted) const {
  const std::size_t behind = std::min(lower(wanted), size() - 1);
  if (behind == 0) return 0;
  return std::fabs(x(behind) - wanted) < std::fabs(x(behind - 1) - wanted) ? behind : behind - 1;
}

std::optional<CurvePoints::Extent> CurvePoints::extent(std::size_t from, std::size_t to, bool smooth) const {
  const auto& blocks = smooth ? smooth_blocks_ : blocks_;
  const auto plain = [&](std::size_t begin, std::size_t end) { return plain_extent(begin, end, smooth); };
  const std::size_t first = (from + kBlock - 1) / kBlock;
  const std::size_t last = std::min(to / kBlock, blocks.size());
  if (first >= last) return plain(from, to);
  std::optional<Extent> result = plain(from, first * kBlock);
  const auto join = [&](const std::optional<Extent>& other) {
    if (!other) return;
    widen(result, other->low);
    widen(result, other->high);
  };
  for (std::size_t i = first; i < last; ++i) join(blocks[i]);
  join(plain(last * kBlock, to));
  return result;
}

std::optional<CurvePoints::Extent> CurvePoints::typical(bool positive) const {
  if (size() == 0) return std::nullopt;
  std::size_t from = 0;
  if (size() > kFew) {
    const double start = steps_.front() + kStart * (steps_.back() - steps_.front());
    from = static_cast<std::size_t>(std::lower_bound(steps_.begin(), steps_.end(), start) - steps_.begin());
  }
  std::vector<double> sample;
  const std::size_t stride = std::max<std::size_t>(1, (size() - from) / kSampled);
  const auto take = [&](double value) {
    if (std::isfinite(value) && (!positive || value > 0)) sample.push_back(value);
  };
  for (std::size_t i = from; i < size(); i += stride) {
    take(values_[i]);
    // Means alone would leave the band that is drawn around them outside.
    if (count(i) <= 1) continue;
    take(static_cast<double>(spreads_[i].low));
    take(static_cast<double>(spreads_[i].high));
  }
  if (sample.empty()) return std::nullopt;
  const auto cut = static_cast<std::ptrdiff_t>(kOutliers * static_cast<double>(sample.size()));
  std::nth_element(sample.begin(), sample.begin() + cut, sample.end());
  const double low = sample[static_cast<std::size_t>(cut)];
  std::nth_element(sample.begin(), sample.end() - 1 - cut, sample.end());
  return Extent{low, *(sample.end() - 1 - cut)};
}

}  // namespace ibot::ui
