// SPDX-License-Identifier: GPL-3.0-or-later
#include "swatch_list.h"

#include <ui/style/theme.h>

#include <QMouseEvent>
#include <QPainter>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kLine = 20;
constexpr int kSquare = 10;

}  // namespace

SwatchList::SwatchList(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFont(text_font(TextStyle::Small));
  setAccessibleName(tr("Colours"));
  connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void SwatchList::set_rows(std::vector<Row> rows) {
  rows_ = std::move(rows);
  QStringList words;
  for (const Row& row : rows_) words << row.name + QLatin1Char(' ') + row.number;
  setAccessibleDescription(words.join(QStringLiteral("; ")));
  updateGeometry();
  update();
}

void SwatchList::set_marked(int row) {
  if (marked_ == row) return;
  marked_ = row;
  update();
}

QSize SwatchList::sizeHint() const {
  return {120, kLine * static_cast<int>(rows_.size())};
}

int SwatchList::row_at(double y) const {
  const int row = static_cast<int>(y) / kLine;
  return y >= 0 && row < static_cast<int>(rows_.size()) ? row : -1;
}

void SwatchList::paintEvent(QPaintEvent*) {
  const Tokens& t = Theme::instance().tokens();
  QPainter painter(this);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const QRect line(0, static_cast<int>(i) * kLine, width(), kLine);
    if (static_cast<int>(i) == marked_) painter.fillRect(line, t.hover);
    painter.fillRect(QRect(2, line.y() + (kLine - kSquare) / 2, kSquare, kSquare), rows_[i].colour);
    painter.setPen(t.text2);
    painter.drawText(line.adjusted(kSquare + 8, 0, -2, 0), Qt::AlignLeft | Qt::AlignVCenter, rows_[i].name);
    painter.setPen(t.text);
    painter.drawText(line.adjusted(0, 0, -2, 0), Qt::AlignRight | Qt::AlignVCenter, rows_[i].number);
  }
}

void SwatchList::point(int row) {
  if (row == marked_) return;
  set_marked(row);
  Q_EMIT pointed(row);
}

void SwatchList::mouseMoveEvent(QMouseEvent* event) {
  point(row_at(event->position().y()));
}

void SwatchList::mousePressEvent(QMouseEvent* event) {
  const int row = row_at(event->position().y());
  if (event->button() == Qt::LeftButton && row >= 0) Q_EMIT clicked(row);
}

void SwatchList::leaveEvent(QEvent*) {
  point(-1);
}

}  // namespace ibot::ui
