// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/record.h>

#include <QScrollArea>

class QAction;
class QCheckBox;
class QLabel;
class QLineEdit;
class QTableWidget;
class QVBoxLayout;

namespace ibot::ui {

class RunEdits;
class RunNotes;

/// What is known of one run, and what a person says about it: tags, notes, values of its plan (those that
/// somebody wrote first, all on demand), lineage, evaluations, checkpoints, hashes. Scrolls by itself.
class RunInspector final : public QScrollArea {
  Q_OBJECT

 public:
  RunInspector(Record& record, RunEdits& edits, QWidget* parent = nullptr);

  /// The run that is shown, the first of `selected`; empty: none.
  void set_run(const QString& run, int selected);
  /// Offers an action on the selected runs below the name.
  void offer(QAction* action);
  /// The recipe of the run that is shown; empty until it was read.
  QString yaml() const;
  /// "key,value,changed", a line each.
  QString values_csv() const;

 Q_SIGNALS:
  /// A parent or child was clicked.
  void run_wanted(const QString& run);

 private:
  QVBoxLayout* add_section(const QString& title);
  QTableWidget* add_table(const QString& title, const char* name, const QStringList& header);
  void make_tags();
  void make_values();
  void refresh();
  void refresh_head();
  void refresh_tags();
  void refresh_values();
  void refresh_lineage();
  void refresh_tables();

  Record& record_;
  RunEdits& edits_;
  QString run_;
  int selected_ = 0;
  RunDetailsPtr details_;
  QWidget* body_;
  QVBoxLayout* layout_;
  QLabel* name_;
  QLabel* state_;
  QVBoxLayout* head_;
  QWidget* tags_;
  QLineEdit* new_tag_;
  RunNotes* notes_;
  QTableWidget* values_;
  QCheckBox* all_values_;
  QVBoxLayout* lineage_;
  QTableWidget* evaluations_;
  QTableWidget* checkpoints_;
  QTableWidget* hashes_;
  QString shown_tags_, shown_lineage_;  ///< what the widgets were made of
};

}  // namespace ibot::ui
