// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/plan/matrix.h>

#include <ui/bridge/program.h>
#include <ui/bridge/record.h>

#include <QTemporaryDir>
#include <QWidget>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableWidget;
class QTimer;
class QVBoxLayout;

namespace ibot::ui {

/// An ablation being planned: a recipe, factors with their values, seeds; beside them the runs that follow,
/// what they cost and which of them the workspace has already. Preview and queueing are the same command
/// (`ibot matrix`), so that what was shown is what is queued.
class MatrixPanel final : public QWidget {
  Q_OBJECT

 public:
  explicit MatrixPanel(Record& record, QWidget* parent = nullptr);

  /// Starts from a matrix file. Mistakes are shown, and everything stays as it was.
  void open(const QString& file);
  /// An empty name: the one that is chosen stays. `note`: something to know of it.
  void set_recipe(const QString& file, const QString& note = {});
  /// What the fields say. Nothing where they cannot be read; said in the panel.
  std::optional<plan::Matrix> matrix();

 Q_SIGNALS:
  void queued(int runs);

 private:
  struct FactorRow {
    QWidget* row;
    QLineEdit* key;
    QLineEdit* values;
    /// Of a file's factor that sets several keys at once: it can be taken out, not edited here.
    std::optional<plan::MatrixFactor> group;
  };

  QWidget* make_form();
  QWidget* make_preview();
  void add_factor(const QString& key, const QString& values);
  void add_group(const plan::MatrixFactor& factor);
  FactorRow& add_row(const QString& key, const QString& values);
  void clear_factors();
  void edited();
  void preview();
  void enqueue();
  void ask_program(bool queue);
  void take_program(const ProgramResult& result);
  void show_review(const QJsonObject& review);
  void show_mistake(const QString& text);
  void refresh_buttons();

  Record& record_;
  Program program_;
  QTemporaryDir folder_;
  int files_ = 0;
  bool queueing_ = false;
  int new_runs_ = 0;
  QTimer* timer_;
  std::vector<FactorRow> factors_;
  std::vector<std::string> overrides_;  ///< of a file, for all runs
  QLineEdit* recipe_;
  QLineEdit* name_;
  QLineEdit* seeds_;
  QComboBox* design_;
  QVBoxLayout* factor_rows_;
  QLabel* more_;
  QLabel* totals_;
  QLabel* mistakes_;
  QTableWidget* runs_;
  QPushButton* queue_;
};

}  // namespace ibot::ui
