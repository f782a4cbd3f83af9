// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QKeySequence>
#include <QToolButton>

namespace ibot::ui {

/// Shows a combination of keys and takes another one: a click, Space or Return begins to listen, the next
/// combination is told, Esc or losing the focus leaves everything as it was. Backspace alone tells that there
/// should be none.
class KeyButton final : public QToolButton {
  Q_OBJECT

 public:
  explicit KeyButton(QWidget* parent = nullptr);

  /// What is shown while it does not listen; empty: "none".
  void set_keys(const QString& keys);
  bool is_listening() const { return listening_; }

 Q_SIGNALS:
  /// One combination; empty: none. What is shown stays until set_keys().
  void pressed_keys(const QKeySequence& keys);

 protected:
  bool event(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;

 private:
  void listen(bool on);

  QString keys_;
  bool listening_ = false;
};

/// The combination of a key press as a shortcut names it; empty for a modifier alone. Shift is left out where
/// it only chose the character: "?" and not "Shift+?".
QKeySequence keys_of(const QKeyEvent& event);

}  // namespace ibot::ui
