// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "run_edits.h"

#include <ui/bridge/record.h>
#include <ui/models/run_column.h>

#include <QTimer>
#include <QWidget>
#include <functional>
#include <optional>
#include <vector>

class QAction;
class QLabel;
class QLineEdit;
class QMenu;
class QPushButton;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace ibot::ui {

class ColumnChooser;
class RunInspector;
class RunTableModel;
class TextPrompt;

/// All runs of the workspace in a table: filter, columns, groups, trash, and what a person says about runs.
/// One or more rows can be selected; the one that was selected first is the current run. What was selected is
/// selected again when its row comes back (another filter, another order).
///
/// Columns, order, groups and widths are remembered for each workspace.
class RunTable final : public QWidget {
  Q_OBJECT

 public:
  explicit RunTable(Record& record, QWidget* parent = nullptr);

  /// Selects a run, once it is known.
  void select(const QString& run);
  /// The first selected run; empty: none.
  QString current() const;
  /// Those that are shown, in the order in which they were selected.
  QStringList selected() const;

  RunEdits& edits() { return *edits_; }
  QLineEdit* search_field() const { return filter_; }
  /// For the panel at the right; shows the current run.
  QWidget* inspector() const;
  /// For a menu: rename, tag, move, trash, copy, with their shortcuts and reasons.
  const QList<QAction*>& run_actions() const { return actions_; }

 Q_SIGNALS:
  void selection_changed();
  /// These runs are to be compared.
  void comparison_wanted(const QStringList& runs);
  /// These were to be put into the trash, but wait in the queue.
  void runs_wait(const QStringList& runs);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QWidget* make_empty();
  QWidget* make_bar();
  void make_table();
  void make_actions();
  QAction* add_run_action(const char* name, const QString& text, const QKeySequence& shortcut,
                          const std::function<void()>& handler);
  void show_context_menu(const QPoint& at);
  void show_header_menu(const QPoint& at);
  void hide_column(const RunColumn& column);
  void group_by(const std::optional<RunColumn>& column);
  void fill_group_menu();
  void take_selection();
  void restore_selection();
  void arranged();
  void columns_changed();
  void refresh_actions();
  void refresh_count();
  void select_first();
  void show_spans();
  void sketch_visible();
  void ask_for_tag();
  void ask_for_name();
  void ask_for_folder();
  void put_into_trash();
  /// The record has answered; `beside` is the run to go on with.
  void take_trashed(const QStringList& runs, const QString& beside, bool succeeded);
  void copy_yaml();
  void copy_csv();
  QStringList all_tags() const;
  QStringList all_folders() const;
  QPoint below_current() const;

  void load_settings(const QString& folder);
  void save_settings() const;

  Record& record_;
  RunTableModel* model_;
  RunEdits* edits_;
  RunInspector* inspector_;
  QTableView* table_;
  QStackedWidget* stack_;
  QLabel* empty_;
  QPushButton* clear_filter_;
  QLineEdit* filter_;
  QLabel* count_;
  QToolButton* group_;
  QToolButton* columns_;
  QToolButton* trash_;
  QMenu* group_menu_;
  ColumnChooser* chooser_;
  TextPrompt* prompt_;
  QList<QAction*> actions_;
  QAction* rename_;
  QAction* tag_;
  QAction* move_;
  QAction* compare_;
  QAction* delete_;
  QAction* restore_;
  QAction* yaml_;
  QAction* csv_;
  QTimer sketching_;
  QString settings_group_;
  QStringList chosen_;  ///< what the person selected, also where it is not shown
  QStringList told_;    ///< what selection_changed() last said
  bool restoring_ = false;
  bool laying_out_ = false;
  std::vector<RunColumn> laid_out_;  ///< the columns whose widths the header has
  std::vector<int> headings_;        ///< rows that are spanned
  bool spans_stale_ = false;         ///< the table was filled anew since
  QString wanted_;
  QStringList trashing_;  ///< what is being put into the trash
};

}  // namespace ibot::ui
