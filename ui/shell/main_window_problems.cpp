// SPDX-License-Identifier: GPL-3.0-or-later
// What the window's banner says: what cannot be read or written, whose trainer is gone, what a run needs and
// is not here. Each in words, with something to do.
#include "banner_topics.h"
#include "main_window.h"
#include "queue_actions.h"

#include <ibot/record/queue.h>

#include <ui/bridge/scene_drawing.h>
#include <ui/models/missing_plugins.h>
#include <ui/models/run_table_model.h>
#include <ui/views/check_page.h>
#include <ui/views/configure_page.h>
#include <ui/views/look_page.h>
#include <ui/views/plugin_manager.h>
#include <ui/views/train_page.h>
#include <ui/widgets/banner.h>

#include <algorithm>

namespace ibot::ui {

void MainWindow::connect_banner() {
  connect(&record_, &Record::problem, this, [this](const RecordProblem& said) { show_problem(said); });
  connect(&record_, &Record::runs_changed, this, &MainWindow::say_who_died);
  connect(&record_, &Record::runs_removed, this, [this](const QStringList& runs) {
    for (const QString& id : runs) banner_->withdraw(topic::kDied + id);
  });
  connect(&record_, &Record::queue_changed, this, [this] {
    const QueueViewPtr queue = record_.queue();
    const bool any = std::any_of(queue->rows.begin(), queue->rows.end(), [this](const QueueRow& row) {
      return row.place > 0 && waiting_.contains(QString::fromStdString(row.item.run));
    });
    if (!any) banner_->withdraw(topic::kWaits);
  });
  connect(train_, &TrainPage::edited, this, [this] { banner_->withdraw(topic::kEdit); });
  connect(train_, &TrainPage::runs_wait, this, &MainWindow::say_who_waits);
}

void MainWindow::connect_scenes() {
  scenes_ = new SceneDrawing(this);
  const auto of_recipe = [this] {
    if (const auto& plan = configure_->configuration().result().plan) draw_scenes(plan->data());
  };
  connect(check_, &CheckPage::scenes_wanted, this, of_recipe);
  connect(configure_, &ConfigurePage::scenes_wanted, this, of_recipe);
  connect(look_, &LookPage::scenes_wanted, this, [this](const QString& run) {
    const RunTraits* traits = record_.traits(run);
    if (const auto scenes = traits != nullptr ? scenes_of(*traits->parameters) : std::nullopt)
      draw_scenes(*scenes);
  });
  connect(scenes_, &SceneDrawing::said, this, [this](const QString& line) {
    banner_->say(Banner::Level::Info, line, {{tr("Cancel"), [this] { scenes_->cancel(); }}}, topic::kScenes);
  });
  connect(scenes_, &SceneDrawing::cancelled, this, [this] { banner_->withdraw(topic::kScenes); });
}

void MainWindow::draw_scenes(const data::DataOptions& scenes) {
  disconnect(scenes_, &SceneDrawing::finished, this, nullptr);
  connect(scenes_, &SceneDrawing::finished, this, [this, scenes](const QString& problem) {
    if (!problem.isEmpty()) {
      return banner_->say(Banner::Level::Bad, tr("The scenes were not drawn. %1").arg(problem),
                          {{tr("Try again"), [this, scenes] { draw_scenes(scenes); }}}, topic::kScenes);
    }
    banner_->withdraw(topic::kScenes);
    configure_->look_again();
    check_->look_again();
    look_->look_again();
  });
  scenes_->draw(scenes);
}

bool MainWindow::stands_behind_gone(const QString& sentence) {
  if (banner_->about() != QLatin1String(topic::kGone)) return false;
  banner_->add(sentence);
  return true;
}

void MainWindow::show_problem(const RecordProblem& problem, const QString& about) {
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
  if (problem.closed) return banner_->say(Banner::Level::Bad, text, actions, topic::kGone);
  if (stands_behind_gone(text)) return;
  banner_->say(Banner::Level::Warning, text, actions, about.isEmpty() ? QString(topic::kEdit) : about);
}

void MainWindow::say_who_died(const QStringList& runs) {
  QString newest;
  for (const QString& id : runs) {
    const RunView* view = record_.run(id);
    if (view == nullptr) continue;
    if (!view->status.died) {
      dead_.erase(id);
      banner_->withdraw(topic::kDied + id);
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
      {{tr("Show it"),
        [this, newest] {
          show_page(Page::Train);
          train_->select(newest);
        }}},
      topic::kDied + newest);
}

void MainWindow::say_who_waits(const QStringList& runs) {
  const RunView* view = record_.run(runs.value(0));
  if (view == nullptr) return;
  waiting_ = runs;
  banner_->say(
      Banner::Level::Warning,
      runs.size() == 1
          ? tr("%1 waits in the queue. Once it is taken out, it can be put into the trash.")
                .arg(run_name(view->run))
          : tr("%1 of these runs wait in the queue. Once they are taken out, they can be put into the trash.")
                .arg(runs.size()),
      {{tr("Take out of the queue"),
        [this, runs] {
          std::vector<std::int64_t> numbers;
          const QueueViewPtr queue = record_.queue();
          for (const QueueRow& row : queue->rows) {
            if (row.place > 0 && runs.contains(QString::fromStdString(row.item.run)))
              numbers.push_back(row.item.number);
          }
          record_.write(
              [numbers](record::Store& store) -> base::Status {
                record::Queue queued(store);
                for (const std::int64_t number : numbers) IBOT_CHECK_OK(queued.remove(number));
                return {};
              },
              tr("Taking out of the queue"));
        }}},
      topic::kWaits);
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
         "branch it, put the plugin back and start this window anew.")
          .arg(run_name(view->run), missing.join(tr(" and the "))),
      {{tr("Plugins…"), [this] { plugins_->open_and_refresh(); }}});
}

}  // namespace ibot::ui
