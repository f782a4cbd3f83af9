// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch_canvas.h"

#include <ui/style/theme.h>

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>
#include <algorithm>
#include <cmath>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kTitle = 20;
constexpr int kRing = 3;  // px kept free for the focus ring
constexpr int kLargestSmooth =
    384;  // device px; beyond it smoothing the colours cannot be told from smoothing values
constexpr double kLargestScale = 8;
constexpr figure::Colour kMissing{0x80, 0x80, 0x80};

QImage image_of(const figure::Picture& picture) {
  return QImage(picture.rgb.data(), picture.width, picture.height, 3 * picture.width, QImage::Format_RGB888)
      .convertToFormat(QImage::Format_RGB32);
}

bool valid_grid(const PatchPicture& content) {
  return figure::GridView{content.rows, content.columns, content.values}.valid();
}

}  // namespace

QImage map_image(const std::vector<float>& values, int rows, int columns, figure::ColourMap colours,
                 figure::Range range) {
  const figure::GridView grid{rows, columns, values};
  if (!grid.valid()) return {};
  return image_of(
      figure::draw_grid(grid, colours, range, figure::Upsampling::Nearest, columns, rows, kMissing));
}

PatchCanvas::PatchCanvas(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  setFont(text_font(TextStyle::Small));
  connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void PatchCanvas::set_content(PatchPicture content) {
  content_ = std::move(content);
  if (!valid_grid(content_)) content_.values.clear();
  const auto cells = static_cast<std::size_t>(content_.rows) * static_cast<std::size_t>(content_.columns);
  if (content_.inside.size() != cells) content_.inside.clear();
  if (content_.hatched.size() != cells) content_.hatched.clear();
  coloured_valid_ = false;
  dimmed_ = false;
  update();
  Q_EMIT content_changed();
}

void PatchCanvas::set_title(const QString& title) {
  if (title_ == title) return;
  title_ = title;
  setAccessibleName(title);
  update();
}

void PatchCanvas::set_note(const QString& note) {
  if (note_ == note) return;
  note_ = note;
  update();
}

void PatchCanvas::set_opacity(double opacity) {
  opacity_ = std::clamp(opacity, 0.0, 1.0);
  update();
}

void PatchCanvas::set_smooth(bool smooth) {
  if (smooth_ == smooth) return;
  smooth_ = smooth;
  coloured_valid_ = false;
  update();
}

void PatchCanvas::set_overlay_visible(bool visible) {
  overlay_ = visible;
  update();
}

void PatchCanvas::set_dimmed(bool dimmed) {
  if (dimmed_ == dimmed) return;
  dimmed_ = dimmed;
  update();
}

void PatchCanvas::set_hovered(PatchAt patch) {
  if (hovered_ == patch) return;
  hovered_ = patch;
  update();
}

void PatchCanvas::set_choosing(bool choosing) {
  choosing_ = choosing;
  setFocusPolicy(choosing ? Qt::StrongFocus : Qt::NoFocus);
}

QSize PatchCanvas::natural_size() const {
  if (!content_.picture.isNull()) return content_.picture.size();
  if (content_.rows > 0 && content_.columns > 0) return {content_.columns, content_.rows};
  return {1, 1};
}

QRectF PatchCanvas::place() const {
  const double ratio = devicePixelRatioF();
  const double top = title_.isEmpty() ? 0 : kTitle;
  const QRectF room = QRectF(rect()).adjusted(kRing, kRing + top, -kRing, -kRing);
  const QSizeF natural = natural_size();
  double scale = std::min(room.width() / natural.width(), room.height() / natural.height());
  if (!content_.picture.isNull()) scale = std::min(scale, kLargestScale);
  // Whole device pixels, so that no edge is drawn over two of them.
  const auto whole = [ratio](double value) { return std::floor(value * ratio) / ratio; };
  const double width = std::max(1.0, whole(natural.width() * scale));
  const double height = std::max(1.0, whole(natural.height() * scale));
  return {whole(room.x() + (room.width() - width) / 2), whole(room.y() + (room.height() - height) / 2), width,
          height};
}

PatchAt PatchCanvas::patch_at(const QPointF& where) const {
  const QRectF box = place();
  if (content_.rows < 1 || content_.columns < 1 || !box.contains(where)) return {};
  const auto row = static_cast<int>((where.y() - box.y()) * content_.rows / box.height());
  const auto column = static_cast<int>((where.x() - box.x()) * content_.columns / box.width());
  return {std::clamp(row, 0, content_.rows - 1), std::clamp(column, 0, content_.columns - 1)};
}

QRectF PatchCanvas::patch_rect(PatchAt patch) const {
  const QRectF box = place();
  if (!patch.is_patch() || content_.rows < 1 || content_.columns < 1) return {};
  const double width = box.width() / content_.columns, height = box.height() / content_.rows;
  return {box.x() + patch.column * width, box.y() + patch.row * height, width, height};
}

QImage PatchCanvas::rendered(double scale) const {
  const QRectF box = place();
  QImage image((box.size() * scale).toSize(), QImage::Format_RGB32);
  image.fill(Theme::instance().tokens().base);
  QPainter painter(&image);
  painter.scale(scale, scale);
  paint(painter, QRectF(QPointF(0, 0), box.size()), scale);
  return image;
}

void PatchCanvas::paintEvent(QPaintEvent*) {
  const Tokens& t = Theme::instance().tokens();
  QPainter painter(this);
  painter.fillRect(rect(), t.base);
  const QRectF box = place();
  if (!title_.isEmpty()) {
    painter.setPen(t.text2);
    const QRectF line(box.x(), std::max(0.0, box.y() - kTitle), std::max(box.width(), 48.0), kTitle);
    painter.drawText(
        line, Qt::AlignLeft | Qt::AlignVCenter,
        painter.fontMetrics().elidedText(title_, Qt::ElideRight, static_cast<int>(line.width())));
  }
  if (content_.picture.isNull() && !has_map()) {
    painter.fillRect(box, t.panel);  // the place of what is to come
    if (!note_.isEmpty()) {
      painter.setPen(t.text2);
      painter.drawText(box.adjusted(kRing, kRing, -kRing, -kRing), Qt::AlignCenter | Qt::TextWordWrap, note_);
    }
  } else {
    if (dimmed_) painter.setOpacity(0.45);
    paint(painter, box, devicePixelRatioF());
    painter.setOpacity(1);
  }
  if (hovered_.is_patch() && hovered_.row < content_.rows && hovered_.column < content_.columns)
    paint_cell(painter, box, hovered_, 1);
  if (hasFocus()) {
    painter.setPen(QPen(t.accent, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(box.adjusted(-2, -2, 2, 2));
  }
}

void PatchCanvas::paint(QPainter& painter, const QRectF& box, double ratio) const {
  const QSize device = (box.size() * ratio).toSize();
  if (!content_.picture.isNull()) {
    if (scaled_.size() != device || scaled_of_ != content_.picture.cacheKey()) {
      scaled_ = content_.picture.scaled(device, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
      scaled_of_ = content_.picture.cacheKey();
    }
    painter.drawImage(box, scaled_);
  }
  if (has_map() && (overlay_ || content_.picture.isNull())) paint_overlay(painter, box, device);
  if (!content_.hatched.empty()) {
    const double width = box.width() / content_.columns, height = box.height() / content_.rows;
    const Tokens& t = Theme::instance().tokens();
    for (std::size_t i = 0; i < content_.hatched.size(); ++i) {
      if (content_.hatched[i] == 0) continue;
      const auto row = static_cast<int>(i) / content_.columns,
                 column = static_cast<int>(i) % content_.columns;
      const QRectF cell(box.x() + column * width, box.y() + row * height, width, height);
      QColor veil = t.base;
      veil.setAlphaF(0.55F);
      painter.fillRect(cell, veil);
      painter.fillRect(cell, QBrush(t.text2, Qt::BDiagPattern));
    }
  }
  if (!content_.inside.empty()) paint_outline(painter, box);
  if (content_.mark.is_patch() && content_.mark.row < content_.rows &&
      content_.mark.column < content_.columns)
    paint_cell(painter, box, content_.mark, 2);
}

void PatchCanvas::paint_overlay(QPainter& painter, const QRectF& box, const QSize& device) const {
  const bool smooth = smooth_ && !content_.categorical;
  if (!coloured_valid_ || (smooth && coloured_at_ != device)) {
    coloured_at_ = device;
    if (!content_.values.empty()) {
      // On the values, before they get colours: mixed colours would say numbers that were never there.
      const QSize size = smooth ? device.boundedTo({kLargestSmooth, kLargestSmooth})
                                : QSize(content_.columns, content_.rows);
      coloured_ = image_of(
          figure::draw_grid({content_.rows, content_.columns, content_.values}, content_.colours,
                            content_.range, smooth ? figure::Upsampling::Smooth : figure::Upsampling::Nearest,
                            size.width(), size.height(), kMissing));
    } else {
      coloured_ = content_.patches;
    }
    coloured_valid_ = true;
  }
  const double before = painter.opacity();
  if (!content_.picture.isNull()) painter.setOpacity(before * opacity_);
  painter.setRenderHint(QPainter::SmoothPixmapTransform, smooth);
  painter.drawImage(box, coloured_);
  painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  painter.setOpacity(before);
}

void PatchCanvas::paint_outline(QPainter& painter, const QRectF& box) const {
  const int rows = content_.rows, columns = content_.columns;
  const double width = box.width() / columns, height = box.height() / rows;
  const auto inside = [&](int row, int column) {
    return row >= 0 && column >= 0 && row < rows && column < columns &&
           content_.inside[static_cast<std::size_t>(row * columns + column)] != 0;
  };
  QPainterPath edges;
  for (int row = 0; row <= rows; ++row) {
    for (int column = 0; column <= columns; ++column) {
      const double x = box.x() + column * width, y = box.y() + row * height;
      if (inside(row, column) != inside(row - 1, column)) {
        edges.moveTo(x, y);
        edges.lineTo(x + width, y);
      }
      if (inside(row, column) != inside(row, column - 1)) {
        edges.moveTo(x, y);
        edges.lineTo(x, y + height);
      }
    }
  }
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(Qt::black, 3, Qt::SolidLine, Qt::SquareCap));
  painter.drawPath(edges);
  painter.setPen(QPen(Qt::white, 1.5, Qt::SolidLine, Qt::SquareCap));
  painter.drawPath(edges);
}

void PatchCanvas::paint_cell(QPainter& painter, const QRectF& box, PatchAt patch, double line) const {
  const double width = box.width() / content_.columns, height = box.height() / content_.rows;
  const QRectF cell(box.x() + patch.column * width, box.y() + patch.row * height, width, height);
  // Light between dark: seen on every picture.
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(Qt::black, line + 2));
  painter.drawRect(cell);
  painter.setPen(QPen(line > 1 ? Theme::instance().tokens().accent : QColor(Qt::white), line));
  painter.drawRect(cell);
}

void PatchCanvas::pick(PatchAt patch, bool dragging) {
  if (!choosing_ || !patch.is_patch()) return;
  if (dragging && patch == last_picked_) return;
  last_picked_ = patch;
  content_.mark = patch;
  update();
  Q_EMIT picked(patch, dragging);
}

void PatchCanvas::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || !choosing_) return QWidget::mousePressEvent(event);
  dragging_ = patch_at(event->position()).is_patch();
  pick(patch_at(event->position()), false);
}

void PatchCanvas::mouseMoveEvent(QMouseEvent* event) {
  const PatchAt patch = patch_at(event->position());
  if (dragging_) pick(patch, true);
  if (patch == hovered_) return;
  set_hovered(patch);
  Q_EMIT pointed(patch);
}

void PatchCanvas::mouseReleaseEvent(QMouseEvent* event) {
  dragging_ = false;
  QWidget::mouseReleaseEvent(event);
}

void PatchCanvas::leaveEvent(QEvent*) {
  set_hovered({});
  Q_EMIT pointed({});
}

void PatchCanvas::keyPressEvent(QKeyEvent* event) {
  int down = 0, right = 0;
  switch (event->key()) {
    case Qt::Key_Up:
      down = -1;
      break;
    case Qt::Key_Down:
      down = 1;
      break;
    case Qt::Key_Left:
      right = -1;
      break;
    case Qt::Key_Right:
      right = 1;
      break;
    default:
      return QWidget::keyPressEvent(event);
  }
  if (!choosing_ || content_.rows < 1) return QWidget::keyPressEvent(event);
  const PatchAt from = content_.mark.is_patch()
                           ? content_.mark
                           : PatchAt{content_.rows / 2 - down, content_.columns / 2 - right};
  pick({std::clamp(from.row + down, 0, content_.rows - 1),
        std::clamp(from.column + right, 0, content_.columns - 1)},
       event->isAutoRepeat());
}

void PatchCanvas::wheelEvent(QWheelEvent* event) {
  if ((event->modifiers() & Qt::AltModifier) == 0) return QWidget::wheelEvent(event);
  // With Alt some systems turn the wheel sideways.
  const QPoint turned = event->angleDelta();
  const int angle = turned.y() != 0 ? turned.y() : turned.x();
  Q_EMIT opacity_turned(angle / 120.0 * 0.05);
  event->accept();
}

QString PatchCanvas::place_name(PatchAt patch) const {
  return tr("row %1, column %2").arg(patch.row + first_).arg(patch.column + first_);
}

bool PatchCanvas::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip && !content_.values.empty()) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const PatchAt patch = patch_at(help->pos());
    if (patch.is_patch()) {
      const float value =
          content_.values[static_cast<std::size_t>(patch.row * content_.columns + patch.column)];
      QToolTip::showText(help->globalPos(), tr("%1: %2").arg(place_name(patch)).arg(value, 0, 'g', 4), this);
      return true;
    }
  }
  return QWidget::event(event);
}

}  // namespace ibot::ui
