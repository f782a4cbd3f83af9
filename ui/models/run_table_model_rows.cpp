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
  // On the way to a condition lie words that fit nothing: "mask.p" of "mask.plugin=block".
  filter_ = mistake_ ? last_fitting_ : std::move(parsed.filter);
  names_grew_ = false;
}

RunTableModel::Place RunTableModel::place_of(const QString& id, const RunView& view) const {
  Place place;
  place.trashed = view.run.trashed.has_value();
  if (place.trashed != trash_) return place;
  const RunTraits* traits = record_.traits(id);
  place.fits = filter_.matches(facts(id, view));
  place.created = view.run.created;
  place.cell = run_order(sort_column_, view, traits);
  if (grouping_) place.group = run_cell(*grouping_, view, traits);
  return place;
}

void RunTableModel::order_candidates() {
  candidates_.clear();
  candidate_of_.clear();
  elsewhere_.clear();
  trashed_ = 0;
  for (const auto& [id, view] : record_.runs()) {
    Place place = place_of(id, view);
    trashed_ += place.trashed ? 1 : 0;
    if (place.trashed == trash_) {
      candidates_.push_back({id, &view, std::move(place)});
    } else {
      elsewhere_.insert(id);
    }
  }
  std::sort(candidates_.begin(), candidates_.end(),
            [this](const Candidate& a, const Candidate& b) { return before(a, b); });
  candidate_of_.reserve(static_cast<qsizetype>(candidates_.size()));
  for (std::size_t i = 0; i < candidates_.size(); ++i) candidate_of_.insert(candidates_[i].id, i);
  total_ = static_cast<int>(candidates_.size());
  order_stale_ = false;
}

// A strict order: ties go by age, then by name.
bool RunTableModel::before(const Candidate& a, const Candidate& b) const {
  const bool down = sort_order_ == Qt::DescendingOrder;
  const Place& first = a.place;
  const Place& second = b.place;
  if (first.cell.missing != second.cell.missing) return second.cell.missing;
  if (!first.cell.missing) {
    if (less(first.cell, second.cell)) return !down;
    if (less(second.cell, first.cell)) return down;
  }
  return first.created != second.created ? first.created > second.created : a.id < b.id;
}

std::vector<RunTableModel::Row> RunTableModel::wanted_rows() {
  if (order_stale_) {
    order_candidates();
  } else {
    for (Candidate& each : candidates_) each.place.fits = filter_.matches(facts(each.id, *each.view));
  }
  fitting_ = static_cast<int>(std::count_if(candidates_.begin(), candidates_.end(),
                                            [](const Candidate& each) { return each.place.fits; }));
  if (fitting_ > 0) {
    last_fitting_ = filter_;
  } else if (mistake_ && !filter_.empty()) {
    // Nothing that was ever asked for fits any more, or the other side of the trash is looked at.
    filter_ = last_fitting_ = {};
    return wanted_rows();
  }
  std::vector<Row> rows;
  rows.reserve(static_cast<std::size_t>(fitting_));
  if (!grouping_) {
    for (const Candidate& each : candidates_) {
      if (each.place.fits) rows.push_back({each.id, {}, 0});
    }
    return rows;
  }
  const auto in_order = [](const RunCell& a, const RunCell& b) {
    return a.missing != b.missing ? b.missing : !a.missing && less(a, b);
  };
  std::map<RunCell, std::vector<const Candidate*>, decltype(in_order)> groups(in_order);
  for (const Candidate& each : candidates_) {
    if (each.place.fits) groups[each.place.group].push_back(&each);
  }
  for (const auto& [cell, group] : groups) {
    const QString heading = cell.missing ? QString() : cell.text;
    rows.push_back({{}, heading, static_cast<int>(group.size())});
    if (folded_.contains(heading)) continue;
    for (const Candidate* each : group) rows.push_back({each->id, {}, 0});
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
    if (view == nullptr) return false;
    Place now = place_of(id, *view);
    const auto known = candidate_of_.constFind(id);
    if (known == candidate_of_.constEnd()) {
      if (!elsewhere_.contains(id) || now.trashed == trash_) return false;
      continue;
    }
    Place& was = candidates_[*known].place;
    if (now.trashed != was.trashed || now.fits != was.fits || now.group.missing != was.group.missing ||
        now.group.text != was.group.text)
      return false;
    was = std::move(now);
  }
  // The others are in order: only what stands beside a touched row can be on its wrong side now.
  const auto in_order = [this](int row) {
    const QString above = run_at(row);
    const QString below = run_at(row + 1);
    return above.isEmpty() || below.isEmpty() ||
           before(candidates_[candidate_of_.value(above)], candidates_[candidate_of_.value(below)]);
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
