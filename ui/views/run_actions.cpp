// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_actions.h"

#include "branch_dialog.h"
#include "extend_dialog.h"

#include <ui/models/run_table_model.h>

#include <QAction>
#include <QJsonObject>
#include <QMenu>

namespace ibot::ui {

RunActions::RunActions(Record& record, std::vector<plan::PluginInfo> plugins, QWidget* window)
    : QObject(window), record_(record), plugins_(std::move(plugins)), window_(window) {
  const auto make = [this](const QString& words, const char* name) {
    auto* action = new QAction(words, this);
    action->setObjectName(QString::fromLatin1(name));
    return action;
  };
  resume_ = make(tr("Resume"), "run_resume");
  extend_ = make(tr("Extend…"), "run_extend");
  branch_ = make(tr("Branch from Here…"), "run_branch");
  recipe_ = make(tr("Open as a New Recipe"), "run_recipe");
  connect(resume_, &QAction::triggered, this, [this] {
    call({QStringLiteral("resume"), run_, QStringLiteral("--detach"), QStringLiteral("--json")},
         tr("Resuming"));
  });
  connect(extend_, &QAction::triggered, this, &RunActions::ask_to_extend);
  connect(branch_, &QAction::triggered, this, &RunActions::ask_to_branch);
  connect(recipe_, &QAction::triggered, this, [this] {
    const RunView* view = record_.run(run_);
    if (view == nullptr || details() == nullptr) return;
    Q_EMIT recipe_wanted(QString::fromStdString(view->run.name), recorded_yaml(*details()));
  });
  connect(&record, &Record::runs_changed, this, &RunActions::refresh);
  connect(&record, &Record::closed, this, [this] { set_run({}); });
  connect(&record, &Record::details_changed, this, [this](const RunDetailsPtr& details) {
    details_ = details;
    refresh();
  });
  connect(&program_, &Program::finished, this, &RunActions::take_result);
  refresh();
}

void RunActions::add_to(QMenu* menu) {
  for (QAction* action : {resume_, extend_, branch_, recipe_}) menu->addAction(action);
}

void RunActions::set_run(const QString& run) {
  run_ = run;
  refresh();
}

const RunDetails* RunActions::details() const {
  return details_ && details_->run == run_ ? details_.get() : nullptr;
}

void RunActions::refresh() {
  const RunView* view = record_.run(run_);
  const auto set = [](QAction* action, const QString& why) {
    action->setEnabled(why.isEmpty());
    action->setToolTip(why);
  };
  if (view == nullptr) {
    for (QAction* action : {resume_, extend_, branch_, recipe_}) set(action, tr("No run is selected."));
    return;
  }
  const record::State state = view->status.state;
  const bool active = record::is_active(state) && !view->status.died;
  const QString busy = program_.is_running() ? tr("%1: wait until that is done.").arg(doing_) : QString();
  QString why = busy;
  if (why.isEmpty() && active) why = tr("The run is %1 already.").arg(state_word(*view));
  if (why.isEmpty() && state == record::State::Completed && view->run.step >= view->run.planned_steps)
    why = tr("The run reached its end: extend it, or branch from it.");
  set(resume_, why);
  why = busy;
  if (why.isEmpty() && state == record::State::Created) why = tr("The run was never started.");
  if (why.isEmpty() && !active && state != record::State::Completed)
    why = tr("The run has not reached its end: resume it first.");
  if (why.isEmpty() && details() == nullptr) why = tr("Its plan is being read.");
  set(extend_, why);
  why = busy;
  if (why.isEmpty() && details() == nullptr) why = tr("Its checkpoints are being read.");
  if (why.isEmpty() && BranchDialog::branch_points(*details()).empty())
    why = tr("The run has no full checkpoint yet.");
  set(branch_, why);
  why.clear();
  if (details() == nullptr) why = tr("Its plan is being read.");
  if (why.isEmpty() && recorded_yaml(*details()).empty()) why = tr("The record holds no recipe of this run.");
  set(recipe_, why);
}

void RunActions::ask_to_extend() {
  const RunView* view = record_.run(run_);
  if (view == nullptr || details() == nullptr) return;
  auto* dialog = new ExtendDialog(*view, *details(), window_);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &QDialog::accepted, this, [this, dialog, run = run_] {
    call(QStringList{QStringLiteral("extend"), run} + dialog->arguments(), tr("Extending"));
  });
  dialog->open();
}

void RunActions::ask_to_branch() {
  const RunView* view = record_.run(run_);
  if (view == nullptr || details() == nullptr) return;
  auto* dialog = new BranchDialog(*view, *details(), plugins_, window_);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &QDialog::accepted, this, [this, dialog, run = run_] {
    call(QStringList{QStringLiteral("branch"), run, QStringLiteral("--detach"), QStringLiteral("--json")} +
             dialog->arguments(),
         tr("Branching"));
  });
  dialog->open();
}

void RunActions::call(const QStringList& arguments, const QString& doing) {
  doing_ = doing;
  about_ = run_;
  program_.start(arguments + QStringList{QStringLiteral("--workspace"), record_.folder()});
  refresh();
}

void RunActions::take_result(const ProgramResult& result) {
  refresh();
  if (result.cancelled) return;
  if (!result.succeeded) {
    Q_EMIT problem(tr("%1 did not work. %2").arg(doing_, result.why), {});
    return;
  }
  const QString run = result.json().object().value(QStringLiteral("run")).toString();
  Q_EMIT run_wanted(run.isEmpty() ? about_ : run);
}

}  // namespace ibot::ui
