// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/record.h>

#include <QAbstractTableModel>
#include <QHash>

namespace ibot::ui {

/// The queue as rows: what runs, what waits in its order, what has ended, the newest first. kNumberRole gives
/// an item's number, kStateRole its record::QueueState as an int, kPlaceRole its place among those that wait
/// for its device (1 is next; 0: it does not wait).
class QueueModel final : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Role { kNumberRole = Qt::UserRole, kStateRole, kPlaceRole };
  enum Column { kRun, kDevice, kState, kAttempts, kColumns };

  explicit QueueModel(Record& record, QObject* parent = nullptr);

  const QueueRow* row(int at) const;
  int row_of(std::int64_t number) const;
  /// How many wait for the device of this row.
  int waiting_beside(int at) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  void take();
  void name_runs();

  Record& record_;
  QHash<QString, QString> names_;  ///< of its runs, as this list calls them
  QueueViewPtr queue_;
};

}  // namespace ibot::ui
