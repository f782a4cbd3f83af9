// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "curve_points.h"
#include "qcustomplot.h"

#include <QColor>
#include <cstddef>
#include <utility>

namespace ibot::ui {

/// Draws one curve: raw values faint under their average. Where many points share a pixel, raw values become
/// a band from the smallest to the largest of each pixel column, so that drawing costs columns, not points;
/// the same where points are summaries of many steps.
/// Values that are not finite leave a gap and a cross at the foot.
///
/// Lines are one device pixel wide, drawn twice on dense screens: wider pens take a path that is a hundred
/// times slower. Owned by its QCustomPlot.
class CurveLine final : public QCPAbstractPlottable {
 public:
  CurveLine(QCPAxis* x, QCPAxis* y);

  CurvePoints& points() { return points_; }
  const CurvePoints& points() const { return points_; }
  void set_look(const QColor& colour, Qt::PenStyle dash, const QColor& cross);
  /// Whether the average is drawn over faint values, or the values alone.
  void set_smoothed(bool smoothed) { smoothed_ = smoothed; }
  bool smoothed() const { return smoothed_; }
  /// Whether the last drawing showed a band.
  bool shows_band() const { return band_; }
  /// The points that lie in a range of the axis, one beyond at either side: [first, last).
  std::pair<std::size_t, std::size_t> seen(double low, double high) const;

  double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }
  QCPRange getKeyRange(bool& found, QCP::SignDomain domain) const override;
  QCPRange getValueRange(bool& found, QCP::SignDomain domain, const QCPRange& keys) const override;

 protected:
  void draw(QCPPainter* painter) override;
  void drawLegendIcon(QCPPainter*, const QRectF&) const override {}

 private:
  struct Window;
  void draw_band(QCPPainter* painter, const Window& window) const;
  void draw_line(QCPPainter* painter, const Window& window, bool smooth, const QColor& colour) const;
  void draw_dots(QCPPainter* painter, const Window& window) const;
  void draw_crosses(QCPPainter* painter, const Window& window) const;

  CurvePoints points_;
  QColor colour_, cross_;
  Qt::PenStyle dash_ = Qt::SolidLine;
  bool smoothed_ = true;
  bool band_ = false;
};

}  // namespace ibot::ui
