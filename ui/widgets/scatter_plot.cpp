// SPDX-License-Identifier: GPL-3.0-or-later
#include "scatter_plot.h"

#include <ui/style/theme.h>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <utility>

namespace ibot::ui {
namespace {

constexpr double kEdge = 12, kRadius = 2.5, kReach = 8;
constexpr double kShortest = 6;  // px: a shorter drag was meant as a click

}  // namespace

ScatterPlot::ScatterPlot(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setCursor(Qt::CrossCursor);
  setAccessibleName(tr("Patches as points of a plane"));
  connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ScatterPlot::set_points(std::vector<QPointF> points, std::vector<QColor> colours) {
  points_ = std::move(points);
  colours_ = std::move(colours);
  colours_.resize(points_.size());
  QPointF low(0, 0), high(1, 1);
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const QPointF& at = points_[i];
    low = i == 0 ? at : QPointF(std::min(low.x(), at.x()), std::min(low.y(), at.y()));
    high = i == 0 ? at : QPointF(std::max(high.x(), at.x()), std::max(high.y(), at.y()));
  }
  // One scale for both axes: distances mean something.
  const double span = std::max({high.x() - low.x(), high.y() - low.y(), 1e-12});
  const QPointF middle = (low + high) / 2;
  for (QPointF& at : points_) at = (at - middle) / span + QPointF(0.5, 0.5);
  marked_ = -1;
  dimmed_ = false;
  clear_selection();
}

void ScatterPlot::set_marked(int index) {
  if (marked_ == index) return;
  marked_ = index;
  update();
}

void ScatterPlot::set_dimmed(bool dimmed) {
  dimmed_ = dimmed;
  update();
}

QPointF ScatterPlot::place(int index) const {
  const double side = std::max(1.0, std::min(width(), height()) - 2 * kEdge);
  const QPointF corner((width() - side) / 2, (height() - side) / 2);
  return corner + points_[static_cast<std::size_t>(index)] * side;
}

void ScatterPlot::clear_selection() {
  selected_.clear();
  is_selected_.assign(points_.size(), false);
  update();
  Q_EMIT selection_changed();
}

int ScatterPlot::nearest(const QPointF& where) const {
  int found = -1;
  double least = kReach * kReach;
  for (int i = 0; i < static_cast<int>(points_.size()); ++i) {
    const QPointF away = place(i) - where;
    const double distance = QPointF::dotProduct(away, away);
    if (distance >= least) continue;
    least = distance;
    found = i;
  }
  return found;
}

void ScatterPlot::paintEvent(QPaintEvent*) {
  const Tokens& t = Theme::instance().tokens();
  QPainter painter(this);
  painter.fillRect(rect(), t.base);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  const double opacity = dimmed_ ? 0.4 : 1;
  for (int i = 0; i < static_cast<int>(points_.size()); ++i) {
    const bool faint = !selected_.empty() && !is_selected_[static_cast<std::size_t>(i)];
    painter.setOpacity(opacity * (faint ? 0.2 : 0.9));
    painter.setBrush(colours_[static_cast<std::size_t>(i)]);
    painter.drawEllipse(place(i), kRadius, kRadius);
  }
  painter.setOpacity(1);
  painter.setBrush(Qt::NoBrush);
  if (marked_ >= 0 && marked_ < static_cast<int>(points_.size())) {
    painter.setPen(QPen(t.text, 1.5));
    painter.drawEllipse(place(marked_), 6, 6);
  }
  if (lasso_.size() > 1) {
    painter.setPen(QPen(t.accent, 1.5));
    painter.drawPolyline(lasso_);
    painter.setPen(QPen(t.accent, 1, Qt::DashLine));
    painter.drawLine(lasso_.back(), lasso_.front());
  }
  if (hasFocus()) {
    painter.setPen(QPen(t.accent, 2));
    painter.drawRect(QRectF(rect()).adjusted(1, 1, -1, -1));
  }
}

void ScatterPlot::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
  drawing_ = true;
  lasso_.clear();
  lasso_ << event->position();
}

void ScatterPlot::point(int index) {
  if (index == marked_) return;
  set_marked(index);
  Q_EMIT pointed(index);
}

void ScatterPlot::mouseMoveEvent(QMouseEvent* event) {
  if (!drawing_) return point(nearest(event->position()));
  lasso_ << event->position();
  update();
}

void ScatterPlot::mouseReleaseEvent(QMouseEvent*) {
  if (!drawing_) return;
  drawing_ = false;
  const QPolygonF lasso = std::exchange(lasso_, {});
  const QRectF box = lasso.boundingRect();
  selected_.clear();
  is_selected_.assign(points_.size(), false);
  if (std::max(box.width(), box.height()) >= kShortest) {
    for (int i = 0; i < static_cast<int>(points_.size()); ++i) {
      if (lasso.containsPoint(place(i), Qt::OddEvenFill)) selected_.push_back(i);
    }
  } else if (const int clicked = nearest(lasso.front()); clicked >= 0) {
    selected_ = {clicked};
  }
  for (const int each : selected_) is_selected_[static_cast<std::size_t>(each)] = true;
  update();
  Q_EMIT selection_changed();
}

void ScatterPlot::leaveEvent(QEvent*) {
  point(-1);
}

void ScatterPlot::keyPressEvent(QKeyEvent* event) {
  if (event->key() != Qt::Key_Escape || selected_.empty()) return QWidget::keyPressEvent(event);
  clear_selection();
}

}  // namespace ibot::ui
