// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QMenuBar;

namespace ibot::ui {

/// Every shortcut that works now (F1 or ?): those of the menus, of the rail and of the pages.
class ShortcutList final : public QDialog {
  Q_OBJECT

 public:
  explicit ShortcutList(QWidget* parent = nullptr);
  void open_with(const QMenuBar* menus);

 private:
  QWidget* content_ = nullptr;
};

}  // namespace ibot::ui
