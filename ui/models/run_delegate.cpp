// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_delegate.h"

#include "run_table_model.h"

#include <ui/style/tokens.h>

#include <QPainter>

namespace ibot::ui {

void RunDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                        const QModelIndex& index) const {
  if (index.column() > 1) return QStyledItemDelegate::paint(painter, option, index);
  constexpr int kMark = 8;
  QStyleOptionViewItem shifted = option;
  initStyleOption(&shifted, index);
  // The background first, over the whole cell; then the text, moved aside for the mark.
  QStyleOptionViewItem back = shifted;
  back.text.clear();
  back.widget->style()->drawControl(QStyle::CE_ItemViewItem, &back, painter, back.widget);
  const QColor colour =
      index.data(index.column() == 0 ? RunTableModel::kColourRole : RunTableModel::kStateRole)
          .value<QColor>();
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setPen(Qt::NoPen);
  painter->setBrush(colour);
  const QRectF mark(option.rect.left() + metrics::kMedium, option.rect.center().y() - kMark / 2.0 + 0.5,
                    kMark, kMark);
  if (index.column() == 0) {
    painter->drawRoundedRect(mark, 2, 2);
  } else {
    painter->drawEllipse(mark);
  }
  painter->setPen(shifted.palette.color(QPalette::Text));
  painter->setFont(shifted.font);
  const QRect text = option.rect.adjusted(metrics::kMedium + kMark + metrics::kSmall, 0, -metrics::kTiny, 0);
  painter->drawText(text, Qt::AlignVCenter | Qt::AlignLeft,
                    shifted.fontMetrics.elidedText(shifted.text, Qt::ElideRight, text.width()));
  painter->restore();
}

}  // namespace ibot::ui
