// SPDX-License-Identifier: GPL-3.0-or-later
// Columns and groups of the table of runs: their menus, and how each workspace's are remembered.
#include "run_table.h"

#include <ui/models/run_table_model.h>
#include <ui/widgets/setting.h>

#include <QAction>
#include <QHeaderView>
#include <QMenu>
#include <QSignalBlocker>
#include <QTableView>
#include <QToolButton>
#include <algorithm>

namespace ibot::ui {
namespace {

using Kind = RunColumn::Kind;

constexpr int kNameWidth = 220;
constexpr int kHeadingRoom = 38;  // px around a heading
constexpr int kWidestHeading = 200;

int usual_width(RunColumn::Kind kind) {
  switch (kind) {
    case Kind::Name:
      return kNameWidth;
    case Kind::State:
    case Kind::Curve:
      return 112;
    case Kind::Created:
      return 136;
    case Kind::Progress:
      return 124;
    case Kind::Tags:
      return 168;
    default:
      return 76;
  }
}

// Its heading can be read, up to a length, with room for the arrow of the order.
int first_width(const RunColumn& column, const QFontMetrics& font) {
  return std::max(usual_width(column.kind),
                  std::min(font.horizontalAdvance(column.title()) + kHeadingRoom, kWidestHeading));
}

}  // namespace

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
  const auto& columns = model_->columns();
  int sorted = -1;
  for (int i = 0; i < static_cast<int>(columns.size()); ++i) {
    const RunColumn& column = columns[static_cast<std::size_t>(i)];
    const QString key = settings_group_ + QStringLiteral("/widths/") +
                        column.id().replace(QLatin1Char('/'), QLatin1Char('|'));
    const int width = settings_group_.isEmpty() ? 0 : read_setting(key).toInt();
    header->resizeSection(i, width > 0 ? width : first_width(column, header->fontMetrics()));
    if (column == model_->sort_column()) sorted = i;
  }
  {
    // The model is in that order already.
    const QSignalBlocker quiet(header);
    header->setSortIndicator(sorted, model_->sort_order());
  }
  spans_stale_ = true;
  laid_out_ = columns;
  laying_out_ = false;
}

void RunTable::load_settings(const QString& folder) {
  settings_group_ = workspace_setting(QStringLiteral("run_table"), folder);
  const auto value = [&](const char* key) {
    return read_setting(settings_group_ + QLatin1Char('/') + QLatin1String(key));
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
  const auto setting = [this](const QString& key) { return settings_group_ + QLatin1Char('/') + key; };
  if (model_->is_default()) {
    remove_setting(setting(QStringLiteral("columns")));
  } else {
    QStringList ids;
    for (const RunColumn& column : model_->chosen()) ids.push_back(column.id());
    write_setting(setting(QStringLiteral("columns")), ids);
  }
  write_setting(setting(QStringLiteral("group")), model_->grouping() ? model_->grouping()->id() : QString());
  write_setting(setting(QStringLiteral("sort")), model_->sort_column().id());
  write_setting(setting(QStringLiteral("descending")), model_->sort_order() == Qt::DescendingOrder);
  const auto& columns = model_->columns();
  // While the columns change the header still has the widths of others.
  if (columns != laid_out_) return;
  // The last column takes what is left: its width is nobody's choice.
  for (int i = 0; i + 1 < static_cast<int>(columns.size()); ++i) {
    const QString key = columns[static_cast<std::size_t>(i)].id().replace(QLatin1Char('/'), QLatin1Char('|'));
    write_setting(setting(QStringLiteral("widths/") + key), table_->columnWidth(i));
  }
}

}  // namespace ibot::ui
