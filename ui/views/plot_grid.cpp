// SPDX-License-Identifier: GPL-3.0-or-later
#include "plot_grid.h"

#include "cursor_table.h"
#include "earlier_button.h"
#include "plot_backdrops.h"
#include "plot_panel.h"

#include <ibot/base/text.h>

#include <ui/models/metric_names.h>
#include <ui/models/run_column.h>
#include <ui/models/run_facts.h>
#include <ui/models/run_names.h>
#include <ui/plots/curve_plot.h>
#include <ui/plots/smoothing.h>
#include <ui/plots/smoothing_slider.h>
#include <ui/style/theme.h>
#include <ui/widgets/elided_label.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/setting.h>

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace ibot::ui {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

constexpr int kRestMillis = 300;
constexpr int kLookMillis = 120;  // a hand rests on steps: their values are worth reading

// What the four plots show at first. A metric that a run lacks leaves its plot empty.
const QStringList& first_metrics() {
  static const QStringList metrics = {QStringLiteral("loss"), QStringLiteral("teacher_entropy"),
                                      QStringLiteral("knn/top1"), QStringLiteral("health/feature_rank")};
  return metrics;
}

std::vector<CurveSummary> summaries_of(const CurveChunk& chunk) {
  std::vector<CurveSummary> summaries;
  summaries.reserve(chunk.summaries.size());
  for (const auto& [steps, time] : chunk.summaries) {
    summaries.push_back({static_cast<double>(steps.first_step), static_cast<double>(steps.width), time,
                         steps.min, steps.max, steps.finite > 0 ? steps.mean : kNone, steps.non_finite == 0});
  }
  return summaries;
}

}  // namespace

PlotGrid::PlotGrid(Record& record, QWidget* parent)
    : QWidget(parent),
      record_(record),
      remember_(new QTimer(this)),
      refine_(new QTimer(this)),
      cursor_(kNone) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kTiny);
  const QStringList kept = read_setting(QStringLiteral("train/metrics")).toStringList();
  const QStringList logarithmic = read_setting(QStringLiteral("train/logarithmic")).toStringList();
  auto* grid = new QGridLayout;
  grid->setSpacing(metrics::kSmall);
  for (qsizetype i = 0; i < first_metrics().size(); ++i) {
    auto* panel = new PlotPanel(kept.size() == first_metrics().size() ? kept[i] : first_metrics()[i]);
    panel->plot()->setObjectName(QStringLiteral("plot_%1").arg(i));
    panel->set_logarithmic(logarithmic.contains(QString::number(i)));
    grid->addWidget(panel, static_cast<int>(i) / 2, static_cast<int>(i) % 2);
    panels_.push_back(panel);
    connect_panel(panel);
  }
  for (int i = 0; i < 2; ++i) {
    grid->setColumnStretch(i, 1);
    grid->setRowStretch(i, 1);
  }
  layout->addLayout(grid, 1);
  table_ = new CursorTable;
  table_->setObjectName(QStringLiteral("cursor_table"));
  layout->addWidget(table_);
  layout->addWidget(make_controls());

  connect(&record, &Record::curves_changed, this, &PlotGrid::take_curves);
  connect(&record, &Record::details_changed, this, &PlotGrid::take_details);
  connect(&record, &Record::runs_changed, this, [this] {
    if (current_names() != names_) name_runs();
    refresh_over();
  });
  connect(&record, &Record::closed, this, [this] { set_runs({}); });
  connect(&Theme::instance(), &Theme::changed, this, [this] {
    name_runs();
    refresh_table();
  });
  // Written when a hand has come to rest, not at every place that a slider passes.
  remember_->setSingleShot(true);
  remember_->setInterval(kRestMillis);
  connect(remember_, &QTimer::timeout, this, &PlotGrid::remember);
  refine_->setSingleShot(true);
  refine_->setInterval(kLookMillis);
  connect(refine_, &QTimer::timeout, this, &PlotGrid::refine);
  smoothing_->set_position(read_setting(QStringLiteral("train/smoothing"), kFirstSmoothing).toInt());
  smooth();
  set_x_logarithmic(read_setting(QStringLiteral("train/x_logarithmic"), false).toBool());
  set_unit(
      static_cast<XUnit>(read_setting(QStringLiteral("train/x"), static_cast<int>(XUnit::Step)).toInt()));
}

PlotGrid::~PlotGrid() {
  if (remember_->isActive()) remember();
}

QWidget* PlotGrid::make_controls() {
  auto* bar = new QWidget;
  auto* layout = new QHBoxLayout(bar);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kSmall);
  smoothing_ = new SmoothingSlider("smoothing", tr("Smoothing of the curves"));
  layout->addWidget(smoothing_);
  unit_ = new QComboBox;
  unit_->setObjectName(QStringLiteral("x_unit"));
  unit_->setAccessibleName(tr("Horizontal axis"));
  unit_->setToolTip(tr("What stands on the horizontal axis of all plots"));
  unit_->addItem(tr("by step"), static_cast<int>(XUnit::Step));
  unit_->addItem(tr("by images"), static_cast<int>(XUnit::Images));
  unit_->addItem(tr("by time"), static_cast<int>(XUnit::Time));
  unit_->addItem(tr("from the branch"), static_cast<int>(XUnit::Branch));
  unit_->setItemData(3, tr("Steps since a run left its parent; steps where it has none"), Qt::ToolTipRole);
  layout->addWidget(unit_);
  x_logarithmic_ = new QCheckBox(tr("log"));
  x_logarithmic_->setObjectName(QStringLiteral("x_logarithmic"));
  x_logarithmic_->setAccessibleName(tr("Logarithmic horizontal axis"));
  x_logarithmic_->setToolTip(tr("The horizontal axis of all plots is logarithmic: the start stands apart"));
  layout->addWidget(x_logarithmic_);
  auto* earlier = new EarlierButton(record_);
  earlier->setObjectName(QStringLiteral("train_earlier"));
  earlier->set_compact();
  layout->addWidget(earlier);
  backdrops_ = new PlotBackdrops(record_, *earlier, panels_, this);
  connect(backdrops_, &PlotBackdrops::changed, this, &PlotGrid::refresh_caption);
  const auto say_missed = [this](const QString& words) {
    missed_ = words;
    refresh_caption();
  };
  connect(earlier, &EarlierButton::missed, this, say_missed);
  connect(earlier, &EarlierButton::chosen, this, [say_missed] { say_missed({}); });
  connect(&record_, &Record::closed, this, [say_missed] { say_missed({}); });
  caption_ = new ElidedLabel(TextStyle::Small, "hint");
  caption_->setObjectName(QStringLiteral("plot_caption"));
  caption_->set_lines(2);
  layout->addWidget(caption_, 1);
  connect(smoothing_, &SmoothingSlider::moved, this, &PlotGrid::smooth);
  connect(x_logarithmic_, &QCheckBox::toggled, this, &PlotGrid::set_x_logarithmic);
  connect(unit_, &QComboBox::activated, this,
          [this] { set_unit(static_cast<XUnit>(unit_->currentData().toInt())); });
  return bar;
}

void PlotGrid::connect_panel(PlotPanel* panel) {
  connect(panel->plot(), &CurvePlot::cursor_moved, this, &PlotGrid::set_cursor);
  connect(panel->plot(), &CurvePlot::x_range_changed, this, [this, panel](double low, double high) {
    for (PlotPanel* each : panels_) {
      if (each != panel) each->plot()->set_x_range(low, high);
    }
    refresh_caption();
    refine_->start();
  });
  connect(panel->plot(), &CurvePlot::reset, this, [this] {
    for (PlotPanel* each : panels_) each->plot()->show_all();
  });
  connect(panel, &PlotPanel::metric_chosen, this, [this, panel](const QString& metric) {
    if (metric == panel->metric()) return;
    panel->plot()->clear_points();
    panel->set_metric(metric);
    panel->plot()->show_all();
    follow_anew(metric);
    backdrops_->refresh();
    refresh_table();
    remember_->start();
  });
  connect(panel, &PlotPanel::overlay_chosen, this, [this, panel](const QString& metric) {
    panel->set_overlay(metric);
    follow_anew(metric);
  });
  connect(panel, &PlotPanel::logarithmic_chosen, this, [this, panel](bool logarithmic) {
    panel->set_logarithmic(logarithmic);
    remember_->start();
  });
  connect(panel, &PlotPanel::x_logarithmic_chosen, this, &PlotGrid::set_x_logarithmic);
  connect(panel, &PlotPanel::exported, this, &PlotGrid::exported);
}

void PlotGrid::set_runs(const QStringList& runs) {
  const bool other_first = runs_.value(0) != runs.value(0);
  runs_ = runs.mid(0, kMostRuns);
  if (other_first) {
    for (PlotPanel* panel : panels_) {
      panel->plot()->set_events({});
      panel->plot()->set_references({});
      if (!panel->overlay().isEmpty()) panel->set_overlay(panel->overlay());
    }
  }
  name_runs();
  refresh_over();
  share_extent();
  for (PlotPanel* panel : panels_) panel->plot()->show_all();
  backdrops_->set_runs(runs_);
  follow();
  refresh_table();
}

void PlotGrid::refresh_over() {
  const bool over = !runs_.isEmpty() && std::all_of(runs_.begin(), runs_.end(), [this](const QString& run) {
    const RunView* view = record_.run(run);
    return view != nullptr &&
           (view->status.state == record::State::Completed || view->status.state == record::State::Failed);
  });
  if (over == over_) return;
  over_ = over;
  for (PlotPanel* panel : panels_) panel->set_over(over);
}

QStringList PlotGrid::current_names() const {
  return names_in_list(record_, runs_);
}

void PlotGrid::name_runs() {
  std::vector<PlotSeries> series;
  names_ = current_names();
  for (qsizetype i = 0; i < runs_.size(); ++i) {
    const QString& run = runs_[i];
    const RunView* view = record_.run(run);
    if (view == nullptr) continue;
    const int index = record_.colour_index(run);
    XScale scale;
    if (const auto known = images_per_step_.find(run); known != images_per_step_.end())
      scale.images_per_step = known->second;
    if (view->run.parent) scale.branch_step = static_cast<double>(view->run.parent->step);
    series.push_back({run, names_[i], run_colour(index, Theme::instance().kind()), run_dash(index), scale});
  }
  for (PlotPanel* panel : panels_) panel->plot()->set_series(series);
}

void PlotGrid::follow() {
  std::vector<CurveKey> curves;
  for (const QString& run : runs_) {
    std::set<QString> wanted;
    for (const PlotPanel* panel : panels_) {
      wanted.insert(panel->metric());
      if (run == runs_.front() && !panel->overlay().isEmpty()) wanted.insert(panel->overlay());
    }
    for (const QString& metric : wanted) curves.push_back({run, metric});
  }
  record_.follow(std::move(curves));
}

// Whole once more, also where another plot has it already.
void PlotGrid::follow_anew(const QString& metric) {
  std::vector<CurveKey> others;
  for (const QString& run : runs_) {
    for (const PlotPanel* panel : panels_) {
      if (panel->metric() != metric) others.push_back({run, panel->metric()});
      if (run == runs_.front() && !panel->overlay().isEmpty() && panel->overlay() != metric)
        others.push_back({run, panel->overlay()});
    }
  }
  record_.follow(std::move(others));
  follow();
}

void PlotGrid::take_curves(const CurveChunks& chunks) {
  bool new_scale = false;
  for (const CurveChunk& chunk : *chunks) {
    if (chunk.from_scratch && images_per_step_[chunk.key.run] != chunk.images_per_step) {
      images_per_step_[chunk.key.run] = chunk.images_per_step;
      new_scale = true;
    }
    QVector<double> steps, values;
    QVector<qint64> times;
    const auto count = static_cast<qsizetype>(chunk.points.size());
    steps.reserve(count);
    values.reserve(count);
    times.reserve(count);
    for (const record::CurvePoint& point : chunk.points) {
      steps.push_back(static_cast<double>(point.step));
      values.push_back(point.value);
      times.push_back(point.time);
    }
    const std::vector<CurveSummary> summaries = summaries_of(chunk);
    if (!summaries.empty()) refine_->start();
    for (PlotPanel* panel : panels_) {
      CurvePlot* plot = panel->plot();
      const bool shows = panel->metric() == chunk.key.metric;
      const bool overlays = panel->overlay() == chunk.key.metric && chunk.key.run == runs_.value(0);
      if (chunk.refined) {
        const auto from = static_cast<double>(chunk.refined->first);
        const auto to = static_cast<double>(chunk.refined->second);
        if (shows) plot->refine(chunk.key.run, from, to, steps, values, times);
        if (overlays) plot->refine_overlay(from, to, steps, values, times);
        continue;
      }
      const bool anew = chunk.from_scratch && summaries.empty();
      if (shows) {
        if (!summaries.empty()) plot->begin_with(chunk.key.run, summaries);
        plot->add_points(chunk.key.run, steps, values, anew, times);
      }
      if (overlays) {
        if (!summaries.empty()) plot->begin_overlay_with(summaries);
        plot->add_overlay_points(steps, values, anew, times);
      }
    }
  }
  if (new_scale) name_runs();
  share_extent();
  refresh_table();
  refresh_caption();
}

void PlotGrid::refine() {
  std::vector<CurveStretch> stretches;
  // A metric that several plots show is asked for once, as far as any of them wants it.
  const auto want = [&](const CurveKey& key, const std::optional<std::pair<double, double>>& steps) {
    if (!steps) return;
    const auto from = static_cast<std::int64_t>(steps->first);
    const auto to = static_cast<std::int64_t>(steps->second);
    for (CurveStretch& each : stretches) {
      if (each.key.run != key.run || each.key.metric != key.metric) continue;
      each.from = std::min(each.from, from);
      each.to = std::max(each.to, to);
      return;
    }
    stretches.push_back({key, from, to});
  };
  for (const PlotPanel* panel : panels_) {
    for (const QString& run : runs_) want({run, panel->metric()}, panel->plot()->wants_values(run));
    if (!panel->overlay().isEmpty())
      want({runs_.value(0), panel->overlay()}, panel->plot()->overlay_wants_values());
  }
  if (!stretches.empty()) record_.refine(std::move(stretches));
}

void PlotGrid::share_extent() {
  std::optional<std::pair<double, double>> all;
  for (const PlotPanel* panel : panels_) {
    const auto own = panel->plot()->x_extent();
    if (!own) continue;
    all = all ? std::pair(std::min(all->first, own->first), std::max(all->second, own->second)) : *own;
  }
  for (PlotPanel* panel : panels_) panel->plot()->set_shared_extent(all);
}

void PlotGrid::take_details(const RunDetailsPtr& details) {
  if (details->run != runs_.value(0)) return;
  QStringList names;
  for (const std::string& name : details->metrics) names << QString::fromStdString(name);
  std::vector<PlotEvent> events;
  for (const record::Event& event : details->events) {
    const bool warning = event.level != record::EventLevel::Info;
    events.push_back(
        {static_cast<double>(event.step),
         tr("Step %1: %2")
             .arg(QString::fromStdString(base::format_count(event.step)), QString::fromStdString(event.text)),
         warning});
  }
  for (PlotPanel* panel : panels_) {
    panel->set_choices(names);
    panel->plot()->set_events(events);
    // What the same protocol says of pixels and of the untrained network is what a curve has to beat.
    std::vector<PlotReference> references;
    std::set<std::string> told;
    for (const record::Evaluation& evaluation : details->evaluations) {
      if (panel->metric().toStdString() != evaluation.protocol + "/" + evaluation.metric) continue;
      if (evaluation.network != "raw_pixels" || !told.insert(evaluation.network).second) continue;
      references.push_back({tr("raw pixels %1").arg(evaluation.value, 0, 'f', 1), evaluation.value});
    }
    panel->plot()->set_references(std::move(references));
  }
}

void PlotGrid::set_cursor(double x) {
  cursor_ = x;
  for (PlotPanel* panel : panels_) panel->plot()->set_cursor(x);
  refresh_table();
}

void PlotGrid::refresh_table() {
  QStringList titles;
  for (const PlotPanel* panel : panels_) titles << metric_title(panel->metric());
  table_->set_columns(titles);
  std::vector<CursorTable::Row> rows;
  double step = -1;
  const QStringList names = current_names();
  for (qsizetype i = 0; i < runs_.size(); ++i) {
    const QString& run = runs_[i];
    if (record_.run(run) == nullptr) continue;
    CursorTable::Row row{names[i], run_colour(record_.colour_index(run), Theme::instance().kind()), {}};
    for (const PlotPanel* panel : panels_) {
      const auto reading = panel->plot()->reading(run, cursor_);
      const QString about = reading && reading->steps > 1 ? QStringLiteral("\u2248 ") : QString();
      row.values << (reading ? about + format_metric(reading->value) : QStringLiteral("\u2013"));
      if (reading && !std::isnan(cursor_) && step < 0) step = reading->step;
    }
    rows.push_back(std::move(row));
  }
  const QString place =
      step < 0
          ? tr("last values")
          : tr("step %1").arg(QString::fromStdString(base::format_count(static_cast<std::int64_t>(step))));
  table_->set_content(place, std::move(rows));
}

void PlotGrid::refresh_caption() {
  QString text;
  // The title is the plot's own; what the lines mean is the same in all that are smoothed.
  for (const PlotPanel* panel : panels_) {
    if (panel->plot()->smoothing() <= 0) continue;
    text = panel->plot()->caption().section(QStringLiteral(". "), 1);
    break;
  }
  const bool summaries = std::any_of(panels_.begin(), panels_.end(),
                                     [](const PlotPanel* panel) { return panel->plot()->shows_summaries(); });
  if (text.isEmpty())
    text = summaries ? tr("Not smoothed. Of many steps mean, smallest and largest; zoom in for every value.")
                     : tr("Every value, not smoothed.");
  if (!backdrops_->sentence().isEmpty()) text = backdrops_->sentence() + QLatin1Char(' ') + text;
  if (!missed_.isEmpty()) text = missed_ + QLatin1Char(' ') + text;
  caption_->setText(text);
}

void PlotGrid::smooth() {
  for (PlotPanel* panel : panels_) panel->set_smoothing(smoothing_->weight());
  backdrops_->draw();
  refresh_caption();
  remember_->start();
}

void PlotGrid::set_unit(XUnit unit) {
  const int index = std::max(0, unit_->findData(static_cast<int>(unit)));
  unit_->setCurrentIndex(index);
  for (PlotPanel* panel : panels_)
    panel->plot()->set_x_unit(static_cast<XUnit>(unit_->itemData(index).toInt()));
  backdrops_->set_unit(static_cast<XUnit>(unit_->itemData(index).toInt()));
  share_extent();
  set_cursor(kNone);
  remember_->start();
}

void PlotGrid::set_x_logarithmic(bool logarithmic) {
  const QSignalBlocker quiet(x_logarithmic_);
  x_logarithmic_->setChecked(logarithmic);
  for (PlotPanel* panel : panels_) panel->plot()->set_x_logarithmic(logarithmic);
  remember_->start();
}

void PlotGrid::remember() const {
  QStringList names, logarithmic;
  for (std::size_t i = 0; i < panels_.size(); ++i) {
    names << panels_[i]->metric();
    if (panels_[i]->plot()->is_logarithmic()) logarithmic << QString::number(i);
  }
  write_setting(QStringLiteral("train/metrics"), names);
  write_setting(QStringLiteral("train/logarithmic"), logarithmic);
  write_setting(QStringLiteral("train/x_logarithmic"), x_logarithmic_->isChecked());
  write_setting(QStringLiteral("train/smoothing"), smoothing_->position());
  write_setting(QStringLiteral("train/x"), unit_->currentData().toInt());
}

}  // namespace ibot::ui
