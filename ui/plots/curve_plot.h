// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "curve_points.h"
#include "plot_events.h"

#include <ibot/figure/curve_figure.h>

#include <QColor>
#include <QImage>
#include <QRectF>
#include <QString>
#include <QVector>
#include <QWidget>
#include <map>
#include <memory>
#include <optional>
#include <utility>

class QCPItemLine;
class QCPItemText;
class QCustomPlot;
class QTimer;

namespace ibot::ui {

class CurveLine;
class PlotMarks;

/// One line of a plot.
struct PlotSeries {
  QString id;     ///< a run's id
  QString label;  ///< what stands at the line's end
  QColor colour;
  Qt::PenStyle dash = Qt::SolidLine;
  XScale scale = {};  ///< its unit is the plot's
};

/// What is shaded under a line: from `low` to `high` at each place, ascending. A value that is missing (NaN)
/// leaves a gap.
struct PlotBand {
  QVector<double> x, low, high;
};

/// Curves of one metric: raw values faint, smoothed ones bold, labels at the ends of the lines.
///
/// The wheel zooms x, Shift+wheel y, dragging moves, a double click shows everything again. By keyboard: left
/// and right move the cursor (Shift: ten points), + and - zoom, 0 shows everything. While nobody has zoomed
/// the axes follow the data. Redraws for data come at most kFramesPerSecond times a second, however often
/// data does; those for a hand at once.
///
/// Thread: the window's.
class CurvePlot final : public QWidget {
  Q_OBJECT

 public:
  static constexpr int kFramesPerSecond = 15;
  static constexpr double kMostRefined = 20'000;

  /// What a line shows under the cursor.
  struct Reading {
    double x = 0;
    double step = 0;
    double value = 0;
    double steps = 1;  ///< that the value is the mean of
  };

  /// A text among the curves, where it was drawn last, in pixels of the plot.
  struct PlacedLabel {
    QString text;
    QRectF place;
  };

  explicit CurvePlot(const QString& title, QWidget* parent = nullptr);
  ~CurvePlot() override;

  QString title() const { return title_; }
  void set_title(const QString& title);
  /// Exactly these lines from now on; those that stay keep their points.
  void set_series(const std::vector<PlotSeries>& series);
  /// Appends points, ascending; `from_scratch` replaces what the line had. Unknown ids are passed over.
  /// `times` are microseconds, or empty.
  void add_points(const QString& id, const QVector<double>& steps, const QVector<double>& values,
                  bool from_scratch, const QVector<qint64>& times = {});
  /// A long curve from scratch: its beginning as summaries; points follow.
  void begin_with(const QString& id, const std::vector<CurveSummary>& summaries);
  /// Every point of the steps [from, to) of a line that began with summaries.
  void refine(const QString& id, double from, double to, const QVector<double>& steps,
              const QVector<double>& values, const QVector<qint64>& times);
  /// The steps [from, to) of which a line shows summaries, although its values would fit: at most
  /// kMostRefined of them; nullopt: it shows its values, or too many steps.
  std::optional<std::pair<double, double>> wants_values(const QString& id) const;
  /// The same of the second curve (set_overlay()).
  std::optional<std::pair<double, double>> overlay_wants_values() const;
  /// Whether any line shows summaries of steps now.
  bool shows_summaries() const;
  void clear_points();
  /// In the line's colour, in the units of the axis. The axis of values shows it as far as that leaves the
  /// lines at least a third of the height. Empty: none. Gone with its line.
  void set_band(const QString& id, const PlotBand& band);
  bool has_bands() const;

  /// Grey and behind all lines, with a line through `middle`: what is usual. In the units of the axis; the
  /// axes show it as they do a band. Empty: none.
  void set_backdrop(const PlotBand& band, const QVector<double>& middle);
  bool has_backdrop() const { return backdrop_ != nullptr; }

  void set_logarithmic(bool logarithmic);
  bool is_logarithmic() const { return logarithmic_; }
  /// Begins at 1: a logarithmic axis has no 0.
  void set_x_logarithmic(bool logarithmic);
  bool is_x_logarithmic() const { return x_logarithmic_; }
  void set_x_unit(XUnit unit);
  /// Weight of the moving average, 0 (off) to 1 (excluded).
  void set_smoothing(double weight);
  double smoothing() const { return smoothing_; }

  /// A second curve on an axis of its own at the right, thin and grey: a schedule of the first line's run.
  /// An empty name removes it.
  void set_overlay(const QString& name);
  void add_overlay_points(const QVector<double>& steps, const QVector<double>& values, bool from_scratch,
                          const QVector<qint64>& times = {});
  void begin_overlay_with(const std::vector<CurveSummary>& summaries);
  void refine_overlay(double from, double to, const QVector<double>& steps, const QVector<double>& values,
                      const QVector<qint64>& times);
  /// The second curve's point nearest to `x`, as reading().
  std::optional<Reading> overlay_reading(double x) const;
  /// Of the first line's run.
  void set_events(std::vector<PlotEvent> events);
  void set_references(std::vector<PlotReference> references);
  /// What stands where nothing is drawn yet.
  void set_empty_text(const QString& text);

  /// What the picture is, with the formula of its smoothing: for captions and exports.
  QString caption() const;

  /// The place under the pointer, shown by every plot of a page alike; NaN: none.
  void set_cursor(double x);
  /// The point of a line that is nearest to `x`; without a cursor (NaN) its last one. nullopt without points.
  std::optional<Reading> reading(const QString& id, double x) const;

  void show_all();
  /// From the first to the last point of all lines; nullopt without any.
  std::optional<std::pair<double, double>> x_extent() const;
  /// While the axis follows the data it shows this much at least: what plots beside it have.
  void set_shared_extent(std::optional<std::pair<double, double>> extent);
  void set_x_range(double low, double high);
  std::pair<double, double> x_range() const;
  std::pair<double, double> y_range() const;

  /// "step,run,value,smoothed" rows of what is seen; of summaries the mean, and "steps,lowest,highest"
  /// behind.
  QString to_csv() const;
  /// What is seen, as a figure with title and caption; to be drawn on any thread.
  figure::CurveFigure to_figure() const;
  /// Whether to_figure() says all that is seen: it has no second axis, no logarithmic steps, no summaries and
  /// nothing shaded.
  bool figure_shows_all() const {
    return overlay_name_.isEmpty() && !x_logarithmic_ && !shows_summaries() && !has_bands() &&
           !has_backdrop();
  }
  /// As it is on the screen, by the ending: .png or .svg.
  bool save_as_seen(const QString& file) const;
  /// The widget as it is on the screen, at the screen's own resolution or better.
  QImage to_image() const;

  /// Those of lines and references that are seen; none lies upon another one while there is room for all.
  std::vector<PlacedLabel> labels() const;
  /// Where the numbers of the axis of values stand, in pixels of the plot, ascending by value.
  std::vector<double> value_ticks() const;
  int points() const;
  QSize sizeHint() const override { return {420, 240}; }
  QSize minimumSizeHint() const override { return {160, 96}; }

 Q_SIGNALS:
  void cursor_moved(double x);
  void x_range_changed(double low, double high);
  /// A hand asked for everything.
  void reset();

 protected:
  void changeEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  struct Line;
  struct Backdrop;
  const CurvePoints* first_points() const;
  std::optional<std::pair<double, double>> summaries_in_sight(const CurveLine& curve) const;
  void connect_hand();
  void restyle();
  void remove_band(Line& line);
  void make_band_layer();
  void plan_replot();
  void replot();
  void follow_data();
  QCPItemText* make_label();
  double line_value(const CurvePoints& points, std::size_t i) const;
  double curves_in(const QRectF& place) const;
  void place_labels();
  void place_line_labels(std::vector<QRectF>& taken);
  void place_reference_labels(std::vector<QRectF>& taken);
  void place_marks();
  void place_cursor();
  void make_x_ticker();
  void zoom_x(double factor);
  void ask_for_everything();

  QString title_;
  QCustomPlot* plot_;
  QTimer* timer_;
  QTimer* rest_;  ///< until lines are drawn finely again
  std::map<QString, std::unique_ptr<Line>> lines_;
  std::vector<QString> order_;
  std::unique_ptr<Backdrop> backdrop_;
  CurveLine* overlay_;
  QString overlay_name_;
  PlotMarks* marks_;
  std::vector<PlotEvent> events_;
  QCPItemLine* cursor_ = nullptr;
  QCPItemText* empty_ = nullptr;
  QCPItemText* overlay_label_ = nullptr;
  std::vector<QCPItemText*> reference_labels_;  ///< in the order of the references
  std::optional<std::pair<double, double>> shared_;
  XUnit unit_ = XUnit::Step;
  double smoothing_ = 0.98;
  double cursor_x_;
  bool follows_x_ = true;
  bool follows_y_ = true;
  bool setting_range_ = false;  ///< by the program, not by a hand
  bool logarithmic_ = false;
  bool x_logarithmic_ = false;
  bool dirty_ = false;
};

}  // namespace ibot::ui
