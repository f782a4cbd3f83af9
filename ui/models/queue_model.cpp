// SPDX-License-Identifier: GPL-3.0-or-later
#include "queue_model.h"

#include "run_names.h"

#include <ui/style/theme.h>

#include <utility>

namespace ibot::ui {
namespace {

using record::QueueState;

bool is_same_list(const QueueView& a, const QueueView& b) {
  if (a.rows.size() != b.rows.size()) return false;
  for (std::size_t i = 0; i < a.rows.size(); ++i) {
    if (a.rows[i].item.number != b.rows[i].item.number) return false;
  }
  return true;
}

}  // namespace

QueueModel::QueueModel(Record& record, QObject* parent)
    : QAbstractTableModel(parent), record_(record), queue_(record.queue()) {
  connect(&record, &Record::queue_changed, this, &QueueModel::take);
  connect(&record, &Record::closed, this, &QueueModel::take);
  // Names come with the runs, and what tells them apart with their plans.
  connect(&record, &Record::runs_changed, this, &QueueModel::name_runs);
  connect(&record, &Record::traits_changed, this, &QueueModel::name_runs);
  connect(&Theme::instance(), &Theme::changed, this, [this] {
    if (rowCount() > 0) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
  });
  name_runs();
}

void QueueModel::take() {
  const QueueViewPtr queue = record_.queue();
  if (is_same_list(*queue_, *queue)) {
    queue_ = queue;
    if (rowCount() > 0) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
    return;
  }
  beginResetModel();
  queue_ = queue;
  endResetModel();
  name_runs();
}

void QueueModel::name_runs() {
  QStringList runs;
  for (const QueueRow& row : queue_->rows) runs.push_back(QString::fromStdString(row.item.run));
  runs.removeDuplicates();  // one that waits again after it was taken out
  const QStringList names = names_in_list(record_, runs);
  QHash<QString, QString> named;
  for (qsizetype i = 0; i < runs.size(); ++i) named.insert(runs[i], names[i]);
  if (named == names_) return;
  names_ = std::move(named);
  if (rowCount() > 0) Q_EMIT dataChanged(index(0, kRun), index(rowCount() - 1, kRun));
}

const QueueRow* QueueModel::row(int at) const {
  return at >= 0 && at < rowCount() ? &queue_->rows[static_cast<std::size_t>(at)] : nullptr;
}

int QueueModel::row_of(std::int64_t number) const {
  for (int at = 0; at < rowCount(); ++at) {
    if (row(at)->item.number == number) return at;
  }
  return -1;
}

int QueueModel::waiting_beside(int at) const {
  const QueueRow* wanted = row(at);
  int count = 0;
  for (const QueueRow& other : queue_->rows) {
    if (wanted != nullptr && other.place > 0 && other.item.device == wanted->item.device) ++count;
  }
  return count;
}

int QueueModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(queue_->rows.size());
}

int QueueModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(kColumns);
}

QVariant QueueModel::data(const QModelIndex& index, int role) const {
  const QueueRow* wanted = row(index.row());
  if (wanted == nullptr) return {};
  const record::QueueItem& item = wanted->item;
  const QString run = QString::fromStdString(item.run);
  switch (role) {
    case kNumberRole:
      return QVariant::fromValue<qlonglong>(item.number);
    case kStateRole:
      return static_cast<int>(item.state);
    case kPlaceRole:
      return wanted->place;
    case Qt::ToolTipRole:
      if (index.column() == kState) return wanted->sentence;
      return index.column() == kRun ? QStringLiteral("%1\n%2").arg(names_.value(run, run), run) : run;
    case Qt::ForegroundRole:
      if (index.column() != kState) return {};
      if (item.state == QueueState::Failed) return Theme::instance().tokens().bad;
      return item.state == QueueState::Cancelled ? QVariant(Theme::instance().tokens().text2) : QVariant();
    case Qt::DisplayRole:
      break;
    default:
      return {};
  }
  switch (index.column()) {
    case kRun:
      return names_.value(run, run);
    case kDevice:
      return QString::fromStdString(item.device);
    case kState:
      return wanted->place > 0 ? tr("waiting, number %1").arg(wanted->place) : wanted->sentence;
    case kAttempts:
      return tr("%1 of %2").arg(item.attempts).arg(item.most_attempts);
    default:
      return {};
  }
}

QVariant QueueModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (section) {
    case kRun:
      return tr("Run");
    case kDevice:
      return tr("Device");
    case kState:
      return tr("State");
    case kAttempts:
      return tr("Attempts");
    default:
      return {};
  }
}

}  // namespace ibot::ui
