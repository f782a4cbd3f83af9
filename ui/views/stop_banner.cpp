// SPDX-License-Identifier: GPL-3.0-or-later
#include "stop_banner.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>

#include <ui/models/run_column.h>
#include <ui/widgets/parts.h>

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <algorithm>

namespace ibot::ui {

StopBanner::StopBanner(Record& record, QWidget* parent) : QFrame(parent), record_(record) {
  setObjectName(QStringLiteral("stop_banner"));
  setProperty("role", "banner");
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kSmall);
  layout->setSpacing(metrics::kSmall);
  words_ = make_label({});
  words_->setObjectName(QStringLiteral("stop_words"));
  words_->setWordWrap(true);
  layout->addWidget(words_, 1);
  yes_ = make_button({});
  yes_->setObjectName(QStringLiteral("stop_yes"));
  no_ = make_button({});
  no_->setObjectName(QStringLiteral("stop_no"));
  layout->addWidget(yes_);
  layout->addWidget(no_);
  hide();
  connect(yes_, &QPushButton::clicked, this, [this] {
    if (sent_) return stop_now(run_);
    send(record::CommandKind::Stop);
  });
  connect(no_, &QPushButton::clicked, this, &QWidget::hide);
  connect(&record, &Record::runs_changed, this, &StopBanner::refresh);
  connect(&record, &Record::closed, this, &QWidget::hide);
  connect(&record, &Record::details_changed, this, [this](const RunDetailsPtr& details) {
    if (details->run != run_) return;
    known_ = true;
    saved_ = 0;
    for (const record::Checkpoint& each : details->checkpoints) {
      if (each.kind == record::CheckpointKind::Full && each.state == record::CheckpointState::Present)
        saved_ = std::max(saved_, each.step);
    }
    refresh();
  });
}

QString StopBanner::name() const {
  const RunView* view = record_.run(run_);
  if (view == nullptr) return run_;
  return run_name(view->run);
}

void StopBanner::stop(const QString& run) {
  const RunView* view = record_.run(run);
  if (view == nullptr) return;
  if (run != run_) known_ = false;
  run_ = run;
  sent_ = false;
  record_.show(run);  // its checkpoints
  const std::int64_t since = view->run.started.value_or(base::now_micros());
  const double seconds = static_cast<double>(base::now_micros() - since) / 1e6;
  if (seconds < long_seconds_) return send(record::CommandKind::Stop);
  words_->setText(tr("%1 has trained for %2. Stop it after this step? It is saved and can be resumed.")
                      .arg(name(), QString::fromStdString(base::format_duration(seconds))));
  yes_->setText(tr("Stop"));
  no_->setText(tr("Let it train"));
  set_style_property(this, "level", QStringLiteral("warn"));
  show();
  yes_->setFocus();
}

void StopBanner::stop_now(const QString& run) {
  run_ = run;
  hide();
  send(record::CommandKind::StopNow);
}

void StopBanner::send(record::CommandKind kind) {
  sent_ = true;
  record_.command(run_, kind, tr("Stopping %1").arg(name()));
  if (kind == record::CommandKind::StopNow) return hide();
  set_style_property(this, "level", QStringLiteral("info"));
  no_->setText(tr("Dismiss"));
  show();
  refresh();
}

void StopBanner::refresh() {
  if (!isVisible() && !sent_) return;
  const RunView* view = record_.run(run_);
  if (view == nullptr || !record::is_active(view->status.state) || view->status.died) {
    sent_ = false;
    return hide();
  }
  if (!sent_ || !isVisible()) return;
  const std::int64_t lost = std::max<std::int64_t>(0, view->run.step - saved_);
  words_->setText(tr("%1 stops after step %2 and is saved.")
                      .arg(name(), QString::fromStdString(base::format_count(view->run.step + 1))));
  yes_->setText(!known_ ? tr("Stop now, without saving")
                : lost == 1
                    ? tr("Stop now, lose 1 step")
                    : tr("Stop now, lose %1 steps").arg(QString::fromStdString(base::format_count(lost))));
}

}  // namespace ibot::ui
