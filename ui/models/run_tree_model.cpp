// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_tree_model.h"

#include "run_column.h"
#include "run_drag.h"

#include <ibot/base/text.h>
#include <ibot/compare/differences.h>

#include <QTextDocument>
#include <algorithm>
#include <cmath>
#include <tuple>

namespace ibot::ui {
namespace {

constexpr std::size_t kMostDifferences = 12;

QString count(std::int64_t value) {
  return QString::fromStdString(base::format_count(value));
}

QString text(const std::string& utf8) {
  return QString::fromStdString(utf8);
}

const RunView* parent_of(const std::map<QString, RunView>& runs, const RunView& view) {
  if (!view.run.parent) return nullptr;
  const auto found = runs.find(text(view.run.parent->run));
  return found == runs.end() ? nullptr : &found->second;
}

// Those that are not in the trash, and whatever they left.
QSet<QString> shown_runs(const std::map<QString, RunView>& runs) {
  QSet<QString> shown;
  for (const auto& [id, view] : runs) {
    if (view.run.trashed) continue;
    const RunView* at = &view;
    // Ends in a circle too, since each is taken once.
    while (at != nullptr && !shown.contains(text(at->run.id))) {
      shown.insert(text(at->run.id));
      at = parent_of(runs, *at);
    }
  }
  return shown;
}

// From the last line to the first, as a stack takes them.
void sort_for_stack(std::vector<const RunView*>& branches) {
  const auto key = [](const RunView* view) {
    return std::tuple(view->run.parent->step, view->run.created, view->run.id);
  };
  std::sort(branches.begin(), branches.end(),
            [&](const RunView* a, const RunView* b) { return key(a) < key(b); });
}

}  // namespace

std::vector<RunTreeRow> lay_out_tree(const std::map<QString, RunView>& runs, bool families_only) {
  const QSet<QString> shown = shown_runs(runs);
  std::map<QString, std::vector<const RunView*>> branches;
  std::vector<const RunView*> roots, all;
  for (const auto& [id, view] : runs) {
    if (!shown.contains(id)) continue;
    all.push_back(&view);
    const RunView* parent = parent_of(runs, view);
    if (parent == nullptr) {
      roots.push_back(&view);
    } else {
      branches[text(parent->run.id)].push_back(&view);
    }
  }
  for (auto& [id, list] : branches) sort_for_stack(list);
  const auto newer = [](const RunView* a, const RunView* b) {
    return std::tuple(b->run.created, b->run.id) < std::tuple(a->run.created, a->run.id);
  };
  std::sort(roots.begin(), roots.end(), newer);
  std::sort(all.begin(), all.end(), newer);
  roots.insert(roots.end(), all.begin(), all.end());  // what is only reached in a circle

  std::vector<RunTreeRow> rows;
  QSet<QString> placed;
  for (const RunView* root : roots) {
    const std::size_t first = rows.size();
    std::vector<std::pair<const RunView*, int>> waiting = {{root, -1}};
    while (!waiting.empty()) {
      const auto [view, parent] = waiting.back();
      waiting.pop_back();
      const QString id = text(view->run.id);
      if (placed.contains(id)) continue;
      placed.insert(id);
      RunTreeRow row{id, parent, view->run.parent.has_value(), 0, 0, 0};
      if (view->run.parent) row.from = std::max<std::int64_t>(0, view->run.parent->step);
      row.to = std::max(row.from, view->run.step);
      if (parent >= 0) ++rows[static_cast<std::size_t>(parent)].branches;
      const int at = static_cast<int>(rows.size());
      rows.push_back(std::move(row));
      if (const auto own = branches.find(id); own != branches.end()) {
        for (const RunView* branch : own->second) waiting.emplace_back(branch, at);
      }
    }
    const bool alone = rows.size() == first + 1 && !rows.back().branched;
    if (families_only && alone) rows.pop_back();
  }
  return rows;
}

RunTreeModel::RunTreeModel(Record& record, QObject* parent) : QAbstractListModel(parent), record_(record) {
  connect(&record, &Record::runs_changed, this, &RunTreeModel::refresh);
  connect(&record, &Record::runs_removed, this, &RunTreeModel::refresh);
  connect(&record, &Record::closed, this, &RunTreeModel::refresh);
  connect(&record, &Record::traits_changed, this, &RunTreeModel::rescale);
  refresh();
}

void RunTreeModel::refresh() {
  std::vector<RunTreeRow> rows = lay_out_tree(record_.runs(), families_only_);
  const bool same = std::equal(rows.begin(), rows.end(), rows_.begin(), rows_.end(),
                               [](const RunTreeRow& a, const RunTreeRow& b) {
                                 return a.run == b.run && a.parent == b.parent && a.from == b.from;
                               });
  if (same) {
    rows_ = std::move(rows);
    if (!rows_.empty()) Q_EMIT dataChanged(index(0), index(static_cast<int>(rows_.size()) - 1));
  } else {
    beginResetModel();
    rows_ = std::move(rows);
    endResetModel();
  }
  rescale();
}

int RunTreeModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QVariant RunTreeModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const RunTreeRow& row = rows_[static_cast<std::size_t>(index.row())];
  const RunView* view = record_.run(row.run);
  if (view == nullptr) return {};
  switch (role) {
    case Qt::DisplayRole:
      return run_name(view->run);
    case Qt::AccessibleTextRole:
      return sentence(row);
    case Qt::AccessibleDescriptionRole:
      return what_changed(row);
    case Qt::ToolTipRole: {
      const QString changed = what_changed(row);
      // Names are whatever people wrote: never taken for markup.
      return Qt::convertFromPlainText(
          changed.isEmpty() ? sentence(row) : sentence(row) + QLatin1Char('\n') + changed,
          Qt::WhiteSpaceNormal);
    }
    case kRunRole:
      return row.run;
    default:
      return {};
  }
}

Qt::ItemFlags RunTreeModel::flags(const QModelIndex& index) const {
  return QAbstractListModel::flags(index) | (index.isValid() ? Qt::ItemIsDragEnabled : Qt::NoItemFlags);
}

QStringList RunTreeModel::mimeTypes() const {
  return {kDraggedRuns};
}

QMimeData* RunTreeModel::mimeData(const QModelIndexList& indexes) const {
  QModelIndexList rows = indexes;
  std::sort(rows.begin(), rows.end());
  QStringList runs;
  for (const QModelIndex& row : rows) runs << row.data(kRunRole).toString();
  return dragged_runs(record_.folder(), runs);
}

int RunTreeModel::row_of(const QString& run) const {
  const auto found =
      std::find_if(rows_.begin(), rows_.end(), [&](const RunTreeRow& row) { return row.run == run; });
  return found == rows_.end() ? -1 : static_cast<int>(found - rows_.begin());
}

QStringList RunTreeModel::family_of(const QString& run) const {
  const int first = row_of(run);
  if (first < 0) return {};
  QStringList family = {run};
  // Branches stand below the run that they left, before the next one that is none of the family.
  for (std::size_t i = static_cast<std::size_t>(first) + 1; i < rows_.size() && rows_[i].parent >= first; ++i)
    family << rows_[i].run;
  return family;
}

void RunTreeModel::set_families_only(bool only) {
  if (families_only_ == only) return;
  families_only_ = only;
  refresh();
}

void RunTreeModel::set_by_epoch(bool by_epoch) {
  by_epoch_ = by_epoch;
  rescale();
}

double RunTreeModel::steps_per_epoch(const QString& run) const {
  const RunView* view = record_.run(run);
  const RunTraits* traits = record_.traits(run);
  if (view == nullptr || traits == nullptr) return 0;
  const runs::Parameter* epochs = runs::find(*traits->parameters, "train.epochs");
  const bool known = epochs != nullptr && epochs->number > 0 && view->run.planned_steps > 0;
  return known ? static_cast<double>(view->run.planned_steps) / epochs->number : 0;
}

void RunTreeModel::rescale() {
  epochs_known_ = !rows_.empty() && std::all_of(rows_.begin(), rows_.end(), [this](const RunTreeRow& row) {
    return steps_per_epoch(row.run) > 0;
  });
  extent_ = 1;
  for (const RunTreeRow& row : rows_) extent_ = std::max(extent_, place(row, row.to));
  Q_EMIT scale_changed();
}

double RunTreeModel::place(const RunTreeRow& row, std::int64_t step) const {
  const auto steps = static_cast<double>(step);
  const double epoch = by_epoch() ? steps_per_epoch(row.run) : 0;
  return epoch > 0 ? steps / epoch : steps;
}

QString RunTreeModel::sentence(const RunTreeRow& row) const {
  const RunView* view = record_.run(row.run);
  if (view == nullptr) return {};
  QStringList parts = {run_name(view->run), state_word(*view)};
  parts << (view->run.planned_steps > 0
                ? tr("step %1 of %2").arg(count(view->run.step), count(view->run.planned_steps))
                : tr("step %1").arg(count(view->run.step)));
  if (view->run.parent) {
    const RunView* parent = record_.run(text(view->run.parent->run));
    parts << tr("left %1 at step %2")
                 .arg(parent != nullptr ? run_name(parent->run) : tr("a run that is not here"),
                      count(view->run.parent->step));
  }
  if (row.branches == 1) parts << tr("one branch");
  if (row.branches > 1) parts << tr("%1 branches").arg(row.branches);
  if (view->run.trashed) parts << tr("in the trash");
  return parts.join(QStringLiteral(", "));
}

QString RunTreeModel::what_changed(const RunTreeRow& row) const {
  const RunView* view = record_.run(row.run);
  const RunView* parent = view == nullptr ? nullptr : parent_of(record_.runs(), *view);
  if (parent == nullptr) return {};
  const RunTraits* own = record_.traits(row.run);
  const RunTraits* left = record_.traits(text(parent->run.id));
  if (own == nullptr || left == nullptr) return tr("What changed at the branch is still being read.");
  const compare::RunData both[] = {{parent->run, parent->status, *left->parameters, {}, {}, {}, {}, {}},
                                   {view->run, view->status, *own->parameters, {}, {}, {}, {}, {}}};
  QStringList lines;
  std::size_t more = 0;
  for (const compare::DifferenceRow& each : compare::differences(both, {true, false})) {
    if (each.key == "began with") continue;
    if (static_cast<std::size_t>(lines.size()) == kMostDifferences) {
      ++more;
      continue;
    }
    const auto shown = [](const std::optional<std::string>& value) {
      return value ? text(*value) : RunTreeModel::tr("nothing");
    };
    lines << tr("%1: %2 \u2192 %3").arg(text(each.key), shown(each.values[0]), shown(each.values[1]));
  }
  if (lines.isEmpty()) return tr("Nothing was changed at the branch.");
  if (more > 0) lines << tr("and %n more", nullptr, static_cast<int>(more));
  return lines.join(QLatin1Char('\n'));
}

}  // namespace ibot::ui
