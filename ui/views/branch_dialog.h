// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/plan/plan.h>

#include <ui/bridge/record_changes.h>

#include <QDialog>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace ibot::ui {

/// A new run from a checkpoint of another: from which step, what it is called, and which values differ, one
/// key=value a line, checked as everywhere while they are typed. Pure: who opens it starts the program.
class BranchDialog final : public QDialog {
  Q_OBJECT

 public:
  BranchDialog(const RunView& run, const RunDetails& details, std::vector<plan::PluginInfo> plugins,
               QWidget* parent = nullptr);

  /// "--step", "200", "--name", "...", "--set", "optimizer.lr=0.001", ...
  QStringList arguments() const;
  /// Steps of the full checkpoints that are there, ascending.
  static std::vector<std::int64_t> branch_points(const RunDetails& details);

 private:
  std::vector<std::string> overrides() const;
  void refresh();

  QString parent_name_;
  plan::PlanRequest request_;
  std::optional<plan::Plan> before_;
  QComboBox* step_;
  QLineEdit* name_;
  QPlainTextEdit* changes_;
  QLabel* words_;
  QPushButton* go_;
};

/// The YAML that the record keeps of a run; empty if it cannot be read.
std::string recorded_yaml(const RunDetails& details);

}  // namespace ibot::ui
