// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/earlier_curves.h>

#include <QObject>
#include <QString>
#include <QTimer>
#include <vector>

namespace ibot::ui {

class EarlierButton;
class PlotPanel;
class Record;
enum class XUnit : std::uint8_t;

/// Bands of earlier runs behind several plots: of each plot's own metric, aligned and smoothed as its lines
/// are.
class PlotBackdrops final : public QObject {
  Q_OBJECT

 public:
  /// All outlive it. The button chooses.
  PlotBackdrops(const Record& record, EarlierButton& button, std::vector<PlotPanel*> panels, QObject* parent);

  /// Those that the plots show.
  void set_runs(const QStringList& runs);
  /// Metrics, smoothing or the axis may be others than before.
  void refresh();
  void set_unit(XUnit unit);
  /// The smoothing of the plots is another one.
  void draw();
  /// What the bands are; empty: there are none.
  const QString& sentence() const { return sentence_; }

 Q_SIGNALS:
  void changed();

 private:
  void take(const EarlierReplyPtr& reply);
  void show(std::int64_t number, const std::vector<compare::CurveBand>& bands, const QString& name);

  const Record& record_;
  EarlierButton& button_;
  std::vector<PlotPanel*> panels_;
  EarlierCurveReader reader_;
  EarlierReplyPtr reply_;
  QStringList runs_;
  XUnit unit_;
  QString sentence_;
  QTimer again_;  ///< a run of the band has changed
  std::int64_t drawing_ = 0;
};

}  // namespace ibot::ui
