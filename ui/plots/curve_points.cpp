// SPDX-License-Identifier: GPL-3.0-or-later
#include "curve_points.h"

#include <algorithm>
#include <cmath>
#include <limits>

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

template <class Value>
void add_blocks(const std::vector<Value>& values, std::vector<std::optional<CurvePoints::Extent>>& blocks) {
  while ((blocks.size() + 1) * kBlock <= values.size())
    blocks.push_back(scan(values, blocks.size() * kBlock, (blocks.size() + 1) * kBlock));
}

}  // namespace

void CurvePoints::clear() {
  cut(0);
}

void CurvePoints::cut(std::size_t size) {
  if (size >= this->size()) return;
  steps_.resize(size);
  values_.resize(size);
  times_.resize(std::min(size, times_.size()));
  blocks_.resize(std::min(blocks_.size(), size / kBlock));
  while (!not_finite_.empty() && not_finite_.back() >= size) not_finite_.pop_back();
  smooth_from(0);  // the average remembers what is gone
}

void CurvePoints::append(std::span<const double> steps, std::span<const double> values,
                         std::span<const std::int64_t> times) {
  if (steps.empty()) return;
  if (!steps_.empty() && steps_.back() >= steps.front()) {
    const auto at = std::lower_bound(steps_.begin(), steps_.end(), steps.front());
    cut(static_cast<std::size_t>(at - steps_.begin()));
  }
  const std::size_t before = size();
  steps_.insert(steps_.end(), steps.begin(), steps.end());
  values_.insert(values_.end(), values.begin(), values.end());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    std::int64_t time = i < times.size() ? times[i] : 0;
    if (!times_.empty()) time = std::max(time, times_.back());  // a clock that was set back
    times_.push_back(time);
    if (!std::isfinite(values[i])) not_finite_.push_back(before + i);
  }
  add_blocks(values_, blocks_);
  smooth_from(before);
}

void CurvePoints::smooth_from(std::size_t first) {
  if (first == 0) {
    smoother_ = Smoother(smoothing_);
    smooth_.clear();
    smooth_blocks_.clear();
  }
  smooth_.reserve(size());
  for (std::size_t i = first; i < size(); ++i)
    smooth_.push_back(static_cast<float>(smoother_.next(values_[i])));
  add_blocks(smooth_, smooth_blocks_);
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
  const auto plain = [&](std::size_t begin, std::size_t end) {
    return smooth ? scan(smooth_, begin, end) : scan(values_, begin, end);
  };
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
  for (std::size_t i = from; i < size(); i += stride) {
    if (std::isfinite(values_[i]) && (!positive || values_[i] > 0)) sample.push_back(values_[i]);
  }
  if (sample.empty()) return std::nullopt;
  const auto cut = static_cast<std::ptrdiff_t>(kOutliers * static_cast<double>(sample.size()));
  std::nth_element(sample.begin(), sample.begin() + cut, sample.end());
  const double low = sample[static_cast<std::size_t>(cut)];
  std::nth_element(sample.begin(), sample.end() - 1 - cut, sample.end());
  return Extent{low, *(sample.end() - 1 - cut)};
}

}  // namespace ibot::ui
