// SPDX-License-Identifier: GPL-3.0-or-later
#include "extend_dialog.h"

#include <ibot/base/text.h>

#include <ui/widgets/parts.h>

#include <QComboBox>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <cmath>

namespace ibot::ui {
namespace {

constexpr int kWidth = 460;
constexpr double kMostSteps = 1e9;

QString count(double number) {
  return QString::fromStdString(base::format_count(std::llround(number)));
}

}  // namespace

ExtendDialog::ExtendDialog(const RunView& run, const RunDetails& details, QWidget* parent)
    : QDialog(parent), end_(run.run.planned_steps) {
  const QString name = QString::fromStdString(run.run.name);
  setWindowTitle(tr("Extend %1").arg(name));
  setObjectName(QStringLiteral("extend_dialog"));
  const QJsonObject derived = QJsonDocument::fromJson(QByteArray::fromStdString(details.plan_json))
                                  .object()
                                  .value(QStringLiteral("derived"))
                                  .toObject();
  steps_per_epoch_ = derived.value(QStringLiteral("steps_per_epoch")).toDouble();
  const double images = derived.value(QStringLiteral("effective_batch")).toDouble();
  for (const record::LastValue& each : run.run.last_values) {
    if (each.name == "images_per_second" && each.value > 0) seconds_per_step_ = images / each.value;
  }

  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(metrics::kHuge, metrics::kLarge, metrics::kHuge, metrics::kLarge);
  layout->setSpacing(metrics::kMedium);
  layout->addWidget(make_label(tr("Train %1 further").arg(name), TextStyle::Title));
  auto* row = new QHBoxLayout;
  row->setSpacing(metrics::kSmall);
  amount_ = new QLineEdit(QStringLiteral("10"));
  amount_->setObjectName(QStringLiteral("extend_amount"));
  amount_->setAccessibleName(tr("How much more"));
  amount_->setAlignment(Qt::AlignRight);
  amount_->setFixedWidth(120);
  unit_ = new QComboBox;
  unit_->setObjectName(QStringLiteral("extend_unit"));
  unit_->setAccessibleName(tr("Unit"));
  unit_->addItem(tr("epochs"));
  unit_->addItem(tr("steps"));
  row->addWidget(amount_);
  row->addWidget(unit_);
  row->addStretch();
  layout->addLayout(row);
  words_ = make_label({}, TextStyle::Body, "label");
  words_->setObjectName(QStringLiteral("extend_words"));
  words_->setWordWrap(true);
  words_->setMinimumWidth(kWidth);
  layout->addWidget(words_);
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(metrics::kSmall);
  buttons->addStretch();
  QPushButton* cancel = make_button(tr("Cancel"));
  go_ = make_button(tr("Extend"), "primary");
  go_->setObjectName(QStringLiteral("extend_go"));
  go_->setDefault(true);
  buttons->addWidget(cancel);
  buttons->addWidget(go_);
  layout->addLayout(buttons);
  connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
  connect(go_, &QPushButton::clicked, this, &QDialog::accept);
  connect(amount_, &QLineEdit::textChanged, this, &ExtendDialog::refresh);
  connect(unit_, &QComboBox::currentIndexChanged, this, &ExtendDialog::refresh);
  amount_->selectAll();
  refresh();
}

double ExtendDialog::steps() const {
  bool ok = false;
  const double amount = amount_->text().trimmed().toDouble(&ok);
  if (!ok || !(amount > 0)) return 0;
  if (unit_->currentIndex() == 1) return std::floor(amount) > kMostSteps ? 0 : std::floor(amount);
  const double count = std::round(amount * steps_per_epoch_);
  return count > kMostSteps ? 0 : count;
}

QStringList ExtendDialog::arguments() const {
  if (unit_->currentIndex() == 1) return {QStringLiteral("--steps"), QString::number(std::llround(steps()))};
  return {QStringLiteral("--epochs"), amount_->text().trimmed()};
}

void ExtendDialog::refresh() {
  const double more = steps();
  go_->setEnabled(more > 0 && steps_per_epoch_ > 0);
  if (steps_per_epoch_ <= 0) {
    words_->setText(tr("The record does not say how many steps an epoch of this run has."));
  } else if (more <= 0) {
    words_->setText(tr("Write a number above 0, of epochs or of steps."));
  } else {
    QString words =
        tr("The run ended at step %1 and will end at step %2: %3 more, with schedules of their own.")
            .arg(count(static_cast<double>(end_)), count(static_cast<double>(end_) + more),
                 more == 1 ? tr("1 step") : tr("%1 steps").arg(count(more)));
    if (seconds_per_step_ > 0)
      words += QLatin1Char(' ') +
               tr("At its last speed that takes about %1.")
                   .arg(QString::fromStdString(base::format_duration(more * seconds_per_step_)));
    words_->setText(words);
  }
  set_style_property(words_, "role", go_->isEnabled() ? QStringLiteral("label") : QStringLiteral("warn"));
  go_->setToolTip(go_->isEnabled() ? QString() : words_->text());
}

}  // namespace ibot::ui
