// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_table_model.h"

#include <ibot/base/text.h>

#include <ui/style/theme.h>

#include <QDateTime>
#include <algorithm>
#include <cmath>
#include <limits>

namespace ibot::ui {
namespace {

QString count(std::int64_t value) {
  return QString::fromStdString(base::format_count(value));
}

QDateTime when(std::int64_t micros) {
  return QDateTime::fromMSecsSinceEpoch(micros / 1000);
}

}  // namespace

QString RunColumn::title() const {
  switch (kind) {
    case Kind::Name:
      return QObject::tr("Run");
    case Kind::State:
      return QObject::tr("State");
    case Kind::Progress:
      return QObject::tr("Steps");
    case Kind::Created:
      return QObject::tr("Made");
    case Kind::Tags:
      return QObject::tr("Tags");
    case Kind::Metric:
      return metric;
  }
  return {};
}

QString state_word(const RunView& view) {
  if (view.status.died) return QObject::tr("died");
  if (view.status.silent) return QObject::tr("silent");
  const std::string_view name = record::to_string(view.status.state);
  return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

QColor state_colour(const RunView& view) {
  const Tokens& t = Theme::instance().tokens();
  if (view.status.died || view.status.state == record::State::Failed) return t.bad;
  if (view.status.silent) return t.warn;
  switch (view.status.state) {
    case record::State::Completed:
      return t.good;
    case record::State::Running:
    case record::State::Preparing:
    case record::State::Finishing:
      return t.accent;
    case record::State::Paused:
      return t.warn;
    default:
      return t.text3;
  }
}

double last_value(const RunView& view, const std::string& metric) {
  for (const record::LastValue& last : view.run.last_values) {
    if (last.name == metric) return last.value;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

RunTableModel::RunTableModel(Record& record, QObject* parent) : QAbstractTableModel(parent), record_(record) {
  columns_ = {{RunColumn::Kind::Name, {}},
              {RunColumn::Kind::State, {}},
              {RunColumn::Kind::Progress, {}},
              {RunColumn::Kind::Metric, QStringLiteral("loss")},
              {RunColumn::Kind::Metric, QStringLiteral("knn/top1")},
              {RunColumn::Kind::Metric, QStringLiteral("part_clusters/nmi")},
              {RunColumn::Kind::Tags, {}},
              {RunColumn::Kind::Created, {}}};
  connect(&record, &Record::runs_changed, this, &RunTableModel::take);
  connect(&record, &Record::closed, this, &RunTableModel::reset);
  reset();
}

void RunTableModel::set_columns(std::vector<RunColumn> columns) {
  beginResetModel();
  columns_ = std::move(columns);
  endResetModel();
}

void RunTableModel::reset() {
  beginResetModel();
  ids_.clear();
  rows_.clear();
  for (const auto& [id, view] : record_.runs()) ids_.push_back(id);
  for (std::size_t i = 0; i < ids_.size(); ++i) rows_.insert(ids_[i], static_cast<int>(i));
  endResetModel();
}

void RunTableModel::take(const QStringList& runs) {
  QStringList fresh;
  for (const QString& id : runs) {
    const auto row = rows_.constFind(id);
    if (row == rows_.constEnd()) {
      fresh.push_back(id);
    } else {
      Q_EMIT dataChanged(index(*row, 0), index(*row, columnCount() - 1));
    }
  }
  if (fresh.isEmpty()) return;
  const int first = rowCount();
  beginInsertRows({}, first, first + static_cast<int>(fresh.size()) - 1);
  for (const QString& id : fresh) {
    rows_.insert(id, static_cast<int>(ids_.size()));
    ids_.push_back(id);
  }
  endInsertRows();
}

QString RunTableModel::run_at(int row) const {
  return row >= 0 && row < rowCount() ? ids_[static_cast<std::size_t>(row)] : QString();
}

int RunTableModel::row_of(const QString& run) const {
  return rows_.value(run, -1);
}

int RunTableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(ids_.size());
}

int RunTableModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(columns_.size());
}

QVariant RunTableModel::display(const RunView& view, const RunColumn& column) const {
  const record::Run& run = view.run;
  switch (column.kind) {
    case RunColumn::Kind::Name:
      return QString::fromStdString(run.name.empty() ? run.id : run.name);
    case RunColumn::Kind::State:
      return state_word(view);
    case RunColumn::Kind::Progress:
      if (run.planned_steps <= 0 || run.step >= run.planned_steps) return count(run.step);
      return QStringLiteral("%1 / %2").arg(count(run.step), count(run.planned_steps));
    case RunColumn::Kind::Created:
      return when(run.created).toString(QStringLiteral("yyyy-MM-dd HH:mm"));
    case RunColumn::Kind::Tags: {
      QStringList tags;
      for (const std::string& tag : run.tags) tags.push_back(QString::fromStdString(tag));
      return tags.join(QStringLiteral(", "));
    }
    case RunColumn::Kind::Metric: {
      const double value = last_value(view, column.metric.toStdString());
      if (std::isnan(value)) return QStringLiteral("\u2013");
      return QString::number(value, 'f', std::fabs(value) >= 20 ? 1 : 3);
    }
  }
  return {};
}

QVariant RunTableModel::sort_value(const RunView& view, const RunColumn& column) const {
  switch (column.kind) {
    case RunColumn::Kind::Progress:
      return static_cast<qlonglong>(view.run.step);
    case RunColumn::Kind::Created:
      return static_cast<qlonglong>(view.run.created);
    case RunColumn::Kind::Metric:
      return last_value(view, column.metric.toStdString());
    default:
      return display(view, column);
  }
}

QVariant RunTableModel::data(const QModelIndex& index, int role) const {
  const RunView* view = record_.run(run_at(index.row()));
  if (view == nullptr) return {};
  const RunColumn& column = columns_[static_cast<std::size_t>(index.column())];
  switch (role) {
    case Qt::DisplayRole:
      return display(*view, column);
    case Qt::ToolTipRole:
      if (column.kind == RunColumn::Kind::State) return QString::fromStdString(view->status.text);
      if (column.kind == RunColumn::Kind::Name) return QString::fromStdString(view->run.id);
      return {};
    case Qt::TextAlignmentRole:
      return static_cast<int>((column.is_number() ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case kSortRole:
      return sort_value(*view, column);
    case kIdRole:
      return run_at(index.row());
    case kStateRole:
      return state_colour(*view);
    case kColourRole:
      return run_colour(record_.colour_index(run_at(index.row())), Theme::instance().kind());
    default:
      return {};
  }
}

QVariant RunTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
  const RunColumn& column = columns_[static_cast<std::size_t>(section)];
  if (role == Qt::DisplayRole) return column.title();
  if (role == Qt::TextAlignmentRole)
    return static_cast<int>((column.is_number() ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  return {};
}

}  // namespace ibot::ui
