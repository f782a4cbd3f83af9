// SPDX-License-Identifier: GPL-3.0-or-later
#include "row_layout.h"

#include <algorithm>

namespace ibot::ui {

QSize RowLayout::minimumSize() const {
  QSize widest;
  for (int i = 0; i < count(); ++i) {
    if (!itemAt(i)->isEmpty() && itemAt(i)->spacerItem() == nullptr)
      widest = widest.expandedTo(itemAt(i)->minimumSize());
  }
  const QMargins margins = contentsMargins();
  return {widest.width() + margins.left() + margins.right(), QHBoxLayout::minimumSize().height()};
}

int RowLayout::heightForWidth(int width) const {
  if (is_wide(width)) return QHBoxLayout::sizeHint().height();
  return arrange({0, 0, width, 0}, false);
}

void RowLayout::setGeometry(const QRect& rect) {
  if (is_wide(rect.width())) return QHBoxLayout::setGeometry(rect);
  QLayout::setGeometry(rect);
  arrange(rect, true);
}

int RowLayout::arrange(const QRect& rect, bool place) const {
  const QMargins margins = contentsMargins();
  const QRect room = rect.adjusted(margins.left(), margins.top(), -margins.right(), 0);
  int x = room.x(), y = room.y(), line = 0;
  for (int i = 0; i < count(); ++i) {
    QLayoutItem* item = itemAt(i);
    if (item->isEmpty() || item->spacerItem() != nullptr) continue;
    QSize size = item->sizeHint().expandedTo(item->minimumSize()).boundedTo(item->maximumSize());
    size.setWidth(
        std::clamp(size.width(), std::min(item->minimumSize().width(), room.width()), room.width()));
    if (x > room.x() && x + size.width() > room.x() + room.width()) {
      x = room.x();
      y += line + spacing();
      line = 0;
    }
    if (place) item->setGeometry(QRect(QPoint(x, y), size));
    x += size.width() + spacing();
    line = std::max(line, size.height());
  }
  return y + line - rect.y() + margins.bottom();
}

}  // namespace ibot::ui
