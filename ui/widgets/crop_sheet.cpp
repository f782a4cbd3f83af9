// SPDX-License-Identifier: GPL-3.0-or-later
#include "crop_sheet.h"

#include <ui/style/theme.h>

#include <QFontMetrics>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kCaption = 20;
constexpr int kGap = metrics::kSmall;
constexpr int kGroupGap = metrics::kHuge;
constexpr int kSmallestSide = 96;
constexpr double kHatch = 6;

QColor with_alpha(QColor colour, double alpha) {
  colour.setAlphaF(static_cast<float>(alpha));
  return colour;
}

// A line of one device pixel that is seen on every picture, between two of the other colour.
void outline(QPainter& painter, const QRectF& box, const QColor& inner, const QColor& outer, double width) {
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(outer, width + 2));
  painter.drawRect(box);
  painter.setPen(QPen(inner, width));
  painter.drawRect(box);
}

}  // namespace

CropSheet::CropSheet(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFont(text_font(TextStyle::Small));
  setAccessibleName(tr("Crops and masks"));
  connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void CropSheet::show_crops(QImage preview, QSize size, QString caption, std::vector<CropTile> tiles,
                           QString small_caption) {
  preview_ = std::move(preview);
  size_ = size;
  caption_ = std::move(caption);
  small_caption_ = std::move(small_caption);
  tiles_ = std::move(tiles);
  dimmed_ = false;
  hovered_ = -1;
  QStringList words(caption_);
  for (const CropTile& tile : tiles_) {
    if (!tile.small) words << tile.caption;
  }
  words << small_caption_;
  setAccessibleDescription(words.join(QStringLiteral("; ")));
  arrange();
  update();
}

void CropSheet::clear() {
  show_crops({}, {}, {}, {}, {});
}

void CropSheet::set_dimmed(bool dimmed) {
  if (dimmed_ == dimmed) return;
  dimmed_ = dimmed;
  update();
}

void CropSheet::set_available_width(int width) {
  if (available_ == width) return;
  available_ = width;
  arrange();
}

int CropSheet::side_of(int size, int side) const {
  const double pixels = side * devicePixelRatioF();
  const int factor = size > 0 ? static_cast<int>(pixels / size) : 0;
  return factor >= 2 ? static_cast<int>(factor * size / devicePixelRatioF()) : side;
}

void CropSheet::arrange() {
  const auto lay_out = [this](int side) {
    places_.assign(tiles_.size(), {});
    const double aspect = size_.isEmpty() ? 1 : static_cast<double>(size_.width()) / size_.height();
    const int wide = std::min(static_cast<int>(std::lround(side * aspect)), side * 2);
    preview_place_ = QRect(0, 0, wide, static_cast<int>(std::lround(wide / aspect)));
    int x = tiles_.empty() ? wide : wide + kGroupGap;
    std::size_t i = 0;
    for (; i < tiles_.size() && !tiles_[i].small; ++i) {
      const int edge = side_of(tiles_[i].image.width(), side);
      places_[i] = QRect(x, 0, edge, edge);
      x += std::max(edge, side) + kGap;
    }
    if (i < tiles_.size()) {
      x += kGroupGap - kGap;
      // Two lines of small ones beside the large ones.
      const int room = (side - kGap) / 2;
      const int edge = side_of(tiles_[i].image.width(), room);
      const std::size_t columns = (tiles_.size() - i + 1) / 2;
      for (std::size_t local = 0; i < tiles_.size(); ++i, ++local) {
        places_[i] = QRect(x + static_cast<int>(local % columns) * (edge + kGap),
                           static_cast<int>(local / columns) * (edge + kGap), edge, edge);
      }
      x += static_cast<int>(columns) * (edge + kGap);
    }
    return x - (tiles_.empty() ? 0 : kGap);
  };
  const int largest = std::max(kSmallestSide, height() - kCaption);
  int needed = 0;
  for (int side = largest; side >= kSmallestSide; side -= metrics::kTiny) {
    needed = lay_out(side);
    if (needed <= available_) break;
  }
  setMinimumWidth(needed);
}

QRect CropSheet::place_of(int tile) const {
  return tile >= 0 && static_cast<std::size_t>(tile) < places_.size()
             ? places_[static_cast<std::size_t>(tile)]
             : QRect();
}

void CropSheet::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  if (dimmed_) painter.setOpacity(0.4);
  paint_preview(painter);
  bool told = false;
  for (std::size_t i = 0; i < tiles_.size(); ++i) {
    const CropTile& tile = tiles_[i];
    paint_tile(painter, tile, places_[i]);
    painter.setPen(Theme::instance().tokens().text2);
    const QFontMetrics font(this->font());
    // One caption for all small ones, under the first of their second line.
    const bool first_small = tile.small && !std::exchange(told, tile.small);
    if (tile.small && !first_small) continue;
    const int wide = tile.small ? width() - places_[i].left()
                     : i + 1 < tiles_.size() && !tiles_[i + 1].small
                         ? places_[i + 1].left() - places_[i].left() - kGap
                         : std::max(places_[i].width(), kSmallestSide);
    const QString caption = tile.small ? small_caption_
                            : font.horizontalAdvance(tile.caption) <= wide || tile.short_caption.isEmpty()
                                ? tile.caption
                                : tile.short_caption;
    const int bottom = tile.small ? places_.back().bottom() : places_[i].bottom();
    painter.drawText(QRect(places_[i].left(), bottom + 4, wide, kCaption - 4), Qt::AlignLeft | Qt::AlignTop,
                     font.elidedText(caption, Qt::ElideRight, wide));
  }
}

void CropSheet::paint_preview(QPainter& painter) const {
  if (preview_.isNull()) return;
  const Tokens& t = Theme::instance().tokens();
  const QSize pixels = (QSizeF(preview_place_.size()) * devicePixelRatioF()).toSize();
  painter.drawImage(preview_place_, preview_.scaled(pixels, Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
  painter.save();
  painter.setClipRect(preview_place_);
  const double sx = static_cast<double>(preview_place_.width()) / std::max(1, size_.width());
  const double sy = static_cast<double>(preview_place_.height()) / std::max(1, size_.height());
  const double device = 1 / devicePixelRatioF();
  const auto draw = [&](const CropTile& tile, bool strong) {
    const QRectF box(tile.box.x() * sx + device, tile.box.y() * sy + device,
                     tile.box.width() * sx - 2 * device, tile.box.height() * sy - 2 * device);
    const double alpha = strong ? 1 : 0.8;
    outline(painter, box, with_alpha(strong ? t.accent : t.text, alpha), with_alpha(t.base, alpha * 0.6),
            strong ? 2 : device);
  };
  // A crop that stands there more than once has one box. Those of small crops would hide the picture: they
  // are drawn one at a time.
  for (std::size_t i = tiles_.size(); i-- > 0;) {
    if (!tiles_[i].small && (i == 0 || tiles_[i - 1].box != tiles_[i].box)) draw(tiles_[i], false);
  }
  if (hovered_ >= 0) draw(tiles_[static_cast<std::size_t>(hovered_)], true);
  painter.restore();
  painter.setPen(t.text2);
  const QFontMetrics font(this->font());
  painter.drawText(QRect(0, preview_place_.bottom() + 4, preview_place_.width(), kCaption - 4),
                   Qt::AlignLeft | Qt::AlignTop,
                   font.elidedText(caption_, Qt::ElideMiddle, preview_place_.width()));
}

void CropSheet::paint_tile(QPainter& painter, const CropTile& tile, const QRect& place) const {
  if (tile.image.isNull()) return;
  const Tokens& t = Theme::instance().tokens();
  const QSize pixels = (QSizeF(place.size()) * devicePixelRatioF()).toSize();
  const bool whole = pixels.width() % tile.image.width() == 0;
  painter.drawImage(place, tile.image.scaled(pixels, Qt::IgnoreAspectRatio,
                                             whole ? Qt::FastTransformation : Qt::SmoothTransformation));
  if (!tile.masked.empty()) {
    QRegion cells;
    const auto edge = [&](int index, int count, int length) {
      return static_cast<int>(std::lround(static_cast<double>(index) * length / count));
    };
    for (int row = 0; row < tile.rows; ++row) {
      for (int col = 0; col < tile.cols; ++col) {
        if (tile.masked[static_cast<std::size_t>(row * tile.cols + col)] == 0) continue;
        const int left = edge(col, tile.cols, place.width());
        const int top = edge(row, tile.rows, place.height());
        cells += QRect(place.left() + left, place.top() + top, edge(col + 1, tile.cols, place.width()) - left,
                       edge(row + 1, tile.rows, place.height()) - top);
      }
    }
    painter.save();
    painter.setClipRegion(cells, Qt::IntersectClip);
    painter.fillRect(place, with_alpha(t.base, 0.62));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(with_alpha(t.text, 0.75), 1));
    for (double sum = 0; sum <= place.width() + place.height(); sum += kHatch)
      painter.drawLine(QPointF(place.left() + sum, place.top()),
                       QPointF(place.left() + sum - place.height(), place.top() + place.height()));
    painter.restore();
  }
  if (hovered_ >= 0 && &tiles_[static_cast<std::size_t>(hovered_)] == &tile) {
    painter.setPen(QPen(t.accent, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(place.adjusted(1, 1, -1, -1));
  }
}

int CropSheet::tile_at(const QPoint& where) const {
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (places_[i].contains(where)) return static_cast<int>(i);
  }
  return -1;
}

void CropSheet::mouseMoveEvent(QMouseEvent* event) {
  const int now = tile_at(event->pos());
  if (std::exchange(hovered_, now) != now) update();
}

void CropSheet::leaveEvent(QEvent*) {
  if (std::exchange(hovered_, -1) >= 0) update();
}

void CropSheet::resizeEvent(QResizeEvent*) {
  arrange();
}

bool CropSheet::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  const int tile = tile_at(help->pos());
  if (tile >= 0)
    QToolTip::showText(help->globalPos(), tiles_[static_cast<std::size_t>(tile)].details, this,
                       place_of(tile));
  else
    QToolTip::hideText();
  return true;
}

}  // namespace ibot::ui
