// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPointer>

class QAction;
class QDialog;
class QMenu;
class QWidget;

namespace ibot::ui {

class MatrixPanel;
class QueuePanel;
class Record;
struct RecordProblem;

/// The entries of the Run menu for the queue and for ablations, and the windows that they open. Those stay
/// open beside the main window, so that the queue can be watched while something else is looked at.
class QueueActions final : public QObject {
  Q_OBJECT

 public:
  QueueActions(Record& record, QMenu* menu, QWidget* window);

  void show_queue();
  void show_matrix();
  /// What an ablation that is opened from now on starts from; `note` is said below its factors.
  void set_recipe(const QString& file, const QString& note);
  /// True: the queue's window said it.
  bool take_problem(const RecordProblem& problem);

 Q_SIGNALS:
  void run_wanted(const QString& run);

 private:
  void refresh();

  Record& record_;
  QWidget* window_;
  QAction* queue_;
  QAction* matrix_;
  QPointer<QDialog> queue_window_;
  QPointer<QueuePanel> queue_panel_;
  QPointer<QDialog> matrix_window_;
  QPointer<MatrixPanel> matrix_panel_;
  QString recipe_, note_;
  QString offered_;  ///< to the ablation's window; what was chosen there since stays
};

}  // namespace ibot::ui
