// SPDX-License-Identifier: GPL-3.0-or-later
#include "picture_grid.h"

#include <ui/style/theme.h>

#include <QKeyEvent>
#include <QPaintEvent>
#include <QPainter>
#include <QScrollBar>
#include <QTimer>
#include <algorithm>
#include <cmath>

namespace ibot::ui {
namespace {

constexpr int kGap = metrics::kTiny;
constexpr int kMargin = metrics::kMedium;
constexpr int kWarning = 20;

double shape_of(const data::PictureSize& size) {
  if (size.width == 0 || size.height == 0) return 1;
  const image::Box box = thumbnail_box(size.width, size.height);
  return static_cast<double>(box.width) / box.height;
}

}  // namespace

PictureGrid::PictureGrid(QWidget* parent) : QAbstractScrollArea(parent), wanted_(new QTimer(this)) {
  setFocusPolicy(Qt::StrongFocus);
  setFrameShape(QFrame::NoFrame);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  // Always there: rows that get narrower when it appears would jump.
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
  setAccessibleName(tr("Pictures"));
  viewport()->setMouseTracking(true);
  // Once a turn of the event loop, however often the view moved in it.
  wanted_->setSingleShot(true);
  wanted_->setInterval(0);
  connect(wanted_, &QTimer::timeout, this, &PictureGrid::want_visible);
  connect(&thumbnails_, &Thumbnails::ready, this,
          [this](qint64 index) { viewport()->update(cell_rect(index)); });
  connect(&thumbnails_, &Thumbnails::unreadable, this, [this](qint64 index) {
    sizes_[static_cast<std::size_t>(index)] = {};
    viewport()->update(cell_rect(index));
  });
  connect(&Theme::instance(), &Theme::changed, this, [this] { viewport()->update(); });
}

void PictureGrid::set_source(const std::shared_ptr<const data::Dataset>& dataset) {
  thumbnails_.set_source(dataset, static_cast<int>(std::lround(kRowHeight * devicePixelRatioF())));
  sizes_.clear();
  shapes_.clear();
  rows_.clear();
  current_ = hovered_ = -1;
  verticalScrollBar()->setValue(0);
  lay_out_from(0);
}

void PictureGrid::append(const std::vector<data::PictureSize>& sizes) {
  sizes_.insert(sizes_.end(), sizes.begin(), sizes.end());
  for (const data::PictureSize& size : sizes) shapes_.push_back(static_cast<float>(shape_of(size)));
  lay_out_from(rows_.empty() ? 0 : rows_.size() - 1);
}

// Rows are filled one by one; the height of a full one makes it fit the width exactly.
void PictureGrid::lay_out_from(std::size_t row) {
  qint64 next = 0;
  if (row < rows_.size()) next = rows_[row].first;
  rows_.resize(std::min(row, rows_.size()));
  const double width = std::max(1, viewport()->width() - 2 * kMargin);
  Row open{next, 0, 0, 0};
  double shapes = 0;
  for (; next < count(); ++next) {
    shapes += static_cast<double>(shapes_[static_cast<std::size_t>(next)]);
    ++open.count;
    if (shapes * kRowHeight + static_cast<double>((open.count - 1) * kGap) < width) continue;
    close_row(open, shapes, true);
    open = {next + 1, 0, 0, 0};
    shapes = 0;
  }
  if (open.count > 0) close_row(open, shapes, false);
  verticalScrollBar()->setRange(0, std::max(0, content_height() - viewport()->height()));
  verticalScrollBar()->setPageStep(viewport()->height());
  verticalScrollBar()->setSingleStep(kRowHeight / 2);
  viewport()->update();
  wanted_->start();
}

void PictureGrid::close_row(Row row, double shapes, bool full) {
  const double width = std::max(1, viewport()->width() - 2 * kMargin);
  row.top =
      rows_.empty() ? kMargin : rows_.back().top + static_cast<int>(std::lround(rows_.back().height)) + kGap;
  row.height = full ? (width - static_cast<double>((row.count - 1) * kGap)) / shapes : kRowHeight;
  rows_.push_back(row);
}

int PictureGrid::content_height() const {
  return rows_.empty() ? 0 : rows_.back().top + static_cast<int>(std::lround(rows_.back().height)) + kMargin;
}

std::size_t PictureGrid::row_at(int y) const {
  const auto after =
      std::upper_bound(rows_.begin(), rows_.end(), y, [](int at, const Row& row) { return at < row.top; });
  return after == rows_.begin() ? 0 : static_cast<std::size_t>(after - rows_.begin()) - 1;
}

std::size_t PictureGrid::row_of(qint64 index) const {
  const auto after = std::upper_bound(rows_.begin(), rows_.end(), index,
                                      [](qint64 at, const Row& row) { return at < row.first; });
  return static_cast<std::size_t>(after - rows_.begin()) - 1;
}

QRect PictureGrid::cell_rect(qint64 index) const {
  if (index < 0 || index >= count() || rows_.empty()) return {};
  const Row& row = rows_[row_of(index)];
  double left = kMargin;
  for (qint64 i = row.first; i < index; ++i)
    left += row.height * static_cast<double>(shapes_[static_cast<std::size_t>(i)]) + kGap;
  const double right = left + row.height * static_cast<double>(shapes_[static_cast<std::size_t>(index)]);
  const int x = static_cast<int>(std::lround(left));
  return {x, row.top - verticalScrollBar()->value(), static_cast<int>(std::lround(right)) - x,
          static_cast<int>(std::lround(row.height))};
}

qint64 PictureGrid::index_at(const QPoint& point) const {
  const int y = point.y() + verticalScrollBar()->value();
  if (rows_.empty()) return -1;
  const Row& row = rows_[row_at(y)];
  if (y < row.top || y >= row.top + row.height) return -1;
  for (qint64 i = row.first; i < row.first + row.count; ++i) {
    if (cell_rect(i).contains(point)) return i;
  }
  return -1;
}

void PictureGrid::want_visible() {
  std::vector<qint64> wanted;
  const int top = verticalScrollBar()->value();
  const int page = viewport()->height();
  // What is seen, then the page below.
  for (std::size_t i = row_at(top); i < rows_.size() && rows_[i].top < top + 2 * page; ++i) {
    for (qint64 k = 0; k < rows_[i].count; ++k) {
      if (sizes_[static_cast<std::size_t>(rows_[i].first + k)].width > 0)
        wanted.push_back(rows_[i].first + k);
    }
  }
  thumbnails_.want(wanted);
}

void PictureGrid::paintEvent(QPaintEvent* event) {
  QPainter painter(viewport());
  painter.fillRect(event->rect(), Theme::instance().tokens().base);
  if (rows_.empty()) return;
  painter.setRenderHint(QPainter::SmoothPixmapTransform);
  const int scroll = verticalScrollBar()->value();
  for (std::size_t i = row_at(scroll + event->rect().top());
       i < rows_.size() && rows_[i].top - scroll <= event->rect().bottom(); ++i) {
    for (qint64 k = 0; k < rows_[i].count; ++k) {
      const QRect cell = cell_rect(rows_[i].first + k);
      if (cell.intersects(event->rect())) draw_cell(painter, rows_[i].first + k, cell);
    }
  }
}

void PictureGrid::draw_cell(QPainter& painter, qint64 index, const QRectF& cell) {
  const Tokens& t = Theme::instance().tokens();
  if (const QImage* image = thumbnails_.find(index)) {
    painter.drawImage(cell, *image);
  } else {
    painter.fillRect(cell, t.panel);
    if (sizes_[static_cast<std::size_t>(index)].width == 0) {
      const QPixmap mark = pixmap(QStringLiteral("warning"), t.text3, kWarning, devicePixelRatioF());
      painter.drawPixmap(cell.center() - QPointF(kWarning / 2.0, kWarning / 2.0), mark);
    }
  }
  if (index == current_) {
    painter.setPen(QPen(hasFocus() ? t.accent : t.text2, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(cell.adjusted(-1, -1, 1, 1));
  }
}

void PictureGrid::resizeEvent(QResizeEvent* event) {
  QAbstractScrollArea::resizeEvent(event);
  // The picture at the top stays at the top.
  const qint64 top = rows_.empty() ? -1 : rows_[row_at(verticalScrollBar()->value())].first;
  lay_out_from(0);
  if (top > 0) verticalScrollBar()->setValue(rows_[row_of(top)].top - kMargin);
}

void PictureGrid::scrollContentsBy(int /*dx*/, int /*dy*/) {
  viewport()->update();
  wanted_->start();
}

void PictureGrid::set_current(qint64 index) {
  index = std::clamp<qint64>(index, -1, count() - 1);
  if (index == current_) return;
  current_ = index;
  if (index >= 0) {
    const QRect cell = cell_rect(index);
    QScrollBar* bar = verticalScrollBar();
    if (cell.top() < kGap) bar->setValue(bar->value() + cell.top() - kMargin);
    if (cell.bottom() > viewport()->height() - kGap)
      bar->setValue(bar->value() + cell.bottom() - viewport()->height() + kMargin);
  }
  viewport()->update();
  Q_EMIT current_changed(current_);
}

void PictureGrid::keyPressEvent(QKeyEvent* event) {
  if (count() == 0) return QAbstractScrollArea::keyPressEvent(event);
  // The picture of another row that lies nearest above or below the middle of the current one.
  const auto in_row = [this](qint64 rows) {
    if (current_ < 0) return qint64{0};
    const auto to = std::clamp<qint64>(static_cast<qint64>(row_of(current_)) + rows, 0,
                                       static_cast<qint64>(rows_.size()) - 1);
    const Row& row = rows_[static_cast<std::size_t>(to)];
    const int middle = cell_rect(current_).center().x();
    qint64 best = row.first;
    for (qint64 i = row.first; i < row.first + row.count; ++i) {
      if (std::abs(cell_rect(i).center().x() - middle) < std::abs(cell_rect(best).center().x() - middle))
        best = i;
    }
    return best;
  };
  const qint64 page = std::max(1, viewport()->height() / kRowHeight);
  switch (event->key()) {
    case Qt::Key_Left:
      return set_current(std::max<qint64>(0, current_ - 1));
    case Qt::Key_Right:
      return set_current(current_ + 1);
    case Qt::Key_Up:
      return set_current(in_row(-1));
    case Qt::Key_Down:
      return set_current(in_row(1));
    case Qt::Key_PageUp:
      return set_current(in_row(-page));
    case Qt::Key_PageDown:
      return set_current(in_row(page));
    case Qt::Key_Home:
      return set_current(0);
    case Qt::Key_End:
      return set_current(count() - 1);
    case Qt::Key_Escape:
      if (current_ >= 0) return set_current(-1);
      break;
    default:
      break;
  }
  QAbstractScrollArea::keyPressEvent(event);
}

void PictureGrid::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) set_current(index_at(event->position().toPoint()));
}

void PictureGrid::hover(qint64 index) {
  if (index == hovered_) return;
  hovered_ = index;
  Q_EMIT hovered(index);
}

void PictureGrid::mouseMoveEvent(QMouseEvent* event) {
  hover(index_at(event->position().toPoint()));
}

void PictureGrid::leaveEvent(QEvent* event) {
  hover(-1);
  QAbstractScrollArea::leaveEvent(event);
}

void PictureGrid::focusInEvent(QFocusEvent* event) {
  QAbstractScrollArea::focusInEvent(event);
  if (current_ < 0 && event->reason() != Qt::MouseFocusReason) set_current(0);
  viewport()->update();
}

void PictureGrid::focusOutEvent(QFocusEvent* event) {
  QAbstractScrollArea::focusOutEvent(event);
  viewport()->update();
}

}  // namespace ibot::ui
