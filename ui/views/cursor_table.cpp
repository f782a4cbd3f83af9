// SPDX-License-Identifier: GPL-3.0-or-later
#include "cursor_table.h"

#include <ui/style/theme.h>

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

namespace ibot::ui {
namespace {

constexpr int kLine = 20;
constexpr int kSwatch = 10;

}  // namespace

CursorTable::CursorTable(QWidget* parent) : QWidget(parent) {
  setAccessibleName(tr("Values under the cursor"));
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

int CursorTable::shown() const {
  return std::min(static_cast<int>(rows_.size()), kMostRows);
}

QSize CursorTable::sizeHint() const {
  const int more = static_cast<int>(rows_.size()) > kMostRows ? 1 : 0;
  return {300, kLine * (1 + std::max(1, shown()) + more)};
}

void CursorTable::set_columns(const QStringList& titles) {
  titles_ = titles;
  update();
}

void CursorTable::set_content(const QString& place, std::vector<Row> rows) {
  const bool grows = rows.size() != rows_.size();
  place_ = place;
  rows_ = std::move(rows);
  if (grows) updateGeometry();
  update();
}

void CursorTable::paintEvent(QPaintEvent*) {
  const Tokens& t = Theme::instance().tokens();
  QPainter painter(this);
  painter.fillRect(rect(), t.base);
  painter.setFont(text_font(TextStyle::Small));
  const QFontMetrics metric = painter.fontMetrics();
  const auto columns = static_cast<int>(titles_.size());
  const int first = std::max(120, width() / (columns + 1));
  const int column = columns > 0 ? (width() - first) / columns : 0;
  const auto cell = [&](int row, int at) {
    return at == 0 ? QRect(0, row * kLine, first - metrics::kSmall, kLine)
                   : QRect(first + (at - 1) * column, row * kLine, column - metrics::kSmall, kLine);
  };
  const auto text = [&](const QRect& where, Qt::Alignment align, const QColor& colour, const QString& words) {
    painter.setPen(colour);
    painter.drawText(where, static_cast<int>(align | Qt::AlignVCenter),
                     metric.elidedText(words, Qt::ElideRight, where.width()));
  };
  text(cell(0, 0), Qt::AlignLeft, t.text2, place_);
  for (int i = 0; i < columns; ++i) text(cell(0, i + 1), Qt::AlignRight, t.text3, titles_[i]);
  painter.setPen(QPen(t.line, 0));
  painter.drawLine(QLineF(0, kLine - 0.5, width(), kLine - 0.5));
  for (int row = 0; row < shown(); ++row) {
    const Row& line = rows_[static_cast<std::size_t>(row)];
    QRect name = cell(row + 1, 0);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(line.colour);
    painter.drawRoundedRect(QRect(name.left(), name.center().y() - kSwatch / 2 + 1, kSwatch, kSwatch), 2, 2);
    name.setLeft(name.left() + kSwatch + metrics::kSmall);
    text(name, Qt::AlignLeft, t.text, line.name);
    for (int i = 0; i < columns && i < line.values.size(); ++i)
      text(cell(row + 1, i + 1), Qt::AlignRight, t.text, line.values[i]);
  }
  if (static_cast<int>(rows_.size()) > kMostRows) {
    text(cell(kMostRows + 1, 0), Qt::AlignLeft, t.text3,
         tr("and %n more runs", nullptr, static_cast<int>(rows_.size()) - kMostRows));
  }
}

// What is cut is told in full.
bool CursorTable::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const int row = help->pos().y() / kLine - 1;
    if (row < 0) {
      QToolTip::showText(help->globalPos(), titles_.join(QStringLiteral(" \u00b7 ")), this);
    } else if (row < shown()) {
      QToolTip::showText(help->globalPos(), rows_[static_cast<std::size_t>(row)].name, this);
    }
    return true;
  }
  return QWidget::event(event);
}

}  // namespace ibot::ui
