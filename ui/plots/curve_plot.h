// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QString>
#include <QVector>
#include <QWidget>
#include <map>
#include <memory>

class QCPGraph;
class QCPItemLine;
class QCPItemText;
class QCPTextElement;
class QCustomPlot;
class QTimer;

namespace ibot::ui {

/// One line of a plot.
struct PlotSeries {
  QString id;     ///< a run's id
  QString label;  ///< what stands at the line's end
  QColor colour;
  Qt::PenStyle dash = Qt::SolidLine;
};

/// Curves of one metric over steps: raw values faint, smoothed ones bold, labels at the ends of the lines.
///
/// The wheel zooms x, Shift+wheel y, dragging moves, a double click shows everything again. While nobody has
/// zoomed the axes follow the data. Pens are one pixel wide: wider ones are drawn by a path that is a hundred
/// times slower. Redraws come at most kFramesPerSecond times a second, however often data does.
///
/// Thread: the window's.
class CurvePlot final : public QWidget {
  Q_OBJECT

 public:
  static constexpr int kFramesPerSecond = 15;

  explicit CurvePlot(const QString& title, QWidget* parent = nullptr);
  ~CurvePlot() override;

  QString title() const { return title_; }
  void set_title(const QString& title);
  /// Exactly these lines from now on; those that stay keep their points.
  void set_series(const std::vector<PlotSeries>& series);
  /// Appends points, ascending; `from_scratch` replaces what the line had. Unknown ids are passed over.
  void add_points(const QString& id, const QVector<double>& steps, const QVector<double>& values,
                  bool from_scratch);
  void clear_points();

  void set_logarithmic(bool logarithmic);
  /// Weight of the moving average, 0 (off) to 1 (excluded).
  void set_smoothing(double weight);
  double smoothing() const { return smoothing_; }
  /// What the picture is, with the formula of its smoothing: for captions and exports.
  QString caption() const;

  /// The step under the pointer, shown by every plot of a page alike; negative: none.
  void set_cursor_step(double step);
  void show_all();
  void set_x_range(double low, double high);

  /// "step,label..." rows of everything that is known.
  QString to_csv() const;
  bool save_picture(const QString& file) const;

  int points() const;
  QSize sizeHint() const override { return {420, 240}; }

 Q_SIGNALS:
  void cursor_moved(double step);
  void x_range_changed(double low, double high);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  struct Line;
  void restyle();
  void smooth(Line& line);
  void plan_replot();
  void replot();
  void place_labels();
  void show_values();

  QString title_;
  QCustomPlot* plot_;
  QTimer* timer_;
  std::map<QString, std::unique_ptr<Line>> lines_;
  std::vector<QString> order_;
  QCPItemLine* cursor_ = nullptr;
  QCPItemText* values_ = nullptr;
  QCPTextElement* heading_ = nullptr;
  double smoothing_ = 0.98;
  double cursor_step_ = -1;
  bool follows_ = true;
  bool logarithmic_ = false;
  bool dirty_ = false;
};

}  // namespace ibot::ui
