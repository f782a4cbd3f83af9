// SPDX-License-Identifier: GPL-3.0-or-later
#include "curve_line.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace ibot::ui {
namespace {

constexpr double kFaint = 0.25;
constexpr double kBand = 0.18;
constexpr double kDense = 3;            // points a pixel from which values become a band
constexpr std::size_t kFewPoints = 60;  // of a curve: then each is marked, since one point makes no line
constexpr double kApart = 10;           // pixels between values from which each is marked too
constexpr double kDot = 2.5;
constexpr double kCross = 2.5;
constexpr double kCrossSpacing = 8;

QColor with_opacity(QColor colour, double opacity) {
  colour.setAlphaF(static_cast<float>(opacity));
  return colour;
}

}  // namespace

// What is seen: points [first, last), and how values become pixels.
struct CurveLine::Window {
  std::size_t first = 0, last = 0;
  bool dense = false;
  QRectF area;
  const QCPAxis* x_axis = nullptr;
  const QCPAxis* y_axis = nullptr;

  double px(double value) const { return x_axis->coordToPixel(value); }
  // Far outside is as good as a little outside, and does not overflow the painter.
  double py(double value) const {
    if (y_axis->scaleType() == QCPAxis::stLogarithmic && value <= 0) return area.bottom() + 2;
    return std::clamp(y_axis->coordToPixel(value), area.top() - 4000, area.bottom() + 4000);
  }
  double column(std::size_t index) const {
    return x_axis->pixelToCoord(area.left() + static_cast<double>(index));
  }
  std::size_t columns() const { return static_cast<std::size_t>(area.width()) + 1; }
};

CurveLine::CurveLine(QCPAxis* x, QCPAxis* y) : QCPAbstractPlottable(x, y) {}

void CurveLine::set_look(const QColor& colour, Qt::PenStyle dash, const QColor& cross) {
  colour_ = colour;
  dash_ = dash;
  cross_ = cross;
}

QCPRange CurveLine::getKeyRange(bool& found, QCP::SignDomain) const {
  found = points_.size() > 0;
  return found ? QCPRange(points_.x(0), points_.x(points_.size() - 1)) : QCPRange();
}

QCPRange CurveLine::getValueRange(bool& found, QCP::SignDomain domain, const QCPRange&) const {
  const auto typical = points_.typical(domain == QCP::sdPositive);
  found = typical.has_value();
  return found ? QCPRange(typical->low, typical->high) : QCPRange();
}

std::pair<std::size_t, std::size_t> CurveLine::seen(double low, double high) const {
  std::size_t first = points_.lower(low);
  if (first > 0) --first;
  return {first, std::min(points_.size(), points_.lower(high, first) + 1)};
}

void CurveLine::draw(QCPPainter* painter) {
  band_ = false;
  if (points_.size() == 0 || !mKeyAxis || !mValueAxis) return;
  Window window;
  window.x_axis = mKeyAxis.data();
  window.y_axis = mValueAxis.data();
  window.area = QRectF(mKeyAxis->axisRect()->rect());
  const QCPRange range = mKeyAxis->range();
  std::tie(window.first, window.last) = seen(range.lower, range.upper);
  if (window.first >= window.last) return;
  window.dense = static_cast<double>(window.last - window.first) > kDense * window.area.width() ||
                 points_.summarised(window.first, window.last).has_value();

  applyDefaultAntialiasingHint(painter);
  if (smoothed_) {
    if (window.dense) {
      band_ = true;
      draw_band(painter, window);
    } else {
      draw_line(painter, window, false, with_opacity(colour_, kFaint));
    }
  }
  draw_line(painter, window, smoothed_, colour_);
  const bool apart = static_cast<double>(window.last - window.first) * kApart < window.area.width();
  if (points_.size() <= kFewPoints || (apart && !smoothed_)) draw_dots(painter, window);
  draw_crosses(painter, window);
}

void CurveLine::draw_band(QCPPainter* painter, const Window& window) const {
  QPolygonF upper, lower;
  const auto fill = [&] {
    if (!upper.isEmpty()) {
      std::reverse(lower.begin(), lower.end());
      upper += lower;
      painter->drawPolygon(upper);
    }
    upper.clear();
    lower.clear();
  };
  painter->save();
  painter->setAntialiasing(false);
  painter->setPen(Qt::NoPen);
  painter->setBrush(with_opacity(colour_, kBand));
  std::size_t from = window.first;
  for (std::size_t i = 0; i < window.columns(); ++i) {
    const std::size_t to = std::min(points_.lower(window.column(i + 1), from), window.last);
    if (to <= from) continue;
    const auto extent = points_.extent(from, to, false);
    from = to;
    if (!extent) {
      fill();
      continue;
    }
    const double x = window.area.left() + static_cast<double>(i);
    upper.push_back({x, window.py(extent->high)});
    lower.push_back({x, window.py(extent->low) + 1});
  }
  fill();
  painter->restore();
}

void CurveLine::draw_line(QCPPainter* painter, const Window& window, bool smooth,
                          const QColor& colour) const {
  QPen pen(colour, 1, dash_);
  pen.setCosmetic(true);
  painter->save();
  painter->QPainter::setPen(pen);
  painter->setBrush(Qt::NoBrush);
  QPolygonF line;
  const double ratio = painter->deviceTransform().m11();
  const auto stroke = [&] {
    if (line.size() > 1) {
      painter->drawPolyline(line);
      if (ratio > 1.25) painter->drawPolyline(line.translated(0, 1 / ratio));
    }
    line.clear();
  };
  if (!window.dense) {
    for (std::size_t i = window.first; i < window.last; ++i) {
      const double value = smooth ? points_.smooth(i) : points_.value(i);
      if (std::isfinite(value)) {
        line.push_back({window.px(points_.x(i)), window.py(value)});
      } else {
        stroke();
      }
    }
  } else {
    std::size_t from = window.first;
    for (std::size_t i = 0; i < window.columns(); ++i) {
      const std::size_t to = std::min(points_.lower(window.column(i + 1), from), window.last);
      if (to <= from) continue;
      const auto extent = points_.extent(from, to, smooth);
      from = to;
      if (!extent) {
        stroke();
        continue;
      }
      const double x = window.area.left() + static_cast<double>(i) + 0.5;
      const double low = window.py(extent->low);
      const double high = window.py(extent->high);
      if (low - high < 1) {
        line.push_back({x, (low + high) / 2});
      } else {
        // From where the last column ended to the nearer end of this one, so that no stroke goes twice.
        const bool down =
            !line.isEmpty() && std::fabs(line.back().y() - high) < std::fabs(line.back().y() - low);
        line.push_back({x, down ? high : low});
        line.push_back({x, down ? low : high});
      }
    }
  }
  stroke();
  painter->restore();
}

void CurveLine::draw_dots(QCPPainter* painter, const Window& window) const {
  painter->save();
  painter->setAntialiasing(true);
  painter->setPen(Qt::NoPen);
  painter->setBrush(colour_);
  for (std::size_t i = window.first; i < window.last; ++i) {
    const double value = smoothed_ ? points_.smooth(i) : points_.value(i);
    if (std::isfinite(value))
      painter->drawEllipse(QPointF(window.px(points_.x(i)), window.py(value)), kDot, kDot);
  }
  painter->restore();
}

void CurveLine::draw_crosses(QCPPainter* painter, const Window& window) const {
  const auto& bad = points_.not_finite();
  auto at = std::lower_bound(bad.begin(), bad.end(), window.first);
  double last = -1e9;
  painter->save();
  painter->setPen(QPen(cross_, 1));
  const double y = window.area.bottom() - 2 * kCross;
  for (; at != bad.end() && *at < window.last; ++at) {
    const double x = window.px(points_.x(*at));
    if (x - last < kCrossSpacing) continue;
    last = x;
    painter->drawLine(QLineF(x - kCross, y - kCross, x + kCross, y + kCross));
    painter->drawLine(QLineF(x - kCross, y + kCross, x + kCross, y - kCross));
  }
  painter->restore();
}

}  // namespace ibot::ui
