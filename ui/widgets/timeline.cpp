// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline.h"

#include <ui/style/theme.h>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>
#include <utility>

namespace ibot::ui {
namespace {

constexpr double kEdge = 8;    // px beside the line, where half a handle finds room
constexpr double kBelow = 12;  // px under the curve, for the ticks

}  // namespace

Timeline::Timeline(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setAccessibleName(tr("Time"));
  connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void Timeline::set_steps(std::vector<qint64> stops, std::vector<qint64> ticks) {
  if (stops == stops_ && ticks == ticks_) return;
  const qint64 before = step();
  const bool at_end = index_ < 0 || index_ + 1 == static_cast<int>(stops_.size());
  stops_ = std::move(stops);
  ticks_ = std::move(ticks);
  index_ = at_end ? static_cast<int>(stops_.size()) - 1 : nearest(before);
  update();
}

void Timeline::set_curve(std::vector<QPointF> curve, const QString& name,
                         std::vector<TimelineReference> references) {
  curve_ = std::move(curve);
  name_ = name;
  references_ = std::move(references);
  setToolTip(curve_.empty()
                 ? QString()
                 : tr("Behind the handle: %1. Ticks: weights are kept, anything can be asked.").arg(name));
  update();
}

int Timeline::nearest(qint64 step) const {
  if (stops_.empty()) return -1;
  const auto after = std::lower_bound(stops_.begin(), stops_.end(), step);
  if (after == stops_.end()) return static_cast<int>(stops_.size()) - 1;
  const auto index = static_cast<int>(after - stops_.begin());
  if (index > 0 && step - stops_[static_cast<std::size_t>(index - 1)] < *after - step) return index - 1;
  return index;
}

void Timeline::set_step(qint64 step) {
  index_ = nearest(step);
  setAccessibleDescription(tr("Step %1").arg(this->step()));
  update();
}

bool Timeline::advance() {
  if (index_ + 1 >= static_cast<int>(stops_.size())) return false;
  go(index_ + 1);
  return true;
}

void Timeline::go(int index) {
  if (stops_.empty()) return;
  index = std::clamp(index, 0, static_cast<int>(stops_.size()) - 1);
  if (index == index_) return;
  index_ = index;
  setAccessibleDescription(tr("Step %1").arg(step()));
  update();
  Q_EMIT moved(step());
}

qint64 Timeline::last() const {
  qint64 end = 1;
  if (!stops_.empty()) end = std::max(end, stops_.back());
  if (!ticks_.empty()) end = std::max(end, ticks_.back());
  return end;
}

double Timeline::x_of(qint64 step) const {
  return kEdge + static_cast<double>(step) / static_cast<double>(last()) * (width() - 2 * kEdge);
}

QString Timeline::legend() const {
  if (references_.empty() || curve_.empty()) return {};
  // The newest value at or before the handle.
  const double here = static_cast<double>(step());
  double value = curve_.front().y();
  for (const QPointF& point : curve_) {
    if (point.x() <= here) value = point.y();
  }
  QString text = tr("%1: %2").arg(name_).arg(value, 0, 'f', 3);
  for (const TimelineReference& each : references_)
    text += tr(" \u00b7 %1 %2").arg(each.name).arg(each.value, 0, 'f', 3);
  return text;
}

void Timeline::paint_curve(QPainter& painter, double ground) const {
  const Tokens& t = Theme::instance().tokens();
  // Where words stand above it the curve keeps below them.
  const double top = references_.empty() ? 4 : 16;
  double low = curve_.front().y(), high = low;
  for (const QPointF& point : curve_) {
    low = std::min(low, point.y());
    high = std::max(high, point.y());
  }
  for (const TimelineReference& each : references_) {
    low = std::min(low, each.value);
    high = std::max(high, each.value);
  }
  const double span = high > low ? high - low : 1;
  const auto y_of = [&](double value) { return ground - 2 - (value - low) / span * (ground - top - 2); };
  const auto place = [&](const QPointF& point) {
    const double x = std::min(x_of(static_cast<qint64>(point.x())), width() - kEdge);
    return QPointF(x, y_of(point.y()));
  };
  QPainterPath line(place(curve_.front()));
  for (const QPointF& point : curve_) line.lineTo(place(point));
  QPainterPath area = line;
  area.lineTo(place(curve_.back()).x(), ground);
  area.lineTo(place(curve_.front()).x(), ground);
  area.closeSubpath();
  painter.setRenderHint(QPainter::Antialiasing);
  QColor fill = t.text3;
  fill.setAlphaF(0.18F);
  painter.fillPath(area, fill);
  painter.setPen(QPen(t.text3, 1));
  painter.drawPath(line);
  painter.setRenderHint(QPainter::Antialiasing, false);
  for (std::size_t i = 0; i < references_.size(); ++i) {
    const double y = std::round(y_of(references_[i].value)) + 0.5;
    painter.setPen(QPen(t.text2, 1, i == 0 ? Qt::DashLine : Qt::DotLine));
    painter.drawLine(QPointF(kEdge, y), QPointF(width() - kEdge, y));
  }
  const QString words = legend();
  if (words.isEmpty()) return;
  painter.setFont(text_font(TextStyle::Small));
  painter.setPen(t.text2);
  const QRectF room(kEdge, 0, width() - 2 * kEdge, top);
  painter.drawText(room, Qt::AlignLeft | Qt::AlignTop,
                   painter.fontMetrics().elidedText(words, Qt::ElideRight, static_cast<int>(room.width())));
}

void Timeline::paintEvent(QPaintEvent*) {
  const Tokens& t = Theme::instance().tokens();
  QPainter painter(this);
  const double ground = height() - kBelow;
  if (curve_.size() > 1) paint_curve(painter, ground);
  painter.fillRect(QRectF(kEdge, ground, width() - 2 * kEdge, 1), t.line);
  for (const qint64 stop : stops_) painter.fillRect(QRectF(std::round(x_of(stop)), ground, 1, 3), t.text3);
  for (const qint64 tick : ticks_)
    painter.fillRect(QRectF(std::round(x_of(tick)) - 0.5, ground, 2, 8), t.text2);
  if (index_ < 0) return;
  const double x = std::round(x_of(step()));
  painter.fillRect(QRectF(x, 2, 1, ground), t.accent);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(t.accent);
  painter.drawEllipse(QPointF(x + 0.5, ground + 0.5), 5, 5);
  if (hasFocus()) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(t.text, 2));
    painter.drawEllipse(QPointF(x + 0.5, ground + 0.5), 7, 7);
  }
}

void Timeline::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) mouseMoveEvent(event);
}

void Timeline::mouseMoveEvent(QMouseEvent* event) {
  if ((event->buttons() & Qt::LeftButton) == 0 || stops_.empty()) return;
  const double share = (event->position().x() - kEdge) / std::max(1.0, width() - 2 * kEdge);
  go(nearest(std::llround(std::clamp(share, 0.0, 1.0) * static_cast<double>(last()))));
}

void Timeline::keyPressEvent(QKeyEvent* event) {
  const int stride = (event->modifiers() & Qt::ShiftModifier) != 0 ? 10 : 1;
  switch (event->key()) {
    case Qt::Key_Left:
      return go(index_ - stride);
    case Qt::Key_Right:
      return go(index_ + stride);
    case Qt::Key_Home:
      return go(0);
    case Qt::Key_End:
      return go(static_cast<int>(stops_.size()) - 1);
    default:
      return QWidget::keyPressEvent(event);
  }
}

}  // namespace ibot::ui
