// SPDX-License-Identifier: GPL-3.0-or-later
#include "comparison_curves.h"

#include "plot_panel.h"

#include <ui/models/metric_names.h>
#include <ui/plots/curve_plot.h>
#include <ui/style/theme.h>
#include <ui/widgets/elided_label.h>
#include <ui/widgets/line_legend.h>
#include <ui/widgets/parts.h>

#include <QComboBox>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPointer>
#include <QSettings>
#include <QSignalBlocker>
#include <QSlider>
#include <QThreadPool>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>
#include <vector>

namespace ibot::ui {
namespace {

constexpr int kAgainMillis = 1000;  // between two looks at runs that train
constexpr int kDashes = 4;
constexpr int kColours = 8;

}  // namespace

ComparisonCurves::ComparisonCurves(Record& record, QWidget* parent)
    : QWidget(parent), record_(record), reader_(new ComparedCurveReader(this)), again_(new QTimer(this)) {
  const QSettings settings;
  options_metric_ =
      settings.value(QStringLiteral("comparison_curves/metric"), QStringLiteral("loss")).toString();
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kSmall);
  layout->setSpacing(metrics::kSmall);
  panel_ = new PlotPanel(options_metric_);
  panel_->hide_schedules();
  panel_->plot()->setObjectName(QStringLiteral("comparison_plot"));
  panel_->set_csv([this] { return comparison_csv(*lines_, options_); });
  layout->addWidget(make_controls());
  layout->addWidget(panel_, 1);
  values_ = new ElidedLabel(TextStyle::Small, "label");
  values_->setObjectName(QStringLiteral("comparison_values"));
  values_->setMinimumHeight(QFontMetrics(values_->font()).height());
  layout->addWidget(values_);
  legend_ = new LineLegend;
  legend_->setObjectName(QStringLiteral("comparison_legend"));
  layout->addWidget(legend_);
  caption_ = make_label({}, TextStyle::Small, "hint");
  caption_->setObjectName(QStringLiteral("comparison_caption"));
  caption_->setWordWrap(true);
  caption_->setTextFormat(Qt::PlainText);
  caption_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  layout->addWidget(caption_);
  told_ = make_label({}, TextStyle::Small, "label");
  told_->setObjectName(QStringLiteral("comparison_told"));
  told_->setTextFormat(Qt::PlainText);
  told_->setWordWrap(true);
  told_->hide();
  layout->addWidget(told_);

  again_->setSingleShot(true);
  again_->setInterval(kAgainMillis);
  connect(again_, &QTimer::timeout, this, &ComparisonCurves::read);
  connect(panel_->plot(), &CurvePlot::cursor_moved, this, [this](double x) {
    panel_->plot()->set_cursor(x);
    tell_values(x);
  });
  connect(reader_, &ComparedCurveReader::found, this, &ComparisonCurves::take);
  connect(panel_, &PlotPanel::metric_chosen, this, &ComparisonCurves::set_metric);
  connect(panel_, &PlotPanel::logarithmic_chosen, panel_, &PlotPanel::set_logarithmic);
  connect(panel_, &PlotPanel::x_logarithmic_chosen, this,
          [this](bool logarithmic) { panel_->plot()->set_x_logarithmic(logarithmic); });
  connect(panel_, &PlotPanel::exported, this, [this](const QString& file, const QString& problem) {
    told_->setText(problem.isEmpty() ? tr("Written to %1").arg(file) : problem);
    set_style_property(told_, "role", problem.isEmpty() ? QStringLiteral("label") : QStringLiteral("bad"));
    told_->show();
    Q_EMIT exported(file, problem);
  });
  connect(&Theme::instance(), &Theme::changed, this, [this] { show_lines(lines_); });
  connect_record();
  set_smoothing(settings.value(QStringLiteral("comparison_curves/smoothing"), kFirstSmoothing).toInt());
  set_runs({});
}

QComboBox* ComparisonCurves::add_choice(QHBoxLayout* layout, const char* name, const QString& label,
                                        const QString& tip) {
  QLabel* word = make_label(label, TextStyle::Small, "label");
  layout->addWidget(word);
  auto* choice = new QComboBox;
  choice->setObjectName(QString::fromLatin1(name));
  choice->setAccessibleName(label);
  choice->setToolTip(tip);
  choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  choice->setMinimumContentsLength(9);
  word->setBuddy(choice);
  layout->addWidget(choice, 1);
  return choice;
}

QWidget* ComparisonCurves::make_controls() {
  auto* bar = new QWidget;
  auto* layout = new QHBoxLayout(bar);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kSmall);
  gather_ = add_choice(layout, "comparison_gather", tr("Lines"),
                       tr("What runs are gathered by into one line: their mean with its 95 % interval"));
  colour_ =
      add_choice(layout, "comparison_colour", tr("Colour"), tr("The parameter that chooses a line's colour"));
  dash_ = add_choice(layout, "comparison_dash", tr("Dash"), tr("The parameter that chooses a line's dashes"));
  align_ = add_choice(layout, "comparison_align", tr("Align"), tr("What stands on the horizontal axis"));
  align_->addItem(tr("by step"), static_cast<int>(XUnit::Step));
  align_->addItem(tr("by images seen"), static_cast<int>(XUnit::Images));
  align_->addItem(tr("by time"), static_cast<int>(XUnit::Time));
  align_->addItem(tr("from the branch"), static_cast<int>(XUnit::Branch));
  layout->addWidget(make_label(tr("Smoothing"), TextStyle::Small, "label"));
  slider_ = new QSlider(Qt::Horizontal);
  slider_->setObjectName(QStringLiteral("comparison_smoothing"));
  slider_->setAccessibleName(tr("Smoothing of the compared curves"));
  slider_->setToolTip(tr("Weight of the moving average; 0 shows the values alone"));
  slider_->setRange(0, static_cast<int>(kSmoothingWeights.size()) - 1);
  slider_->setPageStep(1);
  slider_->setFixedWidth(96);
  layout->addWidget(slider_);
  weight_ = make_label({}, TextStyle::Small, "label");
  weight_->setFixedWidth(
      QFontMetrics(text_font(TextStyle::Small)).horizontalAdvance(QStringLiteral("0.9999")));
  layout->addWidget(weight_);

  const auto choose = [this](QComboBox* box, QString LineOptions::*option) {
    connect(box, &QComboBox::activated, this, [this, box, option] {
      options_.*option = box->currentData().toString();
      compute();
    });
  };
  choose(gather_, &LineOptions::gather);
  choose(colour_, &LineOptions::colour);
  choose(dash_, &LineOptions::dash);
  connect(align_, &QComboBox::activated, this, [this] {
    options_.align = static_cast<XUnit>(align_->currentData().toInt());
    compute();
  });
  connect(slider_, &QSlider::valueChanged, this, &ComparisonCurves::set_smoothing);
  return bar;
}

void ComparisonCurves::connect_record() {
  connect(&record_, &Record::runs_changed, this, [this](const QStringList& changed) {
    const bool ours = std::any_of(changed.begin(), changed.end(),
                                  [this](const QString& run) { return runs_.contains(run); });
    if (!ours) return;
    stale_ = true;
    refresh_metrics();
    if (!again_->isActive()) again_->start();
  });
  connect(&record_, &Record::closed, this, [this] { set_runs({}); });
}

void ComparisonCurves::set_runs(const QStringList& runs, const QString& baseline) {
  const bool same = runs == runs_;
  runs_ = runs;
  baseline_ = baseline;
  refresh_metrics();
  if (same && curves_) return show_lines(lines_);
  stale_ = true;
  read();
}

void ComparisonCurves::set_metric(const QString& metric) {
  if (metric == options_metric_) return;
  options_metric_ = metric;
  QSettings().setValue(QStringLiteral("comparison_curves/metric"), metric);
  panel_->set_metric(metric);
  set_smoothing(slider_->value());
  panel_->plot()->show_all();
  stale_ = true;
  read();
}

void ComparisonCurves::refresh_metrics() {
  std::set<QString> names;
  for (const QString& run : runs_) {
    const RunView* view = record_.run(run);
    if (view == nullptr) continue;
    for (const record::LastValue& last : view->run.last_values)
      names.insert(QString::fromStdString(last.name));
  }
  panel_->set_choices(QStringList(names.begin(), names.end()));
}

void ComparisonCurves::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (stale_) read();
}

void ComparisonCurves::read() {
  if (runs_.isEmpty()) {
    stale_ = false;
    reader_->forget();
    curves_ = std::make_shared<ComparedCurves>();
    panel_->plot()->set_empty_text(tr("Add runs to the comparison to see their curves beside each other"));
    return compute();
  }
  if (!isVisible() || !stale_) return;
  // What is read now is shown before it is read anew: else runs that train would never show anything.
  if (reader_->is_reading() && curves_ && curves_->runs == runs_ && curves_->metric == options_metric_)
    return again_->start();
  stale_ = false;
  if (!curves_ || curves_->metric != options_metric_)
    panel_->plot()->set_empty_text(tr("Reading the curves\u2026"));
  reader_->read(record_.folder(), runs_.mid(0, kMostRuns), options_metric_);
}

void ComparisonCurves::take(const ComparedCurvesPtr& curves) {
  curves_ = curves;
  panel_->plot()->set_empty_text(
      curves->problem.isEmpty() ? tr("None of these runs has a value of this metric") : curves->problem);
  compute();
}

void ComparisonCurves::compute() {
  if (!curves_) return;
  options_.smoothing = panel_->plot()->smoothing();
  const std::int64_t number = ++computation_;
  QThreadPool::globalInstance()->start([self = QPointer(this), curves = curves_, options = options_, number] {
    auto lines = std::make_shared<const ComparisonLines>(make_comparison_lines(*curves, options));
    QMetaObject::invokeMethod(QCoreApplication::instance(), [self, lines, number] {
      if (self && self->computation_ == number) self->show_lines(lines);
    });
  });
}

QColor ComparisonCurves::colour_of(const ComparisonLine& line) const {
  return run_colour(line.colour_place >= 0 ? line.colour_place : record_.colour_index(line.id),
                    Theme::instance().kind());
}

Qt::PenStyle ComparisonCurves::dash_of(const ComparisonLine& line) const {
  if (line.dash_place >= 0) return run_dash(kColours * (line.dash_place % kDashes));
  // Levels have a colour each: dashes would say something that is not so.
  return line.colour_place >= 0 ? run_dash(line.colour_place) : run_dash(record_.colour_index(line.id));
}

QString ComparisonCurves::label_of(const ComparisonLine& line) const {
  return line.runs.contains(baseline_) ? tr("%1, baseline").arg(line.label) : line.label;
}

void ComparisonCurves::show_lines(const std::shared_ptr<const ComparisonLines>& lines) {
  lines_ = lines;
  CurvePlot* plot = panel_->plot();
  std::vector<PlotSeries> series;
  for (const ComparisonLine& line : lines->lines)
    series.push_back({line.id, label_of(line), colour_of(line), dash_of(line)});
  plot->set_series(series);
  // Setting it shows everything again, which would take a zoomed view away from who looks at it.
  if (drawn_align_ != options_.align) plot->set_x_unit(options_.align);
  drawn_align_ = options_.align;
  for (const ComparisonLine& line : lines->lines) {
    QVector<double> x(line.x.begin(), line.x.end());
    QVector<qint64> times;
    // Places along the axis are what the plot is given; by time it counts them from microseconds.
    for (const double place : line.x) times.push_back(std::llround(place * 1e6));
    plot->add_points(line.id, x, {line.y.begin(), line.y.end()}, true, times);
    PlotBand band;
    if (!line.low.empty())
      band = {x, {line.low.begin(), line.low.end()}, {line.high.begin(), line.high.end()}};
    plot->set_band(line.id, band);
  }
  fill_choices();
  show_legend();
  refresh_caption();
  Q_EMIT drawn();
}

void ComparisonCurves::fill_choices() {
  using Choices = std::vector<std::pair<QString, QString>>;  // words, and the option that they choose
  const auto fill = [](QComboBox* box, const Choices& choices, const QString& chosen) {
    Choices there;
    for (int i = 0; i < box->count(); ++i) there.emplace_back(box->itemText(i), box->itemData(i).toString());
    const QSignalBlocker quiet(box);
    // A list that somebody looks at just now stays, unless it is another one.
    if (there != choices) {
      box->clear();
      for (const auto& [words, option] : choices) box->addItem(words, option);
    }
    box->setCurrentIndex(std::max(0, box->findData(chosen)));
  };
  Choices gathers = {{tr("one a run"), QString()},
                     {tr("mean of replicates"), QString::fromLatin1(kByReplicates)}};
  for (const QString& key : lines_->gather_keys) gathers.emplace_back(tr("mean by %1").arg(key), key);
  Choices colours = {{tr("the run's own"), QString()}};
  Choices dashes = {{tr("none chosen"), QString()}};
  for (const QString& key : lines_->level_keys) {
    colours.emplace_back(key, key);
    dashes.emplace_back(key, key);
  }
  fill(gather_, gathers, options_.gather);
  fill(colour_, colours, options_.colour);
  fill(dash_, dashes, options_.dash);
  align_->setCurrentIndex(std::max(0, align_->findData(static_cast<int>(options_.align))));
}

void ComparisonCurves::show_legend() {
  const ThemeKind theme = Theme::instance().kind();
  const QColor plain = Theme::instance().tokens().text2;
  std::vector<LineLegend::Entry> entries;
  if (!lines_->colour_levels.isEmpty()) {
    entries.push_back({options_.colour, {}, {}});
    for (int i = 0; i < lines_->colour_levels.size(); ++i)
      entries.push_back({lines_->colour_levels[i], run_colour(i, theme),
                         lines_->dash_levels.isEmpty() ? run_dash(i) : Qt::SolidLine});
  }
  if (!lines_->dash_levels.isEmpty()) {
    entries.push_back({options_.dash, {}, {}});
    for (int i = 0; i < lines_->dash_levels.size(); ++i)
      entries.push_back({lines_->dash_levels[i], plain, run_dash(kColours * (i % kDashes))});
  }
  if (lines_->colour_levels.isEmpty()) {
    for (const ComparisonLine& line : lines_->lines)
      entries.push_back({label_of(line), colour_of(line), dash_of(line)});
  }
  legend_->set_entries(std::move(entries));
}

void ComparisonCurves::refresh_caption() {
  QString text =
      runs_.isEmpty() ? QString() : comparison_caption(*lines_, options_, panel_->plot()->smoothing());
  if (runs_.size() > kMostRuns)
    text += QLatin1Char(' ') + tr("Only the first %1 of %2 runs are drawn.").arg(kMostRuns).arg(runs_.size());
  caption_->setText(text);
}

void ComparisonCurves::tell_values(double x) {
  QStringList words;
  for (const ComparisonLine& line : lines_->lines) {
    const auto reading = std::isnan(x) ? std::nullopt : panel_->plot()->reading(line.id, x);
    if (!reading) continue;
    if (words.isEmpty()) words << tr("At %1").arg(QLocale(QLocale::English).toString(reading->x, 'f', 0));
    QString value = label_of(line) + QLatin1Char(' ') + format_metric(reading->value);
    const auto at = std::lower_bound(line.x.begin(), line.x.end(), reading->step) - line.x.begin();
    if (!line.low.empty() && at < static_cast<std::ptrdiff_t>(line.low.size())) {
      const auto place = static_cast<std::size_t>(at);
      value +=
          QStringLiteral(" [%1, %2]").arg(format_metric(line.low[place]), format_metric(line.high[place]));
    }
    words << value;
  }
  values_->setText(words.join(QStringLiteral("   ")));
}

void ComparisonCurves::set_smoothing(int position) {
  position = std::clamp(position, 0, static_cast<int>(kSmoothingWeights.size()) - 1);
  const QSignalBlocker quiet(slider_);
  slider_->setValue(position);
  const double weight = kSmoothingWeights[static_cast<std::size_t>(position)];
  panel_->set_smoothing(weight);
  const bool measured_rarely = weight > 0 && panel_->plot()->smoothing() <= 0;
  weight_->setText(position == 0 ? tr("off") : QString::number(weight));
  slider_->setEnabled(!measured_rarely);
  slider_->setToolTip(measured_rarely
                          ? tr("What is measured now and then is not smoothed: each value counts.")
                          : tr("Weight of the moving average; 0 shows the values alone"));
  QSettings().setValue(QStringLiteral("comparison_curves/smoothing"), position);
  compute();
}

}  // namespace ibot::ui
