// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe_wall.h"

#include <ui/style/theme.h>

#include <QFileInfo>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>

namespace ibot::ui {
namespace {

constexpr int kHeading = 20;
constexpr int kGap = 4;
constexpr double kLargest = 160;

QString column_name(int column) {
  switch (column) {
    case 0:
      return ProbeWall::tr("Picture");
    case 1:
      return ProbeWall::tr("Attention");
    case 2:
      return ProbeWall::tr("PCA");
    case 3:
      return ProbeWall::tr("Clusters");
    default:
      return ProbeWall::tr("Prototypes");
  }
}

QString column_help(int column) {
  switch (column) {
    case 0:
      return ProbeWall::tr("The picture as the network gets it");
    case 1:
      return ProbeWall::tr(
          "Last layer, query CLS, mean of the heads; black is nothing, bright the largest value");
    case 2:
      return ProbeWall::tr(
          "The first three principal components of the patch tokens of all these pictures, as "
          "red, green and blue");
    case 3:
      return ProbeWall::tr("k-means of the patch tokens of all these pictures: one colour a cluster");
    default:
      return ProbeWall::tr(
          "The patch prototype with the largest logit: one colour a prototype, colours repeat");
  }
}

}  // namespace

ProbeWall::ProbeWall(QWidget* parent) : QWidget(parent) {
  setAccessibleName(tr("Probe pictures and what the teacher saw in them"));
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
  connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ProbeWall::set_view(ProbeViewPtr view) {
  const auto rows = [](const ProbeViewPtr& v) { return v ? v->rows.size() : 0; };
  const bool resized = rows(view) != rows(view_);
  view_ = std::move(view);
  if (resized) {
    setMinimumHeight(heightForWidth(width()));
    updateGeometry();
  }
  update();
}

int ProbeWall::columns() const {
  // Without a head nothing has prototypes.
  bool prototypes = false;
  if (view_) {
    for (const ProbeRow& row : view_->rows) prototypes = prototypes || !row.maps.back().isNull();
  }
  return static_cast<int>(kProbeKinds.size()) + (prototypes ? 1 : 0);
}

double ProbeWall::side(int width) const {
  const double wanted = (width - kGap * (columns() - 1)) / static_cast<double>(columns());
  const double ratio = devicePixelRatioF();
  return std::floor(std::clamp(wanted, 8.0, kLargest) * ratio) / ratio;
}

int ProbeWall::heightForWidth(int width) const {
  const auto rows = view_ ? static_cast<int>(view_->rows.size()) : 0;
  return kHeading + static_cast<int>(std::ceil(rows * (side(width) + kGap)));
}

QSize ProbeWall::sizeHint() const {
  return {360, heightForWidth(360)};
}

void ProbeWall::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  setMinimumHeight(heightForWidth(width()));
}

QRectF ProbeWall::cell(int row, int column) const {
  const double edge = side(width());
  return {column * (edge + kGap), kHeading + row * (edge + kGap), edge, edge};
}

void ProbeWall::paintEvent(QPaintEvent* event) {
  const Tokens& t = Theme::instance().tokens();
  QPainter painter(this);
  painter.fillRect(event->rect(), t.base);
  if (!view_ || view_->rows.empty()) return;
  painter.setFont(text_font(TextStyle::Small));
  painter.setPen(t.text2);
  for (int column = 0; column < columns(); ++column) {
    const QRectF under = cell(0, column);
    const QRect place(static_cast<int>(under.x()), 0, static_cast<int>(under.width()), kHeading - kGap);
    painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(column_name(column), Qt::ElideRight, place.width()));
  }
  const double ratio = devicePixelRatioF();
  for (int row = 0; row < static_cast<int>(view_->rows.size()); ++row) {
    const ProbeRow& probe = view_->rows[static_cast<std::size_t>(row)];
    for (int column = 0; column < columns(); ++column) {
      const QRectF place = cell(row, column);
      if (!place.intersects(event->rect())) continue;
      const QImage& image = column == 0 ? probe.picture : probe.maps[static_cast<std::size_t>(column - 1)];
      if (image.isNull()) {
        painter.fillRect(place, t.panel);  // keeps its place
        continue;
      }
      // In device pixels, so that nothing is scaled twice.
      const QSize size = QSizeF(place.width() * ratio, place.height() * ratio).toSize();
      QImage shown = image.scaled(size, Qt::IgnoreAspectRatio,
                                  column == 0 ? Qt::SmoothTransformation : Qt::FastTransformation);
      shown.setDevicePixelRatio(ratio);
      painter.drawImage(place.topLeft(), shown);
    }
  }
}

bool ProbeWall::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip && view_) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const double step = side(width()) + kGap;
    const int column = static_cast<int>(help->pos().x() / step);
    const int row = static_cast<int>((help->pos().y() - kHeading) / step);
    if (column < columns() && help->pos().y() >= 0) {
      QString text = column_help(column);
      if (help->pos().y() >= kHeading && row < static_cast<int>(view_->rows.size()))
        text = QFileInfo(view_->rows[static_cast<std::size_t>(row)].source).fileName() + QLatin1Char('\n') +
               text;
      QToolTip::showText(help->globalPos(), text, this);
      return true;
    }
  }
  return QWidget::event(event);
}

}  // namespace ibot::ui
