// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/program.h>
#include <ui/forms/recipe_file.h>

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace ibot::ui {

/// What a run starts from: fresh weights, or a file whose report (`ibot import`) is shown before: every
/// tensor that fits, lacks or is left over.
class WeightsPanel final : public QWidget {
  Q_OBJECT

 public:
  WeightsPanel(Configuration& configuration, QWidget* parent = nullptr);

  /// Empty: fresh weights.
  const QString& file() const { return file_; }
  /// Why a run cannot start from the file, as a sentence; empty if it can.
  const QString& problem() const { return problem_; }
  /// Looks at a file; empty: fresh weights.
  void set_file(const QString& file);
  /// The configuration is another: the report is made anew where there is a file.
  void configuration_changed();

 Q_SIGNALS:
  void changed();

 private:
  void choose();
  void ask();
  void take_report(const ProgramResult& result);
  void refresh();

  Configuration& configuration_;
  RecipeFile recipe_;
  Program program_;
  QString file_, problem_, sentence_text_, list_text_;
  std::string asked_;  ///< hash of the plan whose report is shown
  QLabel* sentence_;
  QPlainTextEdit* list_;
  QPushButton* choose_;
  QPushButton* fresh_;
  QPushButton* details_;
};

}  // namespace ibot::ui
