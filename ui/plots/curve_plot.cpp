// SPDX-License-Identifier: GPL-3.0-or-later
#include "curve_plot.h"

#include "qcustomplot.h"
#include "smoothing.h"

#include <ui/style/theme.h>

#include <QEvent>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

namespace ibot::ui {
namespace {

constexpr int kFaint = 64;  // of 255: raw values under their smoothed line
constexpr int kMostLabels = 6;
constexpr double kHeadroom = 0.06;
constexpr int kFewPoints = 60;       // of a curve: then each is marked, since one point makes no line
constexpr double kOutliers = 0.005;  // share at either end that does not stretch the axis
constexpr double kStart = 0.02;      // share of the steps that does not either: a run's first moments

// Round numbers with thousands separators; scientific where they would be long.
class StepTicker final : public QCPAxisTicker {
 protected:
  QString getTickLabel(double tick, const QLocale&, QChar, int) override {
    return QLocale(QLocale::English).toString(static_cast<qlonglong>(std::llround(tick)));
  }
  double getTickStep(const QCPRange& range) override {
    return std::max(1.0, QCPAxisTicker::getTickStep(range));
  }
};

// What the axis has to show of a curve's values.
std::optional<QCPRange> typical_range(const QCPGraphDataContainer& points, bool positive) {
  if (points.isEmpty()) return std::nullopt;
  const double first = points.constBegin()->key;
  const double skipped = points.size() > kFewPoints ? kStart : 0;
  const double from = first + skipped * ((points.constEnd() - 1)->key - first);
  std::vector<double> values;
  for (auto at = points.findBegin(from, false); at != points.constEnd(); ++at) {
    if (std::isfinite(at->value) && (!positive || at->value > 0)) values.push_back(at->value);
  }
  if (values.empty()) return std::nullopt;
  const auto cut = static_cast<std::ptrdiff_t>(kOutliers * static_cast<double>(values.size()));
  std::nth_element(values.begin(), values.begin() + cut, values.end());
  const double low = values[static_cast<std::size_t>(cut)];
  std::nth_element(values.begin(), values.end() - 1 - cut, values.end());
  return QCPRange(low, *(values.end() - 1 - cut));
}

QString format_value(double value) {
  if (!std::isfinite(value)) return QStringLiteral("not finite");
  const double size = std::fabs(value);
  if (size != 0 && (size < 1e-3 || size >= 1e6)) return QString::number(value, 'e', 3);
  return QString::number(value, 'f', size < 10 ? 4 : size < 1000 ? 2 : 0);
}

}  // namespace

struct CurvePlot::Line {
  PlotSeries series;
  QCPGraph* raw = nullptr;
  QCPGraph* smoothed = nullptr;
  QCPItemText* label = nullptr;
  Smoother smoother{0};
};

CurvePlot::CurvePlot(const QString& title, QWidget* parent)
    : QWidget(parent), title_(title), plot_(new QCustomPlot(this)), timer_(new QTimer(this)) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(plot_);
  setAccessibleName(title);
  setFocusPolicy(Qt::StrongFocus);

  timer_->setInterval(1000 / kFramesPerSecond);
  timer_->setSingleShot(true);
  connect(timer_, &QTimer::timeout, this, &CurvePlot::replot);

  // What follows the pointer is drawn on a layer with a buffer of its own, so that moving it redraws no line.
  plot_->addLayer(QStringLiteral("cursor"), plot_->layer(QStringLiteral("overlay")));
  plot_->layer(QStringLiteral("cursor"))->setMode(QCPLayer::lmBuffered);
  plot_->setNoAntialiasingOnDrag(true);
  plot_->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
  plot_->axisRect()->setRangeZoom(Qt::Horizontal);
  plot_->axisRect()->setRangeDrag(Qt::Horizontal | Qt::Vertical);
  plot_->axisRect()->setMinimumMargins({8, 8, 8, 8});
  plot_->xAxis->setTicker(QSharedPointer<StepTicker>::create());
  for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis}) {
    axis->ticker()->setTickCount(4);
    axis->setSubTicks(false);
    axis->setTickLength(0, 0);
    axis->grid()->setZeroLinePen(Qt::NoPen);
  }
  plot_->xAxis->setRange(0, 100);

  plot_->plotLayout()->insertRow(0);
  heading_ = new QCPTextElement(plot_, title);
  heading_->setTextFlags(Qt::AlignLeft | Qt::AlignVCenter);
  heading_->setMargins({8, 4, 8, 0});
  plot_->plotLayout()->addElement(0, 0, heading_);
  plot_->plotLayout()->setRowSpacing(0);
  cursor_ = new QCPItemLine(plot_);
  cursor_->setLayer(QStringLiteral("cursor"));
  for (QCPItemPosition* end : {cursor_->start, cursor_->end}) {
    end->setTypeX(QCPItemPosition::ptPlotCoords);
    end->setTypeY(QCPItemPosition::ptAxisRectRatio);
  }
  cursor_->setVisible(false);
  values_ = new QCPItemText(plot_);
  values_->setLayer(QStringLiteral("cursor"));
  values_->position->setType(QCPItemPosition::ptAxisRectRatio);
  values_->position->setCoords(0.99, 0.02);
  values_->setPositionAlignment(Qt::AlignRight | Qt::AlignTop);
  values_->setTextAlignment(Qt::AlignRight);
  values_->setPadding({6, 4, 6, 4});
  values_->setVisible(false);

  connect(plot_, &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) {
    Q_EMIT cursor_moved(plot_->xAxis->pixelToCoord(event->position().x()));
  });
  connect(plot_, &QCustomPlot::mouseDoubleClick, this, [this] { show_all(); });
  connect(plot_, &QCustomPlot::mouseWheel, this, [this](QWheelEvent* event) {
    plot_->axisRect()->setRangeZoom(event->modifiers() & Qt::ShiftModifier ? Qt::Vertical : Qt::Horizontal);
    follows_ = false;
  });
  connect(plot_, &QCustomPlot::mousePress, this, [this] { follows_ = false; });
  connect(plot_->xAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this,
          [this](const QCPRange& range) {
            if (!follows_) Q_EMIT x_range_changed(range.lower, range.upper);
          });
  connect(&Theme::instance(), &Theme::changed, this, &CurvePlot::restyle);
  restyle();
}

CurvePlot::~CurvePlot() = default;

void CurvePlot::set_title(const QString& title) {
  title_ = title;
  setAccessibleName(title);
  heading_->setText(title);
  plan_replot();
}

void CurvePlot::set_series(const std::vector<PlotSeries>& series) {
  std::map<QString, std::unique_ptr<Line>> kept;
  order_.clear();
  for (const PlotSeries& wanted : series) {
    std::unique_ptr<Line> line;
    if (const auto known = lines_.find(wanted.id); known != lines_.end()) {
      line = std::move(known->second);
    } else {
      line = std::make_unique<Line>();
      line->raw = plot_->addGraph();
      line->smoothed = plot_->addGraph();
      line->label = new QCPItemText(plot_);
      line->label->position->setTypeX(QCPItemPosition::ptAxisRectRatio);
      line->label->position->setTypeY(QCPItemPosition::ptPlotCoords);
      line->label->setPositionAlignment(Qt::AlignRight | Qt::AlignBottom);
      line->smoother = Smoother(smoothing_);
    }
    line->series = wanted;
    order_.push_back(wanted.id);
    kept[wanted.id] = std::move(line);
  }
  for (auto& [id, line] : lines_) {
    if (!line) continue;
    plot_->removeGraph(line->raw);
    plot_->removeGraph(line->smoothed);
    plot_->removeItem(line->label);
  }
  lines_ = std::move(kept);
  restyle();
}

void CurvePlot::add_points(const QString& id, const QVector<double>& steps, const QVector<double>& values,
                           bool from_scratch) {
  const auto found = lines_.find(id);
  if (found == lines_.end()) return;
  Line& line = *found->second;
  if (from_scratch) {
    line.raw->setData(steps, values, true);
    smooth(line);
  } else {
    line.raw->addData(steps, values, true);
    QVector<double> bold(values.size());
    for (qsizetype i = 0; i < values.size(); ++i) bold[i] = line.smoother.next(values[i]);
    line.smoothed->addData(steps, bold, true);
  }
  plan_replot();
}

void CurvePlot::clear_points() {
  for (auto& [id, line] : lines_) {
    line->raw->data()->clear();
    line->smoothed->data()->clear();
    line->smoother = Smoother(smoothing_);
  }
  plan_replot();
}

void CurvePlot::smooth(Line& line) {
  line.smoother = Smoother(smoothing_);
  QVector<double> steps, values;
  steps.reserve(line.raw->dataCount());
  values.reserve(line.raw->dataCount());
  for (const QCPGraphData& point : *line.raw->data()) {
    steps.push_back(point.key);
    values.push_back(line.smoother.next(point.value));
  }
  line.smoothed->setData(steps, values, true);
}

void CurvePlot::set_logarithmic(bool logarithmic) {
  logarithmic_ = logarithmic;
  plot_->yAxis->setScaleType(logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
  plot_->yAxis->setTicker(logarithmic ? QSharedPointer<QCPAxisTicker>(new QCPAxisTickerLog)
                                      : QSharedPointer<QCPAxisTicker>::create());
  plot_->yAxis->ticker()->setTickCount(4);
  plan_replot();
}

void CurvePlot::set_smoothing(double weight) {
  smoothing_ = weight;
  for (auto& [id, line] : lines_) smooth(*line);
  restyle();
}

QString CurvePlot::caption() const {
  if (smoothing_ <= 0) return title_;
  return tr("%1. Bold: moving average m = %2 m + %3 x, corrected for its start; faint: every value.")
      .arg(title_)
      .arg(smoothing_)
      .arg(1 - smoothing_, 0, 'g', 2);
}

void CurvePlot::set_cursor_step(double step) {
  cursor_step_ = step;
  show_values();
  plot_->layer(QStringLiteral("cursor"))->replot();
}

void CurvePlot::show_values() {
  const bool inside = cursor_step_ >= 0 && plot_->xAxis->range().contains(cursor_step_);
  QStringList rows;
  double snapped = cursor_step_;
  if (inside) {
    for (const QString& id : order_) {
      const Line& line = *lines_.at(id);
      const auto points = line.raw->data();
      if (points->isEmpty()) continue;
      auto at = points->findBegin(cursor_step_, true);
      const auto next = at + 1;
      if (next != points->constEnd() &&
          std::fabs(next->key - cursor_step_) < std::fabs(at->key - cursor_step_))
        at = next;
      snapped = at->key;
      rows.push_back(order_.size() > 1
                         ? QStringLiteral("%1  %2").arg(line.series.label, format_value(at->value))
                         : format_value(at->value));
    }
  }
  const bool visible = inside && !rows.isEmpty();
  cursor_->setVisible(visible);
  values_->setVisible(visible);
  if (!visible) return;
  cursor_->start->setCoords(snapped, 0);
  cursor_->end->setCoords(snapped, 1);
  rows.push_front(
      tr("step %1").arg(QLocale(QLocale::English).toString(static_cast<qlonglong>(std::llround(snapped)))));
  values_->setText(rows.join(QLatin1Char('\n')));
}

void CurvePlot::show_all() {
  follows_ = true;
  plan_replot();
}

void CurvePlot::set_x_range(double low, double high) {
  follows_ = false;
  const QSignalBlocker quiet(plot_->xAxis);
  plot_->xAxis->setRange(low, high);
  plan_replot();
}

void CurvePlot::plan_replot() {
  dirty_ = true;
  if (!timer_->isActive()) timer_->start();
}

void CurvePlot::replot() {
  if (!dirty_) return;
  dirty_ = false;
  if (follows_) {
    bool any = false;
    QCPRange x, y;
    for (const QString& id : order_) {
      const Line& line = *lines_.at(id);
      const auto values = typical_range(*line.raw->data(), logarithmic_);
      bool has_keys = false;
      const QCPRange keys = line.raw->getKeyRange(has_keys);
      if (!values || !has_keys) continue;
      if (any) {
        x.expand(keys);
        y.expand(*values);
      } else {
        x = keys;
        y = *values;
      }
      any = true;
    }
    if (any) {
      if (x.size() <= 0) x = {x.lower, x.lower + 1};
      if (y.size() <= 0) y = {y.lower - 0.5, y.upper + 0.5};
      const double room = kHeadroom * y.size();
      const QSignalBlocker quiet(plot_->xAxis);
      plot_->xAxis->setRange(x.lower, x.upper + 0.02 * x.size());
      plot_->yAxis->setRange(logarithmic_ ? y.lower * 0.9 : y.lower - room, y.upper + 2 * room);
    }
  }
  for (auto& [id, line] : lines_) {
    const bool few = line->raw->dataCount() <= kFewPoints;
    QCPGraph* shown = smoothing_ > 0 ? line->smoothed : line->raw;
    shown->setScatterStyle(
        few ? QCPScatterStyle(QCPScatterStyle::ssDisc, line->series.colour, line->series.colour, 5)
            : QCPScatterStyle::ssNone);
  }
  place_labels();
  show_values();
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

void CurvePlot::place_labels() {
  const bool direct = order_.size() > 1 && order_.size() <= kMostLabels;
  std::vector<std::pair<double, QCPItemText*>> shown;
  for (const QString& id : order_) {
    Line& line = *lines_.at(id);
    const auto points = (smoothing_ > 0 ? line.smoothed : line.raw)->data();
    line.label->setVisible(direct && !points->isEmpty());
    if (!direct || points->isEmpty()) continue;
    line.label->setText(line.series.label);
    shown.emplace_back(plot_->yAxis->coordToPixel((points->constEnd() - 1)->value), line.label);
  }
  // Labels that would lie upon each other move apart, keeping their order.
  std::sort(shown.begin(), shown.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  constexpr double kLineHeight = 14;
  for (std::size_t i = 1; i < shown.size(); ++i) {
    shown[i].first = std::max(shown[i].first, shown[i - 1].first + kLineHeight);
  }
  for (const auto& [pixel, label] : shown) {
    label->position->setCoords(0.995, plot_->yAxis->pixelToCoord(pixel));
  }
}

void CurvePlot::restyle() {
  const Tokens& t = Theme::instance().tokens();
  const QFont small = text_font(TextStyle::Small);
  plot_->setBackground(QBrush(t.base));
  for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis}) {
    axis->setTickLabelColor(t.text2);
    axis->setTickLabelFont(small);
    axis->setBasePen(axis == plot_->xAxis ? QPen(t.line, 1) : QPen(Qt::NoPen));
    axis->setTickPen(Qt::NoPen);
    axis->grid()->setPen(QPen(t.line, 1));
  }
  plot_->xAxis->grid()->setVisible(false);
  heading_->setTextColor(t.text2);
  heading_->setFont(small);
  cursor_->setPen(QPen(t.text3, 1));
  values_->setColor(t.text);
  values_->setFont(small);
  values_->setBrush(t.raised);
  values_->setPen(QPen(t.line, 1));
  for (auto& [id, line] : lines_) {
    QColor faint = line->series.colour;
    if (smoothing_ > 0) faint.setAlpha(kFaint);
    line->raw->setPen(QPen(faint, 1, smoothing_ > 0 ? Qt::SolidLine : line->series.dash));
    line->smoothed->setPen(QPen(line->series.colour, 1, line->series.dash));
    line->smoothed->setVisible(smoothing_ > 0);
    line->label->setColor(line->series.colour);
    line->label->setFont(small);
  }
  plan_replot();
}

void CurvePlot::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::FontChange) restyle();
}

QString CurvePlot::to_csv() const {
  QString csv = QStringLiteral("step,run,value\n");
  for (const QString& id : order_) {
    const Line& line = *lines_.at(id);
    for (const QCPGraphData& point : *line.raw->data()) {
      csv += QStringLiteral("%1,%2,%3\n")
                 .arg(static_cast<qlonglong>(std::llround(point.key)))
                 .arg(id)
                 .arg(point.value, 0, 'g', 17);
    }
  }
  return csv;
}

bool CurvePlot::save_picture(const QString& file) const {
  if (file.endsWith(QStringLiteral(".pdf"), Qt::CaseInsensitive))
    return plot_->savePdf(file, width(), height());
  return plot_->savePng(file, width(), height(), 2.0);
}

int CurvePlot::points() const {
  int count = 0;
  for (const auto& [id, line] : lines_) count += line->raw->dataCount();
  return count;
}

}  // namespace ibot::ui
