// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_table.h"

#include <ui/models/run_delegate.h>
#include <ui/models/run_table_model.h>
#include <ui/style/theme.h>
#include <ui/widgets/parts.h>

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <utility>

namespace ibot::ui {

RunTable::RunTable(Record& record, QWidget* parent)
    : QWidget(parent), record_(record), model_(new RunTableModel(record, this)) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(make_bar());
  layout->addWidget(make_hairline());
  make_table();
  layout->addWidget(table_);
  connect(&record_, &Record::runs_changed, this, &RunTable::take_runs);
}

QWidget* RunTable::make_bar() {
  auto* bar = new QWidget;
  auto* layout = new QHBoxLayout(bar);
  layout->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kSmall);
  layout->addWidget(make_label(tr("Runs"), TextStyle::Title));
  layout->addStretch();
  filter_ = new QLineEdit;
  filter_->setObjectName(QStringLiteral("run_filter"));
  filter_->setPlaceholderText(tr("Filter by name"));
  filter_->setClearButtonEnabled(true);
  filter_->setFixedWidth(280);
  filter_->setAccessibleName(tr("Filter of the runs"));
  layout->addWidget(filter_);
  return bar;
}

void RunTable::make_table() {
  sorted_ = new QSortFilterProxyModel(this);
  sorted_->setSourceModel(model_);
  sorted_->setSortRole(RunTableModel::kSortRole);
  sorted_->setFilterKeyColumn(0);
  sorted_->setFilterCaseSensitivity(Qt::CaseInsensitive);
  connect(filter_, &QLineEdit::textChanged, sorted_, &QSortFilterProxyModel::setFilterFixedString);

  table_ = new QTableView;
  table_->setObjectName(QStringLiteral("run_table"));
  table_->setAccessibleName(tr("Runs"));
  table_->setModel(sorted_);
  table_->setItemDelegate(new RunDelegate(table_));
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  table_->setShowGrid(false);
  table_->setSortingEnabled(true);
  table_->setWordWrap(false);
  table_->setMouseTracking(true);
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setDefaultSectionSize(metrics::kRow);
  table_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  table_->horizontalHeader()->setHighlightSections(false);
  table_->horizontalHeader()->setStretchLastSection(true);
  table_->horizontalHeader()->setDefaultSectionSize(130);
  table_->setColumnWidth(0, 260);
  table_->sortByColumn(table_->model()->columnCount() - 1, Qt::DescendingOrder);
  connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
          &RunTable::selection_changed);
}

void RunTable::take_runs() {
  if (!wanted_.isEmpty() && model_->row_of(wanted_) >= 0) {
    select(std::exchange(wanted_, {}));
  } else if (current().isEmpty() && sorted_->rowCount() > 0) {
    table_->selectRow(0);
  }
}

QString RunTable::current() const {
  const QStringList runs = selected();
  return runs.isEmpty() ? QString() : runs.front();
}

QStringList RunTable::selected() const {
  QStringList runs;
  for (const QModelIndex& index : table_->selectionModel()->selectedRows()) {
    runs.push_back(index.data(RunTableModel::kIdRole).toString());
  }
  return runs;
}

void RunTable::select(const QString& run) {
  const int row = model_->row_of(run);
  if (row < 0) {
    wanted_ = run;
    return;
  }
  const QModelIndex index = sorted_->mapFromSource(model_->index(row, 0));
  if (!index.isValid()) return;
  table_->selectRow(index.row());
  table_->scrollTo(index);
}

}  // namespace ibot::ui
