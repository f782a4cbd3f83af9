// SPDX-License-Identifier: GPL-3.0-or-later
// The actions of the table of runs: what can be done with the selected ones, and why not.
#include "run_inspector.h"
#include "run_table.h"

#include <ui/models/run_table_model.h>
#include <ui/style/tokens.h>
#include <ui/widgets/text_prompt.h>

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>
#include <QPointer>
#include <QStackedWidget>
#include <QTableView>

namespace ibot::ui {
namespace {

using Kind = RunColumn::Kind;

QString csv_field(QString text) {
  if (!text.contains(QLatin1Char(',')) && !text.contains(QLatin1Char('"')) &&
      !text.contains(QLatin1Char('\n')))
    return text;
  return QLatin1Char('"') + text.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
}

}  // namespace

QAction* RunTable::add_run_action(const char* name, const QString& text, const QKeySequence& shortcut,
                                  const std::function<void()>& handler) {
  auto* action = new QAction(text, this);
  action->setObjectName(QString::fromLatin1(name));
  action->setShortcut(shortcut);
  action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  connect(action, &QAction::triggered, this, [handler] { handler(); });
  actions_.push_back(action);
  stack_->addAction(action);
  return action;
}

void RunTable::make_actions() {
  rename_ = add_run_action("run_rename", tr("Rename…"), Qt::Key_F2, [this] { ask_for_name(); });
  tag_ = add_run_action("run_tag", tr("Tag…"), QKeySequence(tr("Ctrl+T")), [this] { ask_for_tag(); });
  move_ = add_run_action("run_move", tr("Move to Folder…"), QKeySequence(tr("Ctrl+M")),
                         [this] { ask_for_folder(); });
  compare_ = add_run_action("run_compare", tr("Add to Comparison"), QKeySequence(tr("Ctrl+Shift+C")),
                            [this] { Q_EMIT comparison_wanted(selected()); });
  inspector_->offer(compare_);
  yaml_ = add_run_action("run_copy_yaml", tr("Copy Recipe as YAML"), QKeySequence(tr("Ctrl+Shift+Y")),
                         [this] { copy_yaml(); });
  csv_ = add_run_action("run_copy_csv", tr("Copy Rows as CSV"), QKeySequence::Copy, [this] { copy_csv(); });
  delete_ =
      add_run_action("run_delete", tr("Move to Trash"), QKeySequence::Delete, [this] { put_into_trash(); });
  restore_ =
      add_run_action("run_restore", tr("Restore from Trash"), {}, [this] { edits_->restore(selected()); });
}

void RunTable::refresh_actions() {
  const QStringList runs = selected();
  const QString none = tr("No run is selected.");
  QString busy;
  for (const QString& run : runs) {
    const RunView* view = record_.run(run);
    if (view != nullptr && record::is_active(view->status.state) && !view->status.died)
      busy = tr("A trainer is at work on %1: stop it first.").arg(run_name(view->run));
  }
  const auto set = [](QAction* action, const QString& reason) {
    action->setEnabled(reason.isEmpty());
    action->setToolTip(reason);
    action->setStatusTip(reason);
  };
  const QString some = runs.isEmpty() ? none : QString();
  for (QAction* action : {tag_, move_, compare_, csv_}) set(action, some);
  const QString one =
      runs.size() > 1 ? tr("Select one run alone: %n are selected.", nullptr, static_cast<int>(runs.size()))
                      : some;
  set(rename_, one);
  set(yaml_, one);
  const bool trash = model_->trash();
  set(delete_, trash ? tr("These runs are in the trash already.") : runs.isEmpty() ? none : busy);
  set(restore_, trash ? some : tr("Only runs in the trash can be restored: switch to Trash first."));
}

void RunTable::show_context_menu(const QPoint& at) {
  const QModelIndex index = table_->indexAt(at);
  if (index.isValid() && model_->is_section(index.row())) return;
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  menu->setObjectName(QStringLiteral("run_menu"));
  menu->setToolTipsVisible(true);
  menu->addActions({rename_, tag_});
  QMenu* untag = menu->addMenu(tr("Remove Tag"));
  QStringList tags;
  for (const QString& run : selected()) {
    const RunView* view = record_.run(run);
    if (view == nullptr) continue;
    for (const std::string& tag : view->run.tags) tags.push_back(QString::fromStdString(tag));
  }
  tags.removeDuplicates();
  tags.sort(Qt::CaseInsensitive);
  for (const QString& tag : std::as_const(tags))
    untag->addAction(tag, this, [this, tag] { edits_->remove_tag(selected(), tag); });
  untag->setEnabled(!tags.isEmpty());
  menu->addAction(move_);
  menu->addSeparator();
  menu->addAction(compare_);
  menu->addActions({yaml_, csv_});
  menu->addSeparator();
  menu->addAction(model_->trash() ? restore_ : delete_);
  menu->popup(table_->viewport()->mapToGlobal(at));
}

QPoint RunTable::below_current() const {
  const QRect row = table_->visualRect(model_->index(model_->row_of(current()), 0));
  return table_->viewport()->mapToGlobal(row.bottomLeft() + QPoint(metrics::kHuge, metrics::kTiny));
}

QStringList RunTable::all_tags() const {
  QStringList tags;
  for (const auto& [id, view] : record_.runs()) {
    for (const std::string& tag : view.run.tags) tags.push_back(QString::fromStdString(tag));
  }
  tags.removeDuplicates();
  tags.sort(Qt::CaseInsensitive);
  return tags;
}

QStringList RunTable::all_folders() const {
  QStringList folders;
  for (const auto& [id, view] : record_.runs()) {
    if (!view.run.folder.empty()) folders.push_back(QString::fromStdString(view.run.folder));
  }
  folders.removeDuplicates();
  folders.sort(Qt::CaseInsensitive);
  return folders;
}

void RunTable::ask_for_tag() {
  const QStringList runs = selected();
  const QString title = runs.size() == 1 ? tr("Tag for this run") : tr("Tag for %1 runs").arg(runs.size());
  prompt_->ask({title, {}, all_tags(), false}, below_current(),
               [this, runs](const QString& tag) { edits_->add_tag(runs, tag); });
}

void RunTable::ask_for_name() {
  const RunView* view = record_.run(current());
  if (view == nullptr) return;
  prompt_->ask({tr("Name of the run"), run_name(view->run), {}, false}, below_current(),
               [this, run = current()](const QString& name) { edits_->rename(run, name); });
}

void RunTable::ask_for_folder() {
  const QStringList runs = selected();
  const RunView* view = record_.run(current());
  if (view == nullptr) return;
  const QString title = runs.size() == 1 ? tr("Folder for this run; empty: none")
                                         : tr("Folder for %1 runs; empty: none").arg(runs.size());
  prompt_->ask({title, QString::fromStdString(view->run.folder), all_folders(), true}, below_current(),
               [this, runs](const QString& folder) { edits_->move(runs, folder); });
}

void RunTable::put_into_trash() {
  const QStringList runs = selected();
  // A key that is held down asks for the same again before the record has answered.
  if (runs.isEmpty() || runs == trashing_) return;
  int next = model_->row_of(runs.back()) + 1;
  while (next < model_->rowCount() && (model_->is_section(next) || runs.contains(model_->run_at(next))))
    ++next;
  if (next >= model_->rowCount()) {
    next = model_->row_of(runs.front()) - 1;
    while (next >= 0 && (model_->is_section(next) || runs.contains(model_->run_at(next)))) --next;
  }
  trashing_ = runs;
  edits_->trash(runs, [self = QPointer<RunTable>(this), runs, beside = model_->run_at(next)](bool succeeded) {
    if (self) self->take_trashed(runs, beside, succeeded);
  });
}

void RunTable::take_trashed(const QStringList& runs, const QString& beside, bool succeeded) {
  trashing_.clear();
  if (succeeded) {
    // The next row is selected then, so that one can go on by keyboard; unless a hand has chosen another.
    const QStringList now = selected();
    if (!beside.isEmpty() && (now == runs || now.isEmpty())) select(beside);
    return;
  }
  QStringList waiting;
  const QueueViewPtr queue = record_.queue();
  for (const QueueRow& row : queue->rows) {
    const QString run = QString::fromStdString(row.item.run);
    if (row.place > 0 && runs.contains(run)) waiting << run;
  }
  if (!waiting.isEmpty()) Q_EMIT runs_wait(waiting);
}

void RunTable::copy_yaml() {
  const QString yaml = inspector_->yaml();
  if (!yaml.isEmpty()) QGuiApplication::clipboard()->setText(yaml);
}

void RunTable::copy_csv() {
  QString text = QStringLiteral("id");
  for (const RunColumn& column : model_->columns()) {
    if (column.kind != Kind::Curve) text += QLatin1Char(',') + csv_field(column.title());
  }
  text += QLatin1Char('\n');
  for (const QString& run : selected()) {
    const RunView* view = record_.run(run);
    if (view == nullptr) continue;
    text += run;
    for (const RunColumn& column : model_->columns()) {
      if (column.kind == Kind::Curve) continue;
      const RunCell cell = run_cell(column, *view, record_.traits(run));
      const bool figure = column.kind == Kind::Metric || column.kind == Kind::Evaluation;
      text += QLatin1Char(',');
      if (!cell.missing)
        text += csv_field(figure && cell.number ? QString::number(*cell.number, 'g', 17) : cell.text);
    }
    text += QLatin1Char('\n');
  }
  QGuiApplication::clipboard()->setText(text);
}

}  // namespace ibot::ui
