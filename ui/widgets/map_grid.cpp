// SPDX-License-Identifier: GPL-3.0-or-later
#include "map_grid.h"

#include <ui/style/theme.h>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <utility>

namespace ibot::ui {
namespace {

constexpr double kLabel = 22, kHeading = 18, kGap = 4, kLargest = 56, kSmallest = 14;

}  // namespace

MapGrid::MapGrid(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setFont(text_font(TextStyle::Small));
  setAccessibleName(tr("Attention of every layer and head"));
  connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void MapGrid::set_shape(int layers, int heads) {
  if (layers == layers_ && heads == heads_) return;
  layers_ = layers;
  heads_ = heads;
  const std::size_t cells = static_cast<std::size_t>(layers) * static_cast<std::size_t>(heads + 1);
  maps_.assign(cells, {});
  stale_.assign(cells, false);
  hovered_layer_ = 0;
  updateGeometry();
  update();
}

void MapGrid::set_map(int layer, int head, QImage map) {
  if (layer < 1 || layer > layers_ || head < 0 || head > heads_) return;
  maps_[at(layer, head)] = std::move(map);
  stale_[at(layer, head)] = false;
  update();
}

void MapGrid::set_stale() {
  stale_.assign(stale_.size(), true);
  update();
}

void MapGrid::set_chosen(int layer, int head) {
  layer_ = layer;
  head_ = head;
  setAccessibleDescription(head == 0 ? tr("Layer %1, mean of the heads").arg(layer)
                                     : tr("Layer %1, head %2").arg(layer).arg(head));
  update();
}

double MapGrid::side() const {
  if (layers_ < 1) return kSmallest;
  const double wide = (width() - kLabel - heads_ * kGap) / (heads_ + 1.0);
  const double high = (height() - kHeading - (layers_ - 1) * kGap) / layers_;
  return std::floor(std::clamp(std::min(wide, high), kSmallest, kLargest));
}

QSize MapGrid::sizeHint() const {
  const double columns = std::max(heads_, 3) + 1;
  return {static_cast<int>(kLabel + columns * (30 + kGap)),
          static_cast<int>(kHeading + std::max(layers_, 4) * (30 + kGap))};
}

QRectF MapGrid::cell(int layer, int head) const {
  const double step = side() + kGap;
  return {kLabel + head * step, kHeading + (layer - 1) * step, side(), side()};
}

bool MapGrid::find(const QPointF& where, int& layer, int& head) const {
  for (layer = 1; layer <= layers_; ++layer) {
    for (head = 0; head <= heads_; ++head) {
      if (cell(layer, head).adjusted(-kGap / 2, -kGap / 2, kGap / 2, kGap / 2).contains(where)) return true;
    }
  }
  return false;
}

void MapGrid::paintEvent(QPaintEvent*) {
  const Tokens& t = Theme::instance().tokens();
  QPainter painter(this);
  painter.fillRect(rect(), t.base);
  if (layers_ < 1) return;
  const double edge = side();
  for (int head = 0; head <= heads_; ++head) {
    painter.setPen(head == head_ ? t.text : t.text2);
    const QRectF over = cell(1, head);
    const QString name = head > 0 ? QString::number(head) : edge < 26 ? QStringLiteral("\u00f8") : tr("mean");
    painter.drawText(QRectF(over.x() - 6, 0, over.width() + 12, kHeading - 2), Qt::AlignCenter, name);
  }
  for (int layer = 1; layer <= layers_; ++layer) {
    const QRectF first = cell(layer, 0);
    painter.setPen(layer == layer_ ? t.text : t.text2);
    painter.drawText(QRectF(0, first.y(), kLabel - kGap - 2, edge), Qt::AlignRight | Qt::AlignVCenter,
                     QString::number(layer));
    for (int head = 0; head <= heads_; ++head) {
      const QRectF place = cell(layer, head);
      const QImage& map = maps_[at(layer, head)];
      if (map.isNull()) {
        painter.fillRect(place, t.panel);
      } else {
        painter.setOpacity(stale_[at(layer, head)] ? 0.4 : 1);
        painter.drawImage(place, map);
        painter.setOpacity(1);
      }
      const bool is_chosen = layer == layer_ && head == head_;
      const bool is_hovered = layer == hovered_layer_ && head == hovered_head_;
      if (!is_chosen && !is_hovered) continue;
      painter.setBrush(Qt::NoBrush);
      painter.setPen(QPen(is_chosen ? t.accent : t.text2, is_chosen ? 2 : 1));
      painter.drawRect(place.adjusted(-1, -1, 1, 1));
    }
  }
  if (hasFocus()) {
    painter.setPen(QPen(t.accent, 1, Qt::DotLine));
    painter.drawRect(cell(1, 0).united(cell(layers_, heads_)).adjusted(-3, -3, 3, 3));
  }
}

void MapGrid::mousePressEvent(QMouseEvent* event) {
  int layer = 0, head = 0;
  if (event->button() != Qt::LeftButton || !find(event->position(), layer, head)) return;
  set_chosen(layer, head);
  Q_EMIT chosen(layer, head);
}

void MapGrid::hover(int layer, int head) {
  if (layer == hovered_layer_ && head == hovered_head_) return;
  hovered_layer_ = layer;
  hovered_head_ = head;
  update();
  Q_EMIT hovered(layer, head);
}

void MapGrid::mouseMoveEvent(QMouseEvent* event) {
  int layer = 0, head = 0;
  if (find(event->position(), layer, head)) {
    setToolTip(head == 0 ? tr("Layer %1, mean of the heads").arg(layer)
                         : tr("Layer %1, head %2").arg(layer).arg(head));
    return hover(layer, head);
  }
  hover(0, 0);
}

void MapGrid::leaveEvent(QEvent*) {
  hover(0, 0);
}

void MapGrid::keyPressEvent(QKeyEvent* event) {
  int layer = layer_, head = head_;
  switch (event->key()) {
    case Qt::Key_Up:
      --layer;
      break;
    case Qt::Key_Down:
      ++layer;
      break;
    case Qt::Key_Left:
      --head;
      break;
    case Qt::Key_Right:
      ++head;
      break;
    default:
      return QWidget::keyPressEvent(event);
  }
  if (layer < 1 || layer > layers_ || head < 0 || head > heads_) return;
  set_chosen(layer, head);
  Q_EMIT chosen(layer, head);
}

}  // namespace ibot::ui
