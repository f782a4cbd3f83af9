// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPointF>
#include <QPolygonF>
#include <QWidget>
#include <vector>

namespace ibot::ui {

/// Points of a plane in colours. Dragging draws a lasso, which closes by a straight line from its end to its
/// beginning and selects the points inside; a click where there is no point, or Esc, selects none.
class ScatterPlot final : public QWidget {
  Q_OBJECT

 public:
  explicit ScatterPlot(QWidget* parent = nullptr);

  /// Both of the same length. Forgets the selection.
  void set_points(std::vector<QPointF> points, std::vector<QColor> colours);
  /// A point that stands out because what belongs to it is under the mouse elsewhere; -1: none.
  void set_marked(int point);
  const std::vector<int>& selected() const { return selected_; }
  /// In px of the widget.
  QPointF place(int point) const;
  void clear_selection();
  void set_dimmed(bool dimmed);

  QSize sizeHint() const override { return {420, 420}; }
  QSize minimumSizeHint() const override { return {96, 96}; }

 Q_SIGNALS:
  void pointed(int point);  ///< -1: none any more
  void selection_changed();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  int nearest(const QPointF& where) const;
  void point(int index);

  std::vector<QPointF> points_;  ///< in [0, 1] x [0, 1]
  std::vector<QColor> colours_;
  std::vector<int> selected_;
  std::vector<bool> is_selected_;
  QPolygonF lasso_;
  bool drawing_ = false, dimmed_ = false;
  int marked_ = -1;
};

}  // namespace ibot::ui
