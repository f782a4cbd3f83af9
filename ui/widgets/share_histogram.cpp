// SPDX-License-Identifier: GPL-3.0-or-later
#include "share_histogram.h"

#include <ui/style/theme.h>

#include <QFontMetrics>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace ibot::ui {
namespace {

constexpr int kWidth = 240;
constexpr int kLine = 16;
constexpr double kNarrowest = 6;
constexpr int kAsked = 3;  // height of the bars that show what was asked

}  // namespace

ShareHistogram::ShareHistogram(QWidget* parent) : QWidget(parent) {
  setFont(text_font(TextStyle::Small));
  setAccessibleName(tr("Shares of masked patches"));
  setFixedWidth(kWidth);
  connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ShareHistogram::show_rows(std::vector<Row> rows) {
  dimmed_ = false;
  rows_ = std::move(rows);
  QStringList titles;
  for (const Row& row : rows_) titles << row.title;
  setAccessibleDescription(titles.join(QStringLiteral("; ")));
  setToolTip(titles.join(QLatin1Char('\n')));
  update();
}

void ShareHistogram::set_dimmed(bool dimmed) {
  if (dimmed_ == dimmed) return;
  dimmed_ = dimmed;
  update();
}

QSize ShareHistogram::sizeHint() const {
  return {kWidth, 160};
}

void ShareHistogram::paintEvent(QPaintEvent*) {
  if (rows_.empty()) return;
  QPainter painter(this);
  if (dimmed_) painter.setOpacity(0.4);
  const int count = static_cast<int>(rows_.size());
  const int each = (height() - kLine) / count;
  for (int i = 0; i < count; ++i) {
    paint_row(painter, rows_[static_cast<std::size_t>(i)],
              QRect(0, i * each, width(), each - (i + 1 < count ? metrics::kSmall : 0)), i + 1 == count);
  }
}

void ShareHistogram::paint_row(QPainter& painter, const Row& row, const QRect& area, bool axis) const {
  const Tokens& t = Theme::instance().tokens();
  const QFontMetrics font(this->font());
  painter.setPen(t.text2);
  painter.drawText(QRect(area.left(), area.top(), area.width(), kLine), Qt::AlignLeft | Qt::AlignVCenter,
                   font.elidedText(row.title, Qt::ElideRight, area.width()));
  const QRect plot = area.adjusted(0, kLine + kAsked + metrics::kTiny, -1, 0);
  const auto x_of = [&](double share) { return plot.left() + share * plot.width(); };
  painter.setPen(Qt::NoPen);
  for (const auto& [from, to] : row.asked) {
    // One share alone is still seen, around its place.
    const double left = x_of(from) - (to > from ? 0 : kNarrowest / 2);
    painter.fillRect(QRectF(left, plot.top() - kAsked - 2, std::max(kNarrowest, x_of(to) - left), kAsked),
                     t.accent);
  }
  std::int64_t most = row.counts.empty() ? 0 : row.counts.front() - row.whole;
  for (std::size_t i = 1; i < row.counts.size(); ++i) most = std::max(most, row.counts[i]);
  if (most <= 0) most = row.whole;
  const auto bins = static_cast<double>(row.counts.size());
  for (std::size_t i = 0; most > 0 && i < row.counts.size(); ++i) {
    if (row.counts[i] == 0) continue;
    // Whole pixels, so that neighbours neither overlap nor leave a gap; one count is still seen.
    const int left = static_cast<int>(std::lround(x_of(static_cast<double>(i) / bins)));
    const int right = static_cast<int>(std::lround(x_of(static_cast<double>(i + 1) / bins)));
    const double share = std::min(1.0, static_cast<double>(row.counts[i]) / static_cast<double>(most));
    const int tall = std::max(1, static_cast<int>(std::lround(share * plot.height())));
    painter.fillRect(QRect(left, plot.bottom() + 1 - tall, std::max(1, right - left - 1), tall), t.text3);
  }
  painter.fillRect(QRect(plot.left(), plot.bottom() + 1, plot.width(), 1), t.line);
  if (row.whole > 0) {
    std::int64_t all = 0;
    for (const std::int64_t count : row.counts) all += count;
    painter.setPen(t.text2);
    // At the right, where few recipes mask so much that there are bars.
    painter.drawText(plot, Qt::AlignRight | Qt::AlignTop,
                     tr("%1 % unmasked")
                         .arg(std::lround(100.0 * static_cast<double>(row.whole) /
                                          static_cast<double>(std::max<std::int64_t>(all, 1)))));
    painter.setPen(Qt::NoPen);
  }
  const int mean = static_cast<int>(std::lround(x_of(row.mean)));
  painter.fillRect(QRect(mean, plot.top(), 1, plot.height()), t.text);
  if (!axis) return;
  painter.setPen(t.text2);
  const QRect labels(plot.left(), plot.bottom() + 3, plot.width(), kLine - 2);
  painter.drawText(labels, Qt::AlignLeft | Qt::AlignTop, QStringLiteral("0"));
  painter.drawText(labels, Qt::AlignHCenter | Qt::AlignTop, QStringLiteral("50"));
  painter.drawText(labels, Qt::AlignRight | Qt::AlignTop, tr("100 % masked"));
}

}  // namespace ibot::ui
