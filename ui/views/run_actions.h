// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/plan/plugin_info.h>

#include <ui/bridge/program.h>
#include <ui/bridge/record.h>

#include <QObject>
#include <vector>

class QAction;
class QMenu;
class QWidget;

namespace ibot::ui {

/// What can be done with the run that is shown and needs the program `ibot`: resume, extend, branch, open as
/// a recipe. Actions that make no sense now are off and say why.
class RunActions final : public QObject {
  Q_OBJECT

 public:
  /// `window`: parent of the dialogs.
  RunActions(Record& record, std::vector<plan::PluginInfo> plugins, QWidget* window);

  void add_to(QMenu* menu);
  QAction* resume() { return resume_; }
  QAction* extend() { return extend_; }
  QAction* branch() { return branch_; }
  QAction* open_recipe() { return recipe_; }
  /// Which run they are about; empty: none.
  void set_run(const QString& run);

 Q_SIGNALS:
  void problem(const QString& what, const QString& hint);
  /// A run that was made or goes on.
  void run_wanted(const QString& run);
  /// The configuration of a run, to be edited.
  void recipe_wanted(const QString& name, const std::string& yaml);

 private:
  void refresh();
  void ask_to_extend();
  void ask_to_branch();
  void call(const QStringList& arguments, const QString& doing);
  void take_result(const ProgramResult& result);
  /// Nothing where the run's details are not there yet.
  const RunDetails* details() const;

  Record& record_;
  std::vector<plan::PluginInfo> plugins_;
  QWidget* window_;
  Program program_;
  QString run_, doing_, about_;
  RunDetailsPtr details_;
  QAction* resume_;
  QAction* extend_;
  QAction* branch_;
  QAction* recipe_;
};

}  // namespace ibot::ui
