// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLineEdit;
class QListWidget;
class QListWidgetItem;

namespace ibot::ui {

class RunTableModel;

/// A popup with every column that the table of runs could show, with a search field. A tick takes effect at
/// once; Esc closes it.
class ColumnChooser final : public QFrame {
  Q_OBJECT

 public:
  explicit ColumnChooser(RunTableModel& model, QWidget* parent);

  /// Opens below `at` (global).
  void open(const QPoint& at);

 Q_SIGNALS:
  /// The person chose other columns.
  void chosen();

 private:
  void fill();
  void add_heading(const QString& text);
  void filter(const QString& text);
  void take(const QListWidgetItem* item);

  RunTableModel& model_;
  QLineEdit* search_;
  QListWidget* list_;
  bool filling_ = false;
};

}  // namespace ibot::ui
