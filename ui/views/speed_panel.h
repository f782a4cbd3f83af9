// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/program.h>
#include <ui/forms/recipe_file.h>

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace ibot::ui {

class CostBar;

/// How long a run will take, measured on demand: `ibot plan --calibrate` in a process of its own, with its
/// progress and a button that ends it.
class SpeedPanel final : public QWidget {
  Q_OBJECT

 public:
  SpeedPanel(Configuration& configuration, QWidget* parent = nullptr);

  /// Called where the configuration changed, or `others` (runs that train now, in words) did.
  void refresh(const QString& others);
  bool is_measuring() const { return program_.is_running(); }

 Q_SIGNALS:
  /// A measurement began or ended.
  void changed();

 private:
  void measure();
  void take_progress(const QString& line);
  void take_result(const ProgramResult& result);
  void show_measured();

  Configuration& configuration_;
  RecipeFile recipe_;
  Program program_;
  CostBar* bar_;
  QLabel* sentence_;
  QProgressBar* progress_;
  QPushButton* button_;
  QString others_;
  std::string measuring_;  ///< hash of the plan that is being measured
  std::string measured_;   ///< hash of the plan that was
  QJsonDocument figures_;
};

}  // namespace ibot::ui
