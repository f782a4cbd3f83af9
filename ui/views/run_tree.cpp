// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_tree.h"

#include "run_tree_view.h"

#include <ui/models/run_tree_model.h>
#include <ui/style/theme.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/setting.h>

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace ibot::ui {
namespace {

const QString& families_setting() {
  static const QString name = QStringLiteral("tree/families_only");
  return name;
}

}  // namespace

RunTree::RunTree(Record& record, QWidget* parent) : QWidget(parent), model_(new RunTreeModel(record, this)) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kTiny);
  view_ = new RunTreeView(*model_);
  axis_ = new RunTreeAxis(*view_);
  layout->addWidget(make_bar());
  stack_ = new QStackedWidget;
  auto* tree = new QWidget;
  auto* lines = new QVBoxLayout(tree);
  lines->setContentsMargins(0, 0, 0, 0);
  lines->setSpacing(0);
  lines->addWidget(axis_);
  lines->addWidget(view_, 1);
  stack_->addWidget(tree);
  empty_ = make_label({}, TextStyle::Body, "label");
  empty_->setAlignment(Qt::AlignCenter);
  empty_->setWordWrap(true);
  stack_->addWidget(empty_);
  layout->addWidget(stack_, 1);
  told_ = make_label({}, TextStyle::Small, "label");
  told_->setObjectName(QStringLiteral("tree_told"));
  told_->setTextFormat(Qt::PlainText);
  told_->setWordWrap(true);
  told_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  told_->setContentsMargins(metrics::kMedium, 0, metrics::kMedium, metrics::kSmall);
  // Two lines are kept free, so that nothing jumps from run to run.
  told_->setMinimumHeight(2 * QFontMetrics(text_font(TextStyle::Small)).lineSpacing() + metrics::kSmall);
  told_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  layout->addWidget(told_);

  view_->setContextMenuPolicy(Qt::CustomContextMenu);
  connect(view_, &QWidget::customContextMenuRequested, this, &RunTree::show_menu);
  connect(view_, &RunTreeView::show_wanted, this, &RunTree::show_wanted);
  connect(view_, &RunTreeView::add_wanted, this, [this] { Q_EMIT add_wanted(selected()); });
  // A click makes a run current and then selects it, a key the other way round.
  connect(view_->selectionModel(), &QItemSelectionModel::currentChanged, this, &RunTree::take_selection);
  connect(view_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RunTree::take_selection);
  connect(model_, &QAbstractItemModel::modelReset, this, [this] {
    restore_selection();
    refresh();
  });
  connect(model_, &RunTreeModel::scale_changed, this, [this] {
    refresh();
    tell_current();
  });
  refresh();
}

QWidget* RunTree::make_bar() {
  auto* bar = new QWidget;
  auto* layout = new QHBoxLayout(bar);
  layout->setContentsMargins(metrics::kMedium, metrics::kTiny, metrics::kMedium, 0);
  layout->setSpacing(metrics::kSmall);
  unit_ = new QComboBox;
  unit_->setObjectName(QStringLiteral("tree_unit"));
  unit_->setAccessibleName(tr("Horizontal axis of the tree"));
  unit_->addItem(tr("by step"));
  unit_->addItem(tr("by epoch"));
  connect(unit_, &QComboBox::activated, this, [this](int index) {
    model_->set_by_epoch(index == 1);
    axis_->update();
  });
  layout->addWidget(unit_);
  families_ = new QCheckBox(tr("only runs with branches"));
  families_->setObjectName(QStringLiteral("tree_families"));
  families_->setToolTip(tr("Leaves out runs that left none and were left by none"));
  connect(families_, &QCheckBox::toggled, this, [this](bool only) {
    model_->set_families_only(only);
    write_setting(families_setting(), only);
  });
  families_->setChecked(read_setting(families_setting(), false).toBool());
  layout->addWidget(families_);
  layout->addStretch();
  add_ = make_button(tr("Add to comparison"));
  add_->setObjectName(QStringLiteral("tree_add"));
  connect(add_, &QPushButton::clicked, this, [this] { Q_EMIT add_wanted(selected()); });
  layout->addWidget(add_);
  return bar;
}

void RunTree::set_compared(const QStringList& runs) {
  view_->set_compared(QSet<QString>(runs.begin(), runs.end()));
  refresh();
}

void RunTree::select(const QString& run) {
  const int row = model_->row_of(run);
  if (row < 0) return;
  kept_ = run;
  restore_selection();
}

void RunTree::restore_selection() {
  const int row = model_->row_of(kept_);
  if (row < 0) return;
  restoring_ = true;
  view_->selectionModel()->setCurrentIndex(model_->index(row), QItemSelectionModel::ClearAndSelect);
  restoring_ = false;
}

void RunTree::take_selection() {
  refresh();
  tell_current();
  if (restoring_ || current().isEmpty() || current() == kept_) return;
  kept_ = current();
  Q_EMIT run_selected(kept_);
}

QString RunTree::current() const {
  const QModelIndex index = view_->currentIndex();
  const bool chosen = index.isValid() && view_->selectionModel()->isSelected(index);
  return chosen ? index.data(RunTreeModel::kRunRole).toString() : QString();
}

QStringList RunTree::selected() const {
  QModelIndexList rows = view_->selectionModel()->selectedRows();
  std::sort(rows.begin(), rows.end());
  QStringList runs;
  for (const QModelIndex& row : rows) runs << row.data(RunTreeModel::kRunRole).toString();
  return runs;
}

void RunTree::refresh() {
  const bool epochs = model_->knows_epochs();
  unit_->setEnabled(epochs);
  unit_->setToolTip(epochs ? tr("What stands above the lines")
                           : tr("Not every run's plan says how long an epoch is, so lines are by step."));
  const bool any = !model_->rows().empty();
  stack_->setCurrentIndex(any ? 0 : 1);
  told_->setVisible(any);
  empty_->setText(families_->isChecked()
                      ? tr("No run of this workspace was branched yet. Branch from Here… in the Run menu "
                           "continues a run with other values.")
                      : tr("Runs of this workspace are drawn here, each where it left the other."));
  const QStringList runs = selected();
  QStringList new_ones = runs;
  for (const QString& run : view_->compared()) new_ones.removeAll(run);
  add_->setEnabled(!new_ones.isEmpty());
  add_->setToolTip(!new_ones.isEmpty() ? tr("Insert adds the selected runs")
                   : runs.isEmpty()    ? tr("No run is selected.")
                                       : tr("What is selected is compared already."));
}

void RunTree::tell_current() {
  const QModelIndex index = view_->currentIndex();
  if (current().isEmpty()) return told_->setText(tr("Select a run to see what was changed where it left."));
  QString changed = index.data(Qt::AccessibleDescriptionRole).toString();
  changed.replace(QLatin1Char('\n'), QStringLiteral("; "));
  const QString sentence = index.data(Qt::AccessibleTextRole).toString();
  told_->setText(changed.isEmpty() ? sentence : sentence + QLatin1Char('\n') + changed);
}

void RunTree::show_menu(const QPoint& at) {
  const QModelIndex index = view_->indexAt(at);
  if (!index.isValid()) return;
  const QString run = index.data(RunTreeModel::kRunRole).toString();
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  menu->addAction(tr("Show on the Train Page"), this, [this, run] { Q_EMIT show_wanted(run); });
  menu->addAction(tr("Add to Comparison"), this, [this] { Q_EMIT add_wanted(selected()); })
      ->setEnabled(add_->isEnabled());
  menu->addAction(tr("Add It and Its Branches"), this,
                  [this, run] { Q_EMIT add_wanted(model_->family_of(run)); });
  menu->addAction(tr("Copy Id"), this, [run] { QApplication::clipboard()->setText(run); });
  menu->popup(view_->viewport()->mapToGlobal(at));
}

}  // namespace ibot::ui
