// SPDX-License-Identifier: GPL-3.0-or-later
// What lines are made of: points that come, and what is asked of them.
#include "curve_plot_line.h"
#include "qcustomplot.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <vector>

namespace ibot::ui {
namespace {

constexpr QLatin1String kBandLayer("bands");
constexpr QLatin1String kBackdropLayer("backdrop");

// Without the outermost fiftieth at either end.
std::optional<QCPRange> usual_range(const PlotBand& band) {
  std::vector<double> ends;
  for (qsizetype i = 0; i < band.x.size(); ++i) {
    if (std::isfinite(band.low[i]) && std::isfinite(band.high[i]))
      ends.insert(ends.end(), {band.low[i], band.high[i]});
  }
  if (ends.empty()) return std::nullopt;
  std::sort(ends.begin(), ends.end());
  const std::size_t outermost = ends.size() / 50;
  return QCPRange(ends[outermost], ends[ends.size() - 1 - outermost]);
}

void refine_points(CurvePoints& points, std::pair<double, double> stretch, const QVector<double>& steps,
                   const QVector<double>& values, const QVector<qint64>& times) {
  const std::vector<std::int64_t> moments(times.begin(), times.end());
  points.refine(stretch.first, stretch.second, {steps.constData(), static_cast<std::size_t>(steps.size())},
                {values.constData(), static_cast<std::size_t>(std::min(steps.size(), values.size()))},
                moments);
}

std::optional<CurvePlot::Reading> reading_at(const CurvePoints& points, double x) {
  if (points.size() == 0) return std::nullopt;
  const std::size_t i = std::isnan(x) ? points.size() - 1 : points.nearest(x);
  return CurvePlot::Reading{points.x(i), points.step(i), points.value(i), points.count(i)};
}

}  // namespace

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
  refine_points(found->second->curve->points(), {from, to}, steps, values, times);
  plan_replot();
}

void CurvePlot::refine_overlay(double from, double to, const QVector<double>& steps,
                               const QVector<double>& values, const QVector<qint64>& times) {
  refine_points(overlay_->points(), {from, to}, steps, values, times);
  plan_replot();
}

std::optional<std::pair<double, double>> CurvePlot::summaries_in_sight(const CurveLine& curve) const {
  const auto [first, last] = curve.seen(plot_->xAxis->range().lower, plot_->xAxis->range().upper);
  if (first >= last) return std::nullopt;
  return curve.points().summarised(first, last);
}

std::optional<std::pair<double, double>> CurvePlot::wants_values(const QString& id) const {
  const auto found = lines_.find(id);
  if (found == lines_.end()) return std::nullopt;
  const auto steps = summaries_in_sight(*found->second->curve);
  if (!steps || steps->second - steps->first > kMostRefined) return std::nullopt;
  return steps;
}

std::optional<std::pair<double, double>> CurvePlot::overlay_wants_values() const {
  if (overlay_name_.isEmpty()) return std::nullopt;
  const auto steps = summaries_in_sight(*overlay_);
  if (!steps || steps->second - steps->first > kMostRefined) return std::nullopt;
  return steps;
}

bool CurvePlot::shows_summaries() const {
  return std::any_of(lines_.begin(), lines_.end(),
                     [&](const auto& entry) { return summaries_in_sight(*entry.second->curve).has_value(); });
}

void CurvePlot::set_band(const QString& id, const PlotBand& band) {
  const auto found = lines_.find(id);
  if (found == lines_.end()) return;
  Line& line = *found->second;
  if (band.x.isEmpty()) {
    remove_band(line);
    return plan_replot();
  }
  if (line.band_low == nullptr) {
    make_band_layer();
    for (QCPGraph** graph : {&line.band_low, &line.band_high}) {
      *graph = plot_->addGraph();
      (*graph)->setLayer(kBandLayer);
      (*graph)->setPen(Qt::NoPen);
    }
    line.band_high->setChannelFillGraph(line.band_low);
  }
  line.band_low->setData(band.x, band.low, true);
  line.band_high->setData(band.x, band.high, true);
  line.band = usual_range(band).value_or(line.band);
  restyle();
}

void CurvePlot::make_band_layer() {
  if (plot_->layer(kBandLayer) != nullptr) return;
  plot_->addLayer(kBandLayer, plot_->layer(QStringLiteral("grid")), QCustomPlot::limAbove);
  plot_->addLayer(kBackdropLayer, plot_->layer(QStringLiteral("grid")), QCustomPlot::limAbove);
}

void CurvePlot::set_backdrop(const PlotBand& band, const QVector<double>& middle) {
  if (band.x.isEmpty()) {
    if (!backdrop_) return;
    for (QCPGraph* graph : {backdrop_->high, backdrop_->low, backdrop_->middle}) plot_->removeGraph(graph);
    backdrop_.reset();
    return plan_replot();
  }
  if (!backdrop_) {
    make_band_layer();
    backdrop_ = std::make_unique<Backdrop>();
    for (QCPGraph** graph : {&backdrop_->low, &backdrop_->high, &backdrop_->middle}) {
      *graph = plot_->addGraph();
      (*graph)->setLayer(kBackdropLayer);
      (*graph)->setPen(Qt::NoPen);
    }
    backdrop_->high->setChannelFillGraph(backdrop_->low);
  }
  backdrop_->low->setData(band.x, band.low, true);
  backdrop_->high->setData(band.x, band.high, true);
  backdrop_->middle->setData(band.x, middle, true);
  backdrop_->band = usual_range(band).value_or(QCPRange());
  restyle();
}

void CurvePlot::remove_band(Line& line) {
  if (line.band_low == nullptr) return;
  plot_->removeGraph(line.band_high);
  plot_->removeGraph(line.band_low);
  line.band_low = nullptr;
  line.band_high = nullptr;
}

bool CurvePlot::has_bands() const {
  return std::any_of(lines_.begin(), lines_.end(),
                     [](const auto& entry) { return entry.second->band_low != nullptr; });
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
  return found == lines_.end() ? std::nullopt : reading_at(found->second->points(), x);
}

std::optional<CurvePlot::Reading> CurvePlot::overlay_reading(double x) const {
  return overlay_name_.isEmpty() ? std::nullopt : reading_at(overlay_->points(), x);
}

}  // namespace ibot::ui
