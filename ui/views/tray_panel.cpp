// SPDX-License-Identifier: GPL-3.0-or-later
#include "tray_panel.h"

#include "comparison_context.h"

#include <ui/models/run_column.h>
#include <ui/models/run_delegate.h>
#include <ui/models/run_names.h>
#include <ui/models/run_table_model.h>
#include <ui/style/theme.h>
#include <ui/widgets/clear_layout.h>
#include <ui/widgets/elided_label.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/plain_table.h>

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QStandardItemModel>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <vector>

namespace ibot::ui {
namespace {

enum Place { kName = 0, kSeed, kState, kPlaces };
constexpr int kSeedWidth = 52;
constexpr int kStateWidth = 104;

}  // namespace

TrayPanel::TrayPanel(ComparisonContext& context, QWidget* parent) : QWidget(parent), context_(context) {
  setObjectName(QStringLiteral("tray_panel"));
  setProperty("role", "panel");
  setAttribute(Qt::WA_StyledBackground);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  count_ = make_label({}, TextStyle::Heading);
  count_->setObjectName(QStringLiteral("tray_count"));
  count_->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kSmall);
  layout->addWidget(count_);
  make_table();
  layout->addWidget(table_, 1);
  bundles_ = new QWidget;
  bundles_->setObjectName(QStringLiteral("tray_bundles"));
  auto* lines = new QVBoxLayout(bundles_);
  lines->setContentsMargins(metrics::kMedium, metrics::kTiny, metrics::kSmall, metrics::kTiny);
  lines->setSpacing(metrics::kTiny);
  layout->addWidget(bundles_);
  baseline_ = add_tray_action("tray_baseline", tr("Set as Baseline"), &TrayPanel::set_baseline);
  baseline_->setShortcut(QKeySequence(tr("Ctrl+B")));
  remove_ = add_tray_action("tray_remove", tr("Remove from Comparison"), &TrayPanel::remove);
  clear_ = add_tray_action("tray_clear", tr("Clear Comparison"), &TrayPanel::clear);
  layout->addWidget(make_hairline());
  layout->addWidget(make_buttons());

  connect(&context_.tray(), &ComparisonTray::changed, this, &TrayPanel::refresh);
  connect(&context_, &ComparisonContext::view_changed, this, &TrayPanel::refresh);
  connect(&context_, &ComparisonContext::bundles_changed, this, &TrayPanel::refresh_bundles);
  connect(&context_.record(), &Record::runs_changed, this, &TrayPanel::refresh);
  connect(&context_.record(), &Record::traits_changed, this, &TrayPanel::refresh);
  connect(&Theme::instance(), &Theme::changed, this, &TrayPanel::refresh);
  connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
          &TrayPanel::refresh_actions);
  refresh();
  refresh_bundles();
}

void TrayPanel::refresh_bundles() {
  QLayout* lines = bundles_->layout();
  clear_layout(lines);
  for (const OpenedBundlePtr& bundle : context_.bundles()) {
    auto* line = new QWidget;
    auto* row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::kTiny);
    auto* words = new ElidedLabel(TextStyle::Body, "label");
    words->setText(bundle->runs() == 1 ? tr("%1: one run").arg(bundle->name())
                                       : tr("%1: %2 runs").arg(bundle->name()).arg(bundle->runs()));
    row->addWidget(words, 1);
    auto* leave = new QToolButton;
    leave->setObjectName(QStringLiteral("tray_bundle_leave"));
    leave->setText(QStringLiteral("\u2715"));
    leave->setAccessibleName(tr("Take %1 out of the comparison").arg(bundle->name()));
    leave->setToolTip(
        tr("Takes the runs of %1 out of the comparison; the file stays where it is").arg(bundle->name()));
    leave->setFocusPolicy(Qt::StrongFocus);
    connect(
        leave, &QToolButton::clicked, this, [this, bundle] { context_.remove_bundle(bundle); },
        Qt::QueuedConnection);
    row->addWidget(leave);
    lines->addWidget(line);
  }
  bundles_->setVisible(!context_.bundles().empty());
}

void TrayPanel::make_table() {
  model_ = new QStandardItemModel(0, kPlaces, this);
  model_->setHorizontalHeaderLabels({tr("Run"), tr("Seed"), tr("State")});
  table_ = new QTableView;
  dress_plain_table(*table_, "tray_table", tr("Runs that are compared"));
  table_->setModel(model_);
  table_->setItemDelegate(new RunDelegate(table_));
  table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->setContextMenuPolicy(Qt::CustomContextMenu);
  QHeaderView* header = table_->horizontalHeader();
  header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  header->setSectionResizeMode(kName, QHeaderView::Stretch);
  header->setSectionResizeMode(kSeed, QHeaderView::Fixed);
  header->setSectionResizeMode(kState, QHeaderView::Fixed);
  table_->setColumnWidth(kSeed, kSeedWidth);
  table_->setColumnWidth(kState, kStateWidth);
  table_->installEventFilter(this);
  connect(table_, &QWidget::customContextMenuRequested, this, [this](const QPoint& at) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(QStringLiteral("tray_menu"));
    menu->setToolTipsVisible(true);
    menu->addActions(actions_);
    menu->popup(table_->viewport()->mapToGlobal(at));
  });
  connect(table_, &QTableView::doubleClicked, this, [this](const QModelIndex& index) {
    const QString run = index.data(RunTableModel::kIdRole).toString();
    // Of a bundle's run the other pages know nothing.
    if (context_.tray().contains(run)) Q_EMIT run_wanted(run);
  });
}

QAction* TrayPanel::add_tray_action(const char* name, const QString& text, void (TrayPanel::*handler)()) {
  auto* action = new QAction(text, this);
  action->setObjectName(QString::fromLatin1(name));
  action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  connect(action, &QAction::triggered, this, handler);
  addAction(action);
  actions_.push_back(action);
  return action;
}

QWidget* TrayPanel::make_buttons() {
  auto* bar = new QWidget;
  auto* layout = new QHBoxLayout(bar);
  layout->setContentsMargins(metrics::kSmall, metrics::kTiny, metrics::kSmall, metrics::kTiny);
  layout->setSpacing(metrics::kTiny);
  const auto add = [&](const char* name, const QString& word) {
    auto* button = new QToolButton;
    button->setObjectName(QString::fromLatin1(name));
    button->setText(word);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setFixedHeight(metrics::kRow);
    layout->addWidget(button);
    return button;
  };
  QToolButton* more = add("tray_add_button", tr("Add\u2026"));
  more->setToolTip(tr("Choose runs on Train and add them to the comparison"));
  connect(more, &QToolButton::clicked, this, &TrayPanel::runs_wanted);
  layout->addStretch();
  // The words of the menu would be too long here.
  const auto follow = [&](QAction* action, const char* name, const QString& word) {
    QToolButton* button = add(name, word);
    const auto refresh = [button, action] {
      button->setEnabled(action->isEnabled());
      button->setToolTip(action->isEnabled() ? action->text() : action->toolTip());
    };
    connect(action, &QAction::changed, button, refresh);
    connect(button, &QToolButton::clicked, action, &QAction::trigger);
    refresh();
  };
  follow(baseline_, "tray_baseline_button", tr("Baseline"));
  follow(remove_, "tray_remove_button", tr("Remove"));
  follow(clear_, "tray_clear_button", tr("Clear"));
  return bar;
}

bool TrayPanel::eventFilter(QObject* watched, QEvent* event) {
  if (watched == table_ && event->type() == QEvent::KeyPress) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->matches(QKeySequence::Delete) && !selected().isEmpty()) {
      remove();
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

QStringList TrayPanel::selected() const {
  QStringList runs;
  for (const QModelIndex& index : table_->selectionModel()->selectedRows())
    runs.push_back(index.data(RunTableModel::kIdRole).toString());
  return runs;
}

void TrayPanel::refresh() {
  ComparisonTray& tray = context_.tray();
  const Record& record = context_.record();
  std::vector<const compare::RunData*> others;
  for (const compare::RunData& each : context_.view()->runs) {
    if (!each.source.empty()) others.push_back(&each);
  }
  // Where they stand does not change with the baseline, which the answer puts first.
  const auto place = [&](const compare::RunData* run) {
    return tray.others().indexOf(QString::fromStdString(run->run.id));
  };
  std::stable_sort(others.begin(), others.end(),
                   [&](const auto* a, const auto* b) { return place(a) < place(b); });
  const auto own = static_cast<int>(tray.runs().size());
  const int count = own + static_cast<int>(others.size());
  model_->setRowCount(count);
  std::vector<NamedRun> runs;
  for (const QString& id : tray.runs()) runs.push_back(named_run(record, id));
  for (const compare::RunData* other : others)
    runs.push_back({QString::fromStdString(other->run.id), run_name(other->run),
                    QString::fromStdString(other->seed()), other->run.created});
  const QStringList names = names_in_list(runs, true);
  for (int row = 0; row < own; ++row) {
    const NamedRun& run = runs[static_cast<std::size_t>(row)];
    refresh_row(row, run.id, names[row], record.run(run.id), run.seed, {}, record.colour_index(run.id));
  }
  for (int i = 0; i < count - own; ++i) {
    const compare::RunData& other = *others[static_cast<std::size_t>(i)];
    const RunView view{other.run, other.status};
    refresh_row(own + i, QString::fromStdString(other.run.id), names[own + i], &view,
                QString::fromStdString(other.seed()), QString::fromStdString(other.source),
                static_cast<int>(other.run.colour));
  }
  count_->setText(count == 1 ? tr("One run") : tr("%1 runs").arg(count));
  refresh_actions();
}

void TrayPanel::refresh_row(int row, const QString& run, const QString& name, const RunView* view,
                            const QString& seed, const QString& source, int colour) {
  using Kind = RunColumn::Kind;
  const bool is_baseline = run == context_.tray().baseline();
  const auto cell = [&](Place place, Kind kind, const QString& text, const QString& tip) {
    QStandardItem* item = model_->item(row, place);
    if (item == nullptr) model_->setItem(row, place, item = new QStandardItem);
    item->setText(text);
    item->setToolTip(tip);
    item->setData(run, RunTableModel::kIdRole);
    item->setData(static_cast<int>(kind), RunTableModel::kKindRole);
    item->setFont(text_font(is_baseline ? TextStyle::Heading : TextStyle::Body));
    return item;
  };
  QString tip = is_baseline ? tr("%1 \u00b7 the baseline").arg(name) : name;
  if (!source.isEmpty()) tip = tr("%1 \u00b7 of the bundle %2").arg(tip, source);
  cell(kName, Kind::Name, name, tip)
      ->setData(run_colour(colour, Theme::instance().kind()), RunTableModel::kColourRole);
  cell(kSeed, Kind::Parameter, seed.isEmpty() ? QStringLiteral("\u2013") : seed, tr("Seed"));
  const QString word = view == nullptr ? tr("unknown") : state_word(*view);
  cell(kState, Kind::State, word, view == nullptr ? word : QString::fromStdString(view->status.text))
      ->setData(view == nullptr ? Theme::instance().tokens().text3 : state_colour(*view),
                RunTableModel::kStateRole);
}

void TrayPanel::refresh_actions() {
  const QStringList runs = selected();
  const auto set = [](QAction* action, const QString& reason) {
    action->setEnabled(reason.isEmpty());
    action->setToolTip(reason);
    action->setStatusTip(reason);
  };
  ComparisonTray& tray = context_.tray();
  const QString none = model_->rowCount() == 0 ? tr("No run is compared.") : QString();
  const QString some = !none.isEmpty()  ? none
                       : runs.isEmpty() ? tr("Select a run of the comparison first.")
                                        : QString();
  const bool own =
      std::any_of(runs.begin(), runs.end(), [&](const QString& run) { return tray.contains(run); });
  set(remove_, !some.isEmpty() ? some
               : own           ? QString()
                               : tr("Runs of a bundle leave with it: \u2715 below takes it out."));
  set(clear_, tray.runs().isEmpty() ? tr("No run of this workspace is compared.") : QString());
  set(baseline_, !some.isEmpty()                   ? some
                 : runs.size() > 1                 ? tr("Select one run alone: it becomes the baseline.")
                 : runs.front() == tray.baseline() ? tr("This run is the baseline.")
                                                   : QString());
}

void TrayPanel::set_baseline() {
  const QModelIndexList rows = table_->selectionModel()->selectedRows();
  if (rows.size() == 1)
    context_.tray().set_baseline(rows.front().data(RunTableModel::kIdRole).toString(),
                                 rows.front().data().toString());
}

void TrayPanel::remove() {
  QStringList runs = selected();
  runs.removeIf([this](const QString& run) { return !context_.tray().contains(run); });
  context_.tray().remove(runs);
}

void TrayPanel::clear() {
  context_.tray().clear();
}

}  // namespace ibot::ui
