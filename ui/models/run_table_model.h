// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "run_column.h"

#include <ibot/runs/filter.h>

#include <ui/bridge/record.h>

#include <QAbstractTableModel>
#include <QSet>
#include <QTimer>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace ibot::ui {

/// The runs of a workspace as rows: those that fit the filter, sorted, and gathered under headings if a
/// column is chosen for that. Sorting is stable (newest first among equals), compares numbers as numbers, and
/// leaves what is missing at the end, whichever way it goes.
///
/// What a person does takes effect at once; news of the record at most fifteen times a second. News that
/// leave every run in its place are told as changed rows alone (dataChanged): a run in training writes all
/// the time. Where only the order changes, indexes and selection go with their runs; where rows come or go
/// the model is reset.
class RunTableModel final : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Role {
    kIdRole = Qt::UserRole,  ///< of the run; empty: a heading
    kKindRole,               ///< RunColumn::Kind as int
    kStateRole,              ///< colour of the state
    kColourRole,             ///< colour of the run
    kSectionRole,            ///< bool: a heading
    kCountRole,              ///< runs below a heading
    kFoldedRole,             ///< bool: their rows are hidden
    kTagsRole,
    kCurveRole,  ///< std::vector<float>, see Sparkline
  };

  explicit RunTableModel(Record& record, QObject* parent = nullptr);

  // --- columns

  /// Nothing: those that most people want, parameters that differ among them.
  void choose_columns(std::optional<std::vector<RunColumn>> columns);
  /// What was chosen, Kind::Differing as such.
  const std::vector<RunColumn>& chosen() const { return chosen_; }
  bool is_default() const { return default_; }
  /// What is shown.
  const std::vector<RunColumn>& columns() const { return columns_; }
  /// All that could be chosen: fixed ones, then what occurs in any run.
  std::vector<RunColumn> available() const;
  std::vector<RunColumn> differing() const;

  // --- rows

  /// While the text is no filter the last one that any run fitted stays; mistake() says what is wrong.
  void set_filter(const QString& text);
  const std::optional<runs::FilterMistake>& mistake() const { return mistake_; }
  /// Runs in the trash instead of the others.
  void set_trash(bool trash);
  bool trash() const { return trash_; }
  void set_grouping(const std::optional<RunColumn>& column);
  const std::optional<RunColumn>& grouping() const { return grouping_; }
  /// Hides or shows the runs below a heading.
  void set_folded(int row, bool folded);
  void sort(int column, Qt::SortOrder order) override;
  /// Also by a column that is not shown (yet).
  void sort_by(const RunColumn& column, Qt::SortOrder order);
  const RunColumn& sort_column() const { return sort_column_; }
  Qt::SortOrder sort_order() const { return sort_order_; }

  bool is_section(int row) const;
  /// Empty for a heading.
  QString run_at(int row) const;
  /// -1: not shown.
  int row_of(const QString& run) const { return row_of_.value(run, -1); }
  /// Runs that fit the filter, and all of them; of the trash, or outside it.
  int fitting() const { return fitting_; }
  int total() const { return total_; }
  int trashed() const { return trashed_; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  /// Runs can be dragged, see run_drag.h.
  QStringList mimeTypes() const override;
  QMimeData* mimeData(const QModelIndexList& indexes) const override;
  Qt::DropActions supportedDragActions() const override { return Qt::CopyAction; }

 Q_SIGNALS:
  /// Rows, their order, counts or the mistake may have changed. Not for what rows say alone.
  void arranged();
  void columns_changed();

 private:
  struct Row {
    QString run;  ///< empty: a heading
    QString heading;
    int count = 0;
    bool operator==(const Row&) const = default;
  };
  /// What decides whether a run is shown, and where.
  struct Place {
    bool trashed = false;
    bool fits = false;  ///< the filter
    std::int64_t created = 0;
    RunCell cell;   ///< what it is sorted by
    RunCell group;  ///< what it is gathered under
  };
  /// A run of this side of the trash, whether it fits the filter or not.
  struct Candidate {
    QString id;
    const RunView* view = nullptr;  ///< the record's: never null, gone with the run
    Place place;
  };

  void take_news(const QStringList& ids);
  void learn(const QString& run);
  void refresh();
  Place place_of(const QString& id, const RunView& view) const;
  bool before(const Candidate& a, const Candidate& b) const;
  /// Learns anew where the touched runs belong; false: not where they are, or that cannot be told.
  bool stays_arranged();
  void tell_touched();
  void forget();
  /// Columns from what was chosen and what occurs; true: they changed, and the model was reset with its rows.
  bool refresh_columns();
  void parse();
  void arrange();
  std::vector<Row> wanted_rows();
  /// All candidates anew, in order. Without it the filter alone is asked again.
  void order_candidates();
  void adopt(std::vector<Row> rows);
  /// True: another number of decimals in some column.
  bool measure_figures();
  runs::RunFacts facts(const QString& id, const RunView& view) const;
  QString cell_text(const RunView& view, int column) const;
  bool is_right_aligned(const RunColumn& column) const;
  QVariant section_data(const Row& row, int column, int role) const;

  /// How often a parameter was seen, and whether always with one value.
  struct Occurrence {
    std::string value;
    bool differs = false;
    bool numbers = true;  ///< all of them
  };

  Record& record_;
  QTimer refresh_;
  QSet<QString> touched_;
  std::vector<Candidate> candidates_;  ///< in order, as of the last arrangement and the news since
  QHash<QString, std::size_t> candidate_of_;
  QSet<QString> elsewhere_;     ///< on the other side of the trash
  bool order_stale_ = true;     ///< candidates are not all there are, or not in order any more
  bool names_grew_ = false;     ///< since the filter was read
  bool columns_stale_ = false;  ///< something occurred that columns are made of
  bool default_ = true;
  std::vector<RunColumn> chosen_;
  std::vector<RunColumn> columns_;
  std::vector<int> decimals_;  ///< of each column's figures; -1: as they are
  std::map<std::string, Occurrence, std::less<>> parameters_;
  std::set<std::string, std::less<>> metrics_, evaluations_;
  runs::FilterNames names_;
  QString filter_text_;
  runs::Filter filter_;
  runs::Filter last_fitting_;  ///< the last one that a run fitted
  std::optional<runs::FilterMistake> mistake_;
  bool trash_ = false;
  std::optional<RunColumn> grouping_;
  QSet<QString> folded_;
  RunColumn sort_column_{RunColumn::Kind::Created, {}};
  Qt::SortOrder sort_order_ = Qt::DescendingOrder;
  std::vector<Row> rows_;
  QHash<QString, int> row_of_;
  int fitting_ = 0;
  int total_ = 0;
  int trashed_ = 0;
};

}  // namespace ibot::ui
