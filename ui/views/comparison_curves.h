// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/compare/comparison_lines.h>

#include <ui/bridge/compared_curves.h>
#include <ui/bridge/record.h>
#include <ui/plots/curve_points.h>

#include <QColor>
#include <QStringList>
#include <QWidget>
#include <memory>
#include <vector>

class QComboBox;
class QLabel;
class QLayout;
class QTimer;

namespace ibot::ui {

class EarlierButton;
class LineLegend;
class PlotPanel;
class SmoothingSlider;

/// Curves of runs that are compared: one metric, lines by run, by replicates or by a parameter, colours and
/// dashes by parameters, means with their interval, aligned by step, images, time or from the branch point.
/// The legend is made of what differs. Follows runs that train while it is visible.
class ComparisonCurves final : public QWidget {
  Q_OBJECT

 public:
  /// More are not drawn, and that is said.
  static constexpr qsizetype kMostRuns = 100;

  explicit ComparisonCurves(Record& record, QWidget* parent = nullptr);

  /// `baseline`: the run whose line is called so; may be empty.
  void set_runs(const QStringList& runs, const QString& baseline = {});
  /// Bundles whose runs are compared as well.
  void set_bundles(const std::vector<OpenedBundlePtr>& bundles);
  void set_metric(const QString& metric);
  const QString& metric() const { return options_metric_; }
  /// Runs that are selected elsewhere, of which a band of earlier runs can be made.
  void set_selected_runs(const QStringList& runs);
  /// Draws a band of these behind the lines; without a name none.
  void set_earlier(const EarlierRuns& earlier);
  EarlierButton& earlier_button() { return *earlier_; }
  PlotPanel& panel() { return *panel_; }
  /// What is drawn now; never null.
  const compare::ComparisonLines& lines() const { return *lines_; }

 Q_SIGNALS:
  /// What is drawn is another one.
  void drawn();
  /// Something to say about an export; `problem` is empty if it went well.
  void exported(const QString& file, const QString& problem);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  QWidget* make_controls();
  QComboBox* add_choice(QLayout* layout, const char* name, const QString& label, const QString& tip);
  void connect_record();
  /// Reads again, now or when it is seen again.
  void read();
  void read_anew();
  void take(const CurveReplyPtr& reply);
  /// Makes lines of what was read, on a thread of the pool.
  void compute();
  void show_lines(const std::shared_ptr<const compare::ComparisonLines>& lines);
  void show_band();
  void offer_exports();
  void fill_choices();
  void show_legend();
  void refresh_metrics();
  void refresh_caption();
  /// The cursor's place, and what each line has there.
  void tell_values(double x);
  void smooth();

  Record& record_;
  ComparedCurveReader* reader_;
  PlotPanel* panel_;
  LineLegend* legend_;
  QLabel* values_;
  QLabel* caption_;
  QLabel* told_;
  QComboBox* gather_;
  QComboBox* colour_;
  QComboBox* dash_;
  QComboBox* align_;
  EarlierButton* earlier_;
  SmoothingSlider* smoothing_;
  QTimer* again_;
  QStringList runs_;
  std::vector<OpenedBundlePtr> bundles_;
  QString options_metric_;
  compare::LineOptions options_;
  compare::Alignment drawn_align_ = compare::Alignment::Step;
  CurveReplyPtr reply_;
  std::shared_ptr<const compare::ComparisonLines> lines_ = std::make_shared<const compare::ComparisonLines>();
  std::int64_t computation_ = 0;
  bool stale_ = false;  ///< there is more to read than was read
};

}  // namespace ibot::ui
