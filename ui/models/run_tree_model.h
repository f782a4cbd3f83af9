// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/record.h>

#include <QAbstractListModel>
#include <QSet>
#include <QStringList>
#include <cstdint>
#include <map>
#include <vector>

namespace ibot::ui {

/// A run's place in the tree of runs.
struct RunTreeRow {
  QString run;
  int parent = -1;        ///< row of the run that it left; -1: it left none that is here
  bool branched = false;  ///< it left a run, here or not
  std::int64_t from = 0;  ///< step at which its line begins
  std::int64_t to = 0;    ///< its last step
  std::size_t branches = 0;

  bool operator==(const RunTreeRow&) const = default;
};

/// Roots newest first, below each its branches, that of the latest step first: so no branch's line crosses
/// the way to another one. Runs in the trash are there only where a run that is not left them. Lineage is
/// untrusted: circles are cut open. `families_only`: without runs that left none and were left by none.
std::vector<RunTreeRow> lay_out_tree(const std::map<QString, RunView>& runs, bool families_only);

/// The runs of a workspace as the rows of their tree. What a row says about itself (Qt::ToolTipRole,
/// Qt::AccessibleTextRole) is worked out when it is asked for.
class RunTreeModel final : public QAbstractListModel {
  Q_OBJECT

 public:
  static constexpr int kRunRole = Qt::UserRole + 1;

  explicit RunTreeModel(Record& record, QObject* parent = nullptr);

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  /// Runs can be dragged, see run_drag.h.
  Qt::ItemFlags flags(const QModelIndex& index) const override;
  QStringList mimeTypes() const override;
  QMimeData* mimeData(const QModelIndexList& indexes) const override;
  Qt::DropActions supportedDragActions() const override { return Qt::CopyAction; }

  const std::vector<RunTreeRow>& rows() const { return rows_; }
  /// -1: it has no row.
  int row_of(const QString& run) const;
  /// The run, and all that left it or its branches.
  QStringList family_of(const QString& run) const;
  const Record& record() const { return record_; }

  void set_families_only(bool only);
  /// Steps or epochs. By epoch only where every run says how long one is.
  void set_by_epoch(bool by_epoch);
  bool by_epoch() const { return by_epoch_ && knows_epochs(); }
  bool knows_epochs() const { return epochs_known_; }
  /// Where a step of a row lies on the axis.
  double place(const RunTreeRow& row, std::int64_t step) const;
  /// The largest place of all rows; at least 1.
  double extent() const { return extent_; }

 Q_SIGNALS:
  /// Whether epochs are known, or the extent, may be another one.
  void scale_changed();

 private:
  void refresh();
  void rescale();
  double steps_per_epoch(const QString& run) const;
  QString sentence(const RunTreeRow& row) const;
  QString what_changed(const RunTreeRow& row) const;

  Record& record_;
  std::vector<RunTreeRow> rows_;
  bool families_only_ = false;
  bool by_epoch_ = false;
  bool epochs_known_ = false;
  double extent_ = 1;
};

}  // namespace ibot::ui
