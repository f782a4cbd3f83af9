// SPDX-License-Identifier: GPL-3.0-or-later
#include "curve_plot.h"

#include "curve_plot_line.h"
#include "plot_marks.h"
#include "plot_ticker.h"
#include "qcustomplot.h"

#include <ui/style/theme.h>

#include <QEvent>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

namespace ibot::ui {
namespace {

constexpr double kHeadroom = 0.06;
constexpr int kRestMillis = 150;

}  // namespace

CurvePlot::CurvePlot(const QString& title, QWidget* parent)
    : QWidget(parent),
      title_(title),
      plot_(new QCustomPlot(this)),
      timer_(new QTimer(this)),
      rest_(new QTimer(this)),
      cursor_x_(kNone) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(kFocusRing, kFocusRing, kFocusRing, kFocusRing);
  layout->addWidget(plot_);
  setAccessibleName(title);
  setFocusPolicy(Qt::StrongFocus);
  plot_->setObjectName(QStringLiteral("canvas"));
  plot_->setFocusPolicy(Qt::NoFocus);
  plot_->setMouseTracking(true);

  timer_->setInterval(1000 / kFramesPerSecond);
  timer_->setSingleShot(true);
  connect(timer_, &QTimer::timeout, this, &CurvePlot::replot);
  rest_->setInterval(kRestMillis);
  rest_->setSingleShot(true);
  connect(rest_, &QTimer::timeout, this, [this] {
    plot_->setNotAntialiasedElements(QCP::aeNone);
    plot_->replot(QCustomPlot::rpQueuedReplot);
  });

  // Texts stand above all lines, not above those alone that were there before them.
  plot_->addLayer(kLabelLayer, plot_->layer(QStringLiteral("legend")));
  // What follows the pointer is drawn on a layer with a buffer of its own, so that moving it redraws no line.
  plot_->addLayer(QStringLiteral("cursor"), plot_->layer(QStringLiteral("overlay")));
  plot_->layer(QStringLiteral("cursor"))->setMode(QCPLayer::lmBuffered);
  plot_->setNoAntialiasingOnDrag(true);
  plot_->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
  plot_->axisRect()->setRangeZoom(Qt::Horizontal);
  plot_->axisRect()->setRangeDrag(Qt::Horizontal | Qt::Vertical);
  plot_->axisRect()->setMinimumMargins({4, 6, 8, 4});
  for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis, plot_->yAxis2}) {
    axis->setTicker(make_value_ticker(*axis, false));
    axis->setSubTicks(false);
    axis->setTickLength(0, 0);
    axis->grid()->setZeroLinePen(Qt::NoPen);
  }
  plot_->yAxis2->grid()->setVisible(false);
  plot_->xAxis->setRange(0, 100);
  make_x_ticker();

  overlay_ = new CurveLine(plot_->xAxis, plot_->yAxis2);
  overlay_->set_smoothed(false);
  marks_ = new PlotMarks(plot_->xAxis, plot_->yAxis);
  cursor_ = new QCPItemLine(plot_);
  cursor_->setLayer(QStringLiteral("cursor"));
  for (QCPItemPosition* end : {cursor_->start, cursor_->end}) {
    end->setTypeX(QCPItemPosition::ptPlotCoords);
    end->setTypeY(QCPItemPosition::ptAxisRectRatio);
  }
  cursor_->setVisible(false);
  empty_ = new QCPItemText(plot_);
  empty_->position->setType(QCPItemPosition::ptAxisRectRatio);
  empty_->position->setCoords(0.5, 0.5);
  overlay_label_ = new QCPItemText(plot_);
  overlay_label_->position->setType(QCPItemPosition::ptAxisRectRatio);
  overlay_label_->position->setCoords(1, 0);
  overlay_label_->setPositionAlignment(Qt::AlignRight | Qt::AlignTop);
  overlay_label_->setVisible(false);
  overlay_label_->setLayer(kLabelLayer);
  connect_hand();
  connect(&Theme::instance(), &Theme::changed, this, &CurvePlot::restyle);
  restyle();
}

CurvePlot::~CurvePlot() = default;

void CurvePlot::set_title(const QString& title) {
  title_ = title;
  setAccessibleName(title);
}

void CurvePlot::set_series(const std::vector<PlotSeries>& series) {
  std::map<QString, std::unique_ptr<Line>> kept;
  order_.clear();
  for (const PlotSeries& wanted : series) {
    std::unique_ptr<Line> line;
    if (const auto known = lines_.find(wanted.id); known != lines_.end()) {
      line = std::move(known->second);
    } else {
      line = std::make_unique<Line>();
      line->curve = new CurveLine(plot_->xAxis, plot_->yAxis);
      line->curve->points().set_smoothing(smoothing_);
      line->label = make_label();
    }
    line->series = wanted;
    line->series.scale.unit = unit_;
    line->curve->points().set_scale(line->series.scale);
    order_.push_back(wanted.id);
    kept[wanted.id] = std::move(line);
  }
  for (auto& [id, line] : lines_) {
    if (!line) continue;
    remove_band(*line);
    plot_->removePlottable(line->curve);
    plot_->removeItem(line->label);
  }
  lines_ = std::move(kept);
  if (const CurvePoints* first = first_points(); first != nullptr)
    overlay_->points().set_scale(first->scale());
  restyle();
}

const CurvePoints* CurvePlot::first_points() const {
  return order_.empty() ? nullptr : &lines_.at(order_.front())->points();
}

void CurvePlot::set_logarithmic(bool logarithmic) {
  logarithmic_ = logarithmic;
  plot_->yAxis->setScaleType(logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
  plot_->yAxis->setTicker(make_value_ticker(*plot_->yAxis, logarithmic));
  follows_y_ = true;
  plan_replot();
}

void CurvePlot::set_x_logarithmic(bool logarithmic) {
  x_logarithmic_ = logarithmic;
  make_x_ticker();
  show_all();
}

void CurvePlot::set_x_unit(XUnit unit) {
  unit_ = unit;
  for (auto& [id, line] : lines_) {
    line->series.scale.unit = unit;
    line->curve->points().set_scale(line->series.scale);
  }
  if (const CurvePoints* first = first_points(); first != nullptr)
    overlay_->points().set_scale(first->scale());
  make_x_ticker();
  show_all();
}

void CurvePlot::make_x_ticker() {
  plot_->xAxis->setScaleType(x_logarithmic_ ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
  plot_->xAxis->setTicker(unit_ == XUnit::Time && !x_logarithmic_
                              ? make_time_ticker()
                              : make_count_ticker(*plot_->xAxis, x_logarithmic_));
}

void CurvePlot::set_smoothing(double weight) {
  smoothing_ = weight;
  for (auto& [id, line] : lines_) line->curve->points().set_smoothing(weight);
  restyle();
}

void CurvePlot::set_overlay(const QString& name) {
  overlay_name_ = name;
  overlay_->points().clear();
  overlay_->setVisible(!name.isEmpty());
  overlay_label_->setVisible(!name.isEmpty());
  overlay_label_->setText(name);
  plot_->yAxis2->setVisible(!name.isEmpty());
  plan_replot();
}

void CurvePlot::set_events(std::vector<PlotEvent> events) {
  events_ = std::move(events);
  plan_replot();
}

void CurvePlot::set_references(std::vector<PlotReference> references) {
  for (QCPItemText* label : reference_labels_) plot_->removeItem(label);
  reference_labels_.clear();
  for (std::size_t i = 0; i < references.size(); ++i) reference_labels_.push_back(make_label());
  marks_->set_references(std::move(references));
  restyle();
}

void CurvePlot::set_empty_text(const QString& text) {
  empty_->setText(text);
  plan_replot();
}

QString CurvePlot::caption() const {
  QString text = title_;
  if (smoothing_ > 0) {
    const bool band = std::any_of(lines_.begin(), lines_.end(),
                                  [](const auto& entry) { return entry.second->curve->shows_band(); });
    text += tr(". Bold: moving average m = %1 m + %2 x, corrected for its start; %3")
                .arg(smoothing_)
                .arg(1 - smoothing_, 0, 'g', 2)
                .arg(band ? tr("shaded: smallest to largest value of a pixel's steps.")
                          : tr("faint: every value."));
  }
  if (shows_summaries())
    text += tr("%1 Of many steps mean, smallest and largest; zoom in for every value.")
                .arg(text.endsWith(QLatin1Char('.')) ? QString() : QStringLiteral("."));
  return text;
}

void CurvePlot::set_cursor(double x) {
  if (cursor_x_ == x || (std::isnan(x) && std::isnan(cursor_x_))) return;
  cursor_x_ = x;
  place_cursor();
  plot_->layer(QStringLiteral("cursor"))->replot();
}

void CurvePlot::place_cursor() {
  double snapped = cursor_x_;
  for (const QString& id : order_) {
    const CurvePoints& points = lines_.at(id)->points();
    if (std::isnan(cursor_x_) || points.size() == 0) continue;
    snapped = points.x(points.nearest(cursor_x_));
    break;
  }
  const bool inside = !std::isnan(snapped) && plot_->xAxis->range().contains(snapped);
  cursor_->setVisible(inside);
  if (!inside) return;
  cursor_->start->setCoords(snapped, 0);
  cursor_->end->setCoords(snapped, 1);
}

void CurvePlot::show_all() {
  follows_x_ = true;
  follows_y_ = true;
  plan_replot();
}

std::optional<std::pair<double, double>> CurvePlot::x_extent() const {
  std::optional<std::pair<double, double>> extent;
  for (const auto& [id, line] : lines_) {
    const CurvePoints& points = line->points();
    if (points.size() == 0) continue;
    const std::pair own(points.x(0), points.x(points.size() - 1));
    extent =
        extent ? std::pair(std::min(extent->first, own.first), std::max(extent->second, own.second)) : own;
  }
  return extent;
}

void CurvePlot::set_shared_extent(std::optional<std::pair<double, double>> extent) {
  if (shared_ == extent) return;
  shared_ = extent;
  plan_replot();
}

void CurvePlot::set_x_range(double low, double high) {
  follows_x_ = false;
  setting_range_ = true;
  plot_->xAxis->setRange(low, high);
  setting_range_ = false;
  // For a hand that moves: coarse until it rests, and several moves in a turn of the loop are one.
  plot_->setNotAntialiasedElements(QCP::aeAll);
  rest_->start();
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

std::pair<double, double> CurvePlot::x_range() const {
  return {plot_->xAxis->range().lower, plot_->xAxis->range().upper};
}

std::pair<double, double> CurvePlot::y_range() const {
  return {plot_->yAxis->range().lower, plot_->yAxis->range().upper};
}

void CurvePlot::plan_replot() {
  dirty_ = true;
  if (!timer_->isActive()) timer_->start();
}

void CurvePlot::replot() {
  if (!dirty_) return;
  dirty_ = false;
  follow_data();
  place_marks();
  empty_->setVisible(points() == 0);
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

void CurvePlot::follow_data() {
  setting_range_ = true;
  bool any = false;
  QCPRange x, y;
  for (const QString& id : order_) {
    const CurvePoints& points = lines_.at(id)->points();
    const auto values = points.typical(logarithmic_);
    if (!values) continue;
    double first = points.x(0);
    if (x_logarithmic_) first = std::max(first, 1.0);
    const QCPRange keys(first, std::max(points.x(points.size() - 1), first));
    const QCPRange typical(values->low, values->high);
    x = any ? x.expanded(keys) : keys;
    y = any ? y.expanded(typical) : typical;
    any = true;
  }
  if (shared_) {
    const QCPRange beside(x_logarithmic_ ? std::max(shared_->first, 1.0) : shared_->first, shared_->second);
    x = any ? x.expanded(beside) : beside;
    if (!any && follows_x_ && x.size() > 0)
      plot_->xAxis->setRange(x.lower, x_logarithmic_ ? x.upper * 1.05 : x.upper + 0.02 * x.size());
  }
  if (any) {
    const QCPRange alone = y;
    const auto show = [&](const QCPRange& band) {
      y.expand(std::max(band.lower, alone.lower - alone.size()));
      y.expand(std::min(band.upper, alone.upper + alone.size()));
    };
    for (const auto& [id, line] : lines_) {
      if (line->band_low != nullptr && !logarithmic_) show(line->band);
    }
    if (backdrop_ && !logarithmic_ && backdrop_->band.size() > 0) show(backdrop_->band);
    for (const PlotReference& reference : marks_->references()) {
      if (!logarithmic_ || reference.value > 0) y.expand(reference.value);
    }
    if (x.size() <= 0) x = QCPRange(x.lower - 0.5, x.upper + 0.5);
    if (y.size() <= std::fabs(y.upper) * 1e-9) {
      const double half = y.upper == 0 ? 0.5 : 0.1 * std::fabs(y.upper);
      y = QCPRange(y.lower - half, y.upper + half);
    }
    if (follows_x_)
      plot_->xAxis->setRange(x.lower, x_logarithmic_ ? x.upper * 1.05 : x.upper + 0.02 * x.size());
    const double room = kHeadroom * y.size();
    if (follows_y_) plot_->yAxis->setRange(logarithmic_ ? y.lower * 0.9 : y.lower - room, y.upper + 2 * room);
  }
  if (const auto schedule = overlay_->points().typical(false)) {
    const double room = std::max(kHeadroom * (schedule->high - schedule->low), 1e-12);
    plot_->yAxis2->setRange(schedule->low - room, schedule->high + 2 * room);
  }
  setting_range_ = false;
}

void CurvePlot::place_marks() {
  std::vector<PlotMarks::Tick> ticks;
  if (const CurvePoints* first = first_points(); first != nullptr) {
    for (const PlotEvent& event : events_) {
      if (const auto x = first->x_of_step(event.step)) ticks.push_back({*x, event});
    }
  }
  marks_->set_ticks(std::move(ticks));
}

void CurvePlot::restyle() {
  const Tokens& t = Theme::instance().tokens();
  const QFont small = text_font(TextStyle::Small);
  plot_->setBackground(QBrush(t.base));
  for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis, plot_->yAxis2}) {
    axis->setTickLabelColor(axis == plot_->yAxis2 ? t.text3 : t.text2);
    axis->setTickLabelFont(small);
    axis->setBasePen(axis == plot_->xAxis ? QPen(t.line, 1) : QPen(Qt::NoPen));
    axis->setTickPen(Qt::NoPen);
    axis->grid()->setPen(QPen(t.line, 1));
  }
  plot_->xAxis->grid()->setVisible(false);
  cursor_->setPen(QPen(t.text3, 1));
  marks_->set_look(t.text3, t.warn, t.text3);
  overlay_->set_look(t.text3, Qt::DashLine, t.bad);
  for (QCPItemText* text : {empty_, overlay_label_}) {
    text->setColor(t.text3);
    text->setFont(small);
  }
  QColor veil = t.base;
  veil.setAlphaF(0.85F);
  for (QCPItemText* text : reference_labels_) {
    text->setColor(t.text3);
    text->setFont(small);
    text->setBrush(veil);
  }
  for (auto& [id, line] : lines_) {
    line->curve->set_look(line->series.colour, line->series.dash, t.bad);
    line->curve->set_smoothed(smoothing_ > 0);
    line->label->setColor(line->series.colour);
    line->label->setFont(small);
    line->label->setBrush(veil);
    if (line->band_high == nullptr) continue;
    QColor shade = line->series.colour;
    shade.setAlphaF(0.18F);
    line->band_high->setBrush(shade);
  }
  if (backdrop_) {
    QColor shade = t.text3;
    shade.setAlphaF(0.18F);
    backdrop_->high->setBrush(shade);
    backdrop_->middle->setPen(QPen(t.text3, 1));
  }
  plan_replot();
}

void CurvePlot::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::FontChange) restyle();
}

int CurvePlot::points() const {
  std::size_t count = 0;
  for (const auto& [id, line] : lines_) count += line->points().size();
  return static_cast<int>(count);
}

}  // namespace ibot::ui
