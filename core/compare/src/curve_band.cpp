// SPDX-License-Identifier: GPL-3.0-or-later
#include "curve_places.h"

#include <ibot/compare/curve_band.h>
#include <ibot/figure/curve_figure.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ibot::compare {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kLowShare = 0.1;
constexpr double kHighShare = 0.9;

double quantile(const std::vector<double>& ordered, double share) {
  const double place = share * static_cast<double>(ordered.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  if (below + 1 >= ordered.size()) return ordered.back();
  const double part = place - static_cast<double>(below);
  return (1 - part) * ordered[below] + part * ordered[below + 1];
}

std::vector<double> places_of(const AlignedCurve& curve) {
  std::vector<double> places;
  const std::size_t stride = std::max<std::size_t>(1, (curve.x.size() + kBandPlaces - 1) / kBandPlaces);
  for (std::size_t i = 0; i < curve.x.size(); i += stride) places.push_back(curve.x[i]);
  if (places.back() < curve.x.back()) places.back() = curve.x.back();
  return places;
}

}  // namespace

CurveBand curve_band(std::span<const AlignedCurve> curves, double smoothing) {
  std::vector<AlignedCurve> used;
  for (const AlignedCurve& curve : curves) {
    const bool any = std::any_of(curve.y.begin(), curve.y.end(), [](double y) { return std::isfinite(y); });
    if (!any) continue;
    used.push_back(curve);
    if (smoothing > 0) used.back().y = figure::smoothed(curve.y, smoothing);
  }
  CurveBand band;
  band.n = used.size();
  band.quantiles = band.n >= kQuantileCurves;
  if (used.size() < 2) return band;
  const auto farthest =
      std::max_element(used.begin(), used.end(),
                       [](const AlignedCurve& a, const AlignedCurve& b) { return a.x.back() < b.x.back(); });
  band.x = places_of(*farthest);
  std::vector<std::vector<double>> values;
  for (const AlignedCurve& curve : used) values.push_back(values_at(curve, band.x));
  const std::size_t enough = std::max<std::size_t>(2, (band.n + 1) / 2);
  std::vector<double> here;
  for (std::size_t at = 0; at < band.x.size(); ++at) {
    here.clear();
    for (const std::vector<double>& curve : values) {
      if (std::isfinite(curve[at])) here.push_back(curve[at]);
    }
    std::sort(here.begin(), here.end());
    const bool counts = here.size() >= enough;
    band.low.push_back(counts ? quantile(here, band.quantiles ? kLowShare : 0) : kNone);
    band.median.push_back(counts ? quantile(here, 0.5) : kNone);
    band.high.push_back(counts ? quantile(here, band.quantiles ? kHighShare : 1) : kNone);
  }
  return band;
}

}  // namespace ibot::compare
