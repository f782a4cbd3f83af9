// SPDX-License-Identifier: GPL-3.0-or-later
#include "comparison_curves.h"

#include "earlier_button.h"
#include "plot_panel.h"

#include <ibot/compare/comparison_figure.h>

#include <ui/models/metric_names.h>
#include <ui/plots/curve_plot.h>
#include <ui/plots/smoothing.h>
#include <ui/plots/smoothing_slider.h>
#include <ui/style/theme.h>
#include <ui/widgets/elided_label.h>
#include <ui/widgets/flow_layout.h>
#include <ui/widgets/line_legend.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/setting.h>

#include <QComboBox>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPointer>
#include <QSignalBlocker>
#include <QThreadPool>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ibot::ui {
namespace {

constexpr int kAgainMillis = 1000;  // between two looks at runs that train
constexpr int kDashes = 4;
constexpr int kColours = 8;

QString text(const std::string& utf8) {
  return QString::fromStdString(utf8);
}

QColor colour_of(const compare::ComparisonLine& line) {
  return run_colour(line.colour_place >= 0 ? line.colour_place : static_cast<int>(line.run_colour),
                    Theme::instance().kind());
}

Qt::PenStyle dash_of(const compare::ComparisonLine& line) {
  if (line.dash_place >= 0) return run_dash(kColours * (line.dash_place % kDashes));
  // Levels have a colour each: dashes would say something that is not so.
  return run_dash(line.colour_place >= 0 ? line.colour_place : static_cast<int>(line.run_colour));
}

XUnit unit_of(compare::Alignment align) {
  switch (align) {
    case compare::Alignment::Step:
      return XUnit::Step;
    case compare::Alignment::Images:
      return XUnit::Images;
    case compare::Alignment::Time:
      return XUnit::Time;
    case compare::Alignment::Branch:
      return XUnit::Branch;
  }
  return XUnit::Step;
}

QString band_title(const compare::ComparisonLines& lines) {
  return ComparisonCurves::tr("%1 (%2 earlier runs)").arg(text(lines.band_name)).arg(lines.band->n);
}

}  // namespace

ComparisonCurves::ComparisonCurves(Record& record, QWidget* parent)
    : QWidget(parent), record_(record), reader_(new ComparedCurveReader(this)), again_(new QTimer(this)) {
  options_metric_ =
      read_setting(QStringLiteral("comparison_curves/metric"), QStringLiteral("loss")).toString();
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kSmall);
  layout->setSpacing(metrics::kSmall);
  panel_ = new PlotPanel(options_metric_);
  panel_->hide_schedules();
  panel_->plot()->setObjectName(QStringLiteral("comparison_plot"));
  offer_exports();
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
  // The more there is to select, the wider a label wants to be at least.
  caption_->setMinimumWidth(1);
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
  smoothing_->set_position(
      read_setting(QStringLiteral("comparison_curves/smoothing"), kFirstSmoothing).toInt());
  smooth();
  set_runs({});
}

QComboBox* ComparisonCurves::add_choice(QLayout* layout, const char* name, const QString& label,
                                        const QString& tip) {
  auto* pair = new QWidget;
  auto* row = new QHBoxLayout(pair);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(metrics::kSmall);
  QLabel* word = make_label(label, TextStyle::Small, "label");
  row->addWidget(word);
  auto* choice = new QComboBox;
  choice->setObjectName(QString::fromLatin1(name));
  choice->setAccessibleName(label);
  choice->setToolTip(tip);
  choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  choice->setMinimumContentsLength(9);
  word->setBuddy(choice);
  row->addWidget(choice);
  layout->addWidget(pair);
  return choice;
}

QWidget* ComparisonCurves::make_controls() {
  auto* bar = new QWidget;
  // The page has to fit beside the tray on a small screen.
  auto* layout = new FlowLayout(bar, metrics::kSmall);
  gather_ = add_choice(layout, "comparison_gather", tr("Lines"),
                       tr("What runs are gathered by into one line: their mean with its 95 % interval"));
  gather_->setMinimumContentsLength(14);
  colour_ =
      add_choice(layout, "comparison_colour", tr("Colour"), tr("The parameter that chooses a line's colour"));
  dash_ = add_choice(layout, "comparison_dash", tr("Dash"), tr("The parameter that chooses a line's dashes"));
  align_ = add_choice(layout, "comparison_align", tr("Align"), tr("What stands on the horizontal axis"));
  using compare::Alignment;
  align_->addItem(tr("by step"), static_cast<int>(Alignment::Step));
  align_->addItem(tr("by images seen"), static_cast<int>(Alignment::Images));
  align_->addItem(tr("by time"), static_cast<int>(Alignment::Time));
  align_->addItem(tr("from the branch"), static_cast<int>(Alignment::Branch));
  earlier_ = new EarlierButton(record_);
  earlier_->setObjectName(QStringLiteral("comparison_earlier"));
  connect(earlier_, &EarlierButton::chosen, this, &ComparisonCurves::read_anew);
  layout->addWidget(earlier_);
  smoothing_ = new SmoothingSlider("comparison_smoothing", tr("Smoothing of the compared curves"));
  layout->addWidget(smoothing_);

  const auto choose = [this](QComboBox* box, std::string compare::LineOptions::*option) {
    connect(box, &QComboBox::activated, this, [this, box, option] {
      options_.*option = box->currentData().toString().toStdString();
      compute();
    });
  };
  choose(gather_, &compare::LineOptions::gather);
  choose(colour_, &compare::LineOptions::colour);
  choose(dash_, &compare::LineOptions::dash);
  connect(align_, &QComboBox::activated, this, [this] {
    options_.align = static_cast<compare::Alignment>(align_->currentData().toInt());
    compute();
  });
  connect(smoothing_, &SmoothingSlider::moved, this, &ComparisonCurves::smooth);
  return bar;
}

void ComparisonCurves::connect_record() {
  const auto look_again = [this](const QStringList& changed) {
    const bool ours = std::any_of(changed.begin(), changed.end(),
                                  [this](const QString& run) { return runs_.contains(run); });
    const bool in_band = reply_ && holds_any(reply_->earlier, changed);
    if (!ours && !in_band) return;
    stale_ = true;
    refresh_metrics();
    if (!again_->isActive()) again_->start();
  };
  connect(&record_, &Record::runs_changed, this, look_again);
  connect(&record_, &Record::runs_removed, this, look_again);
  connect(&record_, &Record::closed, this, [this] {
    set_earlier({});
    set_runs({});
  });
}

void ComparisonCurves::set_runs(const QStringList& runs, const QString& baseline) {
  const bool same = runs == runs_;
  runs_ = runs;
  options_.baseline = baseline.toStdString();
  refresh_metrics();
  if (same && reply_) return compute();
  read_anew();
}

void ComparisonCurves::set_bundles(const std::vector<OpenedBundlePtr>& bundles) {
  if (bundles == bundles_) return;
  bundles_ = bundles;
  reader_->forget();  // what is read now would be waited for
  read_anew();
}

void ComparisonCurves::set_metric(const QString& metric) {
  if (metric == options_metric_) return;
  options_metric_ = metric;
  write_setting(QStringLiteral("comparison_curves/metric"), metric);
  panel_->set_metric(metric);
  smooth();
  panel_->plot()->show_all();
  read_anew();
}

void ComparisonCurves::refresh_metrics() {
  std::set<QString> names;
  for (const QString& run : runs_) {
    const RunView* view = record_.run(run);
    if (view == nullptr) continue;
    for (const record::LastValue& last : view->run.last_values)
      names.insert(QString::fromStdString(last.name));
  }
  // Of a bundle's runs the record of the workspace knows nothing.
  if (reply_) {
    for (const compare::RunData& each : reply_->curves.data) {
      for (const record::LastValue& last : each.run.last_values) names.insert(text(last.name));
    }
  }
  panel_->set_choices(QStringList(names.begin(), names.end()));
}

void ComparisonCurves::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (stale_) read();
}

void ComparisonCurves::read() {
  if (runs_.isEmpty() && bundles_.empty()) {
    stale_ = false;
    reader_->forget();
    reply_ = std::make_shared<CurveReply>();
    panel_->plot()->set_empty_text(tr("Add runs to the comparison to see their curves beside each other"));
    return compute();
  }
  if (!isVisible() || !stale_) return;
  // What is read now is shown before it is read anew: else runs that train would never show anything.
  const CurveRequest request{record_.folder(), runs_.mid(0, kMostRuns), bundles_, options_metric_,
                             earlier_->earlier()};
  const bool asked_before = reply_ && reply_->request.runs == request.runs &&
                            reply_->request.metric == request.metric &&
                            reply_->request.earlier == request.earlier;
  if (reader_->is_reading() && asked_before) return again_->start();
  stale_ = false;
  if (!reply_ || reply_->request.metric != options_metric_)
    panel_->plot()->set_empty_text(tr("Reading the curves\u2026"));
  reader_->read(request);
}

void ComparisonCurves::take(const CurveReplyPtr& reply) {
  reply_ = reply;
  if (reply->problem.isEmpty()) earlier_->set_studies(reply->studies);
  refresh_metrics();
  panel_->plot()->set_empty_text(
      reply->problem.isEmpty() ? tr("None of these runs has a value of this metric") : reply->problem);
  compute();
}

void ComparisonCurves::compute() {
  if (!reply_) return;
  options_.smoothing = panel_->plot()->smoothing();
  const std::int64_t number = ++computation_;
  QThreadPool::globalInstance()->start([self = QPointer(this), reply = reply_, options = options_, number] {
    auto lines = std::make_shared<const compare::ComparisonLines>(
        compare::make_comparison_lines(reply->curves, options));
    QMetaObject::invokeMethod(QCoreApplication::instance(), [self, lines, number] {
      if (self && self->computation_ == number) self->show_lines(lines);
    });
  });
}

void ComparisonCurves::show_lines(const std::shared_ptr<const compare::ComparisonLines>& lines) {
  lines_ = lines;
  CurvePlot* plot = panel_->plot();
  std::vector<PlotSeries> series;
  for (const compare::ComparisonLine& line : lines->lines)
    series.push_back({text(line.id), text(line.label), colour_of(line), dash_of(line)});
  plot->set_series(series);
  // Setting it shows everything again, which would take a zoomed view away from who looks at it.
  if (drawn_align_ != options_.align) plot->set_x_unit(unit_of(options_.align));
  drawn_align_ = options_.align;
  for (const compare::ComparisonLine& line : lines->lines) {
    QVector<double> x(line.x.begin(), line.x.end());
    QVector<qint64> times;
    // Places along the axis are what the plot is given; by time it counts them from microseconds.
    for (const double place : line.x) times.push_back(std::llround(place * 1e6));
    plot->add_points(text(line.id), x, {line.y.begin(), line.y.end()}, true, times);
    PlotBand band;
    if (!line.low.empty())
      band = {x, {line.low.begin(), line.low.end()}, {line.high.begin(), line.high.end()}};
    plot->set_band(text(line.id), band);
  }
  show_band();
  fill_choices();
  show_legend();
  refresh_caption();
  Q_EMIT drawn();
}

void ComparisonCurves::show_band() {
  CurvePlot* plot = panel_->plot();
  if (!lines_->band || lines_->band->x.empty()) return plot->set_backdrop({}, {});
  const compare::CurveBand& band = *lines_->band;
  const auto values = [](const std::vector<double>& all) { return QVector<double>(all.begin(), all.end()); };
  plot->set_backdrop({values(band.x), values(band.low), values(band.high)}, values(band.median));
}

void ComparisonCurves::set_earlier(const EarlierRuns& earlier) {
  if (earlier == earlier_->earlier()) return;
  earlier_->set_earlier(earlier);
  read_anew();
}

void ComparisonCurves::set_selected_runs(const QStringList& runs) {
  earlier_->set_selected_runs(runs);
}

void ComparisonCurves::read_anew() {
  stale_ = true;
  read();
}

void ComparisonCurves::offer_exports() {
  panel_->set_exports(
      [this]() -> PlotPanel::CsvMaker {
        return [lines = lines_, options = options_] { return compare::comparison_csv(*lines, options); };
      },
      [this]() -> PlotPanel::FigureMaker {
        const CurvePlot& plot = *panel_->plot();
        const auto [left, right] = plot.x_range();
        const auto [bottom, top] = plot.y_range();
        figure::CurveFigure seen;
        seen.x_range = figure::Range{left, right};
        seen.y_range = figure::Range{bottom, top};
        seen.logarithmic = plot.is_logarithmic();
        seen.width = std::clamp<double>(plot.width(), 480, 4096);
        seen.height = std::clamp<double>(plot.height(), 240, 4096);
        seen.theme =
            Theme::instance().kind() == ThemeKind::Light ? figure::Theme::Light : figure::Theme::Dark;
        return [lines = lines_, options = options_, metric = options_metric_.toStdString(), seen] {
          figure::CurveFigure content = compare::comparison_figure(*lines, metric, options, seen.theme);
          content.x_range = seen.x_range;
          content.y_range = seen.y_range;
          content.logarithmic = seen.logarithmic;
          content.width = seen.width;
          content.height = seen.height;
          return content;
        };
      });
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
                     {tr("mean of replicates"), QString::fromLatin1(compare::kByReplicates)}};
  for (const std::string& key : lines_->gather_keys)
    gathers.emplace_back(tr("mean by %1").arg(text(key)), text(key));
  Choices colours = {{tr("the run's own"), QString()}};
  Choices dashes = {{tr("none chosen"), QString()}};
  for (const std::string& key : lines_->level_keys) {
    colours.emplace_back(text(key), text(key));
    dashes.emplace_back(text(key), text(key));
  }
  fill(gather_, gathers, text(options_.gather));
  fill(colour_, colours, text(options_.colour));
  fill(dash_, dashes, text(options_.dash));
  align_->setCurrentIndex(std::max(0, align_->findData(static_cast<int>(options_.align))));
}

void ComparisonCurves::show_legend() {
  const ThemeKind theme = Theme::instance().kind();
  const QColor plain = Theme::instance().tokens().text2;
  std::vector<LineLegend::Entry> entries;
  const auto add_levels = [&](const std::string& key, const std::vector<std::string>& levels,
                              const auto& look) {
    if (levels.empty()) return;
    entries.push_back({text(key), {}, {}});
    for (std::size_t i = 0; i < levels.size(); ++i) {
      const auto [colour, dash] = look(static_cast<int>(i));
      entries.push_back({text(levels[i]), colour, dash});
    }
  };
  add_levels(options_.colour, lines_->colour_levels, [&](int place) {
    return std::pair(run_colour(place, theme), lines_->dash_levels.empty() ? run_dash(place) : Qt::SolidLine);
  });
  add_levels(options_.dash, lines_->dash_levels,
             [&](int place) { return std::pair(plain, run_dash(kColours * (place % kDashes))); });
  if (lines_->colour_levels.empty()) {
    for (const compare::ComparisonLine& line : lines_->lines)
      entries.push_back({text(line.label), colour_of(line), dash_of(line)});
  }
  if (panel_->plot()->has_backdrop())
    entries.push_back({band_title(*lines_), Theme::instance().tokens().text3, Qt::SolidLine});
  legend_->set_entries(std::move(entries));
}

void ComparisonCurves::refresh_caption() {
  QStringList sentences;
  if (!runs_.isEmpty() || !bundles_.empty()) {
    for (const std::string& each :
         compare::comparison_caption(*lines_, options_, panel_->plot()->smoothing()))
      sentences << text(each);
  }
  if (runs_.size() > kMostRuns)
    sentences << tr("Only the first %1 of %2 runs are drawn.").arg(kMostRuns).arg(runs_.size());
  caption_->setText(sentences.join(QLatin1Char(' ')));
}

void ComparisonCurves::tell_values(double x) {
  QStringList words;
  for (const compare::ComparisonLine& line : lines_->lines) {
    const auto reading = std::isnan(x) ? std::nullopt : panel_->plot()->reading(text(line.id), x);
    if (!reading) continue;
    if (words.isEmpty()) words << tr("At %1").arg(QLocale(QLocale::English).toString(reading->x, 'f', 0));
    QString value = text(line.label) + QLatin1Char(' ') + format_metric(reading->value);
    const auto at = std::lower_bound(line.x.begin(), line.x.end(), reading->step) - line.x.begin();
    if (!line.low.empty() && at < static_cast<std::ptrdiff_t>(line.low.size())) {
      const auto place = static_cast<std::size_t>(at);
      value +=
          QStringLiteral(" [%1, %2]").arg(format_metric(line.low[place]), format_metric(line.high[place]));
    }
    words << value;
  }
  if (lines_->band && !words.isEmpty()) {
    const compare::CurveBand& band = *lines_->band;
    const auto at =
        static_cast<std::size_t>(std::lower_bound(band.x.begin(), band.x.end(), x) - band.x.begin());
    if (at < band.x.size() && std::isfinite(band.low[at]))
      words << tr("earlier runs %1 to %2").arg(format_metric(band.low[at]), format_metric(band.high[at]));
  }
  values_->setText(words.join(QStringLiteral("   ")));
}

void ComparisonCurves::smooth() {
  const double weight = smoothing_->weight();
  panel_->set_smoothing(weight);
  const bool measured_rarely = weight > 0 && panel_->plot()->smoothing() <= 0;
  smoothing_->set_refusal(
      measured_rarely ? tr("What is measured now and then is not smoothed: each value counts.") : QString());
  write_setting(QStringLiteral("comparison_curves/smoothing"), smoothing_->position());
  compute();
}

}  // namespace ibot::ui
