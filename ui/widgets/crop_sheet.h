// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QRect>
#include <QString>
#include <QWidget>
#include <cstdint>
#include <vector>

namespace ibot::ui {

/// One crop, the cells of its mask, and where in the picture it was cut out.
struct CropTile {
  QString caption;
  QString short_caption;  ///< where the other has no room
  QString details;        ///< the tooltip
  QImage image;           ///< RGB
  int rows = 0, cols = 0;
  std::vector<std::uint8_t> masked;  ///< [rows * cols], 1 = masked; empty: no mask
  QRect box;                         ///< px of the picture
  bool small = false;                ///< a local crop
};

/// A picture and the crops that were cut out of it, in one line: masked cells hatched, so that what lies
/// under them is still seen; the boxes of the large crops stand in the picture, and that of the crop under
/// the mouse stands out. As high as it is given, as wide as it needs. Pixels of a crop that is shown larger
/// are whole numbers of device pixels where that is possible; everything else is smoothed.
class CropSheet final : public QWidget {
  Q_OBJECT

 public:
  explicit CropSheet(QWidget* parent = nullptr);

  /// `size`: px of the picture itself, in which boxes are given; `preview` shows it, maybe smaller.
  void show_crops(QImage preview, QSize size, QString caption, std::vector<CropTile> tiles,
                  QString small_caption);
  void clear();
  /// What is shown is of an earlier state.
  void set_dimmed(bool dimmed);
  /// The width in which all should fit; tiles shrink down to a size that can still be read.
  void set_available_width(int width);

  const std::vector<CropTile>& tiles() const { return tiles_; }
  bool is_dimmed() const { return dimmed_; }
  /// Where a tile's picture is, for tests and tooltips.
  QRect place_of(int tile) const;

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  bool event(QEvent* event) override;

 private:
  void arrange();
  /// The side of a crop of `size` px in a place of `side`: whole multiples where they fit twice or more.
  int side_of(int size, int side) const;
  void paint_preview(QPainter& painter) const;
  void paint_tile(QPainter& painter, const CropTile& tile, const QRect& place) const;
  int tile_at(const QPoint& where) const;

  QImage preview_;
  QSize size_;
  QString caption_, small_caption_;
  std::vector<CropTile> tiles_;
  std::vector<QRect> places_;
  QRect preview_place_;
  int available_ = 0;
  int hovered_ = -1;
  bool dimmed_ = false;
};

}  // namespace ibot::ui
