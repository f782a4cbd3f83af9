// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractScrollArea>
#include <QImage>
#include <QStringList>
#include <functional>
#include <vector>

class QPainter;

namespace ibot::ui {

/// Widgets in rows and columns, squares of one size, which fill the place that there is and are enlarged
/// (Ctrl and the wheel) and scrolled from there. The names of rows and columns stay in sight and in line with
/// what they name.
class StickyGrid final : public QAbstractScrollArea {
  Q_OBJECT

 public:
  static constexpr double kMostZoom = 8;

  struct Column {
    QString name;
    QString group;  ///< over columns that stand side by side and share it; may be empty
  };

  explicit StickyGrid(QWidget* parent = nullptr);

  /// The cells become children of the grid. Precondition: as many as rows and columns need.
  void set_content(const QStringList& rows, std::vector<Column> columns, const std::vector<QWidget*>& cells);
  /// 1: as large as all fit, unless they would be too small to be seen.
  void set_zoom(double zoom);
  double zoom() const { return zoom_; }

  /// Where things are, in px of this widget.
  QRect row_head(int row) const;
  QRect column_head(int column) const;
  QRect cell(int row, int column) const;
  /// All of it, also what is scrolled out of sight.
  QImage rendered() const;

 Q_SIGNALS:
  void zoomed(double zoom);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void scrollContentsBy(int dx, int dy) override;
  void wheelEvent(QWheelEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  class Heads;

  int rows() const { return static_cast<int>(row_names_.size()); }
  int columns() const { return static_cast<int>(columns_.size()); }
  int heads_height() const;
  /// Left edge of a column and top of a row, unscrolled.
  int left_of(int column) const;
  int top_of(int row) const;
  void arrange();
  void place_cells();
  void paint_rows(QPainter& painter, int scrolled) const;
  void paint_columns(QPainter& painter, int scrolled) const;

  QStringList row_names_;
  std::vector<Column> columns_;
  std::vector<QWidget*> cells_;
  std::vector<int> left_;  ///< at this size; one more: the end
  int cell_ = 0;           ///< side, px
  double zoom_ = 1;
  Heads* down_;
  Heads* across_;
};

}  // namespace ibot::ui
