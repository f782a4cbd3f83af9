// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_table_model.h"

#include "run_drag.h"

#include <ibot/base/text.h>

#include <ui/style/theme.h>

#include <algorithm>
#include <cmath>

namespace ibot::ui {
namespace {

using Kind = RunColumn::Kind;

constexpr int kRefreshMillis = 66;  // fifteen times a second

// They say what a run is called, not what it is.
bool names_only(const std::string& key) {
  return key == "name" || key == "notes";
}

// Enough digits to tell the largest figures of a column apart, the same for all of them.
int decimals_for(double largest) {
  if (largest >= 1000) return 0;
  if (largest >= 100) return 1;
  if (largest >= 10) return 2;
  if (largest >= 1) return 3;
  if (largest >= 0.01) return 4;
  return -1;
}

}  // namespace

RunTableModel::RunTableModel(Record& record, QObject* parent) : QAbstractTableModel(parent), record_(record) {
  refresh_.setInterval(kRefreshMillis);
  refresh_.setSingleShot(true);
  connect(&refresh_, &QTimer::timeout, this, &RunTableModel::refresh);
  connect(&record, &Record::runs_changed, this, &RunTableModel::take_news);
  connect(&record, &Record::traits_changed, this, &RunTableModel::take_news);
  connect(&record, &Record::sparklines_changed, this, [this](const QStringList& runs) {
    for (const QString& run : runs) {
      const int row = row_of(run);
      if (row >= 0) Q_EMIT dataChanged(index(row, 0), index(row, columnCount() - 1), {kCurveRole});
    }
  });
  connect(&record, &Record::runs_removed, this, [this] {
    order_stale_ = true;
    arrange();
  });
  connect(&record, &Record::closed, this, &RunTableModel::forget);
  refresh_columns();
}

void RunTableModel::take_news(const QStringList& ids) {
  for (const QString& id : ids) {
    touched_.insert(id);
    learn(id);
  }
  order_stale_ = true;
  if (rows_.empty()) return arrange();  // the first rows of a workspace wait for nothing
  if (!refresh_.isActive()) refresh_.start();
}

void RunTableModel::learn(const QString& id) {
  const RunView* view = record_.run(id);
  if (view == nullptr) return;
  const std::size_t names = names_.all().size();
  names_.add(facts(id, *view));
  names_grew_ = names_grew_ || names_.all().size() > names;
  for (const record::LastValue& last : view->run.last_values) {
    if (metrics_.insert(last.name).second) columns_stale_ = true;
  }
  const RunTraits* traits = record_.traits(id);
  if (traits == nullptr) return;
  for (const runs::EvaluationValue& value : traits->evaluations) evaluations_.insert(value.full_name());
  for (const runs::Parameter& parameter : *traits->parameters) {
    const auto [known, fresh] =
        parameters_.try_emplace(parameter.key, Occurrence{parameter.text, false, true});
    Occurrence& occurrence = known->second;
    if (std::isnan(parameter.number)) occurrence.numbers = false;
    if (fresh || occurrence.differs || occurrence.value == parameter.text) continue;
    occurrence.differs = true;
    columns_stale_ = true;
  }
}

void RunTableModel::forget() {
  refresh_.stop();
  beginResetModel();
  rows_.clear();
  row_of_.clear();
  touched_.clear();
  candidates_.clear();
  candidate_of_.clear();
  elsewhere_.clear();
  order_stale_ = true;
  parameters_.clear();
  metrics_.clear();
  evaluations_.clear();
  names_ = {};
  folded_.clear();
  fitting_ = total_ = trashed_ = 0;
  endResetModel();
  refresh_columns();
  Q_EMIT arranged();
}

std::vector<RunColumn> RunTableModel::differing() const {
  std::vector<RunColumn> columns;
  for (const auto& [key, occurrence] : parameters_) {
    if (occurrence.differs && !names_only(key))
      columns.push_back({Kind::Parameter, QString::fromStdString(key)});
  }
  return columns;
}

std::vector<RunColumn> RunTableModel::available() const {
  std::vector<RunColumn> columns;
  for (const Kind kind : {Kind::Name, Kind::State, Kind::Progress, Kind::Differing, Kind::Created,
                          Kind::Duration, Kind::Tags, Kind::Folder, Kind::Notes}) {
    columns.push_back({kind, {}});
  }
  for (const auto& name : metrics_) columns.push_back({Kind::Metric, QString::fromStdString(name)});
  for (const auto& name : evaluations_) columns.push_back({Kind::Evaluation, QString::fromStdString(name)});
  for (const auto& name : metrics_) columns.push_back({Kind::Curve, QString::fromStdString(name)});
  for (const auto& [key, occurrence] : parameters_)
    columns.push_back({Kind::Parameter, QString::fromStdString(key)});
  return columns;
}

void RunTableModel::choose_columns(std::optional<std::vector<RunColumn>> columns) {
  default_ = !columns.has_value();
  if (columns) chosen_ = std::move(*columns);
  refresh_columns();
}

bool RunTableModel::refresh_columns() {
  columns_stale_ = false;
  if (default_) {
    chosen_ = {{Kind::Name, {}}, {Kind::State, {}}, {Kind::Progress, {}}};
    if (metrics_.contains("loss")) {
      chosen_.push_back({Kind::Curve, QStringLiteral("loss")});
      chosen_.push_back({Kind::Metric, QStringLiteral("loss")});
    }
    for (const char* name : {"knn/top1", "part_clusters/nmi"}) {
      if (metrics_.contains(name)) chosen_.push_back({Kind::Metric, QString::fromLatin1(name)});
    }
    // Behind what one watches: runs of two recipes differ in dozens.
    chosen_.push_back({Kind::Differing, {}});
    chosen_.push_back({Kind::Tags, {}});
    chosen_.push_back({Kind::Created, {}});
  }
  std::vector<RunColumn> shown;
  for (const RunColumn& column : chosen_) {
    if (column.kind != Kind::Differing) {
      shown.push_back(column);
      continue;
    }
    for (const RunColumn& parameter : differing()) {
      if (std::find(chosen_.begin(), chosen_.end(), parameter) == chosen_.end()) shown.push_back(parameter);
    }
  }
  if (shown == columns_) return false;
  beginResetModel();
  columns_ = std::move(shown);
  measure_figures();
  endResetModel();
  Q_EMIT columns_changed();
  return true;
}

void RunTableModel::set_filter(const QString& text) {
  filter_text_ = text;
  arrange();
}

void RunTableModel::set_trash(bool trash) {
  trash_ = trash;
  order_stale_ = true;
  arrange();
}

void RunTableModel::set_grouping(const std::optional<RunColumn>& column) {
  grouping_ = column;
  folded_.clear();
  order_stale_ = true;
  arrange();
}

void RunTableModel::set_folded(int row, bool folded) {
  if (!is_section(row)) return;
  const QString heading = rows_[static_cast<std::size_t>(row)].heading;
  if (folded) {
    folded_.insert(heading);
  } else {
    folded_.remove(heading);
  }
  arrange();
}

void RunTableModel::sort(int column, Qt::SortOrder order) {
  if (column < 0 || column >= columnCount()) return;
  sort_by(columns_[static_cast<std::size_t>(column)], order);
}

void RunTableModel::sort_by(const RunColumn& column, Qt::SortOrder order) {
  if (sort_column_ == column && sort_order_ == order) return;
  sort_column_ = column;
  sort_order_ = order;
  order_stale_ = true;
  arrange();
}

runs::RunFacts RunTableModel::facts(const QString& id, const RunView& view) const {
  const RunTraits* traits = record_.traits(id);
  return {.run = &view.run,
          .status = &view.status,
          .parameters = traits != nullptr ? traits->parameters.get() : nullptr,
          .evaluations = traits != nullptr ? &traits->evaluations : nullptr,
          .folder = view.run.folder,
          .notes = traits != nullptr ? traits->notes : 0};
}

bool RunTableModel::measure_figures() {
  std::vector<int> decimals(columns_.size(), -1);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].kind != Kind::Metric && columns_[i].kind != Kind::Evaluation) continue;
    const std::string metric = columns_[i].key.toStdString();
    double largest = 0;
    for (const Candidate& each : candidates_) {
      if (!each.place.fits) continue;
      const double value =
          columns_[i].kind == Kind::Metric
              ? last_value(*each.view, metric)
              : run_order(columns_[i], *each.view, record_.traits(each.id)).number.value_or(0);
      if (std::isfinite(value)) largest = std::max(largest, std::fabs(value));
    }
    decimals[i] = decimals_for(largest);
  }
  const bool other = decimals != decimals_;
  decimals_ = std::move(decimals);
  return other;
}

bool RunTableModel::is_section(int row) const {
  return row >= 0 && row < rowCount() && rows_[static_cast<std::size_t>(row)].run.isEmpty();
}

QString RunTableModel::run_at(int row) const {
  return row >= 0 && row < rowCount() ? rows_[static_cast<std::size_t>(row)].run : QString();
}

int RunTableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int RunTableModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(columns_.size());
}

Qt::ItemFlags RunTableModel::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::NoItemFlags;
  // A heading can be reached by keyboard to be folded, but is nothing to act upon.
  return is_section(index.row()) ? Qt::ItemIsEnabled
                                 : Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsDragEnabled;
}

QStringList RunTableModel::mimeTypes() const {
  return {kDraggedRuns};
}

QMimeData* RunTableModel::mimeData(const QModelIndexList& indexes) const {
  std::set<int> chosen;
  for (const QModelIndex& index : indexes) chosen.insert(index.row());
  QStringList runs;
  for (const int row : chosen) {
    if (!is_section(row)) runs << run_at(row);
  }
  return dragged_runs(record_.folder(), runs);
}

QString RunTableModel::cell_text(const RunView& view, int column) const {
  const auto at = static_cast<std::size_t>(column);
  const RunCell cell = run_cell(columns_[at], view, record_.traits(QString::fromStdString(view.run.id)));
  if (cell.missing || !cell.number || decimals_[at] < 0) return cell.text;
  return QString::number(*cell.number, 'f', decimals_[at]);
}

bool RunTableModel::is_right_aligned(const RunColumn& column) const {
  if (column.kind != Kind::Parameter) return column.is_number();
  const auto known = parameters_.find(column.key.toStdString());
  return known != parameters_.end() && known->second.numbers;
}

QVariant RunTableModel::section_data(const Row& row, int column, int role) const {
  switch (role) {
    case kSectionRole:
      return true;
    case kCountRole:
      return row.count;
    case kFoldedRole:
      return folded_.contains(row.heading);
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole: {
      if (column != 0) return {};
      const QString title = row.heading.isEmpty()
                                ? tr("%1: none set").arg(grouping_->title())
                                : QStringLiteral("%1: %2").arg(grouping_->title(), row.heading);
      return role == Qt::DisplayRole ? title : tr("%1, %2 runs").arg(title).arg(row.count);
    }
    default:
      return {};
  }
}

QVariant RunTableModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount() || index.column() >= columnCount()) return {};
  const Row& row = rows_[static_cast<std::size_t>(index.row())];
  if (row.run.isEmpty()) return section_data(row, index.column(), role);
  const RunView* view = record_.run(row.run);
  if (view == nullptr) return {};
  const RunColumn& column = columns_[static_cast<std::size_t>(index.column())];
  switch (role) {
    case Qt::DisplayRole:
      return cell_text(*view, index.column());
    case Qt::ToolTipRole:
      if (column.kind == Kind::State) return QString::fromStdString(view->status.text);
      if (column.kind == Kind::Name) return run_name(view->run) + QLatin1Char('\n') + row.run;
      if (column.kind == Kind::Parameter || column.kind == Kind::Tags || column.kind == Kind::Folder)
        return cell_text(*view, index.column());
      return {};
    case Qt::TextAlignmentRole:
      return static_cast<int>((is_right_aligned(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case kIdRole:
      return row.run;
    case kKindRole:
      return static_cast<int>(column.kind);
    case kStateRole:
      return state_colour(*view);
    case kColourRole:
      return run_colour(record_.colour_index(row.run), Theme::instance().kind());
    case kSectionRole:
      return false;
    case kTagsRole: {
      QStringList tags;
      for (const std::string& tag : view->run.tags) tags.push_back(QString::fromStdString(tag));
      return tags;
    }
    case kCurveRole:
      if (column.kind == Kind::Curve) return QVariant::fromValue(record_.sparkline({row.run, column.key}));
      return {};
    default:
      return {};
  }
}

QVariant RunTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
  const RunColumn& column = columns_[static_cast<std::size_t>(section)];
  switch (role) {
    case Qt::DisplayRole:
      return column.title();
    case Qt::ToolTipRole:
      return column.description();
    case Qt::TextAlignmentRole:
      return static_cast<int>((is_right_aligned(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    default:
      return {};
  }
}

}  // namespace ibot::ui
