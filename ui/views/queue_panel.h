// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/program.h>
#include <ui/bridge/record.h>

#include <QWidget>

class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace ibot::ui {

class Banner;
class QueueModel;

/// The queue: runs that wait for a trainer, in order, and who works them off. Order and list are changed in
/// the record; workers are started and stopped as on the command line (`ibot queue run --detach`), so that
/// they outlive the window.
class QueuePanel final : public QWidget {
  Q_OBJECT

 public:
  explicit QueuePanel(Record& record, QWidget* parent = nullptr);

  void start_worker();
  void stop_worker();
  /// Says a failed write of this panel here, with a button that tries it again; false: it is somebody else's.
  bool take_problem(const RecordProblem& problem);

 Q_SIGNALS:
  void run_wanted(const QString& run);
  void matrix_wanted();

 private:
  QWidget* make_header();
  QTableView* make_table();
  QWidget* make_buttons();
  void start_next();
  void refresh();
  void refresh_workers();
  void refresh_buttons();
  std::int64_t current() const;
  void select(std::int64_t number);
  void move(int by);
  void change(const QString& doing, std::function<base::Status(record::Queue&)> action);
  void take_program(const ProgramResult& result);
  /// Devices that have open items and nobody who works on them.
  QStringList idle_devices() const;
  QStringList worked_devices() const;

  Record& record_;
  QueueModel* model_;
  Program program_;
  QString doing_;     ///< what `program_` is asked to do
  QString changing_;  ///< what the last write of this panel does
  QStringList to_start_;
  QStackedWidget* stack_;
  QLabel* workers_;
  Banner* banner_;
  QTableView* table_;
  QPushButton* start_;
  QPushButton* stop_;
  QPushButton* up_;
  QPushButton* down_;
  QPushButton* retry_;
  QPushButton* remove_;
};

}  // namespace ibot::ui
