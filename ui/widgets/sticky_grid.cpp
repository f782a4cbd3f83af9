// SPDX-License-Identifier: GPL-3.0-or-later
#include "sticky_grid.h"

#include <ui/style/theme.h>

#include <QPainter>
#include <QScrollBar>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kRowHead = 104, kHeadLine = 18, kGap = metrics::kSmall, kGroupGap = metrics::kLarge;
constexpr int kLeastCell = 96;
constexpr int kMostSharp = 4000;  // px of an image that is still taken at twice its size

}  // namespace

/// The names along one edge, painted by the grid.
class StickyGrid::Heads final : public QWidget {
 public:
  Heads(QWidget* parent, std::function<void(QPainter&)> paint) : QWidget(parent), paint_(std::move(paint)) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    paint_(painter);
  }

 private:
  std::function<void(QPainter&)> paint_;
};

StickyGrid::StickyGrid(QWidget* parent) : QAbstractScrollArea(parent) {
  setFrameShape(QFrame::NoFrame);
  setFocusPolicy(Qt::NoFocus);
  setFont(text_font(TextStyle::Small));
  viewport()->setAutoFillBackground(false);
  down_ = new Heads(this, [this](QPainter& painter) { paint_rows(painter, verticalScrollBar()->value()); });
  across_ =
      new Heads(this, [this](QPainter& painter) { paint_columns(painter, horizontalScrollBar()->value()); });
  for (Heads* heads : {down_, across_})
    connect(&Theme::instance(), &Theme::changed, heads, qOverload<>(&QWidget::update));
  horizontalScrollBar()->setSingleStep(kLeastCell / 4);
  verticalScrollBar()->setSingleStep(kLeastCell / 4);
}

void StickyGrid::set_content(const QStringList& row_names, std::vector<Column> column_heads,
                             const std::vector<QWidget*>& cells) {
  row_names_ = row_names;
  columns_ = std::move(column_heads);
  cells_ = cells;
  for (QWidget* each : cells_) {
    if (each->parentWidget() == viewport()) continue;
    each->setParent(viewport());
    each->show();
  }
  setViewportMargins(kRowHead, heads_height(), 0, 0);
  arrange();
}

int StickyGrid::heads_height() const {
  const auto any = [this](QString Column::*text) {
    return std::any_of(columns_.begin(), columns_.end(),
                       [text](const Column& column) { return !(column.*text).isEmpty(); });
  };
  return (any(&Column::group) ? kHeadLine : 0) + (any(&Column::name) ? kHeadLine : 0);
}

void StickyGrid::set_zoom(double zoom) {
  zoom = std::clamp(zoom, 1.0, kMostZoom);
  if (zoom == zoom_) return;
  zoom_ = zoom;
  arrange();
  Q_EMIT zoomed(zoom_);
}

int StickyGrid::left_of(int column) const {
  return left_[static_cast<std::size_t>(column)];
}

int StickyGrid::top_of(int row) const {
  return row * (cell_ + kGap);
}

void StickyGrid::arrange() {
  if (rows() == 0 || columns() == 0) return;
  int gaps = 0;
  std::vector<int> gap_after;
  for (int i = 0; i < columns(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    const bool last = i + 1 == columns();
    gap_after.push_back(last ? 0 : columns_[at].group != columns_[at + 1].group ? kGroupGap : kGap);
    gaps += gap_after.back();
  }
  const QSize room = maximumViewportSize();
  // Squares: names stand close to what they name.
  const int wide = (room.width() - gaps) / columns(),
            high_enough = (room.height() - kGap * (rows() - 1)) / rows();
  const double side = zoom_ * std::max(kLeastCell, std::min(wide, high_enough));
  cell_ = static_cast<int>(std::lround(side));
  left_ = {0};
  for (const int gap : gap_after) left_.push_back(left_.back() + cell_ + gap);
  const int high = top_of(rows()) - kGap;
  // A bar takes room from the other direction alone where it is needed.
  const QSize seen = viewport()->size();
  horizontalScrollBar()->setPageStep(seen.width());
  verticalScrollBar()->setPageStep(seen.height());
  horizontalScrollBar()->setRange(0, std::max(0, left_.back() - seen.width()));
  verticalScrollBar()->setRange(0, std::max(0, high - seen.height()));
  place_cells();
}

void StickyGrid::place_cells() {
  const int x = horizontalScrollBar()->value(), y = verticalScrollBar()->value();
  for (std::size_t i = 0; i < cells_.size() && columns() > 0; ++i) {
    const int row = static_cast<int>(i) / columns(), column = static_cast<int>(i) % columns();
    cells_[i]->setGeometry(left_of(column) - x, top_of(row) - y, cell_, cell_);
  }
  const QRect seen = viewport()->geometry();
  down_->setGeometry(0, seen.top(), kRowHead, seen.height());
  across_->setGeometry(seen.left(), 0, seen.width(), seen.top());
  down_->update();
  across_->update();
}

void StickyGrid::resizeEvent(QResizeEvent* event) {
  QAbstractScrollArea::resizeEvent(event);
  arrange();
}

void StickyGrid::scrollContentsBy(int, int) {
  place_cells();
}

void StickyGrid::changeEvent(QEvent* event) {
  QAbstractScrollArea::changeEvent(event);
  if (event->type() == QEvent::FontChange) arrange();
}

void StickyGrid::wheelEvent(QWheelEvent* event) {
  if ((event->modifiers() & Qt::ControlModifier) == 0) return QAbstractScrollArea::wheelEvent(event);
  // What is under the mouse stays there.
  const QPointF at = event->position();
  const double before = zoom_;
  const double x = (horizontalScrollBar()->value() + at.x()) / before;
  const double y = (verticalScrollBar()->value() + at.y()) / before;
  set_zoom(zoom_ * std::pow(1.2, event->angleDelta().y() / 120.0));
  horizontalScrollBar()->setValue(static_cast<int>(std::lround(x * zoom_ - at.x())));
  verticalScrollBar()->setValue(static_cast<int>(std::lround(y * zoom_ - at.y())));
  event->accept();
}

QRect StickyGrid::row_head(int row) const {
  const QRect seen = viewport()->geometry();
  return {0, seen.top() + top_of(row) - verticalScrollBar()->value(), kRowHead, cell_};
}

QRect StickyGrid::column_head(int column) const {
  const QRect seen = viewport()->geometry();
  return {seen.left() + left_of(column) - horizontalScrollBar()->value(), 0, cell_, seen.top()};
}

QRect StickyGrid::cell(int row, int column) const {
  return {column_head(column).left(), row_head(row).top(), cell_, cell_};
}

void StickyGrid::paint_rows(QPainter& painter, int scrolled) const {
  const Tokens& t = Theme::instance().tokens();
  painter.setPen(t.text);
  for (int row = 0; row < rows(); ++row) {
    // A name stays in sight for as long as any of its row does.
    const int top = top_of(row) - scrolled, end = top + cell_;
    const QRect place(0, std::max(top, std::min(0, end - 3 * kHeadLine)), kRowHead - kGap, cell_);
    if (end > 0) painter.drawText(place, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, row_names_[row]);
  }
}

void StickyGrid::paint_columns(QPainter& painter, int scrolled) const {
  const Tokens& t = Theme::instance().tokens();
  const auto write = [&](int first, int end, int bottom, const QString& text) {
    const int right = left_of(end - 1) + cell_ - scrolled;
    const int least = std::min(kLeastCell, cell_);
    const int left = std::max(left_of(first) - scrolled, std::min(0, right - least));
    const QRect place(left, bottom - kHeadLine, right - left, kHeadLine);
    painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(text, Qt::ElideRight, place.width()));
  };
  const int height = heads_height();
  for (int column = 0; column < columns(); ++column) {
    const Column& head = columns_[static_cast<std::size_t>(column)];
    painter.setPen(t.text2);
    write(column, column + 1, height, head.name);
    const auto group_of = [this](int at) { return columns_[static_cast<std::size_t>(at)].group; };
    if (head.group.isEmpty() || (column > 0 && group_of(column - 1) == head.group)) continue;
    int end = column + 1;
    while (end < columns() && group_of(end) == head.group) ++end;
    painter.setPen(t.text);
    write(column, end, kHeadLine, head.group);
  }
}

QImage StickyGrid::rendered() const {
  if (cells_.empty() || left_.empty()) return {};
  const int head = heads_height();
  const QSize size(kRowHead + left_.back(), head + top_of(rows()) - kGap);
  const double scale = std::max(size.width(), size.height()) > kMostSharp ? 1 : 2;
  QImage image(size * scale, QImage::Format_RGB32);
  image.setDevicePixelRatio(scale);
  image.fill(Theme::instance().tokens().base);
  QPainter painter(&image);
  painter.setFont(font());
  painter.translate(0, head);
  paint_rows(painter, 0);
  painter.resetTransform();
  painter.translate(kRowHead, 0);
  paint_columns(painter, 0);
  painter.resetTransform();
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const int row = static_cast<int>(i) / columns(), column = static_cast<int>(i) % columns();
    cells_[i]->render(&painter, QPoint(kRowHead + left_of(column), head + top_of(row)), {},
                      QWidget::DrawChildren);
  }
  return image;
}

}  // namespace ibot::ui
