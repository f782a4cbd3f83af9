// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/record.h>

#include <QAbstractTableModel>
#include <vector>

namespace ibot::ui {

/// What a column of the table of runs shows.
struct RunColumn {
  enum class Kind : std::uint8_t { Name = 1, State, Progress, Created, Tags, Metric };
  Kind kind = Kind::Name;
  QString metric;  ///< of Kind::Metric: "loss", "knn/top1"

  QString title() const;
  bool is_number() const { return kind == Kind::Metric || kind == Kind::Progress; }
};

/// The runs of a workspace as rows, newest first. Sorting and filtering are a proxy's business; Qt::UserRole
/// gives the value to sort by, kIdRole the run's id.
class RunTableModel final : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Role { kSortRole = Qt::UserRole, kIdRole, kStateRole, kColourRole };

  RunTableModel(Record& record, QObject* parent = nullptr);

  void set_columns(std::vector<RunColumn> columns);
  const std::vector<RunColumn>& columns() const { return columns_; }
  QString run_at(int row) const;
  int row_of(const QString& run) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  void take(const QStringList& runs);
  void reset();
  QVariant display(const RunView& view, const RunColumn& column) const;
  QVariant sort_value(const RunView& view, const RunColumn& column) const;

  Record& record_;
  std::vector<RunColumn> columns_;
  std::vector<QString> ids_;
  QHash<QString, int> rows_;
};

/// "running", "died", ... in one word, and the token of its dot.
QString state_word(const RunView& view);
QColor state_colour(const RunView& view);

/// The last value of a metric; NaN if there is none.
double last_value(const RunView& view, const std::string& metric);

}  // namespace ibot::ui
