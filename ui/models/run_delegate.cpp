// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_delegate.h"

#include "run_table_model.h"

#include <ui/style/theme.h>

#include <QPainter>
#include <algorithm>

namespace ibot::ui {
namespace {

using Kind = RunColumn::Kind;

constexpr int kMark = 8;

// The background alone, over the whole cell.
void paint_background(QPainter* painter, QStyleOptionViewItem option) {
  option.text.clear();
  option.widget->style()->drawControl(QStyle::CE_ItemViewItem, &option, painter, option.widget);
}

void paint_text(QPainter* painter, const QStyleOptionViewItem& option, const QRect& rect) {
  painter->setPen(option.palette.color(QPalette::Text));
  painter->setFont(option.font);
  painter->drawText(rect, Qt::AlignVCenter | Qt::AlignLeft,
                    option.fontMetrics.elidedText(option.text, Qt::ElideRight, rect.width()));
}

void paint_mark(QPainter* painter, const QStyleOptionViewItem& option, const QColor& colour, bool round) {
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setPen(Qt::NoPen);
  painter->setBrush(colour);
  const QRectF mark(option.rect.left() + metrics::kMedium, option.rect.center().y() - kMark / 2.0 + 0.5,
                    kMark, kMark);
  if (round) {
    painter->drawEllipse(mark);
  } else {
    painter->drawRoundedRect(mark, 2, 2);
  }
  paint_text(painter, option,
             option.rect.adjusted(metrics::kMedium + kMark + metrics::kSmall, 0, -metrics::kTiny, 0));
}

void paint_chips(QPainter* painter, const QStyleOptionViewItem& option, const QStringList& tags) {
  const Tokens& t = Theme::instance().tokens();
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setFont(text_font(TextStyle::Small));
  const QFontMetrics text_size(painter->font());
  constexpr int kHeight = 18;
  int left = option.rect.left() + metrics::kSmall;
  const int right = option.rect.right() - metrics::kTiny;
  for (qsizetype i = 0; i < tags.size(); ++i) {
    // The last that fits gives way to a count of those that do not.
    const QString more = QStringLiteral("+%1").arg(tags.size() - i);
    const int room =
        right - left - (i + 1 < tags.size() ? text_size.horizontalAdvance(more) + metrics::kSmall : 0);
    int width = text_size.horizontalAdvance(tags[i]) + 2 * metrics::kSmall;
    if (width > room && i > 0) {
      painter->setPen(t.text2);
      painter->drawText(QRect(left, option.rect.top(), right - left, option.rect.height()),
                        Qt::AlignVCenter | Qt::AlignLeft, more);
      return;
    }
    width = std::min(width, room);
    const QRectF chip(left + 0.5, option.rect.center().y() - kHeight / 2 + 0.5, width - 1, kHeight);
    painter->setPen(t.line);
    painter->setBrush(t.raised);
    painter->drawRoundedRect(chip, metrics::kRadius, metrics::kRadius);
    painter->setPen(t.text);
    painter->drawText(chip, Qt::AlignCenter,
                      text_size.elidedText(tags[i], Qt::ElideRight, width - 2 * metrics::kTiny));
    left += width + metrics::kTiny;
  }
}

void paint_sparkline(QPainter* painter, const QStyleOptionViewItem& option, const QColor& colour,
                     const std::vector<float>& values) {
  if (values.empty()) return;
  const QRectF area = QRectF(option.rect).adjusted(metrics::kSmall, 6, -metrics::kSmall, -6);
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double span = static_cast<double>(*high) - static_cast<double>(*low);
  const auto y = [&](float value) {
    const double share = span > 0 ? (static_cast<double>(value) - static_cast<double>(*low)) / span : 0.5;
    return area.bottom() - share * area.height();
  };
  painter->setRenderHint(QPainter::Antialiasing);
  if (values.size() == 1) {
    painter->setPen(Qt::NoPen);
    painter->setBrush(colour);
    painter->drawEllipse(QPointF(area.left(), y(values.front())), 1.5, 1.5);
    return;
  }
  QPolygonF line;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double x = static_cast<double>(i) / static_cast<double>(values.size() - 1);
    line.push_back({area.left() + x * area.width(), y(values[i])});
  }
  painter->setPen(QPen(colour, 1));
  painter->setBrush(Qt::NoBrush);
  painter->drawPolyline(line);
}

// "▾ mask.plugin: block   12", over the whole row.
void paint_heading(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) {
  const Tokens& t = Theme::instance().tokens();
  painter->fillRect(option.rect, t.panel);
  if (index.column() != 0) return;
  if (option.state.testFlag(QStyle::State_HasFocus)) {
    painter->setPen(QPen(t.accent, 2));
    painter->drawRect(option.rect.adjusted(1, 1, -1, -1));
  }
  painter->setRenderHint(QPainter::Antialiasing);
  // A triangle of our own: glyphs differ between fonts.
  const QPointF centre(option.rect.left() + metrics::kMedium + kMark / 2.0, option.rect.center().y() + 0.5);
  QPolygonF triangle = index.data(RunTableModel::kFoldedRole).toBool()
                           ? QPolygonF({{-2, -4}, {3, 0}, {-2, 4}})
                           : QPolygonF({{-4, -2}, {4, -2}, {0, 3}});
  painter->setPen(Qt::NoPen);
  painter->setBrush(t.text2);
  painter->drawPolygon(triangle.translated(centre));
  const QRect area =
      option.rect.adjusted(metrics::kMedium + kMark + metrics::kSmall, 0, -metrics::kMedium, 0);
  painter->setFont(text_font(TextStyle::Heading));
  const QFontMetrics size(painter->font());
  const QString title = size.elidedText(index.data().toString(), Qt::ElideRight, area.width() - 60);
  painter->setPen(t.text);
  painter->drawText(area, Qt::AlignVCenter | Qt::AlignLeft, title);
  painter->setFont(text_font(TextStyle::Body));
  painter->setPen(t.text2);
  painter->drawText(area.adjusted(size.horizontalAdvance(title) + metrics::kMedium, 0, 0, 0),
                    Qt::AlignVCenter | Qt::AlignLeft, index.data(RunTableModel::kCountRole).toString());
}

}  // namespace

void RunDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                        const QModelIndex& index) const {
  const auto kind = static_cast<Kind>(index.data(RunTableModel::kKindRole).toInt());
  const bool heading = index.data(RunTableModel::kSectionRole).toBool();
  const bool marked = kind == Kind::Name || kind == Kind::State || kind == Kind::Tags || kind == Kind::Curve;
  if (!heading && !marked) return QStyledItemDelegate::paint(painter, option, index);
  QStyleOptionViewItem dressed = option;
  initStyleOption(&dressed, index);
  painter->save();
  if (heading) {
    paint_heading(painter, dressed, index);
  } else {
    paint_background(painter, dressed);
    const auto colour = [&](int role) { return index.data(role).value<QColor>(); };
    if (kind == Kind::Name) paint_mark(painter, dressed, colour(RunTableModel::kColourRole), false);
    if (kind == Kind::State) paint_mark(painter, dressed, colour(RunTableModel::kStateRole), true);
    if (kind == Kind::Tags)
      paint_chips(painter, dressed, index.data(RunTableModel::kTagsRole).toStringList());
    if (kind == Kind::Curve) {
      paint_sparkline(painter, dressed, colour(RunTableModel::kColourRole),
                      index.data(RunTableModel::kCurveRole).value<std::vector<float>>());
    }
  }
  painter->restore();
}

}  // namespace ibot::ui
