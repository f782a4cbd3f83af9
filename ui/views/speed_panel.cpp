// SPDX-License-Identifier: GPL-3.0-or-later
#include "speed_panel.h"

#include <ibot/base/text.h>

#include <ui/widgets/cost_bar.h>
#include <ui/widgets/parts.h>

#include <QHBoxLayout>
#include <QJsonObject>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace ibot::ui {
namespace {

constexpr int kSeconds = 15;

QString duration(double seconds) {
  return QString::fromStdString(base::format_duration(seconds));
}

QString speed(double images) {
  return QString::number(images, 'f', images < 10 ? 2 : images < 100 ? 1 : 0);
}

}  // namespace

SpeedPanel::SpeedPanel(Configuration& configuration, QWidget* parent)
    : QWidget(parent), configuration_(configuration) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kSmall);
  bar_ = new CostBar(tr("Time"));
  bar_->setObjectName(QStringLiteral("check_time"));
  layout->addWidget(bar_);
  sentence_ = make_label({}, TextStyle::Small, "label");
  sentence_->setObjectName(QStringLiteral("check_speed"));
  sentence_->setWordWrap(true);
  layout->addWidget(sentence_);
  progress_ = new QProgressBar;
  progress_->setTextVisible(false);
  progress_->setRange(0, 100);
  progress_->setAccessibleName(tr("Progress of the measurement"));
  auto* row = new QHBoxLayout;
  row->setSpacing(metrics::kMedium);
  button_ = make_button(tr("Measure speed"));
  button_->setObjectName(QStringLiteral("check_measure"));
  row->addWidget(button_);
  row->addWidget(progress_, 1);
  row->addStretch();
  layout->addLayout(row);
  progress_->hide();
  connect(button_, &QPushButton::clicked, this, [this] {
    if (program_.is_running()) return program_.cancel();
    measure();
  });
  connect(&program_, &Program::said, this, &SpeedPanel::take_progress);
  connect(&program_, &Program::finished, this, &SpeedPanel::take_result);
}

void SpeedPanel::refresh(const QString& others) {
  others_ = others;
  const bool running = program_.is_running();
  const bool sound = configuration_.result().plan.has_value();
  button_->setText(running ? tr("Cancel") : tr("Measure speed"));
  button_->setEnabled(running || sound);
  button_->setToolTip(
      running ? tr("Ends the measurement at once; nothing was written.")
      : sound ? tr("Makes real steps of this run for %1 seconds and keeps nothing of them.").arg(kSeconds)
              : tr("The mistakes have to be mended first."));
  progress_->setVisible(running);
  show_measured();
}

void SpeedPanel::measure() {
  const auto file = recipe_.write(configuration_);
  if (!file) {
    sentence_->setText(QString::fromStdString(file.error().to_text()));
    return;
  }
  measuring_ = configuration_.result().plan->hashes().plan;
  progress_->setValue(0);
  sentence_->setText(tr("Preparing: the model is built and the first pictures are read."));
  sentence_->show();
  program_.start({QStringLiteral("plan"), *file, QStringLiteral("--calibrate"), QString::number(kSeconds),
                  QStringLiteral("--json")});
  refresh(others_);
  Q_EMIT changed();
}

void SpeedPanel::take_progress(const QString& line) {
  const QJsonObject at = QJsonDocument::fromJson(line.toUtf8()).object();
  if (!at.contains(QStringLiteral("share"))) return;
  progress_->setValue(static_cast<int>(100 * at.value(QStringLiteral("share")).toDouble()));
  const double images = at.value(QStringLiteral("images_per_second")).toDouble();
  if (images > 0)
    sentence_->setText(tr("Measuring: %1 steps, %2 images/s.")
                           .arg(at.value(QStringLiteral("steps")).toInt())
                           .arg(speed(images)));
}

void SpeedPanel::take_result(const ProgramResult& result) {
  if (result.succeeded) {
    figures_ = QJsonDocument(result.json().object().value(QStringLiteral("calibration")).toObject());
    measured_ = measuring_;
  }
  refresh(others_);
  if (!result.succeeded) sentence_->show();
  if (result.cancelled) {
    sentence_->setText(tr("The measurement was cancelled; nothing was kept."));
  } else if (!result.succeeded) {
    sentence_->setText(tr("It could not be measured: %1").arg(result.why));
  }
  Q_EMIT changed();
}

void SpeedPanel::show_measured() {
  const auto& plan = configuration_.result().plan;
  const QJsonObject figures = figures_.object();
  const QJsonObject total = figures.value(QStringLiteral("duration_seconds")).toObject();
  if (program_.is_running()) return bar_->set_unknown(tr("Real steps are being made."));
  const bool current = plan && !measured_.empty() && plan->hashes().plan == measured_;
  if (!current || total.isEmpty()) {
    bar_->set_unknown(measured_.empty() ? tr("Not measured yet on this machine.")
                                        : tr("Measured before the last changes: measure again."));
    sentence_->clear();
    sentence_->hide();
    return;
  }
  const double seconds = total.value(QStringLiteral("value")).toDouble();
  const double wait = seconds * figures.value(QStringLiteral("data_wait")).toDouble();
  bar_->set_parts({{tr("computing"), seconds - wait, duration(seconds - wait)},
                   {tr("waiting for pictures"), wait, duration(wait)}},
                  duration(seconds), 0,
                  tr("%1 to %2 at the speeds of the fastest and slowest eighth of the measurement; "
                     "evaluations and checkpoints come on top.")
                      .arg(duration(total.value(QStringLiteral("low")).toDouble()),
                           duration(total.value(QStringLiteral("high")).toDouble())));
  const QJsonObject rate = figures.value(QStringLiteral("images_per_second")).toObject();
  QString words = tr("%1 images/s over %2 steps; %3 of memory at most.")
                      .arg(speed(rate.value(QStringLiteral("value")).toDouble()))
                      .arg(figures.value(QStringLiteral("steps")).toInt())
                      .arg(QString::fromStdString(base::format_bytes(static_cast<std::uint64_t>(
                          figures.value(QStringLiteral("peak_memory_bytes")).toDouble()))));
  if (!others_.isEmpty()) words += QLatin1Char(' ') + others_;
  sentence_->setText(words);
  sentence_->show();
}

}  // namespace ibot::ui
