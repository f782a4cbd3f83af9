// SPDX-License-Identifier: GPL-3.0-or-later
#include "match_canvas.h"

#include <ui/style/theme.h>

#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <utility>

namespace ibot::ui {
namespace {

constexpr double kTitle = 20, kGap = 48, kReach = 12;

QColor line_colour(std::size_t line) {
  const figure::Colour c = figure::cluster_colour(line);
  return {c.red, c.green, c.blue};
}

}  // namespace

MatchCanvas::MatchCanvas(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFont(text_font(TextStyle::Small));
  setAccessibleName(tr("Matching patches of two pictures"));
  connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void MatchCanvas::set_content(std::array<Side, 2> sides, std::vector<Line> lines) {
  sides_ = std::move(sides);
  lines_ = std::move(lines);
  hovered_ = -1;
  dimmed_ = false;
  setAccessibleDescription(
      tr("%1 lines between %2 and %3").arg(lines_.size()).arg(sides_[0].name, sides_[1].name));
  update();
}

void MatchCanvas::set_dimmed(bool dimmed) {
  dimmed_ = dimmed;
  update();
}

QRectF MatchCanvas::place(int side) const {
  const double ratio = devicePixelRatioF();
  const auto whole = [ratio](double value) { return std::floor(value * ratio) / ratio; };
  const QImage& picture = sides_[static_cast<std::size_t>(side)].picture;
  const QSizeF natural = picture.isNull() ? QSizeF(1, 1) : QSizeF(picture.size());
  const double wide = (width() - kGap) / 2, high = height() - kTitle - 2;
  const double scale = std::min(wide / natural.width(), high / natural.height());
  const double w = whole(natural.width() * scale), h = whole(natural.height() * scale);
  // Both lean towards the middle: lines stay short.
  const double x = side == 0 ? wide - w : wide + kGap;
  return {whole(x), whole(kTitle + (high - h) / 2), w, h};
}

QPointF MatchCanvas::centre(int side, PatchAt patch) const {
  const QRectF box = place(side);
  const Side& of = sides_[static_cast<std::size_t>(side)];
  return {box.x() + (patch.column + 0.5) * box.width() / std::max(1, of.columns),
          box.y() + (patch.row + 0.5) * box.height() / std::max(1, of.rows)};
}

void MatchCanvas::paintEvent(QPaintEvent*) {
  const Tokens& t = Theme::instance().tokens();
  QPainter painter(this);
  painter.fillRect(rect(), t.base);
  if (dimmed_) painter.setOpacity(0.45);
  painter.setRenderHint(QPainter::SmoothPixmapTransform);
  for (int side = 0; side < 2; ++side) {
    const Side& of = sides_[static_cast<std::size_t>(side)];
    const QRectF box = place(side);
    painter.setPen(t.text2);
    painter.drawText(
        QRectF(box.x(), box.y() - kTitle, std::max(60.0, box.width()), kTitle),
        Qt::AlignLeft | Qt::AlignVCenter,
        painter.fontMetrics().elidedText(of.name, Qt::ElideRight, static_cast<int>(box.width())));
    if (of.picture.isNull()) {
      painter.fillRect(box, t.panel);
    } else {
      painter.drawImage(box, of.picture);
    }
  }
  painter.setRenderHint(QPainter::Antialiasing);
  const double before = painter.opacity();
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const bool marked = static_cast<int>(i) == hovered_;
    painter.setOpacity(before * (hovered_ < 0 || marked ? 1 : 0.15));
    const QPointF from = centre(0, lines_[i].first), to = centre(1, lines_[i].second);
    const bool wrong = lines_[i].dashed;
    QPen pen(Qt::black, marked ? 4.5 : 3);
    painter.setPen(pen);
    if (!wrong) painter.drawLine(from, to);
    pen = QPen(line_colour(i), marked ? 2.5 : 1.25);
    if (wrong) pen.setDashPattern({4, 4});
    painter.setPen(pen);
    painter.drawLine(from, to);
    painter.setPen(QPen(Qt::black, 1));
    painter.setBrush(line_colour(i));
    for (const QPointF& end : {from, to}) painter.drawEllipse(end, 3.5, 3.5);
  }
}

void MatchCanvas::hover(int line) {
  if (line == hovered_) return;
  hovered_ = line;
  QString words;
  if (line >= 0) {
    const Line& told = lines_[static_cast<std::size_t>(line)];
    words = tr("cosine %1").arg(told.value, 0, 'f', 3);
    if (told.off >= 0) words += tr(", %1 patches off").arg(told.off, 0, 'f', 1);
  }
  setToolTip(words);
  update();
}

void MatchCanvas::mouseMoveEvent(QMouseEvent* event) {
  int nearest = -1;
  double least = kReach * kReach;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    for (const QPointF& end : {centre(0, lines_[i].first), centre(1, lines_[i].second)}) {
      const QPointF away = end - event->position();
      const double distance = QPointF::dotProduct(away, away);
      if (distance >= least) continue;
      least = distance;
      nearest = static_cast<int>(i);
    }
  }
  hover(nearest);
}

void MatchCanvas::leaveEvent(QEvent*) {
  hover(-1);
}

}  // namespace ibot::ui
