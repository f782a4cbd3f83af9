// SPDX-License-Identifier: GPL-3.0-or-later
#include "colour_bar.h"

#include <ui/style/theme.h>

#include <QPainter>
#include <algorithm>
#include <cmath>
#include <limits>

namespace ibot::ui {
namespace {

constexpr int kNumber = 60, kBar = 8;

}  // namespace

QString range_number(double value, figure::Range range) {
  const double span = std::fabs(range.high - range.low);
  const int digits = span > 0 ? std::clamp(2 - static_cast<int>(std::floor(std::log10(span))), 0, 6) : 2;
  return QString::number(value, 'f', digits);
}

ColourBar::ColourBar(QWidget* parent) : QWidget(parent), value_(std::numeric_limits<double>::quiet_NaN()) {
  setFont(text_font(TextStyle::Small));
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  setAccessibleName(tr("What the colours mean"));
  connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ColourBar::set_range(figure::ColourMap colours, figure::Range range) {
  colours_ = colours;
  range_ = range;
  any_ = true;
  setAccessibleDescription(
      tr("%1 to %2").arg(range_number(range.low, range), range_number(range.high, range)));
  update();
}

void ColourBar::clear() {
  any_ = false;
  setAccessibleDescription({});
  update();
}

void ColourBar::set_value(double value) {
  value_ = value;
  update();
}

void ColourBar::paintEvent(QPaintEvent*) {
  if (!any_) return;
  const Tokens& t = Theme::instance().tokens();
  QPainter painter(this);
  painter.setPen(t.text2);
  painter.drawText(QRect(0, 0, kNumber - metrics::kTiny, height()), Qt::AlignRight | Qt::AlignVCenter,
                   range_number(range_.low, range_));
  painter.drawText(QRect(width() - kNumber + metrics::kTiny, 0, kNumber - metrics::kTiny, height()),
                   Qt::AlignLeft | Qt::AlignVCenter, range_number(range_.high, range_));
  const QRect bar(kNumber, (height() - kBar) / 2, width() - 2 * kNumber, kBar);
  for (int x = 0; x < bar.width(); ++x) {
    const figure::Colour c = figure::map_colour(colours_, (x + 0.5) / bar.width());
    painter.fillRect(bar.x() + x, bar.y(), 1, kBar, QColor(c.red, c.green, c.blue));
  }
  if (!std::isfinite(value_)) return;
  const double at = bar.x() + std::clamp(range_.position(value_), 0.0, 1.0) * bar.width();
  painter.fillRect(QRectF(std::round(at) - 1, bar.y() - 4, 2, kBar + 8), t.text);
}

}  // namespace ibot::ui
