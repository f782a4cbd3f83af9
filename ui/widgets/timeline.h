// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QString>
#include <QWidget>
#include <vector>

class QPainter;

namespace ibot::ui {

/// A value that a curve is compared with, and what it is.
struct TimelineReference {
  QString name;
  double value = 0;
};

/// The life of a run as a line to be dragged along: a curve as a filled area behind a handle that stops where
/// something was seen, with ticks where weights are kept. Keys: left and right one stop, with Shift ten, Home
/// and End.
class Timeline final : public QWidget {
  Q_OBJECT

 public:
  explicit Timeline(QWidget* parent = nullptr);

  /// Steps, ascending. `stops` are where the handle can be, `ticks` where weights are kept.
  void set_steps(std::vector<qint64> stops, std::vector<qint64> ticks);
  /// Step and value, ascending by step. `name` says what it is. References are dashed lines; with them the
  /// line says what the curve is worth under the handle.
  void set_curve(std::vector<QPointF> curve, const QString& name,
                 std::vector<TimelineReference> references = {});
  const std::vector<TimelineReference>& references() const { return references_; }
  /// "NMI of ... 0.21 here, untrained 0.08": what stands above the curve; empty without references.
  QString legend() const;
  /// The stop that the handle is at; the nearest one to `step`. Says nothing.
  void set_step(qint64 step);
  /// -1: there is none.
  qint64 step() const { return index_ < 0 ? -1 : stops_[static_cast<std::size_t>(index_)]; }
  const std::vector<qint64>& stops() const { return stops_; }
  /// One stop on; false: it is at the end.
  bool advance();
  double x_of(qint64 step) const;

  QSize sizeHint() const override { return {400, 56}; }
  QSize minimumSizeHint() const override { return {120, 56}; }

 Q_SIGNALS:
  /// By hand, or by advance().
  void moved(qint64 step);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  int nearest(qint64 step) const;
  void go(int index);
  qint64 last() const;
  void paint_curve(QPainter& painter, double ground) const;

  std::vector<qint64> stops_, ticks_;
  std::vector<QPointF> curve_;
  std::vector<TimelineReference> references_;
  QString name_;
  int index_ = -1;
};

}  // namespace ibot::ui
