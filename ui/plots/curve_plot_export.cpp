// SPDX-License-Identifier: GPL-3.0-or-later
// The ways out of a plot: what leaves is what is seen.
#include "curve_plot_line.h"
#include "plot_marks.h"
#include "qcustomplot.h"

#include <ui/style/theme.h>

#include <QSvgGenerator>
#include <algorithm>
#include <cmath>

namespace ibot::ui {
namespace {

figure::Colour to_figure_colour(const QColor& colour) {
  return {static_cast<std::uint8_t>(colour.red()), static_cast<std::uint8_t>(colour.green()),
          static_cast<std::uint8_t>(colour.blue())};
}

std::vector<double> to_figure_dash(Qt::PenStyle dash) {
  switch (dash) {
    case Qt::DashLine:
      return {6, 3};
    case Qt::DotLine:
      return {2, 2};
    case Qt::DashDotLine:
      return {8, 3, 2, 3};
    default:
      return {};
  }
}

QString x_title(XUnit unit) {
  switch (unit) {
    case XUnit::Step:
      return QObject::tr("step");
    case XUnit::Images:
      return QObject::tr("images");
    case XUnit::Time:
      return QObject::tr("seconds");
    case XUnit::Branch:
      return QObject::tr("steps since the branch");
  }
  return {};
}

}  // namespace

QString CurvePlot::to_csv() const {
  const bool smoothed = smoothing_ > 0;
  const bool summaries = shows_summaries();
  QString csv = QStringLiteral("step,run,value");
  if (smoothed) csv += QStringLiteral(",smoothed");
  if (summaries) csv += QStringLiteral(",steps,lowest,highest");
  csv += QLatin1Char('\n');
  const QCPRange range = plot_->xAxis->range();
  for (const QString& id : order_) {
    const CurvePoints& points = lines_.at(id)->points();
    for (std::size_t i = follows_x_ ? 0 : points.lower(range.lower);
         i < points.size() && (follows_x_ || points.x(i) <= range.upper); ++i) {
      csv += QString::number(static_cast<qlonglong>(std::llround(points.step(i)))) + QLatin1Char(',') + id +
             QLatin1Char(',') + QString::number(points.value(i), 'g', 17);
      if (smoothed) csv += QLatin1Char(',') + QString::number(points.smooth(i), 'g', 7);
      if (summaries) {
        const auto extent = points.extent(i, i + 1, false).value_or(CurvePoints::Extent{kNone, kNone});
        csv += QStringLiteral(",%1,%2,%3")
                   .arg(points.count(i), 0, 'f', 0)
                   .arg(extent.low, 0, 'g', 9)
                   .arg(extent.high, 0, 'g', 9);
      }
      csv += QLatin1Char('\n');
    }
  }
  return csv;
}

figure::CurveFigure CurvePlot::to_figure() const {
  figure::CurveFigure content;
  content.title = title_.toStdString();
  content.x_label = x_title(unit_).toStdString();
  content.smoothing = smoothing_;
  content.logarithmic = logarithmic_;
  content.width = std::clamp<double>(width(), 480, 4096);
  content.height = std::clamp<double>(height(), 240, 4096);
  content.theme = Theme::instance().kind() == ThemeKind::Light ? figure::Theme::Light : figure::Theme::Dark;
  for (const QString& id : order_) {
    const Line& line = *lines_.at(id);
    const CurvePoints& points = line.points();
    figure::Series series;
    series.name = line.series.label.toStdString();
    series.colour = to_figure_colour(line.series.colour);
    series.dash = to_figure_dash(line.series.dash);
    series.x.reserve(points.size());
    series.y.reserve(points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
      series.x.push_back(points.x(i));
      series.y.push_back(points.value(i));
    }
    content.series.push_back(std::move(series));
  }
  const QCPRange x = plot_->xAxis->range();
  const QCPRange y = plot_->yAxis->range();
  for (const PlotReference& reference : marks_->references()) {
    content.series.push_back(
        {reference.label.toStdString(), {x.lower, x.upper}, {reference.value, reference.value}, true});
  }
  content.x_range = figure::Range{x.lower, x.upper};
  content.y_range = figure::Range{y.lower, y.upper};
  return content;
}

bool CurvePlot::save_as_seen(const QString& file) const {
  if (!file.endsWith(QStringLiteral(".svg"), Qt::CaseInsensitive)) return to_image().save(file);
  QSvgGenerator generator;
  generator.setFileName(file);
  generator.setSize(plot_->size());
  generator.setViewBox(QRect(QPoint(0, 0), plot_->size()));
  generator.setTitle(caption());
  QCPPainter painter;
  if (!painter.begin(&generator)) return false;
  painter.setMode(QCPPainter::pmVectorized);
  painter.setMode(QCPPainter::pmNoCaching);
  plot_->toPainter(&painter, plot_->width(), plot_->height());
  return painter.end();
}

QImage CurvePlot::to_image() const {
  return plot_->toPixmap(plot_->width(), plot_->height(), std::max(2.0, devicePixelRatioF())).toImage();
}

}  // namespace ibot::ui
