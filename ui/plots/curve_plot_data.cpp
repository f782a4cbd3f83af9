// SPDX-License-Identifier: GPL-3.0-or-later
// What lines are made of: points that come, and what is asked of them.
#include "curve_plot_line.h"
#include "qcustomplot.h"

#include <algorithm>
#include <cmath>

namespace ibot::ui {

void CurvePlot::add_points(const QString& id, const QVector<double>& steps, const QVector<double>& values,
                           bool from_scratch, const QVector<qint64>& times) {
  const auto found = lines_.find(id);
  if (found == lines_.end()) return;
  CurvePoints& points = found->second->curve->points();
  if (from_scratch) points.clear();
  const std::vector<std::int64_t> moments(times.begin(), times.end());
  points.append({steps.constData(), static_cast<std::size_t>(steps.size())},
                {values.constData(), static_cast<std::size_t>(std::min(steps.size(), values.size()))},
                moments);
  plan_replot();
}

void CurvePlot::begin_with(const QString& id, const std::vector<CurveSummary>& summaries) {
  const auto found = lines_.find(id);
  if (found == lines_.end()) return;
  found->second->curve->points().begin_with(summaries);
  plan_replot();
}

void CurvePlot::refine(const QString& id, double from, double to, const QVector<double>& steps,
                       const QVector<double>& values, const QVector<qint64>& times) {
  const auto found = lines_.find(id);
  if (found == lines_.end()) return;
  const std::vector<std::int64_t> moments(times.begin(), times.end());
  found->second->curve->points().refine(
      from, to, {steps.constData(), static_cast<std::size_t>(steps.size())},
      {values.constData(), static_cast<std::size_t>(std::min(steps.size(), values.size()))}, moments);
  plan_replot();
}

std::optional<std::pair<double, double>> CurvePlot::wants_values(const QString& id) const {
  const auto found = lines_.find(id);
  if (found == lines_.end()) return std::nullopt;
  const CurveLine& curve = *found->second->curve;
  const auto [first, last] = curve.seen(plot_->xAxis->range().lower, plot_->xAxis->range().upper);
  if (first >= last) return std::nullopt;
  const auto steps = curve.points().summarised(first, last);
  if (!steps || steps->second - steps->first > kMostRefined) return std::nullopt;
  return steps;
}

bool CurvePlot::shows_summaries() const {
  const QCPRange range = plot_->xAxis->range();
  return std::any_of(lines_.begin(), lines_.end(), [&](const auto& entry) {
    const auto [first, last] = entry.second->curve->seen(range.lower, range.upper);
    return first < last && entry.second->points().summarised(first, last).has_value();
  });
}

void CurvePlot::clear_points() {
  for (auto& [id, line] : lines_) line->curve->points().clear();
  overlay_->points().clear();
  plan_replot();
}

void CurvePlot::add_overlay_points(const QVector<double>& steps, const QVector<double>& values,
                                   bool from_scratch, const QVector<qint64>& times) {
  if (from_scratch) overlay_->points().clear();
  const std::vector<std::int64_t> moments(times.begin(), times.end());
  overlay_->points().append({steps.constData(), static_cast<std::size_t>(steps.size())},
                            {values.constData(), static_cast<std::size_t>(values.size())}, moments);
  plan_replot();
}

void CurvePlot::begin_overlay_with(const std::vector<CurveSummary>& summaries) {
  overlay_->points().begin_with(summaries);
  plan_replot();
}

std::optional<CurvePlot::Reading> CurvePlot::reading(const QString& id, double x) const {
  const auto found = lines_.find(id);
  if (found == lines_.end() || found->second->points().size() == 0) return std::nullopt;
  const CurvePoints& points = found->second->points();
  const std::size_t i = std::isnan(x) ? points.size() - 1 : points.nearest(x);
  return Reading{points.x(i), points.step(i), points.value(i), points.count(i)};
}

}  // namespace ibot::ui
