// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/checkpoint_list.h>
#include <ui/bridge/program.h>
#include <ui/models/exported_file.h>

#include <QWidget>
#include <functional>
#include <map>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;
class QStandardItemModel;
class QTableView;

namespace ibot::ui {

class Banner;
class Record;

/// A run's weights as a file to take away: `ibot export` writes it, reads it again and proves it; what it
/// holds is listed, with lines of Python that load it.
class ExportPage final : public QWidget {
  Q_OBJECT

 public:
  /// `record` outlives it.
  explicit ExportPage(Record& record, QWidget* parent = nullptr);

  /// Whose weights; unknown or empty: none.
  void set_run(const QString& run);
  const QString& run() const { return run_; }
  /// Writes the file, if nothing stands against it.
  void start();
  /// Why it cannot be written now, as a sentence; empty if it can.
  QString obstacle() const;

 Q_SIGNALS:
  /// The file is there and proved.
  void exported(const QString& file);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  QWidget* make_header();
  QWidget* make_choices();
  QWidget* make_format();
  QWidget* make_result();
  QWidget* make_contents();
  QWidget* make_snippet();
  QLineEdit* add_file_rows(QGridLayout& grid);
  void refresh_runs();
  /// The run that was worked on last.
  void choose_newest();
  void look();
  void take_weights(const KeptWeights& kept);
  void refresh_moments();
  void refresh_networks();
  void refresh_start();
  void propose_file();
  void choose_file();
  void take_end(const ProgramResult& result);
  void show_file(const ExportedFile& file);
  qint64 step() const;
  QString network() const;

  Record& record_;
  Program program_;
  CheckpointList list_;
  QString run_;
  bool looking_ = false;                         ///< the weights of run_ have been asked for
  bool looked_ = false;                          ///< kept_ and why_none_ are of run_
  QString why_none_;                             ///< why weights cannot be listed
  std::map<qint64, bool, std::greater<>> kept_;  ///< steps, newest first; true: a full checkpoint
  bool step_chosen_ = false;                     ///< by hand: newer weights do not take its place
  QString proposed_;                             ///< the file name that nobody has changed yet
  QString writing_;                              ///< what the last export wrote, or writes
  bool proved_ = false;                          ///< writing_ is there, with its proof

  QLabel* state_;
  QPushButton* cancel_;
  QPushButton* start_;
  Banner* banner_;
  QComboBox* run_box_;
  QComboBox* moment_;
  QComboBox* network_;
  QLineEdit* file_;
  QCheckBox* replace_;
  QStackedWidget* result_;
  QLabel* proof_;
  QLabel* what_;
  QStandardItemModel* names_;
  QTableView* table_;
  QPlainTextEdit* snippet_;
  QPushButton* copy_;
};

}  // namespace ibot::ui
