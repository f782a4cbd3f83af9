// SPDX-License-Identifier: GPL-3.0-or-later
#include "plot_marks.h"

#include <algorithm>
#include <cmath>

namespace ibot::ui {
namespace {

constexpr double kTickHeight = 6;
constexpr double kTickWidth = 3;  // half of it
constexpr double kReach = 5;      // pixels beside a tick that still mean it
constexpr int kMostTexts = 6;

}  // namespace

void PlotMarks::set_look(const QColor& tick, const QColor& warning, const QColor& reference) {
  tick_ = tick;
  warning_ = warning;
  reference_ = reference;
}

QCPRange PlotMarks::getKeyRange(bool& found, QCP::SignDomain) const {
  found = false;
  return {};
}

QCPRange PlotMarks::getValueRange(bool& found, QCP::SignDomain, const QCPRange&) const {
  found = false;
  return {};
}

QString PlotMarks::text_at(const QPointF& pixel) const {
  const QRect area = mKeyAxis->axisRect()->rect();
  if (pixel.y() < area.bottom() - 3 * kTickHeight || pixel.y() > area.bottom() + 2 * kTickHeight) return {};
  QStringList texts;
  for (const Tick& tick : ticks_) {
    if (std::fabs(mKeyAxis->coordToPixel(tick.x) - pixel.x()) > kReach) continue;
    if (texts.size() == kMostTexts) {
      texts.push_back(QStringLiteral("\u2026"));
      break;
    }
    texts.push_back(tick.event.text);
  }
  return texts.join(QLatin1Char('\n'));
}

void PlotMarks::draw(QCPPainter* painter) {
  const QRectF area(mKeyAxis->axisRect()->rect());
  const QCPRange range = mKeyAxis->range();
  painter->save();
  for (const PlotReference& reference : references_) {
    const double y = std::floor(mValueAxis->coordToPixel(reference.value)) + 0.5;
    if (!(y > area.top() && y < area.bottom())) continue;
    painter->setAntialiasing(false);
    painter->setPen(QPen(reference_, 1, Qt::DotLine));
    painter->drawLine(QLineF(area.left(), y, area.right(), y));
  }
  painter->setAntialiasing(true);
  painter->setPen(Qt::NoPen);
  double last = -1e9;
  for (const Tick& tick : ticks_) {
    if (!range.contains(tick.x)) continue;
    const double x = mKeyAxis->coordToPixel(tick.x);
    if (x - last < 1 && !tick.event.warning) continue;
    last = x;
    painter->setBrush(tick.event.warning ? warning_ : tick_);
    painter->drawPolygon(QPolygonF{
        {x, area.bottom() - kTickHeight}, {x - kTickWidth, area.bottom()}, {x + kTickWidth, area.bottom()}});
  }
  painter->restore();
}

}  // namespace ibot::ui
