// SPDX-License-Identifier: GPL-3.0-or-later
#include "queue_actions.h"

#include <ui/bridge/record.h>
#include <ui/views/matrix_panel.h>
#include <ui/views/queue_panel.h>

#include <QAction>
#include <QDialog>
#include <QMenu>
#include <QVBoxLayout>
#include <algorithm>

namespace ibot::ui {
namespace {

// Never larger than the screen that it is shown on.
QDialog* make_window(QWidget* owner, const char* name, const QString& title, QWidget* content,
                     const QSize& size) {
  auto* window = new QDialog(owner);
  window->setObjectName(QString::fromLatin1(name));
  window->setWindowTitle(title);
  auto* layout = new QVBoxLayout(window);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(content);
  window->resize(size.boundedTo(owner->size()));
  return window;
}

void bring_up(QDialog* window) {
  window->show();
  window->raise();
  window->activateWindow();
}

}  // namespace

QueueActions::QueueActions(Record& record, QMenu* menu, QWidget* window)
    : QObject(window), record_(record), window_(window) {
  menu->addSeparator();
  queue_ = menu->addAction(tr("Queue…"));
  queue_->setObjectName(QStringLiteral("queue"));
  matrix_ = menu->addAction(tr("Ablation Matrix…"));
  matrix_->setObjectName(QStringLiteral("matrix"));
  connect(queue_, &QAction::triggered, this, &QueueActions::show_queue);
  connect(matrix_, &QAction::triggered, this, &QueueActions::show_matrix);
  connect(&record, &Record::opened, this, &QueueActions::refresh);
  connect(&record, &Record::closed, this, &QueueActions::refresh);
  connect(&record, &Record::queue_changed, this, &QueueActions::refresh);
  refresh();
}

void QueueActions::refresh() {
  const bool open = !record_.folder().isEmpty();
  const QueueViewPtr view = record_.queue();
  const auto waiting =
      std::count_if(view->rows.begin(), view->rows.end(), [](const QueueRow& row) { return row.place > 0; });
  queue_->setText(waiting > 0 ? tr("Queue (%1)…").arg(waiting) : tr("Queue…"));
  for (QAction* action : {queue_, matrix_}) {
    action->setEnabled(open);
    action->setToolTip(open ? QString() : tr("No workspace is open."));
  }
}

bool QueueActions::take_problem(const RecordProblem& problem) {
  return queue_panel_ && queue_panel_->take_problem(problem);
}

void QueueActions::show_queue() {
  if (!queue_window_) {
    auto* panel = new QueuePanel(record_);
    queue_panel_ = panel;
    connect(panel, &QueuePanel::run_wanted, this, &QueueActions::run_wanted);
    connect(panel, &QueuePanel::matrix_wanted, this, &QueueActions::show_matrix);
    queue_window_ = make_window(window_, "queue_window", tr("Queue"), panel, {960, 480});
  }
  bring_up(queue_window_);
}

void QueueActions::show_matrix() {
  if (!matrix_window_) {
    auto* panel = new MatrixPanel(record_);
    matrix_panel_ = panel;
    offered_.clear();
    connect(panel, &MatrixPanel::queued, this, &QueueActions::show_queue);
    matrix_window_ = make_window(window_, "matrix_window", tr("Ablation matrix"), panel, {1200, 640});
  }
  matrix_panel_->set_recipe(recipe_ == offered_ ? QString() : recipe_, note_);
  offered_ = recipe_;
  bring_up(matrix_window_);
}

void QueueActions::set_recipe(const QString& file, const QString& note) {
  recipe_ = file;
  note_ = note;
}

}  // namespace ibot::ui
