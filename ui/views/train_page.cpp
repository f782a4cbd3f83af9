// SPDX-License-Identifier: GPL-3.0-or-later
#include "train_page.h"

#include "run_table.h"

#include <ui/models/run_table_model.h>
#include <ui/plots/curve_plot.h>
#include <ui/style/theme.h>
#include <ui/widgets/parts.h>

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ibot::ui {
namespace {

// What the four plots show at first. A metric that a run lacks leaves its plot empty.
const std::vector<std::pair<QString, QString>>& first_plots() {
  static const std::vector<std::pair<QString, QString>> plots = {
      {QStringLiteral("loss"), QObject::tr("Loss")},
      {QStringLiteral("teacher_entropy"), QObject::tr("Entropy of the teacher's CLS targets, nats")},
      {QStringLiteral("knn/top1"), QObject::tr("k-NN top-1, %")},
      {QStringLiteral("health/feature_rank"), QObject::tr("Effective rank of the features")},
  };
  return plots;
}

}  // namespace

TrainPage::TrainPage(Record& record, QWidget* parent)
    : QWidget(parent), record_(record), table_(new RunTable(record)) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  stack_ = new QStackedWidget(this);
  layout->addWidget(stack_);

  QPushButton* start = make_button(tr("Configure a run"), "primary");
  connect(start, &QPushButton::clicked, this, &TrainPage::new_run_wanted);
  stack_->addWidget(
      make_empty_state(tr("No runs yet"),
                       tr("Runs of this workspace are listed here, with their curves while they "
                          "train and afterwards."),
                       start));
  auto* splitter = new QSplitter(Qt::Vertical);
  splitter->setChildrenCollapsible(false);
  splitter->addWidget(table_);
  splitter->addWidget(make_detail());
  splitter->setStretchFactor(0, 2);
  splitter->setStretchFactor(1, 5);
  splitter->setHandleWidth(1);
  stack_->addWidget(splitter);

  connect(&record, &Record::runs_changed, this, [this] {
    stack_->setCurrentIndex(record_.runs().empty() ? 0 : 1);
    refresh_header();
  });
  connect(&record, &Record::closed, this, [this] { stack_->setCurrentIndex(0); });
  connect(table_, &RunTable::selection_changed, this, &TrainPage::selection_changed);
  connect(&record, &Record::curves_changed, this, &TrainPage::take_curves);
  connect(&record, &Record::details_changed, this, &TrainPage::take_details);
}

QWidget* TrainPage::make_detail() {
  auto* panel = new QWidget;
  panel->setProperty("role", "canvas");
  panel->setAttribute(Qt::WA_StyledBackground);
  auto* layout = new QVBoxLayout(panel);
  layout->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kMedium);
  layout->setSpacing(metrics::kSmall);

  auto* header = new QHBoxLayout;
  header->setSpacing(metrics::kMedium);
  name_ = make_label({}, TextStyle::Title);
  state_ = make_label({}, TextStyle::Body, "label");
  pause_ = make_button(tr("Pause"));
  pause_->setObjectName(QStringLiteral("train_pause"));
  stop_ = make_button(tr("Stop"));
  stop_->setObjectName(QStringLiteral("train_stop"));
  header->addWidget(name_);
  header->addWidget(state_);
  header->addStretch();
  header->addWidget(pause_);
  header->addWidget(stop_);
  layout->addLayout(header);
  health_ = make_label({}, TextStyle::Body, "label");
  health_->setObjectName(QStringLiteral("train_health"));
  health_->setWordWrap(true);
  layout->addWidget(health_);

  auto* grid = new QGridLayout;
  grid->setSpacing(metrics::kSmall);
  for (const auto& [metric, title] : first_plots()) {
    auto* plot = new CurvePlot(title);
    const auto at = static_cast<int>(plots_.size());
    plot->setObjectName(QStringLiteral("plot_%1").arg(at));
    // Evaluations are few and far apart: an average would only hide them.
    if (metric.contains(QLatin1Char('/'))) plot->set_smoothing(0);
    grid->addWidget(plot, at / 2, at % 2);
    plots_.push_back(plot);
    metrics_.push_back(metric);
  }
  layout->addLayout(grid, 1);
  for (CurvePlot* plot : plots_) {
    connect(plot, &CurvePlot::cursor_moved, this, [this](double step) {
      for (CurvePlot* each : plots_) each->set_cursor_step(step);
    });
    connect(plot, &CurvePlot::x_range_changed, this, [this, plot](double low, double high) {
      for (CurvePlot* each : plots_) {
        if (each != plot) each->set_x_range(low, high);
      }
    });
  }

  connect(pause_, &QPushButton::clicked, this, &TrainPage::pause_or_go_on);
  connect(stop_, &QPushButton::clicked, this, [this] {
    record_.command(current(), record::CommandKind::Stop, tr("Stopping %1").arg(name_->text()));
  });
  return panel;
}

void TrainPage::pause_or_go_on() {
  const RunView* view = record_.run(current());
  if (view == nullptr) return;
  const bool paused = view->status.state == record::State::Paused;
  record_.command(current(), paused ? record::CommandKind::Resume : record::CommandKind::Pause,
                  paused ? tr("Going on with %1").arg(name_->text()) : tr("Pausing %1").arg(name_->text()));
}

QString TrainPage::current() const {
  return table_->current();
}

QStringList TrainPage::selected() const {
  return table_->selected();
}

void TrainPage::select(const QString& run) {
  table_->select(run);
}

void TrainPage::selection_changed() {
  follow_selected();
  record_.show(current());
  refresh_header();
  Q_EMIT current_changed(current());
}

void TrainPage::follow_selected() {
  std::vector<PlotSeries> series;
  std::vector<CurveKey> curves;
  for (const QString& run : selected()) {
    const RunView* view = record_.run(run);
    if (view == nullptr) continue;
    const int index = record_.colour_index(run);
    series.push_back({run, QString::fromStdString(view->run.name.empty() ? view->run.id : view->run.name),
                      run_colour(index, Theme::instance().kind()), run_dash(index)});
    for (const QString& metric : metrics_) curves.push_back({run, metric});
  }
  for (CurvePlot* plot : plots_) {
    plot->set_series(series);
    plot->show_all();
  }
  record_.follow(std::move(curves));
}

void TrainPage::take_curves(const CurveChunks& chunks) {
  for (const CurveChunk& chunk : *chunks) {
    QVector<double> steps, values;
    steps.reserve(static_cast<qsizetype>(chunk.points.size()));
    values.reserve(static_cast<qsizetype>(chunk.points.size()));
    for (const record::CurvePoint& point : chunk.points) {
      steps.push_back(static_cast<double>(point.step));
      values.push_back(point.value);
    }
    for (std::size_t i = 0; i < plots_.size(); ++i) {
      if (metrics_[i] == chunk.key.metric)
        plots_[i]->add_points(chunk.key.run, steps, values, chunk.from_scratch);
    }
  }
}

void TrainPage::take_details(const RunDetailsPtr& details) {
  if (details->run != current()) return;
  // The newest event that is more than information is what a person has to know.
  QString sentence;
  const char* role = "label";
  for (const record::Event& event : details->events) {
    if (event.level == record::EventLevel::Info && event.kind != "health") continue;
    sentence = QString::fromStdString(event.text);
    role = event.level == record::EventLevel::Error     ? "bad"
           : event.level == record::EventLevel::Warning ? "warn"
                                                        : "label";
  }
  health_->setText(sentence);
  set_style_property(health_, "role", QString::fromLatin1(role));
}

void TrainPage::refresh_header() {
  const RunView* view = record_.run(current());
  const bool any = view != nullptr;
  name_->setText(any ? QString::fromStdString(view->run.name.empty() ? view->run.id : view->run.name)
                     : tr("No run is selected"));
  state_->setText(any ? QString::fromStdString(view->status.text) : QString());
  const bool active = any && record::is_active(view->status.state) && !view->status.died;
  const bool paused = any && view->status.state == record::State::Paused;
  pause_->setText(paused ? tr("Go on") : tr("Pause"));
  pause_->setEnabled(active);
  stop_->setEnabled(active);
  const QString why =
      any ? tr("No trainer is at work on this run: it is %1.").arg(state_word(*view)) : QString();
  pause_->setToolTip(active ? tr("The trainer keeps everything in memory and waits.") : why);
  stop_->setToolTip(active ? tr("Saves after the step that is being made. It can be resumed.") : why);
}

}  // namespace ibot::ui
