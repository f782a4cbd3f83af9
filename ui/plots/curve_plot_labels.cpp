// SPDX-License-Identifier: GPL-3.0-or-later
// Texts among the lines: at their ends, and beside references.
#include "curve_plot_line.h"
#include "label_places.h"
#include "plot_marks.h"
#include "qcustomplot.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kMostLabels = 6;
constexpr double kPadding = 4;
constexpr double kGap = 2;     // between a text and its line
constexpr double kColumn = 3;  // px: a curve is looked at that finely

// The place of a text in that font whose corner is at the left top.
QRectF place_at(const QPointF& corner, const QString& text, const QFont& font) {
  const QFontMetricsF metrics(font);
  return {corner, QSizeF(metrics.horizontalAdvance(text) + 2 * kPadding, metrics.height())};
}

void put(QCPItemText& label, const QRectF& place) {
  label.position->setCoords(place.topLeft());
}

}  // namespace

QCPItemText* CurvePlot::make_label() {
  auto* label = new QCPItemText(plot_);
  label->setLayer(kLabelLayer);
  label->position->setType(QCPItemPosition::ptAbsolute);
  label->setPositionAlignment(Qt::AlignLeft | Qt::AlignTop);
  label->setPadding({static_cast<int>(kPadding), 0, static_cast<int>(kPadding), 0});
  return label;
}

double CurvePlot::line_value(const CurvePoints& points, std::size_t i) const {
  return smoothing_ > 0 ? points.smooth(i) : points.value(i);
}

// How many columns of a place lines pass through.
double CurvePlot::curves_in(const QRectF& place) const {
  double columns = 0;
  for (const auto& [id, line] : lines_) {
    const CurvePoints& points = line->points();
    std::size_t at = 0;
    double before = kNone;
    for (double x = place.left(); x <= place.right(); x += kColumn) {
      const double key = plot_->xAxis->pixelToCoord(x);
      at = points.lower(key, at);
      double y = kNone;
      if (at < points.size() && (at > 0 || points.x(at) == key)) {
        const std::size_t left = at > 0 ? at - 1 : at;
        const double width = points.x(at) - points.x(left);
        const double share = width > 0 ? (key - points.x(left)) / width : 1;
        const double low = line_value(points, left);
        y = plot_->yAxis->coordToPixel(low + share * (line_value(points, at) - low));
      }
      const double other = std::isfinite(before) ? before : y;
      if (std::isfinite(y) && std::max(y, other) >= place.top() && std::min(y, other) <= place.bottom())
        ++columns;
      before = y;
    }
  }
  return columns;
}

void CurvePlot::place_line_labels(std::vector<QRectF>& taken) {
  const bool direct = order_.size() > 1 && order_.size() <= kMostLabels;
  const QCPRange x = plot_->xAxis->range();
  const QRectF area(plot_->axisRect()->rect());
  std::vector<QCPItemText*> shown;
  std::vector<QRectF> places;
  for (const QString& id : order_) {
    Line& line = *lines_.at(id);
    const CurvePoints& points = line.points();
    const std::size_t behind = direct ? points.lower(x.upper) : 0;
    double value = kNone;
    if (behind > 0 && points.x(behind - 1) >= x.lower) value = line_value(points, behind - 1);
    line.label->setVisible(std::isfinite(value));
    if (!std::isfinite(value)) continue;
    const QFont font = line.label->font();
    line.label->setText(QFontMetrics(font).elidedText(line.series.label, Qt::ElideMiddle,
                                                      static_cast<int>(area.width() / 2)));
    QRectF above = place_at({}, line.label->text(), font);
    const double end = std::clamp(plot_->yAxis->coordToPixel(value), area.top(), area.bottom());
    above.moveBottomRight({area.right(), end - kGap});
    const QRectF below = above.translated(0, above.height() + 2 * kGap);
    shown.push_back(line.label);
    places.push_back(curves_in(below) < curves_in(above) ? below : above);
  }
  if (shown.empty()) return;
  std::vector<double> tops;
  for (const QRectF& place : places) tops.push_back(place.top());
  const double height = places.front().height();
  spread(tops, height, taken.empty() ? area.top() : taken.front().bottom(), area.bottom());
  for (std::size_t i = 0; i < shown.size(); ++i) {
    places[i].moveTop(tops[i]);
    put(*shown[i], places[i]);
    taken.push_back(places[i]);
  }
}

void CurvePlot::place_reference_labels(std::vector<QRectF>& taken) {
  const std::vector<PlotReference>& references = marks_->references();
  const QRectF area(plot_->axisRect()->rect());
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t i = 0; i < references.size(); ++i)
    order.emplace_back(plot_->yAxis->coordToPixel(references[i].value), i);
  std::sort(order.begin(), order.end());
  for (const auto& [y, i] : order) {
    QCPItemText& label = *reference_labels_[i];
    const bool inside = y > area.top() && y < area.bottom();
    label.setVisible(inside);
    if (!inside) continue;
    label.setText(QFontMetrics(label.font())
                      .elidedText(references[i].label, Qt::ElideMiddle, static_cast<int>(area.width())));
    const QRectF own = place_at({area.left(), y}, label.text(), label.font());
    std::vector<QRectF> places;
    const double room = area.width() - own.width();
    for (const double share : {0.0, 0.25, 0.5, 0.75, 1.0}) {
      const QRectF along = own.translated(share * room, 0);
      places.push_back(along.translated(0, -own.height() - kGap / 2));
      places.push_back(along.translated(0, kGap));
    }
    const QRectF place =
        best_place(places, taken, area, [this](const QRectF& where) { return curves_in(where); });
    put(label, place);
    taken.push_back(place);
  }
}

void CurvePlot::place_labels() {
  std::vector<QRectF> taken;
  if (overlay_label_->visible()) {
    const QRectF area(plot_->axisRect()->rect());
    QRectF name = place_at(area.topLeft(), overlay_label_->text(), overlay_label_->font());
    name.moveRight(area.right());
    taken.push_back(name);
  }
  place_line_labels(taken);
  place_reference_labels(taken);
}

std::vector<CurvePlot::PlacedLabel> CurvePlot::labels() const {
  std::vector<PlacedLabel> placed;
  const auto add = [&](const QCPItemText& label) {
    if (label.visible())
      placed.push_back({label.text(), place_at(label.position->pixelPosition(), label.text(), label.font())});
  };
  for (const QString& id : order_) add(*lines_.at(id)->label);
  for (const QCPItemText* label : reference_labels_) add(*label);
  return placed;
}

std::vector<double> CurvePlot::value_ticks() const {
  std::vector<double> places;
  for (const double tick : plot_->yAxis->tickVector()) {
    if (plot_->yAxis->range().contains(tick)) places.push_back(plot_->yAxis->coordToPixel(tick));
  }
  return places;
}

}  // namespace ibot::ui
