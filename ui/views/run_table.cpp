// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_table.h"

#include "column_chooser.h"
#include "run_inspector.h"

#include <ibot/base/text.h>

#include <ui/models/run_delegate.h>
#include <ui/models/run_table_model.h>
#include <ui/style/theme.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/text_prompt.h>

#include <QAction>
#include <QClipboard>
#include <QCryptographicHash>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSettings>
#include <QSignalBlocker>
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
constexpr int kNameWidth = 220;

int first_width(const RunColumn& column, const QFontMetrics& font) {
  switch (column.kind) {
    case Kind::Name:
      return kNameWidth;
    case Kind::State:
      return 112;
    case Kind::Created:
      return 136;
    case Kind::Progress:
      return 124;
    case Kind::Tags:
      return 168;
    case Kind::Curve:
      return 112;
    default:
      return std::clamp(font.horizontalAdvance(column.title()) + 28, 76, 200);
  }
}

QString csv_field(QString text) {
  if (!text.contains(QLatin1Char(',')) && !text.contains(QLatin1Char('"')) &&
      !text.contains(QLatin1Char('\n')))
    return text;
  return QLatin1Char('"') + text.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
}

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
  table_->setObjectName(QStringLiteral("run_table"));
  table_->setAccessibleName(tr("Runs"));
  table_->setModel(model_);
  table_->setItemDelegate(new RunDelegate(table_));
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  table_->setShowGrid(false);
  table_->setWordWrap(false);
  table_->setMouseTracking(true);
  table_->setTabKeyNavigation(false);
  table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  table_->setContextMenuPolicy(Qt::CustomContextMenu);
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setMinimumSectionSize(metrics::kRow);
  table_->verticalHeader()->setDefaultSectionSize(metrics::kRow);
  table_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  QHeaderView* header = table_->horizontalHeader();
  header->setHighlightSections(false);
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
  for (QAction* action : {tag_, move_, csv_}) set(action, some);
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
  menu->addActions({yaml_, csv_});
  menu->addSeparator();
  menu->addAction(model_->trash() ? restore_ : delete_);
  menu->popup(table_->viewport()->mapToGlobal(at));
}

void RunTable::fill_group_menu() {
  group_menu_->clear();
  const auto add = [this](const QString& text, const std::optional<RunColumn>& column) {
    QAction* action = group_menu_->addAction(text);
    action->setObjectName(column ? QStringLiteral("group_") + column->id() : QStringLiteral("group_none"));
    action->setCheckable(true);
    action->setChecked(model_->grouping() == column);
    connect(action, &QAction::triggered, this, [this, column] { group_by(column); });
  };
  add(tr("No groups"), std::nullopt);
  group_menu_->addSeparator();
  for (const Kind kind : {Kind::Folder, Kind::State, Kind::Tags}) {
    const RunColumn column{kind, {}};
    add(column.title(), column);
  }
  group_menu_->addSeparator();
  for (const RunColumn& column : model_->differing()) add(column.title(), column);
  // A column that is shown was chosen for a reason.
  for (const RunColumn& column : model_->columns()) {
    const std::vector<RunColumn> listed = model_->differing();
    if (column.kind == Kind::Parameter && std::find(listed.begin(), listed.end(), column) == listed.end())
      add(column.title(), column);
  }
}

void RunTable::group_by(const std::optional<RunColumn>& column) {
  model_->set_grouping(column);
  save_settings();
}

void RunTable::show_header_menu(const QPoint& at) {
  const int section = table_->horizontalHeader()->logicalIndexAt(at);
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  menu->setObjectName(QStringLiteral("column_menu"));
  menu->setToolTipsVisible(true);
  if (section >= 0 && section < model_->columnCount()) {
    const RunColumn column = model_->columns()[static_cast<std::size_t>(section)];
    QAction* group =
        menu->addAction(tr("Group by %1").arg(column.title()), this, [this, column] { group_by(column); });
    group->setEnabled(column.can_group());
    if (!column.can_group())
      group->setToolTip(tr("Runs are gathered under folders, states, tags or parameters."));
    QAction* hide =
        menu->addAction(tr("Hide %1").arg(column.title()), this, [this, column] { hide_column(column); });
    hide->setEnabled(column.kind != Kind::Name);
    if (!hide->isEnabled()) hide->setToolTip(tr("A table without names would say nothing."));
    menu->addSeparator();
  }
  menu->addAction(tr("Choose Columns…"), columns_, &QToolButton::click);
  menu->popup(table_->horizontalHeader()->mapToGlobal(at));
}

void RunTable::hide_column(const RunColumn& column) {
  std::vector<RunColumn> columns = model_->chosen();
  // One of those that differ: the others are chosen one by one from now on.
  if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns = model_->columns();
  std::erase(columns, column);
  model_->choose_columns(std::move(columns));
  save_settings();
}

void RunTable::columns_changed() {
  laying_out_ = true;
  QHeaderView* header = table_->horizontalHeader();
  QSettings settings;
  const auto& columns = model_->columns();
  int sorted = -1;
  for (int i = 0; i < static_cast<int>(columns.size()); ++i) {
    const RunColumn& column = columns[static_cast<std::size_t>(i)];
    const QString key = settings_group_ + QStringLiteral("/widths/") +
                        column.id().replace(QLatin1Char('/'), QLatin1Char('|'));
    const int width = settings_group_.isEmpty() ? 0 : settings.value(key).toInt();
    header->resizeSection(i, width > 0 ? width : first_width(column, header->fontMetrics()));
    if (column == model_->sort_column()) sorted = i;
  }
  {
    // The model is in that order already.
    const QSignalBlocker quiet(header);
    header->setSortIndicator(sorted, model_->sort_order());
  }
  spans_stale_ = true;
  laying_out_ = false;
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
  const QString total = model_->trash() ? tr("%1 in the trash").arg(count_text(model_->total()))
                                        : tr("%1 runs").arg(count_text(model_->total()));
  const QString count = all ? total : tr("%1 of %2").arg(count_text(model_->fitting()), total);
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
  empty_->setText(model_->total() > 0 ? tr("No run fits the filter.")
                  : model_->trash()   ? tr("The trash is empty. Del moves a run here; nothing is deleted.")
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
  if (runs.isEmpty()) return;
  // The next row is selected then, so that one can go on by keyboard.
  int next = model_->row_of(runs.back()) + 1;
  while (next < model_->rowCount() && (model_->is_section(next) || runs.contains(model_->run_at(next))))
    ++next;
  if (next >= model_->rowCount()) {
    next = model_->row_of(runs.front()) - 1;
    while (next >= 0 && (model_->is_section(next) || runs.contains(model_->run_at(next)))) --next;
  }
  edits_->trash(runs);
  if (const QString run = model_->run_at(next); !run.isEmpty()) table_->selectRow(next);
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

void RunTable::load_settings(const QString& folder) {
  const QByteArray hash =
      QCryptographicHash::hash(folder.toUtf8(), QCryptographicHash::Sha1).toHex().left(16);
  settings_group_ = QStringLiteral("run_table/") + QString::fromLatin1(hash);
  const QSettings settings;
  const auto value = [&](const char* key) {
    return settings.value(settings_group_ + QLatin1Char('/') + QLatin1String(key));
  };
  std::optional<std::vector<RunColumn>> columns;
  for (const QString& id : value("columns").toStringList()) {
    if (!columns) columns.emplace();
    if (const auto column = RunColumn::from_id(id)) columns->push_back(*column);
  }
  if (columns && columns->empty()) columns.reset();
  model_->set_grouping(RunColumn::from_id(value("group").toString()));
  if (const auto sorted = RunColumn::from_id(value("sort").toString()))
    model_->sort_by(*sorted, value("descending").toBool() ? Qt::DescendingOrder : Qt::AscendingOrder);
  model_->choose_columns(std::move(columns));
  columns_changed();
}

void RunTable::save_settings() const {
  if (settings_group_.isEmpty() || laying_out_) return;
  QSettings settings;
  settings.beginGroup(settings_group_);
  if (model_->is_default()) {
    settings.remove(QStringLiteral("columns"));
  } else {
    QStringList ids;
    for (const RunColumn& column : model_->chosen()) ids.push_back(column.id());
    settings.setValue(QStringLiteral("columns"), ids);
  }
  settings.setValue(QStringLiteral("group"), model_->grouping() ? model_->grouping()->id() : QString());
  settings.setValue(QStringLiteral("sort"), model_->sort_column().id());
  settings.setValue(QStringLiteral("descending"), model_->sort_order() == Qt::DescendingOrder);
  const auto& columns = model_->columns();
  // The last column takes what is left: its width is nobody's choice.
  for (int i = 0; i + 1 < static_cast<int>(columns.size()); ++i) {
    const QString key = columns[static_cast<std::size_t>(i)].id().replace(QLatin1Char('/'), QLatin1Char('|'));
    settings.setValue(QStringLiteral("widths/") + key, table_->columnWidth(i));
  }
}

}  // namespace ibot::ui
