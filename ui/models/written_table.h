// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/compare/table.h>

#include <QAbstractTableModel>

namespace ibot::ui {

/// A table as the module compare writes it, cell for cell: what is seen is what is copied.
class WrittenTable final : public QAbstractTableModel {
  Q_OBJECT

 public:
  using QAbstractTableModel::QAbstractTableModel;

  void show(compare::Table table);
  const compare::Table& table() const { return table_; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  compare::Table table_;
};

}  // namespace ibot::ui
