// SPDX-License-Identifier: GPL-3.0-or-later
// What a hand does to a plot: pointer, wheel, keys, focus.
#include "curve_plot_line.h"
#include "plot_marks.h"
#include "qcustomplot.h"

#include <ui/style/theme.h>

#include <QEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>

namespace ibot::ui {
namespace {

constexpr double kZoomStep = 0.8;

}  // namespace

void CurvePlot::connect_hand() {
  plot_->installEventFilter(this);
  connect(plot_, &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) {
    Q_EMIT cursor_moved(plot_->xAxis->pixelToCoord(event->position().x()));
    const QString happened = marks_->text_at(event->position());
    if (happened.isEmpty()) {
      QToolTip::hideText();
    } else {
      QToolTip::showText(event->globalPosition().toPoint(), happened, plot_);
    }
  });
  connect(plot_, &QCustomPlot::mouseDoubleClick, this, &CurvePlot::ask_for_everything);
  connect(plot_, &QCustomPlot::mousePress, this, [this] { setFocus(Qt::MouseFocusReason); });
  connect(plot_, &QCustomPlot::mouseWheel, this, [this](QWheelEvent* event) {
    plot_->axisRect()->setRangeZoom(event->modifiers() & Qt::ShiftModifier ? Qt::Vertical : Qt::Horizontal);
  });
  connect(plot_->xAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this,
          [this](const QCPRange& range) {
            if (setting_range_) return;
            follows_x_ = false;
            Q_EMIT x_range_changed(range.lower, range.upper);
          });
  connect(plot_->yAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, [this] {
    if (!setting_range_) follows_y_ = false;
  });
  // Labels stand beside the lines, wherever a hand moved these to, and in the room that there is now.
  connect(plot_, &QCustomPlot::afterLayout, this, [this] {
    place_labels();
    place_cursor();
  });
}

bool CurvePlot::eventFilter(QObject* watched, QEvent* event) {
  if (watched == plot_ && event->type() == QEvent::Leave) Q_EMIT cursor_moved(kNone);
  return QWidget::eventFilter(watched, event);
}

void CurvePlot::ask_for_everything() {
  show_all();
  Q_EMIT reset();
}

void CurvePlot::zoom_x(double factor) {
  const QCPRange range = plot_->xAxis->range();
  plot_->xAxis->scaleRange(factor, std::isnan(cursor_x_) ? range.center() : cursor_x_);
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

void CurvePlot::keyPressEvent(QKeyEvent* event) {
  const int jump = event->modifiers() & Qt::ShiftModifier ? 10 : 1;
  switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right: {
      const CurvePoints* points = first_points();
      if (points == nullptr || points->size() == 0) return;
      const auto last = static_cast<qint64>(points->size()) - 1;
      qint64 at = std::isnan(cursor_x_) ? last : static_cast<qint64>(points->nearest(cursor_x_));
      at = std::clamp<qint64>(at + (event->key() == Qt::Key_Left ? -jump : jump), 0, last);
      Q_EMIT cursor_moved(points->x(static_cast<std::size_t>(at)));
      return;
    }
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return zoom_x(kZoomStep);
    case Qt::Key_Minus:
      return zoom_x(1 / kZoomStep);
    case Qt::Key_0:
      return ask_for_everything();
    case Qt::Key_Escape:
      if (std::isnan(cursor_x_)) break;
      Q_EMIT cursor_moved(kNone);
      return;
    default:
      break;
  }
  QWidget::keyPressEvent(event);
}

void CurvePlot::focusInEvent(QFocusEvent* event) {
  QWidget::focusInEvent(event);
  update();
}

void CurvePlot::focusOutEvent(QFocusEvent* event) {
  QWidget::focusOutEvent(event);
  update();
}

void CurvePlot::paintEvent(QPaintEvent* event) {
  QWidget::paintEvent(event);
  const Tokens& t = Theme::instance().tokens();
  QPainter painter(this);
  painter.fillRect(rect(), t.base);
  if (!hasFocus()) return;
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(t.accent, kFocusRing));
  painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), metrics::kRadius, metrics::kRadius);
}

}  // namespace ibot::ui
