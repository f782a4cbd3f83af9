// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace ibot::ui {

/// Paints the first two columns of a table of runs: the run's colour as a small square before its name, its
/// state as a dot before the word. Numbers are right-aligned in tabular digits like everywhere.
class RunDelegate final : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace ibot::ui
