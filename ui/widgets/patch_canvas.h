// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/figure/grid.h>

#include <QImage>
#include <QString>
#include <QWidget>
#include <cstdint>
#include <vector>

namespace ibot::ui {

/// A place in a grid of patches; row -1: none.
struct PatchAt {
  int row = -1, column = -1;
  bool is_patch() const { return row >= 0; }
  bool operator==(const PatchAt&) const = default;
};

/// A picture and what is known of its patches. Grids are row-major.
struct PatchPicture {
  QImage picture;  ///< null: the map alone, or nothing yet
  int rows = 0, columns = 0;
  std::vector<float> values;  ///< [rows * columns], or empty
  figure::ColourMap colours = figure::ColourMap::Viridis;
  figure::Range range;
  QImage patches;            ///< instead of values: one pixel a patch, transparent where there is none
  bool categorical = false;  ///< `patches` are labels: never smoothed
  std::vector<std::uint8_t> inside;   ///< [rows * columns], or empty: outlined
  std::vector<std::uint8_t> hatched;  ///< [rows * columns], or empty: hidden from the network
  PatchAt mark;                       ///< the query
};

/// The colours of a map of numbers, one pixel a patch; grey where a value is not finite.
QImage map_image(const std::vector<float>& values, int rows, int columns, figure::ColourMap colours,
                 figure::Range range);

/// One picture, as large as there is room, with a map over it. Pictures are scaled smoothly, maps patch by
/// patch or smoothly between patch centres, on whole device pixels. A click, a drag or the arrow keys choose
/// a patch; the patch under the mouse is outlined, and another canvas can be told which.
class PatchCanvas final : public QWidget {
  Q_OBJECT

 public:
  explicit PatchCanvas(QWidget* parent = nullptr);

  void set_content(PatchPicture content);
  const PatchPicture& content() const { return content_; }
  /// A label in the corner above; empty: none.
  void set_title(const QString& title);
  /// Why there is neither picture nor map: a few words in their place.
  void set_note(const QString& note);
  const QString& note() const { return note_; }
  void set_opacity(double opacity);
  void set_smooth(bool smooth);
  void set_overlay_visible(bool visible);
  /// What is shown is of an earlier state; where nothing is, its place is kept.
  void set_dimmed(bool dimmed);
  bool is_dimmed() const { return dimmed_; }
  /// The patch that is outlined, because it is under the mouse here or elsewhere.
  void set_hovered(PatchAt patch);
  PatchAt hovered() const { return hovered_; }
  /// "row 3, column 5", counted from 0, as options and files count patches; of layers from 1.
  QString place_name(PatchAt patch) const;
  void set_first(int number) { first_ = number; }
  /// Whether clicks and keys choose a patch.
  void set_choosing(bool choosing);

  /// Where the picture is, in px of the widget.
  QRectF place() const;
  PatchAt patch_at(const QPointF& where) const;
  QRectF patch_rect(PatchAt patch) const;
  /// As it is shown, without its surroundings, `scale` device pixels a px.
  QImage rendered(double scale) const;

  QSize sizeHint() const override { return {420, 420}; }
  QSize minimumSizeHint() const override { return {64, 64}; }

 Q_SIGNALS:
  void picked(ibot::ui::PatchAt patch, bool dragging);
  void pointed(ibot::ui::PatchAt patch);  ///< row -1: the mouse has left
  /// Another content is shown; the mouse may rest where it was.
  void content_changed();
  void opacity_turned(double by);  ///< Alt and the wheel

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  bool event(QEvent* event) override;

 private:
  void paint(QPainter& painter, const QRectF& place, double ratio) const;
  void paint_overlay(QPainter& painter, const QRectF& place, const QSize& device) const;
  void paint_outline(QPainter& painter, const QRectF& place) const;
  void paint_cell(QPainter& painter, const QRectF& place, PatchAt patch, double width) const;
  void pick(PatchAt patch, bool dragging);
  QSize natural_size() const;
  bool has_map() const { return !content_.values.empty() || !content_.patches.isNull(); }

  PatchPicture content_;
  QString title_;
  QString note_;
  double opacity_ = 0.65;
  int first_ = 0;  // number of the first row and column
  bool smooth_ = false, overlay_ = true, dimmed_ = false, choosing_ = true, dragging_ = false;
  PatchAt hovered_;
  PatchAt last_picked_;
  mutable QImage scaled_;  ///< the picture at the size at which it was drawn last
  mutable qint64 scaled_of_ = 0;
  mutable QImage coloured_;    ///< the map, likewise
  mutable QSize coloured_at_;  ///< device px for which it was smoothed
  mutable bool coloured_valid_ = false;
};

}  // namespace ibot::ui
