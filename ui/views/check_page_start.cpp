// SPDX-License-Identifier: GPL-3.0-or-later
// The starting part of the Check page: what stands against a start, the workspace, and the call of `ibot`.
#include "check_page.h"
#include "speed_panel.h"
#include "weights_panel.h"

#include <ibot/base/text.h>

#include <ui/widgets/paragraph.h>
#include <ui/widgets/parts.h>

#include <QFileDialog>
#include <QFileInfo>
#include <QFrame>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QPushButton>
#include <algorithm>

namespace ibot::ui {
namespace {

QString text(const std::string& utf8) {
  return QString::fromStdString(utf8);
}

}  // namespace

// Nothing stands against a start, so it is no warning.
void CheckPage::add_missing_scenes(int row) {
  auto* all = new QWidget;
  auto* columns = new QHBoxLayout(all);
  columns->setContentsMargins(0, 0, 0, 0);
  columns->setSpacing(metrics::kSmall);
  columns->addWidget(
      make_paragraph(tr("%1 Start draws them first; drawn now, the number of steps is known before.")
                         .arg(found_.problem),
                     TextStyle::Small, "label"),
      1);
  QPushButton* draw = make_button(tr("Draw the scenes"), "link");
  draw->setObjectName(QStringLiteral("check_draw_scenes"));
  connect(draw, &QPushButton::clicked, this, &CheckPage::scenes_wanted);
  columns->addWidget(draw, 0, Qt::AlignTop);
  lines_->addWidget(all, row, 1);
}

void CheckPage::look_again() {
  asked_data_.clear();
  refresh();
}

void CheckPage::choose_workspace() {
  const QString folder =
      QFileDialog::getExistingDirectory(this, tr("Keep runs in"), QFileInfo(new_workspace_).path());
  if (folder.isEmpty()) return;
  new_workspace_ = folder;
  refresh();
}

QString CheckPage::workspace() const {
  return record_.folder().isEmpty() ? new_workspace_ : record_.folder();
}

QString CheckPage::obstacle() const {
  if (!configuration_.result().plan) return tr("The mistakes have to be mended first.");
  if (is_nothing_readable()) return tr("None of the pictures can be read: choose others on Data.");
  if (program_.is_running()) return tr("It is being started.");
  if (speed_->is_measuring()) return tr("The speed is being measured: wait, or cancel it.");
  if (!weights_->file().isEmpty() && !weights_->problem().isEmpty()) return weights_->problem();
  return {};
}

void CheckPage::refresh_start() {
  const QString why = obstacle();
  const bool starting = program_.is_running();
  start_->setText(starting ? tr("Starting\u2026") : tr("Start"));
  start_->setEnabled(why.isEmpty());
  start_->setToolTip(why.isEmpty() ? tr("Trains in a process of its own, which outlives this window (F5).")
                                   : why);
  cancel_->setVisible(starting);
  const QString not_queued = !why.isEmpty()               ? why
                             : weights_->file().isEmpty() ? QString()
                                                          : tr("The queue starts runs from fresh weights.");
  queue_->setEnabled(not_queued.isEmpty());
  queue_->setToolTip(not_queued.isEmpty() ? tr("It waits for its turn; `ibot queue run` works the queue off.")
                                          : not_queued);
  const bool open = !record_.folder().isEmpty();
  place_->setText(open ? record_.folder()
                  : found_.workspace_exists
                      ? tr("%1, a workspace that will be opened.").arg(new_workspace_)
                      : tr("No workspace is open. Start makes one in %1: a folder for runs and their record.")
                            .arg(new_workspace_));
  change_place_->setVisible(!open);
  if (starting) return;
  const auto& plan = configuration_.result().plan;
  const params::Diagnostics& all = configuration_.result().diagnostics;
  QString words;
  if (!plan) {
    words = all.size() == 1 ? tr("One mistake.") : tr("%1 mistakes.").arg(all.size());
  } else {
    words = configuration_.file().empty() ? tr("Defaults") : text(configuration_.file().filename().string());
    if (configuration_.is_changed()) words += tr(", changed");
    if (const auto steps = plan->derived().total_steps)
      words += tr(" \u00b7 %1 steps").arg(text(base::format_count(*steps)));
    if (!all.empty())
      words += all.size() == 1 ? tr(" \u00b7 one warning") : tr(" \u00b7 %1 warnings").arg(all.size());
  }
  state_->setText(words);
  set_style_property(state_, "role", plan ? QStringLiteral("label") : QStringLiteral("bad"));
}

void CheckPage::start() {
  if (!obstacle().isEmpty()) return;
  queueing_ = false;
  const auto file = recipe_.write(configuration_);
  if (!file) return show_failure(text(file.error().to_text()), {});
  QStringList what = {QStringLiteral("train"), *file, QStringLiteral("--detach")};
  if (!weights_->file().isEmpty()) what += {QStringLiteral("--init"), weights_->file()};
  call(what);
  state_->setText(tr("The trainer is being started."));
}

void CheckPage::add_to_queue() {
  if (!queue_->isEnabled()) return;
  queueing_ = true;
  const auto file = recipe_.write(configuration_);
  if (!file) return show_failure(text(file.error().to_text()), {});
  call({QStringLiteral("queue"), QStringLiteral("add"), *file});
  state_->setText(tr("It is being put into the queue."));
}

void CheckPage::call(const QStringList& what) {
  banner_->hide();
  in_use_ = workspace();
  program_.start(what + QStringList{QStringLiteral("--json"), QStringLiteral("--workspace"), in_use_});
  refresh_start();
}

void CheckPage::take_start(const ProgramResult& result) {
  refresh_start();
  if (result.cancelled) return;
  const QJsonDocument answer = result.json();
  const QJsonObject first = queueing_ ? answer.array().first().toObject() : answer.object();
  const QString run = first.value(QStringLiteral("run")).toString();
  if (!result.succeeded || run.isEmpty()) {
    show_failure(
        (queueing_ ? tr("The run was not put into the queue. %1") : tr("The run was not started. %1"))
            .arg(result.why),
        result.details.trimmed());
  } else if (queueing_) {
    state_->setText(
        tr("It waits in the queue as number %1.").arg(first.value(QStringLiteral("number")).toInteger()));
    Q_EMIT queued(in_use_, run);
  } else {
    Q_EMIT started(in_use_, run);
  }
}

void CheckPage::show_failure(const QString& what, const QString& details) {
  constexpr int kMostLines = 6;
  refused_.reset();
  banner_text_->setText(what);
  // A start that failed can be tried again; an edit that was refused is made anew.
  again_->setVisible(!in_use_.isEmpty() && obstacle().isEmpty());
  const QStringList lines = details.split(QLatin1Char('\n'), Qt::SkipEmptyParts);
  const QString last = lines.mid(std::max<qsizetype>(0, lines.size() - kMostLines)).join(QLatin1Char('\n'));
  // One line of details is what was said above.
  banner_details_->setText(last);
  banner_details_->setVisible(lines.size() > 1);
  banner_->show();
}

}  // namespace ibot::ui
