// SPDX-License-Identifier: GPL-3.0-or-later
#include "train_page.h"

#include "run_detail.h"
#include "run_edits.h"
#include "run_table.h"

#include <ui/widgets/parts.h>

#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ibot::ui {
namespace {

constexpr int kTableHeight = 196;  // px: the filter, the headings and three runs

}  // namespace

TrainPage::TrainPage(Record& record, QWidget* parent)
    : QWidget(parent), record_(record), table_(new RunTable(record)), detail_(new RunDetail(record)) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  stack_ = new QStackedWidget(this);
  layout->addWidget(stack_);

  QPushButton* start = make_button(tr("Configure a run"), "primary");
  connect(start, &QPushButton::clicked, this, &TrainPage::new_run_wanted);
  stack_->addWidget(
      make_empty_state(tr("No runs yet"),
                       tr("Runs of this workspace are listed here, with their curves while they "
                          "train and afterwards."),
                       start));
  auto* splitter = new QSplitter(Qt::Vertical);
  splitter->setChildrenCollapsible(false);
  splitter->addWidget(table_);
  splitter->addWidget(detail_);
  // What the window gains goes to the curves; a hand that wants more rows pulls at the handle.
  table_->setMinimumHeight(kTableHeight);
  splitter->setStretchFactor(0, 0);
  splitter->setStretchFactor(1, 1);
  splitter->setHandleWidth(1);
  stack_->addWidget(splitter);

  connect(&record, &Record::runs_changed, this,
          [this] { show_page(*stack_, record_.runs().empty() ? 0 : 1); });
  connect(&record, &Record::closed, this, [this] { show_page(*stack_, 0); });
  show_page(*stack_, 0);
  connect(detail_, &RunDetail::stop_wanted, this, &TrainPage::stop_wanted);
  connect(table_, &RunTable::comparison_wanted, this, &TrainPage::comparison_wanted);
  connect(table_, &RunTable::runs_wait, this, &TrainPage::runs_wait);
  connect(&table_->edits(), &RunEdits::edited, this, &TrainPage::edited);
  connect(table_, &RunTable::selection_changed, this, &TrainPage::selection_changed);
}

void TrainPage::pause_or_go_on() {
  detail_->pause_or_go_on();
}

void TrainPage::offer_resume(QAction* resume) {
  detail_->offer_resume(resume);
}

void TrainPage::trash(const QStringList& runs) {
  table_->edits().trash(runs);
}

QString TrainPage::current() const {
  return table_->current();
}

QStringList TrainPage::selected() const {
  return table_->selected();
}

QWidget* TrainPage::inspector() {
  return table_->inspector();
}

QUndoStack* TrainPage::undo_stack() {
  return &table_->edits().stack();
}

QLineEdit* TrainPage::search_field() {
  return table_->search_field();
}

const QList<QAction*>& TrainPage::run_actions() const {
  return table_->run_actions();
}

void TrainPage::select(const QString& run) {
  table_->select(run);
}

void TrainPage::selection_changed() {
  detail_->set_runs(selected());
  Q_EMIT current_changed(current());
}

}  // namespace ibot::ui
