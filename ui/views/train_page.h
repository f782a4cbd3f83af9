// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "window_page.h"

#include <ui/bridge/record.h>

#include <QWidget>

class QAction;
class QStackedWidget;

namespace ibot::ui {

class RunDetail;
class RunTable;

/// Runs, live: the table of all of them, and for those that are selected curves with one cursor, the sentence
/// on their health, and what can be done now. Several selected runs share the plots; the first of them is the
/// one that the sentence and the buttons are about.
class TrainPage final : public QWidget, public WindowPage {
  Q_OBJECT

 public:
  explicit TrainPage(Record& record, QWidget* parent = nullptr);

  /// Selects a run, once it is known.
  void select(const QString& run);
  /// The first selected run; empty: none.
  QString current() const;
  QStringList selected() const;
  /// Pauses the current run, or lets it go on.
  void pause_or_go_on();
  /// Can be undone.
  void trash(const QStringList& runs);
  /// Offers this action, which is about the current run, for a run that stopped, failed or died.
  void offer_resume(QAction* resume);

  QWidget* inspector() override;
  QUndoStack* undo_stack() override;
  QLineEdit* search_field() override;
  /// What can be done to the selected runs: for a menu.
  const QList<QAction*>& run_actions() const;

 Q_SIGNALS:
  void current_changed(const QString& run);
  void new_run_wanted();
  /// These runs are to be compared.
  void comparison_wanted(const QStringList& runs);
  /// What people say of runs was changed in the record.
  void edited();
  /// These were to be put into the trash, but wait in the queue.
  void runs_wait(const QStringList& runs);
  /// A run is to be stopped; who does it may ask first.
  void stop_wanted(const QString& run);

 private:
  void selection_changed();

  Record& record_;
  RunTable* table_;
  RunDetail* detail_;
  QStackedWidget* stack_;
};

}  // namespace ibot::ui
