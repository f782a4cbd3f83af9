// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/record.h>

#include <QStringList>
#include <QWidget>
#include <vector>

class QCheckBox;
class QComboBox;
class QTimer;

namespace ibot::ui {

class CursorTable;
class ElidedLabel;
class PlotBackdrops;
class PlotPanel;
class SmoothingSlider;
enum class XUnit : std::uint8_t;

/// Four plots of the chosen runs that share their horizontal axis and one cursor, with the values under it.
/// What each shows, smoothing and axes are remembered from one start of the program to the next.
///
/// Follows the curves in the record (Record::follow): nothing else on the page may.
class PlotGrid final : public QWidget {
  Q_OBJECT

 public:
  /// More chosen runs than these are listed and not drawn.
  static constexpr int kMostRuns = 20;

  explicit PlotGrid(Record& record, QWidget* parent = nullptr);
  ~PlotGrid() override;

  /// The first is the one whose events and schedules are shown.
  void set_runs(const QStringList& runs);
  const std::vector<PlotPanel*>& panels() const { return panels_; }

 Q_SIGNALS:
  /// Something to say about an export; `problem` is empty if it went well.
  void exported(const QString& file, const QString& problem);

 private:
  QWidget* make_controls();
  void connect_panel(PlotPanel* panel);
  void follow();
  void follow_anew(const QString& metric);
  void take_curves(const CurveChunks& chunks);
  void take_details(const RunDetailsPtr& details);
  QStringList current_names() const;
  void name_runs();
  /// Whether anything can still be measured of the runs.
  void refresh_over();
  void set_cursor(double x);
  /// Asks for every value of the steps that are seen, where summaries of long curves stand for them.
  void refine();
  /// All plots show the same steps, whatever each of them has.
  void share_extent();
  void refresh_table();
  void refresh_caption();
  void smooth();
  void set_unit(XUnit unit);
  void set_x_logarithmic(bool logarithmic);
  void remember() const;

  Record& record_;
  QStringList runs_;
  QStringList names_;  ///< of the runs, as the plots have them
  std::map<QString, double> images_per_step_;
  std::vector<PlotPanel*> panels_;
  CursorTable* table_;
  PlotBackdrops* backdrops_;
  QString missed_;  ///< what a band was made of and is not there any more, in words
  ElidedLabel* caption_;
  SmoothingSlider* smoothing_;
  QComboBox* unit_;
  QCheckBox* x_logarithmic_;
  QTimer* remember_;
  QTimer* refine_;
  double cursor_;
  bool over_ = false;
};

}  // namespace ibot::ui
