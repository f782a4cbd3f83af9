// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plot_events.h"
#include "qcustomplot.h"

#include <QColor>
#include <QString>
#include <vector>

namespace ibot::ui {

/// What stands beside the curves of a plot: events as ticks on the horizontal axis, references as dotted
/// lines; their names are the plot's labels. Owned by its QCustomPlot.
class PlotMarks final : public QCPAbstractPlottable {
 public:
  struct Tick {
    double x = 0;
    PlotEvent event;
  };

  PlotMarks(QCPAxis* x, QCPAxis* y) : QCPAbstractPlottable(x, y) {}

  void set_ticks(std::vector<Tick> ticks) { ticks_ = std::move(ticks); }
  void set_references(std::vector<PlotReference> references) { references_ = std::move(references); }
  const std::vector<PlotReference>& references() const { return references_; }
  void set_look(const QColor& tick, const QColor& warning, const QColor& reference);
  /// The texts of the ticks at a pixel of the plot; empty where there is none.
  QString text_at(const QPointF& pixel) const;

  double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }
  QCPRange getKeyRange(bool& found, QCP::SignDomain) const override;
  QCPRange getValueRange(bool& found, QCP::SignDomain, const QCPRange&) const override;

 protected:
  void draw(QCPPainter* painter) override;
  void drawLegendIcon(QCPPainter*, const QRectF&) const override {}

 private:
  std::vector<Tick> ticks_;
  std::vector<PlotReference> references_;
  QColor tick_, warning_, reference_;
};

}  // namespace ibot::ui
