// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "comparison_lines.h"

#include <ui/bridge/record.h>

#include <QStringList>
#include <QWidget>
#include <memory>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QSlider;
class QTimer;

namespace ibot::ui {

class LineLegend;
class PlotPanel;

/// Curves of runs that are compared: one metric, lines by run, by replicates or by a parameter, colours and
/// dashes by parameters, means with their interval, aligned by step, images, time or from the branch point.
/// The legend is made of what differs. Follows runs that train while it is visible.
class ComparisonCurves final : public QWidget {
  Q_OBJECT

 public:
  /// More are not drawn, and that is said.
  static constexpr qsizetype kMostRuns = 100;

  explicit ComparisonCurves(Record& record, QWidget* parent = nullptr);

  /// `baseline`: the run whose line is marked; may be empty.
  void set_runs(const QStringList& runs, const QString& baseline = {});
  void set_metric(const QString& metric);
  const QString& metric() const { return options_metric_; }
  PlotPanel& panel() { return *panel_; }
  /// What is drawn now; never null.
  const ComparisonLines& lines() const { return *lines_; }

 Q_SIGNALS:
  /// What is drawn is another one.
  void drawn();
  /// Something to say about an export; `problem` is empty if it went well.
  void exported(const QString& file, const QString& problem);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  QWidget* make_controls();
  QComboBox* add_choice(QHBoxLayout* layout, const char* name, const QString& label, const QString& tip);
  void connect_record();
  /// Reads again, now or when it is seen again.
  void read();
  void take(const ComparedCurvesPtr& curves);
  /// Makes lines of what was read, on a thread of the pool.
  void compute();
  void show_lines(const std::shared_ptr<const ComparisonLines>& lines);
  void fill_choices();
  void show_legend();
  void refresh_metrics();
  void refresh_caption();
  /// The cursor's place, and what each line has there.
  void tell_values(double x);
  void set_smoothing(int position);
  QColor colour_of(const ComparisonLine& line) const;
  Qt::PenStyle dash_of(const ComparisonLine& line) const;
  QString label_of(const ComparisonLine& line) const;

  Record& record_;
  ComparedCurveReader* reader_;
  PlotPanel* panel_;
  LineLegend* legend_;
  QLabel* values_;
  QLabel* caption_;
  QLabel* told_;
  QLabel* weight_;
  QComboBox* gather_;
  QComboBox* colour_;
  QComboBox* dash_;
  QComboBox* align_;
  QSlider* slider_;
  QTimer* again_;
  QStringList runs_;
  QString baseline_;
  QString options_metric_;
  LineOptions options_;
  XUnit drawn_align_ = XUnit::Step;
  ComparedCurvesPtr curves_;
  std::shared_ptr<const ComparisonLines> lines_ = std::make_shared<const ComparisonLines>();
  std::int64_t computation_ = 0;
  bool stale_ = false;  ///< there is more to read than was read
};

}  // namespace ibot::ui
