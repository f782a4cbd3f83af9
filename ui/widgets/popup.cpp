// SPDX-License-Identifier: GPL-3.0-or-later
#include "popup.h"

#include <QPoint>
#include <QScreen>
#include <QWidget>

namespace ibot::ui {

void show_popup(QWidget* popup, const QPoint& at) {
  QPoint corner = at;
  if (const QScreen* screen = popup->parentWidget()->screen()) {
    const QRect area = screen->availableGeometry();
    corner.setX(qBound(area.left(), corner.x(), area.right() - popup->width()));
    corner.setY(qBound(area.top(), corner.y(), area.bottom() - popup->height()));
  }
  popup->move(corner);
  popup->show();
}

}  // namespace ibot::ui
