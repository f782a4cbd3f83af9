// SPDX-License-Identifier: GPL-3.0-or-later
#include "bar_list.h"

#include <ibot/base/text.h>

#include <ui/style/theme.h>

#include <QFontMetrics>
#include <QHelpEvent>
#include <QPaintEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

namespace ibot::ui {
namespace {

constexpr int kRowHeight = 20;
constexpr int kBarHeight = 6;
constexpr int kNarrowestBar = 2;     // px: a class with one picture among thousands is still seen
constexpr std::size_t kSpoken = 20;  // rows that the description names

QString count_text(qint64 count) {
  return QString::fromStdString(base::format_count(count));
}

}  // namespace

BarList::BarList(const QString& accessible_name, QWidget* parent) : QWidget(parent) {
  setAccessibleName(accessible_name);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  connect(&Theme::instance(), &Theme::changed, this, [this] { update(); });
}

void BarList::set_rows(std::vector<Row> rows) {
  rows_ = std::move(rows);
  most_ = 0;
  QStringList spoken;
  for (const Row& row : rows_) {
    most_ = std::max(most_, row.count);
    if (static_cast<std::size_t>(spoken.size()) < kSpoken)
      spoken << row.name + QStringLiteral(": ") + count_text(row.count);
  }
  if (rows_.size() > kSpoken) spoken << tr("and %1 more").arg(rows_.size() - kSpoken);
  setAccessibleDescription(spoken.join(QStringLiteral(", ")));
  updateGeometry();
  update();
}

QSize BarList::sizeHint() const {
  return {200, kRowHeight * static_cast<int>(rows_.size())};
}

QSize BarList::minimumSizeHint() const {
  return {120, sizeHint().height()};
}

void BarList::paintEvent(QPaintEvent* event) {
  QPainter painter(this);
  const Tokens& t = Theme::instance().tokens();
  const QFont font = text_font(TextStyle::Small);
  const QFontMetrics text(font);
  painter.setFont(font);
  const int counts = text.horizontalAdvance(count_text(most_));
  const int names = (width() - counts) * 2 / 5;
  const int bar_left = names + metrics::kSmall;
  const int bar_width = std::max(1, width() - counts - metrics::kSmall - bar_left);
  const int first = std::max(0, event->rect().top() / kRowHeight);
  const int last = std::min(static_cast<int>(rows_.size()) - 1, event->rect().bottom() / kRowHeight);
  for (int i = first; i <= last; ++i) {
    const Row& row = rows_[static_cast<std::size_t>(i)];
    const QRect line(0, i * kRowHeight, width(), kRowHeight);
    painter.setPen(t.text2);
    painter.drawText(QRect(0, line.top(), names, kRowHeight), Qt::AlignLeft | Qt::AlignVCenter,
                     text.elidedText(row.name, Qt::ElideMiddle, names));
    painter.setPen(t.text);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, count_text(row.count));
    const int length =
        row.count == 0 ? 0 : std::max(kNarrowestBar, static_cast<int>(bar_width * row.count / most_));
    painter.fillRect(QRect(bar_left, line.center().y() - kBarHeight / 2 + 1, length, kBarHeight), t.text3);
  }
}

// Names that are too long for their place are read here.
bool BarList::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  const int row = help->pos().y() / kRowHeight;
  if (row >= 0 && row < static_cast<int>(rows_.size())) {
    const Row& at = rows_[static_cast<std::size_t>(row)];
    QToolTip::showText(help->globalPos(), QStringLiteral("%1: %2").arg(at.name, count_text(at.count)), this);
  }
  return true;
}

}  // namespace ibot::ui
