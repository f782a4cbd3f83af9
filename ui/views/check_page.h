// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/data_facts.h>
#include <ui/bridge/program.h>
#include <ui/bridge/record.h>
#include <ui/forms/recipe_file.h>

#include <QWidget>
#include <optional>
#include <string>

class QFrame;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace ibot::ui {

class AdviceList;
class CostBar;
class SpeedPanel;
class WeightsPanel;

/// The receipt before a run: what will happen in plain words, what it costs, what others learnt the hard way,
/// whether it was done before; and Start. Everything that is said comes from the plan (core/plan), the data
/// set (core/data, on a worker) and the record. Where there is no room beside the receipt its costs stand
/// below.
class CheckPage final : public QWidget {
  Q_OBJECT

 public:
  CheckPage(Configuration& configuration, Record& record, QWidget* parent = nullptr);

  /// Starts the run, if nothing stands against it.
  void start();
  /// Puts it into the queue instead.
  void add_to_queue();
  /// What a look through all files below `path` found: named where a recipe reads these.
  void set_unreadable(const QString& path, qint64 pictures, qint64 unreadable);
  /// Why the run cannot start now, as a sentence; empty if it can.
  QString obstacle() const;
  /// The recipe's pictures may be others than they were.
  void look_again();

 Q_SIGNALS:
  /// A trainer holds the run.
  void started(const QString& workspace, const QString& run);
  /// A run waits in the queue of this workspace.
  void queued(const QString& workspace, const QString& run);
  /// The row of this key is to be shown in the form.
  void show_wanted(const QString& key);
  void run_wanted(const QString& run);
  /// The recipe's built-in scenes are to be drawn.
  void scenes_wanted();

 protected:
  void showEvent(QShowEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  QWidget* make_header();
  QWidget* make_banner();
  QWidget* make_receipt();
  QWidget* make_costs();
  QWidget* make_place();
  void refresh();
  void refresh_lines();
  void add_missing_scenes(int row);
  void refresh_duplicates();
  void refresh_costs();
  void refresh_start();
  void look_at_data();
  void take_data(const FoundData& found);
  /// What training will leave out, as a sentence; empty: nothing, or nobody looked.
  QString left_out() const;
  bool is_nothing_readable() const;
  void call(const QStringList& what);
  void take_start(const ProgramResult& result);
  void show_failure(const QString& what, const QString& details);
  void choose_workspace();
  QString workspace() const;
  /// Runs of the record that train now, in a sentence; empty: none.
  QString others() const;

  Configuration& configuration_;
  Record& record_;
  DataFacts data_;
  FoundData found_;
  std::string asked_data_;    ///< values of the section that was looked at
  std::string asked_places_;  ///< and what evaluators read, see plan::asked_places()
  struct LookedThrough {
    QString path;
    qint64 pictures = 0, unreadable = 0;
  } looked_through_;
  RecipeFile recipe_;
  Program program_;
  QString new_workspace_;               ///< where a workspace would be made; while none is open
  QString in_use_;                      ///< the workspace that the run being started goes to
  bool queueing_ = false;               ///< what runs is `ibot queue add`
  std::optional<std::string> refused_;  ///< the text that refused the edit of which the banner speaks

  QLabel* title_;
  QLabel* state_;
  QPushButton* start_;
  QPushButton* queue_;
  QPushButton* cancel_;
  QPushButton* again_;
  QFrame* banner_;
  QLabel* banner_text_;
  QLabel* banner_details_;
  QLineEdit* name_;
  QLineEdit* seed_;
  QGridLayout* lines_;
  AdviceList* advice_;
  QVBoxLayout* duplicates_;
  CostBar* memory_;
  CostBar* disk_;
  SpeedPanel* speed_;
  WeightsPanel* weights_;
  QWidget* costs_;
  QVBoxLayout* below_;  ///< of the receipt: takes the costs where there is no room beside it
  QFrame* border_;
  QScrollArea* beside_;
  QLabel* place_;
  QPushButton* change_place_;
};

}  // namespace ibot::ui
