// SPDX-License-Identifier: GPL-3.0-or-later
#include "curve_places.h"

#include <ibot/compare/distribution.h>
#include <ibot/compare/mean_curve.h>
#include <ibot/compare/statistics.h>
#include <ibot/figure/curve_figure.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ibot::compare {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::vector<double> common_places(const std::vector<const AlignedCurve*>& curves) {
  const AlignedCurve* fewest = curves.front();
  double first = -std::numeric_limits<double>::infinity();
  double last = std::numeric_limits<double>::infinity();
  for (const AlignedCurve* curve : curves) {
    if (curve->x.size() < fewest->x.size()) fewest = curve;
    first = std::max(first, curve->x.front());
    last = std::min(last, curve->x.back());
  }
  std::vector<double> places;
  for (const double x : fewest->x) {
    if (x >= first && x <= last) places.push_back(x);
  }
  return places;
}

}  // namespace

std::vector<double> values_at(const AlignedCurve& curve, const std::vector<double>& places) {
  std::vector<double> values;
  values.reserve(places.size());
  std::size_t behind = 0;
  for (const double place : places) {
    while (behind < curve.x.size() && curve.x[behind] < place) ++behind;
    if (behind == curve.x.size()) {
      values.push_back(kNone);
    } else if (curve.x[behind] == place) {
      values.push_back(curve.y[behind]);
    } else if (behind == 0) {
      values.push_back(kNone);
    } else {
      const double share = (place - curve.x[behind - 1]) / (curve.x[behind] - curve.x[behind - 1]);
      values.push_back((1 - share) * curve.y[behind - 1] + share * curve.y[behind]);
    }
  }
  return values;
}

MeanCurve mean_curve(std::span<const AlignedCurve> curves, double smoothing) {
  std::vector<const AlignedCurve*> used;
  for (const AlignedCurve& curve : curves) {
    if (!curve.x.empty()) used.push_back(&curve);
  }
  MeanCurve result;
  result.n = used.size();
  if (used.empty()) return result;
  result.x = common_places(used);
  std::vector<std::vector<double>> values;
  for (const AlignedCurve* curve : used) values.push_back(values_at(*curve, result.x));
  const auto n = static_cast<double>(used.size());
  for (std::size_t at = 0; at < result.x.size(); ++at) {
    double sum = 0;
    for (const auto& curve : values) sum += curve[at];
    result.mean.push_back(std::isfinite(sum) ? sum / n : kNone);
    if (std::isfinite(sum)) continue;
    // Missing in one, it counts in none: else the smoothed curves would not remember the same places.
    for (auto& curve : values) curve[at] = kNone;
  }
  if (used.size() < 2) return result;
  if (smoothing > 0) {
    for (auto& curve : values) curve = figure::smoothed(curve, smoothing);
  }
  // The same at every place, since n is.
  const double factor = student_t_quantile((1 + kCoverage) / 2, n - 1) / std::sqrt(n);
  std::vector<double> here(used.size());
  for (std::size_t at = 0; at < result.x.size(); ++at) {
    for (std::size_t i = 0; i < values.size(); ++i) here[i] = values[i][at];
    const Sample sample = describe(here);
    const double half = factor * sample.deviation.value_or(kNone);
    result.low.push_back(sample.mean - half);
    result.high.push_back(sample.mean + half);
  }
  return result;
}

}  // namespace ibot::compare
