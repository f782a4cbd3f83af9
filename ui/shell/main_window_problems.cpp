// SPDX-License-Identifier: GPL-3.0-or-later
// What the window's banner says: what cannot be read or written, whose trainer is gone, what a run needs and
// is not here. Each in words, with something to do.
#include "main_window.h"
#include "queue_actions.h"

#include <ui/models/missing_plugins.h>
#include <ui/models/run_table_model.h>
#include <ui/views/configure_page.h>
#include <ui/views/plugin_manager.h>
#include <ui/views/train_page.h>
#include <ui/widgets/banner.h>

namespace ibot::ui {

void MainWindow::show_problem(const RecordProblem& problem) {
  // Said where it was asked for: this window lies behind that one.
  if (queue_->take_problem(problem)) return;
  std::vector<Banner::Action> actions;
  if (problem.retry) {
    // What was being done stands before the reason; a second failure is not said behind the first.
    const QString doing = problem.what.section(QStringLiteral(": "), 0, 0);
    actions.push_back({tr("Try again"), [this, doing, retry = problem.retry] {
                         banner_->hide();
                         record_.write(retry, doing);
                       }});
  } else if (problem.closed) {
    actions.push_back({tr("Try again"), [this, folder = wanted_folder_] { record_.open(folder); }});
    actions.push_back(
        {problem.code == base::ErrorCode::NotFound ? tr("Say where it is…") : tr("Open another…"),
         [this] { ask_for_workspace(); }});
  } else if (problem.code == base::ErrorCode::PermissionDenied || problem.code == base::ErrorCode::Corrupt ||
             problem.code == base::ErrorCode::Io) {
    // What stands in the way may be mended meanwhile.
    actions.push_back({tr("Open it again"), [this, folder = record_.folder()] { record_.open(folder); }});
  }
  QString text = problem.what;
  if (!text.isEmpty()) text[0] = text[0].toUpper();
  if (!text.endsWith(QLatin1Char('.'))) text += QLatin1Char('.');
  if (!problem.hint.isEmpty()) text += QLatin1Char(' ') + problem.hint + QLatin1Char('.');
  banner_->say(problem.closed ? Banner::Level::Bad : Banner::Level::Warning, text, actions);
}

void MainWindow::say_who_died(const QStringList& runs) {
  QString newest;
  for (const QString& id : runs) {
    const RunView* view = record_.run(id);
    if (view == nullptr) continue;
    if (!view->status.died) {
      dead_.erase(id);
    } else if (dead_.insert(id).second) {
      newest = id;
    }
  }
  if (newest.isEmpty()) return;
  const RunView& view = *record_.run(newest);
  banner_->say(
      Banner::Level::Warning,
      tr("The trainer of %1 is gone: it was killed, crashed, or the machine was switched off. What it had "
         "recorded, up to step %2, is there, and it can be resumed.")
          .arg(run_name(view.run))
          .arg(view.run.step),
      {{tr("Show it"), [this, newest] {
          show_page(Page::Train);
          train_->select(newest);
        }}});
}

void MainWindow::say_what_is_missing(const RunDetailsPtr& details) {
  const RunView* view = record_.run(details->run);
  if (view == nullptr || incomplete_.contains(details->run)) return;
  const QStringList missing = missing_plugins(details->plan_json, configure_->configuration().plugins());
  if (missing.isEmpty()) return;
  incomplete_.insert(details->run);
  banner_->say(
      Banner::Level::Warning,
      tr("%1 used the %2, which cannot be used here. What it recorded can be looked at; to resume, extend or "
         "branch it, put the plug-in back and start this window anew.")
          .arg(run_name(view->run), missing.join(tr(" and the "))),
      {{tr("Plug-ins…"), [this] { plugins_->open_and_refresh(); }}});
}

}  // namespace ibot::ui
