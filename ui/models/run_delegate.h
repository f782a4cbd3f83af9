// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace ibot::ui {

/// Paints the cells of a RunTableModel: the run's colour as a small square before its name, its state as a
/// dot before the word, tags as chips, curves as sparklines in the run's colour, and headings of groups.
class RunDelegate final : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace ibot::ui
