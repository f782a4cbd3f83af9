// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QKeySequence>
#include <QList>
#include <map>

class QCheckBox;
class QFrame;
class QGridLayout;
class QLabel;
class QPushButton;
class QScrollArea;
class QToolButton;

namespace ibot::ui {

class KeyButton;
class Shortcuts;

/// Every shortcut that works now (F1 or ?): those of the menus, each to be changed where it stands, and those
/// of the pages. Keys that another action has are taken from it only when that was said and wanted.
class ShortcutList final : public QDialog {
  Q_OBJECT

 public:
  explicit ShortcutList(QWidget* parent = nullptr);
  /// `shortcuts` outlives the dialog.
  void open_with(Shortcuts& shortcuts);

 private:
  struct Row {
    KeyButton* keys = nullptr;
    QToolButton* reset = nullptr;
  };

  QFrame* make_notice();
  QWidget* make_foot();
  void fill();
  int add_row(QGridLayout* grid, int at, const QString& name);
  void refresh();
  /// Changes an action's keys, or says what stands against it.
  void want(const QString& name, const QList<QKeySequence>& keys);
  void say(const QString& words, bool may_take);

  Shortcuts* shortcuts_ = nullptr;
  QScrollArea* scroll_;
  QFrame* notice_;
  QLabel* words_;
  QPushButton* take_;
  QCheckBox* all_;
  QPushButton* reset_all_;
  std::map<QString, Row> rows_;
  QString wanted_for_;
  QList<QKeySequence> wanted_;
};

}  // namespace ibot::ui
