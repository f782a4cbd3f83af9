// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/record.h>

#include <QWidget>

class QLineEdit;
class QSortFilterProxyModel;
class QTableView;

namespace ibot::ui {

class RunTableModel;

/// All runs of the workspace in a table, with a filter above it. One or more rows can be selected; the first
/// selected one is the current run.
class RunTable final : public QWidget {
  Q_OBJECT

 public:
  explicit RunTable(Record& record, QWidget* parent = nullptr);

  /// Selects a run, once it is known.
  void select(const QString& run);
  /// The first selected run; empty: none.
  QString current() const;
  QStringList selected() const;

 Q_SIGNALS:
  void selection_changed();

 private:
  QWidget* make_bar();
  void make_table();
  void take_runs();

  Record& record_;
  RunTableModel* model_;
  QSortFilterProxyModel* sorted_;
  QTableView* table_;
  QLineEdit* filter_;
  QString wanted_;
};

}  // namespace ibot::ui
