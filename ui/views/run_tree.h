// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/record.h>

#include <QStringList>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;

namespace ibot::ui {

class RunTreeAxis;
class RunTreeModel;
class RunTreeView;

/// Which run left which: the runs of a workspace as lines over their steps, branches drawn where they leave.
/// What was changed at a branch is said under the mouse, and below for the selected run.
class RunTree final : public QWidget {
  Q_OBJECT

 public:
  explicit RunTree(Record& record, QWidget* parent = nullptr);

  /// Those that are compared already are marked.
  void set_compared(const QStringList& runs);
  /// Selects a run, if it has a row.
  void select(const QString& run);
  /// The run that was selected last; empty: none is.
  QString current() const;
  QStringList selected() const;
  const RunTreeModel& model() const { return *model_; }

 Q_SIGNALS:
  /// By hand.
  void run_selected(const QString& run);
  void show_wanted(const QString& run);
  void add_wanted(const QStringList& runs);

 private:
  QWidget* make_bar();
  void take_selection();
  void refresh();
  void tell_current();
  void restore_selection();
  void show_menu(const QPoint& at);

  RunTreeModel* model_;
  RunTreeView* view_;
  RunTreeAxis* axis_;
  QStackedWidget* stack_;
  QLabel* empty_;
  QLabel* told_;
  QComboBox* unit_;
  QCheckBox* families_;
  QPushButton* add_;
  QString kept_;  ///< selected again when rows came and went
  bool restoring_ = false;
};

}  // namespace ibot::ui
