// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline_bar.h"

#include "look_context.h"

#include <ibot/base/text.h>

#include <ui/models/metric_names.h>
#include <ui/style/theme.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/timeline.h>

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>
#include <set>

namespace ibot::ui {

TimelineBar::TimelineBar(LookContext& context, QWidget* parent) : QWidget(parent), context_(context) {
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(metrics::kSmall, metrics::kTiny, metrics::kMedium, metrics::kTiny);
  layout->setSpacing(metrics::kSmall);
  play_ = new QToolButton;
  play_->setObjectName(QStringLiteral("timeline_play"));
  play_->setCheckable(true);
  layout->addWidget(play_);
  line_ = new Timeline;
  line_->setObjectName(QStringLiteral("timeline"));
  layout->addWidget(line_, 1);
  auto* words = new QVBoxLayout;
  words->setSpacing(0);
  step_ = make_label({}, TextStyle::Body);
  step_->setObjectName(QStringLiteral("timeline_step"));
  step_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  step_->setFixedWidth(132);
  source_ = make_label({}, TextStyle::Small, "label");
  source_->setObjectName(QStringLiteral("timeline_source"));
  source_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  source_->setFixedWidth(132);
  words->addWidget(step_);
  words->addWidget(source_);
  layout->addLayout(words);
  newest_ = new QToolButton;
  newest_->setObjectName(QStringLiteral("timeline_newest"));
  newest_->setText(tr("Newest"));
  newest_->setCheckable(true);
  newest_->setToolTip(tr("Shows the newest weights, and newer ones as they come"));
  layout->addWidget(newest_);

  frame_.setInterval(kFrameMillis);
  connect(&frame_, &QTimer::timeout, this, [this] {
    if (!isVisible() || !line_->advance()) set_playing(false);
  });
  connect(play_, &QToolButton::clicked, this, [this](bool on) { set_playing(on); });
  connect(newest_, &QToolButton::clicked, this, [this] {
    set_playing(false);
    context_.set_step(LookContext::kNewest);
    refresh_step();
  });
  connect(line_, &Timeline::moved, &context, &LookContext::set_step);
  connect(&context, &LookContext::history_changed, this, &TimelineBar::refresh);
  connect(&context, &LookContext::network_changed, this, &TimelineBar::refresh);
  connect(&context, &LookContext::step_changed, this, &TimelineBar::refresh_step);
  connect(&Theme::instance(), &Theme::changed, this, [this] { set_playing(playing()); });
  set_playing(false);
  refresh();
}

void TimelineBar::set_playing(bool playing) {
  if (playing && line_->stops().size() < 2) playing = false;
  if (playing && !frame_.isActive()) {
    const bool at_end = line_->step() == line_->stops().back();
    if (at_end) {
      line_->set_step(line_->stops().front());
      context_.set_step(line_->step());
    }
    frame_.start();
  } else if (!playing) {
    frame_.stop();
  }
  play_->setChecked(playing);
  play_->setIcon(icon(playing ? QStringLiteral("pause") : QStringLiteral("play")));
  play_->setAccessibleName(playing ? tr("Stop playing") : tr("Play"));
  play_->setToolTip(line_->stops().size() < 2 ? tr("This run has recorded fewer than two looks.")
                    : playing                 ? tr("Stops here (Space)")
                                              : tr("Plays what the run saw while it trained (Space)"));
}

void TimelineBar::refresh() {
  const RunHistory& history = context_.history();
  std::set<qint64> stops, ticks;
  for (const ProbeLookPtr& look : history.looks) stops.insert(look->step);
  for (const record::Checkpoint& each : history.weights) ticks.insert(each.step);
  stops.insert(ticks.begin(), ticks.end());
  line_->set_steps({stops.begin(), stops.end()}, {ticks.begin(), ticks.end()});
  std::vector<QPointF> curve;
  for (const record::CurvePoint& point : history.curve)
    curve.emplace_back(static_cast<double>(point.step), point.value);
  std::vector<TimelineReference> references;
  for (const HistoryReference& each : history.references) {
    references.push_back(
        {each.kind == HistoryReference::Kind::Colours ? tr("colours alone") : tr("untrained"), each.value});
  }
  line_->set_curve(std::move(curve), metric_title(history.metric), std::move(references));
  const bool any = stops.size() > 1;
  line_->setEnabled(any);
  if (!any) line_->setToolTip(tr("There are no two moments of this run to move between."));
  play_->setEnabled(any);
  setVisible(context_.weights().isEmpty());
  set_playing(playing());
  refresh_step();
}

void TimelineBar::refresh_step() {
  const bool newest = context_.step() == LookContext::kNewest;
  newest_->setChecked(newest);
  if (newest && !line_->stops().empty()) line_->set_step(line_->stops().back());
  if (!newest) line_->set_step(context_.step());
  step_->setText(line_->step() < 0
                     ? QString()
                     : tr("step %1").arg(QString::fromStdString(base::format_count(line_->step()))));
  QString source;
  if (line_->step() >= 0) {
    // Of the newest moment what the run saw last stands in for weights that are not there.
    source = context_.can_ask()                     ? (newest ? tr("newest weights") : tr("weights kept"))
             : newest || context_.look() != nullptr ? tr("as recorded")
                                                    : tr("nothing kept");
  }
  source_->setText(source);
}

}  // namespace ibot::ui
