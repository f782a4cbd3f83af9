// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QList>

class QAction;
class QLineEdit;
class QListWidget;

namespace ibot::ui {

/// How well a text fits what was typed: all letters in order, better the closer together and the nearer to
/// beginnings of words; 0: not at all. Case is ignored.
int match_score(const QString& typed, const QString& text);

/// Every action of the window by its name (Ctrl+K). Those that are off now are listed with the reason and
/// cannot be chosen.
class CommandPalette final : public QDialog {
  Q_OBJECT

 public:
  explicit CommandPalette(QWidget* parent);
  void open_with(const QList<QAction*>& actions);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void refresh();
  void choose();

  QLineEdit* typed_;
  QListWidget* list_;
  QList<QAction*> actions_;
};

}  // namespace ibot::ui
