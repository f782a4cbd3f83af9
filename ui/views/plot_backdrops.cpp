// SPDX-License-Identifier: GPL-3.0-or-later
#include "plot_backdrops.h"

#include "earlier_button.h"
#include "plot_panel.h"

#include <ui/bridge/record.h>
#include <ui/plots/curve_plot.h>

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>
#include <algorithm>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kAgainMillis = 1000;

compare::Alignment alignment_of(XUnit unit) {
  switch (unit) {
    case XUnit::Step:
      return compare::Alignment::Step;
    case XUnit::Images:
      return compare::Alignment::Images;
    case XUnit::Time:
      return compare::Alignment::Time;
    case XUnit::Branch:
      return compare::Alignment::Branch;
  }
  return compare::Alignment::Step;
}

QVector<double> values(const std::vector<double>& all) {
  return {all.begin(), all.end()};
}

}  // namespace

PlotBackdrops::PlotBackdrops(const Record& record, EarlierButton& button, std::vector<PlotPanel*> panels,
                             QObject* parent)
    : QObject(parent), record_(record), button_(button), panels_(std::move(panels)), unit_(XUnit::Step) {
  connect(&button_, &EarlierButton::chosen, this, &PlotBackdrops::refresh);
  connect(&reader_, &EarlierCurveReader::found, this, &PlotBackdrops::take);
  connect(&record_, &Record::opened, this, &PlotBackdrops::refresh);
  // A run that trains changes all the while.
  again_.setSingleShot(true);
  again_.setInterval(kAgainMillis);
  connect(&again_, &QTimer::timeout, this, [this] {
    // What is read now is shown first: else runs that train would never show anything.
    if (reader_.is_reading()) return again_.start();
    refresh();
  });
  const auto look_again = [this](const QStringList& changed) {
    if (reply_ && holds_any(reply_->state, changed) && !again_.isActive()) again_.start();
  };
  connect(&record_, &Record::runs_changed, this, look_again);
  connect(&record_, &Record::runs_removed, this, look_again);
  connect(&record_, &Record::closed, this, [this] {
    button_.set_earlier({});
    runs_.clear();
    refresh();
  });
}

void PlotBackdrops::set_runs(const QStringList& runs) {
  if (runs == runs_) return;
  runs_ = runs;
  button_.set_selected_runs(runs);
  if (!button_.earlier().name.isEmpty()) refresh();
}

void PlotBackdrops::set_unit(XUnit unit) {
  unit_ = unit;
  draw();
}

void PlotBackdrops::refresh() {
  if (record_.folder().isEmpty()) {
    reader_.forget();
    reply_ = nullptr;
    return draw();
  }
  QStringList metrics;
  for (const PlotPanel* panel : panels_) metrics << panel->metric();
  metrics.removeDuplicates();
  reader_.read(record_.folder(), button_.earlier(), runs_, metrics);
}

void PlotBackdrops::take(const EarlierReplyPtr& reply) {
  reply_ = reply;
  if (reply->problem.isEmpty()) button_.set_studies(reply->studies);
  draw();
}

void PlotBackdrops::draw() {
  const std::int64_t number = ++drawing_;
  if (!reply_ || reply_->curves.empty()) return show(number, {}, {});
  std::vector<std::pair<EarlierCurvesPtr, double>> wanted;  // curves and smoothing of each panel
  for (const PlotPanel* panel : panels_) {
    const auto found = reply_->curves.find(panel->metric());
    wanted.emplace_back(found == reply_->curves.end() ? nullptr : found->second, panel->plot()->smoothing());
  }
  QThreadPool::globalInstance()->start([self = QPointer(this), wanted, number, by = alignment_of(unit_)] {
    std::vector<compare::CurveBand> bands;
    QString name;
    for (const auto& [earlier, smoothing] : wanted) {
      std::vector<compare::AlignedCurve> curves;
      if (earlier) {
        name = QString::fromStdString(earlier->name);
        for (const compare::RunCurve& curve : earlier->curves) curves.push_back(compare::align(curve, by));
      }
      bands.push_back(compare::curve_band(curves, smoothing));
    }
    QMetaObject::invokeMethod(QCoreApplication::instance(), [self, number, bands, name] {
      if (self) self->show(number, bands, name);
    });
  });
}

void PlotBackdrops::show(std::int64_t number, const std::vector<compare::CurveBand>& bands,
                         const QString& name) {
  if (number != drawing_) return;
  std::size_t most = 0;
  bool quantiles = false;
  for (std::size_t i = 0; i < panels_.size(); ++i) {
    CurvePlot* plot = panels_[i]->plot();
    if (i >= bands.size() || bands[i].x.empty()) {
      plot->set_backdrop({}, {});
      continue;
    }
    const compare::CurveBand& band = bands[i];
    plot->set_backdrop({values(band.x), values(band.low), values(band.high)}, values(band.median));
    if (band.n > most) quantiles = band.quantiles;
    most = std::max(most, band.n);
  }
  const QString before = std::exchange(
      sentence_, most == 0 ? QString()
                           : tr("Grey: %1 earlier runs, %2, %3, with their median.")
                                 .arg(most)
                                 .arg(name, quantiles ? tr("10 to 90 %") : tr("smallest to largest")));
  if (before != sentence_) Q_EMIT changed();
}

}  // namespace ibot::ui
