// SPDX-License-Identifier: GPL-3.0-or-later
#include "elided_label.h"

#include <QHelpEvent>
#include <QPainter>
#include <QStyle>
#include <QTextLayout>
#include <QToolTip>

namespace ibot::ui {
namespace {

constexpr int kLeastWidth = 24;

}  // namespace

ElidedLabel::ElidedLabel(TextStyle style, const char* role, QWidget* parent) : QLabel(parent) {
  setFont(text_font(style));
  setProperty("role", QString::fromLatin1(role));
  setTextFormat(Qt::PlainText);
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
}

void ElidedLabel::set_lines(int lines) {
  lines_ = lines;
  setFixedHeight(lines * fontMetrics().lineSpacing());
  update();
}

QString ElidedLabel::shown() const {
  const int width = contentsRect().width();
  QString rest = text();
  rest.replace(QLatin1Char('\n'), QLatin1Char(' '));
  QStringList lines;
  while (lines.size() + 1 < lines_ && fontMetrics().horizontalAdvance(rest) > width) {
    QTextLayout layout(rest, font());
    layout.beginLayout();
    QTextLine line = layout.createLine();
    line.setLineWidth(width);
    layout.endLayout();
    lines << rest.left(line.textLength()).trimmed();
    rest = rest.mid(line.textLength());
  }
  lines << fontMetrics().elidedText(rest, Qt::ElideRight, width);
  return lines.join(QLatin1Char('\n'));
}

QSize ElidedLabel::minimumSizeHint() const {
  return {kLeastWidth, QLabel::minimumSizeHint().height()};
}

void ElidedLabel::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  // As the style sheet dresses it.
  painter.setPen(palette().color(foregroundRole()));
  style()->drawItemText(&painter, contentsRect(), static_cast<int>(alignment()), palette(), isEnabled(),
                        shown(), foregroundRole());
}

bool ElidedLabel::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip && toolTip().isEmpty()) {
    if (shown().endsWith(QChar(0x2026)) && !text().endsWith(QChar(0x2026)))
      QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), text(), this);
    return true;
  }
  return QLabel::event(event);
}

}  // namespace ibot::ui
