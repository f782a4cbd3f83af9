// SPDX-License-Identifier: GPL-3.0-or-later
#include "value_histogram.h"

#include <ui/style/theme.h>

#include <QPainter>
#include <algorithm>
#include <cmath>

namespace ibot::ui {
namespace {

constexpr int kLine = 16;

}  // namespace

ValueHistogram::ValueHistogram(QWidget* parent) : QWidget(parent) {
  setFont(text_font(TextStyle::Small));
  setAccessibleName(tr("How often values came"));
  connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ValueHistogram::show_values(const std::vector<float>& values, double median, double threshold,
                                 const QString& unit) {
  median_ = median;
  threshold_ = threshold;
  unit_ = unit;
  high_ = threshold;
  for (const float value : values) {
    if (std::isfinite(value)) high_ = std::max(high_, static_cast<double>(value));
  }
  counts_.assign(kBins, 0);
  for (const float value : values) {
    if (!std::isfinite(value) || high_ <= 0) continue;
    const int bin = static_cast<int>(std::floor(static_cast<double>(value) / high_ * kBins));
    ++counts_[static_cast<std::size_t>(std::clamp(bin, 0, kBins - 1))];
  }
  setAccessibleDescription(tr("From 0 to %1; the median is %2, the threshold %3")
                               .arg(high_, 0, 'g', 4)
                               .arg(median, 0, 'g', 4)
                               .arg(threshold, 0, 'g', 4));
  update();
}

void ValueHistogram::set_dimmed(bool dimmed) {
  if (dimmed_ == dimmed) return;
  dimmed_ = dimmed;
  update();
}

void ValueHistogram::paintEvent(QPaintEvent*) {
  if (counts_.empty() || high_ <= 0) return;
  const Tokens& t = Theme::instance().tokens();
  QPainter painter(this);
  if (dimmed_) painter.setOpacity(0.4);
  const QRect plot(0, kLine, width() - 1, height() - 2 * kLine);
  const auto x_of = [&](double value) {
    return static_cast<int>(std::lround(plot.left() + value / high_ * plot.width()));
  };
  const double most = std::log1p(static_cast<double>(*std::max_element(counts_.begin(), counts_.end())));
  for (int bin = 0; bin < kBins; ++bin) {
    const auto count = static_cast<double>(counts_[static_cast<std::size_t>(bin)]);
    if (count <= 0) continue;
    const double from = high_ * bin / kBins, to = high_ * (bin + 1) / kBins;
    const int tall = std::max(1, static_cast<int>(std::lround(std::log1p(count) / most * plot.height())));
    const QRect bar(x_of(from), plot.bottom() + 1 - tall, std::max(1, x_of(to) - x_of(from) - 1), tall);
    painter.fillRect(bar, from >= threshold_ ? t.warn : t.text3);
  }
  painter.fillRect(QRect(plot.left(), plot.bottom() + 1, plot.width(), 1), t.line);
  painter.fillRect(QRect(x_of(median_), plot.top(), 1, plot.height()), t.text);
  painter.setPen(QPen(t.warn, 1, Qt::DashLine));
  const int limit = std::min(x_of(threshold_), plot.right());
  painter.drawLine(limit, plot.top(), limit, plot.bottom());
  painter.setPen(t.text2);
  painter.drawText(QRect(plot.left(), 0, plot.width(), kLine), Qt::AlignLeft | Qt::AlignTop,
                   tr("patches, log"));
  const QRect labels(plot.left(), plot.bottom() + 3, plot.width(), kLine - 2);
  painter.drawText(labels, Qt::AlignLeft | Qt::AlignTop, QStringLiteral("0"));
  painter.drawText(labels, Qt::AlignRight | Qt::AlignTop, tr("%1 %2").arg(high_, 0, 'g', 3).arg(unit_));
}

}  // namespace ibot::ui
