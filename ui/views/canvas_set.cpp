// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas_set.h"

#include "look_context.h"

#include <ui/style/theme.h>

#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QScrollArea>
#include <algorithm>

namespace ibot::ui {
namespace {

constexpr int kSmallSide = 148;  // px, with its name
constexpr int kGap = metrics::kSmall;

}  // namespace

CanvasSet::CanvasSet(LookContext& context, QWidget* parent) : QWidget(parent), context_(context) {
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kMedium);
  large_ = new PatchCanvas;
  large_->setObjectName(QStringLiteral("canvas_large"));
  connect_canvas(large_, 0);
  layout->addWidget(large_, 3);
  beside_ = new QWidget;
  scroll_ = new QScrollArea;
  scroll_->setWidget(beside_);
  scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll_->setFocusPolicy(Qt::NoFocus);
  beside_->setAutoFillBackground(false);  // the scroll area has just said otherwise
  scroll_->viewport()->setAutoFillBackground(false);
  scroll_->viewport()->installEventFilter(this);
  scroll_->setMinimumWidth(kSmallSide + kGap + 10);
  layout->addWidget(scroll_, 2);
  refresh_pictures();
}

void CanvasSet::connect_canvas(PatchCanvas* canvas, std::size_t place) {
  connect(canvas, &PatchCanvas::picked, this, [this, place](PatchAt patch, bool dragging) {
    if (place < pictures_.size()) Q_EMIT picked(pictures_[place], patch, dragging);
  });
  connect(canvas, &PatchCanvas::pointed, this, [this, place](PatchAt patch) {
    if (place < pictures_.size()) Q_EMIT pointed(pictures_[place], patch);
  });
  connect(canvas, &PatchCanvas::opacity_turned, this,
          [this](double by) { context_.set_opacity(context_.opacity() + by); });
}

void CanvasSet::refresh_pictures() {
  pictures_ = context_.readable();
  pictures_.resize(std::min<std::size_t>(pictures_.size(), 1 + kMostSmall));
  const std::size_t wanted = pictures_.empty() ? 0 : pictures_.size() - 1;
  while (small_.size() > wanted) {
    delete small_.back();
    small_.pop_back();
  }
  while (small_.size() < wanted) {
    auto* canvas = new PatchCanvas(beside_);
    canvas->setObjectName(QStringLiteral("canvas_small_%1").arg(small_.size() + 1));
    small_.push_back(canvas);
    connect_canvas(canvas, small_.size());
    canvas->show();
  }
  for (std::size_t place = 0; place < pictures_.size(); ++place) {
    const PinnedPicture& pinned = context_.pictures()[static_cast<std::size_t>(pictures_[place])];
    canvas(place).set_title(pinned.name);
  }
  scroll_->setVisible(wanted > 0);
  refresh_display();
  arrange();
}

void CanvasSet::set_dimmed(bool dimmed) {
  for (std::size_t place = 0; place <= small_.size(); ++place) canvas(place).set_dimmed(dimmed);
}

void CanvasSet::refresh_display() {
  for (std::size_t place = 0; place <= small_.size(); ++place) {
    canvas(place).set_opacity(context_.opacity());
    canvas(place).set_smooth(context_.smooth());
    canvas(place).set_overlay_visible(context_.overlay());
  }
}

bool CanvasSet::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::Resize) arrange();
  return QWidget::eventFilter(watched, event);
}

void CanvasSet::arrange() {
  const int room = std::max(kSmallSide, scroll_->viewport()->width());
  const int columns = std::max(1, (room + kGap) / (kSmallSide + kGap));
  const int side = (room - (columns - 1) * kGap) / columns;
  for (std::size_t i = 0; i < small_.size(); ++i) {
    const int row = static_cast<int>(i) / columns, column = static_cast<int>(i) % columns;
    small_[i]->setGeometry(column * (side + kGap), row * (side + 20 + kGap), side, side + 20);
  }
  const int rows = (static_cast<int>(small_.size()) + columns - 1) / columns;
  beside_->resize(room, std::max(0, rows * (side + 20 + kGap) - kGap));
}

QImage CanvasSet::picture() const {
  if (large_->content().rows < 1) return {};
  const int width = large_->width() + (small_.empty() ? 0 : beside_->width() + metrics::kMedium);
  const int height = std::max(large_->height(), small_.empty() ? 0 : beside_->height());
  QImage image(2 * width, 2 * height, QImage::Format_RGB32);
  image.setDevicePixelRatio(2);
  image.fill(Theme::instance().tokens().base);
  QPainter painter(&image);
  large_->render(&painter, QPoint(0, 0));
  if (!small_.empty())
    beside_->render(&painter, QPoint(large_->width() + metrics::kMedium, 0), {}, QWidget::DrawChildren);
  return image;
}

}  // namespace ibot::ui
