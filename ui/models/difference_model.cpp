// SPDX-License-Identifier: GPL-3.0-or-later
#include "difference_model.h"

#include "run_column.h"
#include "run_names.h"

#include <ui/style/theme.h>

#include <QPainter>
#include <algorithm>
#include <iterator>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kSwatch = 8;
constexpr int kBar = 2;

QString title_of(compare::Subject subject) {
  switch (subject) {
    case compare::Subject::Configuration:
      return DifferenceModel::tr("Configuration");
    case compare::Subject::Plugins:
      return DifferenceModel::tr("Plugins");
    case compare::Subject::Data:
      return DifferenceModel::tr("Data");
    case compare::Subject::Seed:
      return DifferenceModel::tr("Seed");
    case compare::Subject::Environment:
      return DifferenceModel::tr("Environment");
    case compare::Subject::Metrics:
      return DifferenceModel::tr("What came out: last values and evaluations");
  }
  return {};
}

QString shown(const std::optional<std::string>& value) {
  return value ? QString::fromStdString(*value) : QStringLiteral("\u2013");
}

}  // namespace

DifferenceModel::DifferenceModel(QObject* parent) : QAbstractTableModel(parent) {}

void DifferenceModel::show(const ComparisonViewPtr& view, bool only) {
  beginResetModel();
  view_ = view;
  rows_.clear();
  differing_ = 0;
  total_ = static_cast<int>(view_->rows.size());
  std::vector<NamedRun> runs;
  for (const compare::RunData& data : view_->runs) {
    const QString name = run_name(data.run);
    runs.push_back(
        {QString::fromStdString(data.run.id),
         data.source.empty() ? name : tr("%1 \u00b7 %2").arg(name, QString::fromStdString(data.source)),
         QString::fromStdString(data.seed()), data.run.created});
  }
  names_ = names_in_list(runs);
  std::size_t heading = 0;
  for (std::size_t i = 0; i < view_->rows.size(); ++i) {
    const compare::DifferenceRow& row = view_->rows[i];
    if (row.differs) ++differing_;
    if (only && !row.differs) continue;
    if (rows_.empty() || rows_.back().subject != row.subject) {
      heading = rows_.size();
      rows_.push_back({row.subject, -1, 0});
    }
    ++rows_[heading].count;
    rows_.push_back({row.subject, static_cast<int>(i), 0});
  }
  endResetModel();
}

bool DifferenceModel::is_section(int row) const {
  return row >= 0 && row < rowCount() && rows_[static_cast<std::size_t>(row)].place < 0;
}

std::vector<compare::DifferenceRow> DifferenceModel::shown_rows(const ComparisonView& view, bool only) {
  std::vector<compare::DifferenceRow> shown;
  std::copy_if(view.rows.begin(), view.rows.end(), std::back_inserter(shown),
               [only](const compare::DifferenceRow& row) { return row.differs || !only; });
  return shown;
}

const compare::DifferenceRow& DifferenceModel::difference(const Row& row) const {
  return view_->rows[static_cast<std::size_t>(row.place)];
}

bool DifferenceModel::differs(const compare::DifferenceRow& row, int column) const {
  return column > kFirstRun && row.values[static_cast<std::size_t>(column - kFirstRun)] != row.values.front();
}

int DifferenceModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int DifferenceModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kFirstRun + static_cast<int>(view_->runs.size());
}

Qt::ItemFlags DifferenceModel::flags(const QModelIndex& index) const {
  return is_section(index.row()) ? Qt::ItemIsEnabled : Qt::ItemIsEnabled | Qt::ItemIsSelectable;
}

QVariant DifferenceModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const Row& row = rows_[static_cast<std::size_t>(index.row())];
  if (row.place < 0) {
    if (role == kSectionRole) return true;
    if (role == Qt::DisplayRole && index.column() == 0) return title_of(row.subject);
    return {};
  }
  const compare::DifferenceRow& difference = this->difference(row);
  if (role == kSectionRole) return false;
  if (index.column() < kFirstRun) {
    if (role == Qt::DisplayRole || role == Qt::ToolTipRole) return QString::fromStdString(difference.key);
    return {};
  }
  const auto& value = difference.values[static_cast<std::size_t>(index.column() - kFirstRun)];
  switch (role) {
    case Qt::DisplayRole:
      return shown(value);
    case Qt::ToolTipRole:
      return differs(difference, index.column())
                 ? tr("%1\nThe baseline: %2").arg(shown(value), shown(difference.values.front()))
                 : shown(value);
    case kDiffersRole:
      return differs(difference, index.column());
    case kMissingRole:
      return !value;
    default:
      return {};
  }
}

QVariant DifferenceModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
  if (role == Qt::TextAlignmentRole) return QVariant::fromValue(Qt::AlignLeft | Qt::AlignVCenter);
  if (section >= kFirstRun) return run_header(section, role);
  return role == Qt::DisplayRole ? tr("Key") : QVariant();
}

QVariant DifferenceModel::run_header(int column, int role) const {
  const compare::RunData& data = view_->runs[static_cast<std::size_t>(column - kFirstRun)];
  const record::Run& run = data.run;
  const QString source = QString::fromStdString(data.source);
  const QColor colour = run_colour(static_cast<int>(run.colour), Theme::instance().kind());
  const bool baseline = column == kFirstRun;
  switch (role) {
    case Qt::DisplayRole:
      return names_[column - kFirstRun];
    case Qt::ToolTipRole:
      if (!source.isEmpty())
        return tr("%1 (%2), in the bundle %3").arg(run_name(run), QString::fromStdString(run.id), source);
      return baseline ? tr("%1 (%2), the baseline").arg(run_name(run), QString::fromStdString(run.id))
                      : tr("%1 (%2)").arg(run_name(run), QString::fromStdString(run.id));
    case Qt::FontRole:
      return text_font(baseline ? TextStyle::Heading : TextStyle::Body);
    case Qt::DecorationRole: {
      QPixmap swatch(kSwatch, kSwatch);
      swatch.fill(colour);
      return swatch;
    }
    case kColourRole:
      return colour;
    default:
      return {};
  }
}

void DifferenceDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                               const QModelIndex& index) const {
  const Tokens& t = Theme::instance().tokens();
  if (index.data(DifferenceModel::kSectionRole).toBool()) {
    painter->fillRect(option.rect, t.panel);
    painter->setPen(t.text);
    painter->setFont(text_font(TextStyle::Heading));
    painter->drawText(option.rect.adjusted(metrics::kMedium, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft,
                      index.data().toString());
    return;
  }
  QStyleOptionViewItem dressed = option;
  const bool differs = index.data(DifferenceModel::kDiffersRole).toBool();
  const bool missing = index.data(DifferenceModel::kMissingRole).toBool();
  dressed.palette.setColor(QPalette::Text, differs && !missing ? t.text : t.text2);
  QStyledItemDelegate::paint(painter, dressed, index);
  if (!differs) return;
  painter->fillRect(QRect(option.rect.left() + metrics::kTiny, option.rect.top() + metrics::kTiny + 2, kBar,
                          option.rect.height() - 2 * (metrics::kTiny + 2)),
                    t.accent);
}

}  // namespace ibot::ui
