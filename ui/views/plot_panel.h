// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/figure/curve_figure.h>

#include <QStringList>
#include <QWidget>
#include <functional>
#include <string>
#include <utility>

class QMenu;
class QToolButton;

namespace ibot::ui {

class CurvePlot;

/// One plot of the page with its edge: which metric it shows, which schedule lies over it, its axes, and the
/// ways out of it (CSV, PNG, SVG, the clipboard). What leaves is what is seen.
class PlotPanel final : public QWidget {
  Q_OBJECT

 public:
  explicit PlotPanel(const QString& metric, QWidget* parent = nullptr);

  CurvePlot* plot() { return plot_; }
  const CurvePlot* plot() const { return plot_; }
  const QString& metric() const { return metric_; }
  /// Empty: none.
  const QString& overlay() const { return overlay_; }
  void set_metric(const QString& metric);
  /// Whether what it shows can still be measured: says so where there is nothing.
  void set_over(bool over);
  void set_overlay(const QString& metric);
  void set_logarithmic(bool logarithmic);
  /// Weight of the average; plots of what is measured now and then stay as they are.
  void set_smoothing(double weight);
  /// The metrics that can be chosen: those that the run has.
  void set_choices(const QStringList& metrics);
  /// No schedule can be laid over the lines: which run's would it be?
  void hide_schedules() { offers_schedules_ = false; }
  /// What is exported in place of the plot's own: lines that are more than runs. The functions are asked on
  /// the window's thread; what they answer is called on another one, and owns all that it looks at. Where the
  /// axis of steps is logarithmic, which no figure's is, pictures are the plot as it is seen.
  using CsvMaker = std::function<std::string()>;
  using FigureMaker = std::function<figure::CurveFigure()>;
  void set_exports(std::function<CsvMaker()> csv, std::function<FigureMaker()> figure) {
    csv_ = std::move(csv);
    figure_ = std::move(figure);
  }

  /// By the ending: .csv, .png or .svg. Written on another thread; exported() says how it went.
  void export_to(const QString& file);
  void copy_image();

 Q_SIGNALS:
  void metric_chosen(const QString& metric);
  void overlay_chosen(const QString& metric);
  void logarithmic_chosen(bool logarithmic);
  /// The steps of all plots.
  void x_logarithmic_chosen(bool logarithmic);
  /// `problem` is empty if the file is there.
  void exported(const QString& file, const QString& problem);

 private:
  void fill_metrics();
  void fill_options();
  void ask_for_file(const QString& ending);

  QString metric_, overlay_;
  QStringList choices_;
  std::function<CsvMaker()> csv_;
  std::function<FigureMaker()> figure_;
  bool offers_schedules_ = true;
  bool over_ = false;
  double smoothing_ = 0;
  CurvePlot* plot_;
  QToolButton* name_;
  QToolButton* options_;
  QMenu* metrics_menu_;
  QMenu* options_menu_;
  QMenu* schedules_;
};

}  // namespace ibot::ui
