// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_detail.h"

#include "event_panel.h"
#include "failure_card.h"
#include "live_probes.h"
#include "plot_grid.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>

#include <ui/models/run_facts.h>
#include <ui/models/run_table_model.h>
#include <ui/style/tokens.h>
#include <ui/widgets/elided_label.h>
#include <ui/widgets/parts.h>

#include <QAction>
#include <QFontMetrics>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace ibot::ui {
namespace {

constexpr int kStateWidth = 72;
constexpr int kBeside = 900;        // px: with less facts and probes stand below
constexpr int kProbesHeight = 220;  // px of those

QLabel* fact_label(const char* name, const QString& widest) {
  QLabel* label = make_label({}, TextStyle::Small, "label");
  label->setObjectName(QString::fromLatin1(name));
  label->setFixedWidth(QFontMetrics(text_font(TextStyle::Small)).horizontalAdvance(widest) + metrics::kTiny);
  label->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  return label;
}

QString count(std::int64_t value) {
  return QString::fromStdString(base::format_count(value));
}

}  // namespace

RunDetail::RunDetail(Record& record, QWidget* parent)
    : QWidget(parent), record_(record), clock_(new QTimer(this)) {
  setProperty("role", "canvas");
  setAttribute(Qt::WA_StyledBackground);
  make_header();
  auto* layout = static_cast<QVBoxLayout*>(this->layout());
  failure_ = new FailureCard;
  layout->addWidget(failure_);
  halves_ = new QSplitter(Qt::Horizontal);
  halves_->setHandleWidth(1);
  halves_->setChildrenCollapsible(false);
  plots_ = new PlotGrid(record);
  auto* right = new QWidget;
  auto* margin = new QVBoxLayout(right);
  margin->setContentsMargins(metrics::kMedium, 0, 0, 0);
  probes_ = new LiveProbes(record);
  margin->addWidget(probes_);
  halves_->addWidget(plots_);
  halves_->addWidget(right);
  halves_->setStretchFactor(0, 3);
  halves_->setStretchFactor(1, 2);
  layout->addWidget(halves_, 1);
  events_ = new EventPanel;
  layout->addWidget(events_);

  connect(plots_, &PlotGrid::exported, this, &RunDetail::tell_export);
  connect(failure_, &FailureCard::log_wanted, this, [this] { events_->set_open(true); });
  connect(&record, &Record::runs_changed, this, [this](const QStringList& runs) {
    if (runs.contains(current_)) refresh();
  });
  connect(&record, &Record::details_changed, this, &RunDetail::take_details);
  connect(&record, &Record::closed, this, [this] { set_runs({}); });
  clock_->setInterval(1000);
  connect(clock_, &QTimer::timeout, this, [this] {
    if (isVisible()) refresh_facts();
  });
  clock_->start();
  refresh();
}

void RunDetail::make_header() {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kTiny);
  layout->setSpacing(metrics::kTiny);
  header_ = new QHBoxLayout;
  header_->setSpacing(metrics::kMedium);
  name_ = new ElidedLabel(TextStyle::Title);
  name_->setObjectName(QStringLiteral("train_name"));
  state_ = new ElidedLabel(TextStyle::Body, "label");
  state_->setObjectName(QStringLiteral("train_state"));
  resume_ = make_button(tr("Resume"));
  resume_->setObjectName(QStringLiteral("train_resume"));
  resume_->hide();
  pause_ = make_button(tr("Pause"));
  pause_->setObjectName(QStringLiteral("train_pause"));
  stop_ = make_button(tr("Stop"));
  stop_->setObjectName(QStringLiteral("train_stop"));
  actions_ = new QHBoxLayout;
  actions_->setSpacing(metrics::kSmall);
  actions_->addWidget(resume_);
  actions_->addWidget(pause_);
  actions_->addWidget(stop_);
  header_->addWidget(name_);
  header_->addWidget(state_, 1);
  layout->addLayout(header_);

  auto* sentences = new QHBoxLayout;
  sentences->setSpacing(metrics::kMedium);
  health_ = make_label({}, TextStyle::Body, "label");
  health_->setObjectName(QStringLiteral("train_health"));
  health_->setWordWrap(true);
  health_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  told_ = new ElidedLabel(TextStyle::Small, "label");
  told_->setObjectName(QStringLiteral("train_told"));
  told_->hide();
  step_ = fact_label("fact_step", tr("step 00,000,000 / 00,000,000"));
  rate_ = fact_label("fact_rate", tr("00,000 images/s"));
  wait_ = fact_label("fact_wait", tr("data wait 100 %"));
  wait_->setToolTip(
      tr("Share of the time in which the network waited for pictures. More data workers or smaller "
         "pictures lower it."));
  left_ = fact_label("fact_left", tr("00 h 00 min left"));
  saved_ = fact_label("fact_saved", tr("saved 00 h 00 min ago"));
  saved_->setToolTip(tr("Age of the newest checkpoint that a resume can go on from"));
  facts_ = new QWidget;
  auto* facts = new QHBoxLayout(facts_);
  facts->setContentsMargins(0, 0, 0, 0);
  facts->setSpacing(metrics::kMedium);
  for (QLabel* fact : {step_, rate_, wait_, left_, saved_}) facts->addWidget(fact);
  header_->addWidget(facts_);
  header_->addLayout(actions_);
  sentences->addWidget(health_, 1);
  sentences->addWidget(told_);
  layout->addLayout(sentences);

  connect(pause_, &QPushButton::clicked, this, &RunDetail::pause_or_go_on);
  connect(stop_, &QPushButton::clicked, this, [this] { Q_EMIT stop_wanted(current_); });
}

void RunDetail::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  const bool beside = width() >= kBeside;
  if (beside == (halves_->orientation() == Qt::Horizontal)) return;
  halves_->setOrientation(beside ? Qt::Horizontal : Qt::Vertical);
  facts_->layout()->setSpacing(beside ? metrics::kMedium : metrics::kTiny);
  halves_->widget(1)->setMinimumHeight(beside ? 0 : kProbesHeight);
  if (beside) {
    header_->insertWidget(header_->count() - 1, facts_);
  } else {
    static_cast<QVBoxLayout*>(layout())->insertWidget(1, facts_, 0, Qt::AlignLeft);
  }
}

void RunDetail::set_runs(const QStringList& runs) {
  const QString first = runs.value(0);
  if (first != current_) {
    current_ = first;
    details_ = nullptr;
    events_->show_details(nullptr);
    probes_->set_run(current_);
    record_.show(current_);
  }
  plots_->set_runs(runs);
  refresh();
}

void RunDetail::pause_or_go_on() {
  const RunView* view = record_.run(current_);
  if (view == nullptr) return;
  const bool paused = view->status.state == record::State::Paused;
  record_.command(current_, paused ? record::CommandKind::Resume : record::CommandKind::Pause,
                  paused ? tr("Going on with %1").arg(name_->text()) : tr("Pausing %1").arg(name_->text()));
}

void RunDetail::offer_resume(QAction* resume) {
  resume_action_ = resume;
  connect(resume, &QAction::changed, this, &RunDetail::refresh);
  connect(resume_, &QPushButton::clicked, resume, &QAction::trigger);
  connect(failure_, &FailureCard::resume_wanted, resume, &QAction::trigger);
  refresh();
}

void RunDetail::refresh_resume(const RunView* view) {
  if (resume_action_ == nullptr) return;
  const QString why = resume_action_->isEnabled() ? QString() : resume_action_->toolTip();
  resume_->setEnabled(why.isEmpty());
  resume_->setToolTip(why.isEmpty() ? tr("Goes on from the last checkpoint.") : why);
  // It takes the place of the button that can do nothing; what failed has a card with a button of its own.
  const bool stopped = view != nullptr && view->status.state == record::State::Stopped;
  resume_->setVisible(stopped);
  pause_->setVisible(!stopped);
  failure_->offer_resume(why);
}

void RunDetail::take_details(const RunDetailsPtr& details) {
  if (details->run != current_) return;
  details_ = details;
  events_->show_details(details);
  refresh();
}

void RunDetail::refresh() {
  const RunView* view = record_.run(current_);
  const bool any = view != nullptr;
  name_->setText(any ? run_name(view->run) : tr("No run is selected"));
  // Of what failed the card below says why.
  const auto failure = any ? failure_of(*view, details_.get()) : std::nullopt;
  state_->setText(failure ? state_word(*view) : any ? QString::fromStdString(view->status.text) : QString());
  // A word is not cut for a long name; a sentence is.
  state_->setMinimumWidth(std::min(state_->sizeHint().width(), kStateWidth));
  const bool active = any && record::is_active(view->status.state) && !view->status.died;
  const bool paused = any && view->status.state == record::State::Paused;
  pause_->setText(paused ? tr("Go on") : tr("Pause"));
  pause_->setEnabled(active);
  left_->setVisible(active);
  stop_->setEnabled(active);
  const QString why =
      any ? tr("No trainer is at work on this run: it is %1.").arg(state_word(*view)) : QString();
  pause_->setToolTip(active ? tr("The trainer keeps everything in memory and waits.") : why);
  stop_->setToolTip(active ? tr("Saves after the step that is being made. It can be resumed.") : why);

  const RunHealth health = any ? health_of(*view, details_.get()) : RunHealth{};
  health_->setText(health.sentence);
  set_style_property(health_, "role", QString::fromLatin1(health.level));
  refresh_resume(view);
  failure_->show_failure(failure, details_ ? details_->log : std::vector<std::string>());
  refresh_facts();
}

void RunDetail::refresh_facts() {
  const RunView* view = record_.run(current_);
  QString step, rate, wait, left, saved;
  if (view != nullptr) {
    const record::Run& run = view->run;
    step = run.planned_steps > 0 ? tr("step %1 / %2").arg(count(run.step), count(run.planned_steps))
                                 : tr("step %1").arg(count(run.step));
    const double images = last_value(*view, "images_per_second");
    const double waited = last_value(*view, "data_wait");
    if (!std::isnan(images)) rate = tr("%1 images/s").arg(count(std::llround(images)));
    if (!std::isnan(waited)) wait = tr("data wait %1 %").arg(100 * waited, 0, 'f', 0);
    left = time_left(*view, details_.get());
    if (details_) {
      if (const auto when = last_saved(*details_))
        saved = tr("saved %1 ago").arg(rough_duration(static_cast<double>(base::now_micros() - *when) / 1e6));
    }
  }
  // A label whose text stays is not painted again.
  step_->setText(step);
  rate_->setText(rate);
  wait_->setText(wait);
  left_->setText(left);
  saved_->setText(saved);
}

void RunDetail::tell_export(const QString& file, const QString& problem) {
  told_->setText(problem.isEmpty() ? tr("Written to %1").arg(file) : problem);
  set_style_property(told_, "role", problem.isEmpty() ? QStringLiteral("label") : QStringLiteral("bad"));
  told_->show();
  QTimer::singleShot(6000, told_, &QWidget::hide);
}

}  // namespace ibot::ui
