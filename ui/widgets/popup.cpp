// SPDX-License-Identifier: GPL-3.0-or-later
#include "popup.h"

#include <QApplication>
#include <QEvent>
#include <QPoint>
#include <QScreen>
#include <QWidget>

namespace ibot::ui {
namespace {

// A window system that makes popups active may tell of it when the popup is closed already, or never takes it
// back. A window that is hidden would have the keyboard then, and no shortcut of the visible one would work.
class KeyboardReturn final : public QObject {
 public:
  using QObject::QObject;

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override {
    const auto* popup = static_cast<QWidget*>(watched);
    const bool closed = event->type() == QEvent::Hide;
    const bool late = event->type() == QEvent::WindowActivate && !popup->isVisible();
    if ((late || (closed && QApplication::activeWindow() == popup)) && popup->parentWidget() != nullptr)
      popup->parentWidget()->window()->activateWindow();
    return false;
  }
};

}  // namespace

void give_keyboard_back(QWidget* popup) {
  static const QString name = QStringLiteral("keyboard_return");
  if (popup->findChild<QObject*>(name, Qt::FindDirectChildrenOnly) != nullptr) return;
  auto* back = new KeyboardReturn(popup);
  back->setObjectName(name);
  popup->installEventFilter(back);
}

void show_popup(QWidget* popup, const QPoint& at) {
  give_keyboard_back(popup);
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
