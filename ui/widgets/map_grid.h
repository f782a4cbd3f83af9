// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QWidget>
#include <vector>

namespace ibot::ui {

/// Small maps in rows (layers) and columns (the mean of the heads, then each head): an overview from which
/// one is chosen by click or arrow keys, and previewed by hovering. Maps are drawn patch by patch.
class MapGrid final : public QWidget {
  Q_OBJECT

 public:
  explicit MapGrid(QWidget* parent = nullptr);

  /// Forgets all maps if the shape is another.
  void set_shape(int layers, int heads);
  int layers() const { return layers_; }
  int heads() const { return heads_; }
  /// Layers from 1; head 0 is the mean.
  void set_map(int layer, int head, QImage map);
  bool has_map(int layer, int head) const { return !maps_[at(layer, head)].isNull(); }
  /// What the maps show is of an earlier question.
  void set_stale();
  void set_chosen(int layer, int head);
  int layer() const { return layer_; }
  int head() const { return head_; }
  QRectF cell(int layer, int head) const;

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return {96, 96}; }

 Q_SIGNALS:
  void chosen(int layer, int head);
  void hovered(int layer, int head);  ///< layer 0: none any more

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  std::size_t at(int layer, int head) const {
    return static_cast<std::size_t>((layer - 1) * (heads_ + 1) + head);
  }
  double side() const;
  bool find(const QPointF& where, int& layer, int& head) const;
  void hover(int layer, int head);

  int layers_ = 0, heads_ = 0;
  int layer_ = 0, head_ = 0;
  int hovered_layer_ = 0, hovered_head_ = 0;
  std::vector<QImage> maps_;
  std::vector<bool> stale_;
};

}  // namespace ibot::ui
