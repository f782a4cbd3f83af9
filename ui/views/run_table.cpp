// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_table.h"

#include "column_chooser.h"
#include "run_inspector.h"

#include <ibot/base/text.h>

#include <ui/models/run_delegate.h>
#include <ui/models/run_table_model.h>
#include <ui/style/theme.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/plain_table.h>
#include <ui/widgets/text_prompt.h>

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <algorithm>
#include <utility>

namespace ibot::ui {
namespace {

using Kind = RunColumn::Kind;

constexpr int kFilterWidth = 460;
constexpr int kSketchMillis = 60;

QString count_text(int count) {
  return QString::fromStdString(base::format_count(count));
}

}  // namespace

RunTable::RunTable(Record& record, QWidget* parent)
    : QWidget(parent),
      record_(record),
      model_(new RunTableModel(record, this)),
      edits_(new RunEdits(record, this)),
      inspector_(new RunInspector(record, *edits_, this)) {
  inspector_->hide();
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(make_bar());
  layout->addWidget(make_hairline());
  make_table();
  stack_ = new QStackedWidget;
  stack_->addWidget(table_);
  stack_->addWidget(make_empty());
  layout->addWidget(stack_, 1);
  prompt_ = new TextPrompt(this);
  make_actions();

  sketching_.setSingleShot(true);
  sketching_.setInterval(kSketchMillis);
  connect(&sketching_, &QTimer::timeout, this, &RunTable::sketch_visible);
  connect(&record_, &Record::opened, this, &RunTable::load_settings);
  connect(&record_, &Record::closed, this, [this] {
    chosen_.clear();
    told_.clear();
    settings_group_.clear();
    filter_->clear();
    trash_->setChecked(false);
  });
  connect(&record_, &Record::runs_changed, this, &RunTable::refresh_actions);
  connect(inspector_, &RunInspector::run_wanted, this, &RunTable::select);
  refresh_count();
  refresh_actions();
}

QWidget* RunTable::inspector() const {
  return inspector_;
}

QWidget* RunTable::make_empty() {
  auto* page = new QWidget;
  page->setProperty("role", "canvas");
  page->setAttribute(Qt::WA_StyledBackground);
  auto* layout = new QVBoxLayout(page);
  layout->setSpacing(metrics::kSmall);
  layout->addStretch();
  empty_ = make_label({}, TextStyle::Body, "label");
  empty_->setObjectName(QStringLiteral("run_table_empty"));
  empty_->setAlignment(Qt::AlignCenter);
  empty_->setWordWrap(true);
  layout->addWidget(empty_);
  clear_filter_ = make_button(tr("Clear the filter"));
  clear_filter_->setObjectName(QStringLiteral("run_clear_filter"));
  connect(clear_filter_, &QPushButton::clicked, filter_, &QLineEdit::clear);
  layout->addWidget(clear_filter_, 0, Qt::AlignHCenter);
  layout->addStretch();
  return page;
}

QWidget* RunTable::make_bar() {
  auto* bar = new QWidget;
  auto* layout = new QHBoxLayout(bar);
  layout->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kTiny);
  layout->setSpacing(metrics::kSmall);
  auto* search = new QVBoxLayout;
  search->setSpacing(metrics::kTiny / 2);
  filter_ = new QLineEdit;
  filter_->setObjectName(QStringLiteral("run_filter"));
  filter_->setPlaceholderText(tr("Filter:  state:running  tag:keep  mask.plugin=block  knn/top1>45"));
  filter_->setToolTip(
      tr("Words look into names. Conditions: state: tag: folder: created> has:note, and every parameter, "
         "metric and evaluation by its name with : = != < <= > >=. Join them by spaces, or, -, ( )."));
  filter_->setClearButtonEnabled(true);
  filter_->setMinimumWidth(kFilterWidth / 2);
  filter_->setMaximumWidth(kFilterWidth);
  filter_->setAccessibleName(tr("Filter of the runs"));
  search->addWidget(filter_);
  // The same line says how many fit, or what is wrong: nothing jumps.
  count_ = make_label({}, TextStyle::Small, "label");
  count_->setObjectName(QStringLiteral("run_count"));
  search->addWidget(count_);
  layout->addLayout(search, 100);
  layout->addStretch(1);

  const auto button = [&](const char* name, const QString& text, const QString& tip) {
    auto* made = new QToolButton;
    made->setObjectName(QString::fromLatin1(name));
    made->setText(text);
    made->setToolTip(tip);
    made->setFocusPolicy(Qt::StrongFocus);
    made->setFixedHeight(metrics::kRow);
    layout->addWidget(made, 0, Qt::AlignTop);
    return made;
  };
  group_ = button("run_group", tr("Group"), tr("Gather runs under folders, states, tags or a parameter"));
  group_menu_ = new QMenu(group_);
  group_->setMenu(group_menu_);
  group_->setPopupMode(QToolButton::InstantPopup);
  connect(group_menu_, &QMenu::aboutToShow, this, &RunTable::fill_group_menu);
  columns_ = button("run_columns", tr("Columns \u25be"), tr("Choose what the table shows"));
  chooser_ = new ColumnChooser(*model_, this);
  connect(columns_, &QToolButton::clicked, this,
          [this] { chooser_->open(columns_->mapToGlobal(QPoint(0, columns_->height() + metrics::kTiny))); });
  connect(chooser_, &ColumnChooser::chosen, this, &RunTable::save_settings);
  trash_ = button("run_trash", tr("Trash"), tr("Show the runs in the trash instead of the others"));
  trash_->setCheckable(true);
  connect(trash_, &QToolButton::toggled, this, [this](bool on) {
    model_->set_trash(on);
    if (selected().isEmpty()) select_first();
    refresh_actions();
  });
  connect(filter_, &QLineEdit::textChanged, model_, &RunTableModel::set_filter);
  return bar;
}

void RunTable::make_table() {
  table_ = new QTableView;
  dress_plain_table(*table_, "run_table", tr("Runs"));
  table_->setModel(model_);
  table_->setItemDelegate(new RunDelegate(table_));
  table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  table_->setMouseTracking(true);
  table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  table_->setDragDropMode(QAbstractItemView::DragOnly);
  table_->setContextMenuPolicy(Qt::CustomContextMenu);
  QHeaderView* header = table_->horizontalHeader();
  header->setStretchLastSection(true);
  header->setSectionsClickable(true);
  header->setSortIndicatorShown(true);
  header->setTextElideMode(Qt::ElideMiddle);
  header->setContextMenuPolicy(Qt::CustomContextMenu);
  connect(header, &QWidget::customContextMenuRequested, this, &RunTable::show_header_menu);
  columns_changed();
  table_->setSortingEnabled(true);
  table_->installEventFilter(this);
  connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RunTable::take_selection);
  connect(table_, &QWidget::customContextMenuRequested, this, &RunTable::show_context_menu);
  connect(table_, &QTableView::clicked, this, [this](const QModelIndex& index) {
    if (model_->is_section(index.row()))
      model_->set_folded(index.row(), !index.data(RunTableModel::kFoldedRole).toBool());
  });
  connect(header, &QHeaderView::sortIndicatorChanged, this, &RunTable::save_settings);
  connect(header, &QHeaderView::sectionResized, this, &RunTable::save_settings);
  connect(model_, &RunTableModel::modelReset, this, &RunTable::restore_selection);
  connect(model_, &RunTableModel::columns_changed, this, &RunTable::columns_changed);
  connect(model_, &RunTableModel::arranged, this, &RunTable::arranged);
  const auto sketch = [this] { sketching_.start(); };
  connect(table_->verticalScrollBar(), &QScrollBar::valueChanged, this, sketch);
  connect(table_->verticalScrollBar(), &QScrollBar::rangeChanged, this, sketch);
}

void RunTable::take_selection() {
  if (restoring_) return;
  // Those that stay keep their place: the first one is the current run.
  QStringList now;
  for (const QModelIndex& index : table_->selectionModel()->selectedRows()) {
    const QString run = model_->run_at(index.row());
    if (!run.isEmpty()) now.push_back(run);
  }
  QStringList chosen;
  for (const QString& run : std::as_const(chosen_)) {
    if (now.contains(run)) chosen.push_back(run);
  }
  for (const QString& run : std::as_const(now)) {
    if (!chosen.contains(run)) chosen.push_back(run);
  }
  chosen_ = chosen;
  told_ = selected();
  inspector_->set_run(current(), static_cast<int>(told_.size()));
  refresh_actions();
  Q_EMIT selection_changed();
}

void RunTable::restore_selection() {
  restoring_ = true;
  QItemSelection selection;
  int first = -1;
  for (const QString& run : std::as_const(chosen_)) {
    const int row = model_->row_of(run);
    if (row < 0) continue;
    if (first < 0) first = row;
    selection.select(model_->index(row, 0), model_->index(row, model_->columnCount() - 1));
  }
  if (first >= 0) {
    table_->selectionModel()->setCurrentIndex(model_->index(first, 0), QItemSelectionModel::NoUpdate);
    table_->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
  }
  spans_stale_ = true;
  restoring_ = false;
}

void RunTable::arranged() {
  show_spans();
  refresh_count();
  if (!wanted_.isEmpty() && model_->row_of(wanted_) >= 0) select(std::exchange(wanted_, {}));
  if (chosen_.isEmpty()) select_first();
  if (selected() != told_) {
    told_ = selected();
    inspector_->set_run(current(), static_cast<int>(told_.size()));
    refresh_actions();
    Q_EMIT selection_changed();
  }
  sketching_.start();
}

void RunTable::select_first() {
  int row = 0;
  while (row < model_->rowCount() && model_->is_section(row)) ++row;
  if (row < model_->rowCount()) table_->selectRow(row);
}

void RunTable::show_spans() {
  std::vector<int> headings;
  for (int row = 0; model_->grouping() && row < model_->rowCount(); ++row) {
    if (model_->is_section(row)) headings.push_back(row);
  }
  if (headings == headings_ && !std::exchange(spans_stale_, false)) return;
  table_->clearSpans();
  headings_ = std::move(headings);
  if (model_->columnCount() < 2) return;
  for (const int row : headings_) table_->setSpan(row, 0, 1, model_->columnCount());
}

void RunTable::refresh_count() {
  const auto& mistake = model_->mistake();
  set_style_property(filter_, "invalid", mistake.has_value());
  const bool all = model_->fitting() == model_->total();
  const QString total = count_text(model_->total());
  const QString fitting = count_text(model_->fitting());
  QString count;
  if (model_->trash()) {
    count = all ? tr("%1 in the trash").arg(total) : tr("%1 of %2 in the trash").arg(fitting, total);
  } else if (model_->total() == 1) {
    count = all ? tr("One run") : tr("The one run does not fit");
  } else {
    count = all ? tr("%1 runs").arg(total) : tr("%1 of %2 runs").arg(fitting, total);
  }
  count_->setText(mistake ? QStringLiteral("\u26a0 ") + QString::fromStdString(mistake->text) : count);
  count_->setToolTip(count_->text());
  set_style_property(count_, "role", mistake ? QStringLiteral("bad") : QStringLiteral("label"));
  trash_->setText(model_->trashed() > 0 ? tr("Trash (%1)").arg(count_text(model_->trashed())) : tr("Trash"));
  group_->setText(model_->grouping() ? tr("Group: %1 \u25be").arg(model_->grouping()->title())
                                     : tr("Group \u25be"));
  if (model_->rowCount() > 0) {
    stack_->setCurrentIndex(0);
    return;
  }
  const QString keys = delete_->shortcut().toString(QKeySequence::NativeText);
  const QString empty_trash =
      keys.isEmpty() ? tr("The trash is empty. Runs that are moved here can be restored for 30 days.")
                     : tr("The trash is empty. %1 moves a run here; nothing is deleted.").arg(keys);
  empty_->setText(model_->total() > 0 ? tr("No run fits the filter.")
                  : model_->trash()   ? empty_trash
                                      : tr("All runs of this workspace are in the trash."));
  clear_filter_->setVisible(model_->total() > 0);
  stack_->setCurrentIndex(1);
}

void RunTable::sketch_visible() {
  std::vector<CurveKey> keys;
  const int first = std::max(0, table_->rowAt(0));
  const int end = table_->rowAt(table_->viewport()->height() - 1);
  const int last = end < 0 ? model_->rowCount() - 1 : end;
  for (const RunColumn& column : model_->columns()) {
    if (column.kind != Kind::Curve) continue;
    for (int row = first; row <= last; ++row) {
      if (!model_->is_section(row)) keys.push_back({model_->run_at(row), column.key});
    }
  }
  record_.sketch(std::move(keys));
}

bool RunTable::eventFilter(QObject* watched, QEvent* event) {
  if (watched == table_ && event->type() == QEvent::KeyPress) {
    const auto* key = static_cast<QKeyEvent*>(event);
    const QModelIndex current = table_->currentIndex();
    if (model_->is_section(current.row()) && key->modifiers() == Qt::NoModifier) {
      const bool folded = current.data(RunTableModel::kFoldedRole).toBool();
      const bool toggles =
          key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter || key->key() == Qt::Key_Space;
      if (toggles || (key->key() == Qt::Key_Left && !folded) || (key->key() == Qt::Key_Right && folded)) {
        const int row = current.row();
        model_->set_folded(row, !folded);
        table_->selectionModel()->setCurrentIndex(model_->index(row, 0), QItemSelectionModel::NoUpdate);
        return true;
      }
    }
  }
  if (watched == table_ && event->type() == QEvent::Resize) sketching_.start();
  return QWidget::eventFilter(watched, event);
}

QString RunTable::current() const {
  const QStringList runs = selected();
  return runs.isEmpty() ? QString() : runs.front();
}

QStringList RunTable::selected() const {
  QStringList runs;
  for (const QString& run : chosen_) {
    if (model_->row_of(run) >= 0) runs.push_back(run);
  }
  return runs;
}

void RunTable::select(const QString& run) {
  const int row = model_->row_of(run);
  if (row < 0) {
    wanted_ = run;
    return;
  }
  table_->selectRow(row);
  table_->scrollTo(model_->index(row, 0));
}

}  // namespace ibot::ui
