// SPDX-License-Identifier: GPL-3.0-or-later
// Which rows the table has, and when they have to be found anew.
#include "run_table_model.h"

#include <algorithm>
#include <utility>

namespace ibot::ui {

void RunTableModel::parse() {
  const std::string text = filter_text_.toStdString();
  runs::ParsedFilter parsed = runs::parse_filter(text, &names_);
  mistake_ = std::move(parsed.mistake);
  if (!mistake_) filter_ = std::move(parsed.filter);
  names_grew_ = false;
}

RunTableModel::Place RunTableModel::place_of(const QString& id, const RunView& view) const {
  Place place;
  place.trashed = view.run.trashed.has_value();
  if (place.trashed != trash_ || !filter_.matches(facts(id, view))) return place;
  const RunTraits* traits = record_.traits(id);
  place.fits = true;
  place.created = view.run.created;
  place.cell = run_order(sort_column_, view, traits);
  if (grouping_) place.group = run_cell(*grouping_, view, traits);
  return place;
}

QStringList RunTableModel::fitting_runs() {
  total_ = 0;
  trashed_ = 0;
  places_.clear();
  QStringList found;
  for (const auto& [id, view] : record_.runs()) {
    Place place = place_of(id, view);
    trashed_ += place.trashed ? 1 : 0;
    total_ += place.trashed == trash_ ? 1 : 0;
    if (place.fits) found.push_back(id);
    places_.insert(id, std::move(place));
  }
  fitting_ = static_cast<int>(found.size());
  return found;
}

// A strict order of all runs that fit: ties go by age, then by name.
bool RunTableModel::before(const QString& a, const QString& b) const {
  const bool down = sort_order_ == Qt::DescendingOrder;
  const Place& first = *places_.constFind(a);
  const Place& second = *places_.constFind(b);
  if (first.cell.missing != second.cell.missing) return second.cell.missing;
  if (!first.cell.missing) {
    if (less(first.cell, second.cell)) return !down;
    if (less(second.cell, first.cell)) return down;
  }
  return first.created != second.created ? first.created > second.created : a < b;
}

void RunTableModel::append(std::vector<Row>& rows, QStringList group) const {
  std::sort(group.begin(), group.end(), [this](const QString& a, const QString& b) { return before(a, b); });
  for (QString& run : group) rows.push_back({std::move(run), {}, 0});
}

std::vector<RunTableModel::Row> RunTableModel::wanted_rows() {
  const QStringList found = fitting_runs();
  std::vector<Row> rows;
  rows.reserve(static_cast<std::size_t>(found.size()));
  if (!grouping_) {
    append(rows, found);
    return rows;
  }
  const auto in_order = [](const RunCell& a, const RunCell& b) {
    return a.missing != b.missing ? b.missing : !a.missing && less(a, b);
  };
  std::map<RunCell, QStringList, decltype(in_order)> groups(in_order);
  for (const QString& run : found) groups[places_.constFind(run)->group].push_back(run);
  for (auto& [cell, group] : groups) {
    const QString heading = cell.missing ? QString() : cell.text;
    rows.push_back({{}, heading, static_cast<int>(group.size())});
    if (!folded_.contains(heading)) append(rows, std::move(group));
  }
  return rows;
}

void RunTableModel::refresh() {
  if ((columns_stale_ && refresh_columns()) || !stays_arranged()) return arrange();
  tell_touched();
}

bool RunTableModel::stays_arranged() {
  // A name that came may be what the filter's text means.
  if (names_grew_ && !filter_text_.isEmpty()) return false;
  for (const QString& id : std::as_const(touched_)) {
    const RunView* view = record_.run(id);
    const auto known = places_.find(id);
    if (view == nullptr || known == places_.end()) return false;
    Place now = place_of(id, *view);
    if (now.trashed != known->trashed || now.fits != known->fits ||
        now.group.missing != known->group.missing || now.group.text != known->group.text)
      return false;
    *known = std::move(now);
  }
  // The others are in order: only what stands beside a touched row can be on its wrong side now.
  const auto in_order = [this](int row) {
    const QString above = run_at(row);
    const QString below = run_at(row + 1);
    return above.isEmpty() || below.isEmpty() || before(above, below);
  };
  return std::all_of(touched_.cbegin(), touched_.cend(), [&](const QString& id) {
    const int row = row_of(id);
    return row < 0 || (in_order(row - 1) && in_order(row));
  });
}

void RunTableModel::tell_touched() {
  const bool other_decimals = measure_figures();
  if (other_decimals && !rows_.empty())
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
  for (const QString& run : std::as_const(touched_)) {
    const int row = row_of(run);
    if (row >= 0 && !other_decimals) Q_EMIT dataChanged(index(row, 0), index(row, columnCount() - 1));
  }
  touched_.clear();
}

void RunTableModel::arrange() {
  refresh_.stop();
  if (columns_stale_) refresh_columns();
  parse();
  adopt(wanted_rows());
  Q_EMIT arranged();
}

void RunTableModel::adopt(std::vector<Row> rows) {
  const bool same = rows == rows_;
  const bool same_runs =
      same || (rows.size() == rows_.size() && std::all_of(rows.begin(), rows.end(), [this](const Row& row) {
                 return !row.run.isEmpty() && row_of_.contains(row.run);
               }));
  const auto place = [&] {
    rows_ = std::move(rows);
    row_of_.clear();
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (!rows_[i].run.isEmpty()) row_of_.insert(rows_[i].run, static_cast<int>(i));
    }
  };
  if (same) {
    // Only what the rows say.
  } else if (same_runs) {
    Q_EMIT layoutAboutToBeChanged();
    const QModelIndexList before = persistentIndexList();
    QStringList runs;
    for (const QModelIndex& each : before) runs.push_back(run_at(each.row()));
    place();
    QModelIndexList after;
    for (qsizetype i = 0; i < before.size(); ++i) after.push_back(index(row_of(runs[i]), before[i].column()));
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged();
  } else {
    beginResetModel();
    place();
    measure_figures();
    endResetModel();
    touched_.clear();
    return;
  }
  tell_touched();
}

}  // namespace ibot::ui
