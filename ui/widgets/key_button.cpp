// SPDX-License-Identifier: GPL-3.0-or-later
#include "key_button.h"

#include <QKeyEvent>

namespace ibot::ui {

QKeySequence keys_of(const QKeyEvent& event) {
  const int key = event.key();
  if (key == 0 || key == Qt::Key_unknown || key == Qt::Key_Control || key == Qt::Key_Shift ||
      key == Qt::Key_Alt || key == Qt::Key_AltGr || key == Qt::Key_Meta)
    return {};
  Qt::KeyboardModifiers modifiers =
      event.modifiers() & (Qt::ShiftModifier | Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier);
  const bool letter = key >= Qt::Key_A && key <= Qt::Key_Z;
  const bool character = key > Qt::Key_Space && key < Qt::Key_Escape && !letter;
  if (character) modifiers.setFlag(Qt::ShiftModifier, false);
  return QKeySequence(QKeyCombination(modifiers, static_cast<Qt::Key>(key)));
}

KeyButton::KeyButton(QWidget* parent) : QToolButton(parent) {
  setProperty("role", "chip");
  setFocusPolicy(Qt::StrongFocus);
  connect(this, &QToolButton::clicked, this, [this] { listen(!listening_); });
  set_keys({});
}

void KeyButton::set_keys(const QString& keys) {
  keys_ = keys.isEmpty() ? tr("none") : keys;
  listen(false);
}

void KeyButton::listen(bool on) {
  listening_ = on;
  setText(on ? tr("Press keys…") : keys_);
  setDown(on);
}

bool KeyButton::event(QEvent* event) {
  // Before any shortcut acts upon it, and before Tab leads away.
  if (listening_ && event->type() == QEvent::ShortcutOverride) {
    event->accept();
    return true;
  }
  if (listening_ && event->type() == QEvent::KeyPress) {
    keyPressEvent(static_cast<QKeyEvent*>(event));
    return true;
  }
  return QToolButton::event(event);
}

void KeyButton::keyPressEvent(QKeyEvent* event) {
  if (!listening_) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && event->modifiers() == Qt::NoModifier) return listen(true);
    return QToolButton::keyPressEvent(event);
  }
  event->accept();
  const QKeySequence keys = keys_of(*event);
  if (keys.isEmpty()) return;
  listen(false);
  if (keys == QKeySequence(Qt::Key_Escape)) return;
  Q_EMIT pressed_keys(keys == QKeySequence(Qt::Key_Backspace) ? QKeySequence() : keys);
}

void KeyButton::focusOutEvent(QFocusEvent* event) {
  if (listening_) listen(false);
  QToolButton::focusOutEvent(event);
}

}  // namespace ibot::ui
