// SPDX-License-Identifier: GPL-3.0-or-later
#include "written_table.h"

#include <ibot/compare/verdict.h>

#include <ui/style/theme.h>

#include <utility>

namespace ibot::ui {
namespace {

QVariant alignment(compare::Align align) {
  switch (align) {
    case compare::Align::Left:
      return QVariant::fromValue(Qt::AlignLeft | Qt::AlignVCenter);
    case compare::Align::Right:
      return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    case compare::Align::Centre:
      return QVariant::fromValue(Qt::Alignment(Qt::AlignCenter));
  }
  return {};
}

QVariant colour_of(const std::string& word) {
  const Tokens& t = Theme::instance().tokens();
  if (word == compare::to_string(compare::Verdict::Better)) return t.good;
  if (word == compare::to_string(compare::Verdict::Worse)) return t.bad;
  return {};
}

}  // namespace

void WrittenTable::show(compare::Table table) {
  beginResetModel();
  table_ = std::move(table);
  endResetModel();
}

int WrittenTable::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(table_.rows.size());
}

int WrittenTable::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(table_.columns.size());
}

QVariant WrittenTable::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const auto& row = table_.rows[static_cast<std::size_t>(index.row())];
  const auto column = static_cast<std::size_t>(index.column());
  if (column >= row.size()) return {};
  const compare::Cell& cell = row[column];
  if (role == Qt::ToolTipRole && !cell.whole.empty()) return QString::fromStdString(cell.whole);
  switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole: {
      const QString text = QString::fromStdString(cell.text);
      if (!cell.mark) return text;
      return text.isEmpty() ? QStringLiteral("\u2713") : QStringLiteral("\u2713 ") + text;
    }
    case Qt::TextAlignmentRole:
      return alignment(table_.columns[column].align);
    case Qt::FontRole:
      return text_font(cell.strong ? TextStyle::Heading : TextStyle::Body);
    case Qt::ForegroundRole:
      return colour_of(cell.text);
    default:
      return {};
  }
}

QVariant WrittenTable::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
  const compare::Column& column = table_.columns[static_cast<std::size_t>(section)];
  if (role == Qt::DisplayRole || role == Qt::ToolTipRole) return QString::fromStdString(column.title);
  if (role == Qt::TextAlignmentRole) return alignment(column.align);
  return {};
}

}  // namespace ibot::ui
