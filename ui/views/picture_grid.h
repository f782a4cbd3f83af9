// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/data/summary.h>

#include <ui/bridge/thumbnails.h>

#include <QAbstractScrollArea>
#include <vector>

class QTimer;

namespace ibot::ui {

/// Pictures in rows that fill the width, each in its own shape. Only what is visible is decoded and drawn, so
/// that a hundred thousand scroll like a hundred. One picture is current; arrow keys, Home, End and the page
/// keys move it.
class PictureGrid final : public QAbstractScrollArea {
  Q_OBJECT

 public:
  static constexpr int kRowHeight = 112;  ///< px: the highest row

  explicit PictureGrid(QWidget* parent = nullptr);

  void set_source(const std::shared_ptr<const data::Dataset>& dataset);
  /// The sizes of the next pictures. What is laid out already stays where it is.
  void append(const std::vector<data::PictureSize>& sizes);

  qint64 count() const { return static_cast<qint64>(shapes_.size()); }
  /// -1: none.
  qint64 current() const { return current_; }
  void set_current(qint64 index);
  qint64 index_at(const QPoint& viewport_point) const;
  /// In the viewport; empty if the picture is not laid out yet.
  QRect cell_rect(qint64 index) const;
  data::PictureSize size_of(qint64 index) const { return sizes_[static_cast<std::size_t>(index)]; }
  Thumbnails& thumbnails() { return thumbnails_; }

 Q_SIGNALS:
  void current_changed(qint64 index);
  /// -1: the mouse is over none.
  void hovered(qint64 index);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void scrollContentsBy(int dx, int dy) override;
  void keyPressEvent(QKeyEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;

 private:
  struct Row {
    qint64 first = 0, count = 0;
    int top = 0;
    double height = 0;
  };
  void lay_out_from(std::size_t row);
  void close_row(Row row, double shapes, bool full);
  std::size_t row_at(int y) const;
  std::size_t row_of(qint64 index) const;
  void want_visible();
  void draw_cell(QPainter& painter, qint64 index, const QRectF& cell);
  void hover(qint64 index);
  int content_height() const;

  Thumbnails thumbnails_;
  QTimer* wanted_;
  std::vector<data::PictureSize> sizes_;
  std::vector<float> shapes_;  ///< width over height, as shown
  std::vector<Row> rows_;
  qint64 current_ = -1;
  qint64 hovered_ = -1;
};

}  // namespace ibot::ui
