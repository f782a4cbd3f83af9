// SPDX-License-Identifier: GPL-3.0-or-later
#include "card_grid.h"

#include <ui/style/theme.h>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kCrop = 52, kGap = 2, kHeading = 20, kBetween = metrics::kMedium, kSwatch = 10;

int card_width(const CardGrid::Card& card) {
  const int crops = std::max(1, static_cast<int>(card.pictures.size()));
  return crops * kCrop + (crops - 1) * kGap;
}

}  // namespace

CardGrid::CardGrid(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setFont(text_font(TextStyle::Small));
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
  connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void CardGrid::set_cards(std::vector<Card> cards) {
  cards_ = std::move(cards);
  setMinimumHeight(heightForWidth(width()));
  updateGeometry();
  update();
}

void CardGrid::set_chosen(qint64 id) {
  chosen_ = id;
  update();
}

int CardGrid::columns(int width) const {
  if (cards_.empty()) return 1;
  return std::max(1, (width - 4 + kBetween) / (card_width(cards_.front()) + kBetween));
}

int CardGrid::heightForWidth(int width) const {
  const int across = columns(width);
  const int rows = (static_cast<int>(cards_.size()) + across - 1) / across;
  return rows * (kHeading + kCrop + kBetween) + 4;
}

QRect CardGrid::place(int card) const {
  const int across = columns(width());
  const int wide = cards_.empty() ? kCrop : card_width(cards_.front());
  return {2 + card % across * (wide + kBetween), 2 + card / across * (kHeading + kCrop + kBetween), wide,
          kHeading + kCrop};
}

void CardGrid::paintEvent(QPaintEvent* event) {
  const Tokens& t = Theme::instance().tokens();
  QPainter painter(this);
  for (int i = 0; i < static_cast<int>(cards_.size()); ++i) {
    const QRect box = place(i);
    if (!box.adjusted(-2, -2, 2, 2).intersects(event->rect())) continue;
    const Card& card = cards_[static_cast<std::size_t>(i)];
    const QRect heading(box.x(), box.y(), box.width(), kHeading);
    int indent = 0;
    if (card.colour.isValid()) {
      painter.fillRect(QRect(box.x(), box.y() + (kHeading - kSwatch) / 2, kSwatch, kSwatch), card.colour);
      indent = kSwatch + metrics::kTiny;
    }
    painter.setPen(t.text);
    painter.drawText(heading.adjusted(indent, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, card.title);
    painter.setPen(t.text2);
    painter.drawText(heading, Qt::AlignRight | Qt::AlignVCenter, card.number);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    for (int crop = 0; crop < static_cast<int>(card.pictures.size()); ++crop) {
      const QRect at(box.x() + crop * (kCrop + kGap), box.y() + kHeading, kCrop, kCrop);
      painter.drawImage(at, card.pictures[static_cast<std::size_t>(crop)]);
    }
    if (card.id != chosen_) continue;
    painter.setPen(QPen(t.accent, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(box.adjusted(-1, kHeading - 1, 1, 1));
  }
  if (hasFocus() && chosen_ < 0 && !cards_.empty()) {
    painter.setPen(QPen(t.accent, 2));
    painter.drawRect(place(0).adjusted(-1, -1, 1, 1));
  }
}

void CardGrid::choose(int card) {
  if (card < 0 || card >= static_cast<int>(cards_.size())) return;
  const qint64 id = cards_[static_cast<std::size_t>(card)].id;
  chosen_ = id == chosen_ ? -1 : id;
  update();
  Q_EMIT chosen(chosen_);
}

void CardGrid::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  for (int i = 0; i < static_cast<int>(cards_.size()); ++i) {
    if (place(i).contains(event->position().toPoint())) return choose(i);
  }
}

void CardGrid::keyPressEvent(QKeyEvent* event) {
  int by = 0;
  switch (event->key()) {
    case Qt::Key_Left:
      by = -1;
      break;
    case Qt::Key_Right:
      by = 1;
      break;
    case Qt::Key_Up:
      by = -columns(width());
      break;
    case Qt::Key_Down:
      by = columns(width());
      break;
    default:
      return QWidget::keyPressEvent(event);
  }
  const auto found =
      std::find_if(cards_.begin(), cards_.end(), [&](const Card& each) { return each.id == chosen_; });
  choose(found == cards_.end() ? 0 : static_cast<int>(found - cards_.begin()) + by);
}

void CardGrid::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  setMinimumHeight(heightForWidth(width()));
}

}  // namespace ibot::ui
