// SPDX-License-Identifier: GPL-3.0-or-later
#include "status_line.h"

#include <ibot/base/text.h>

#include <ui/bridge/record.h>
#include <ui/models/run_facts.h>
#include <ui/models/run_table_model.h>
#include <ui/style/theme.h>
#include <ui/widgets/parts.h>

#include <QFontMetrics>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <cmath>

namespace ibot::ui {
namespace {

constexpr int kBarSteps = 1000;

QLabel* fixed_label(const QString& widest, Qt::Alignment alignment) {
  QLabel* label = make_label({}, TextStyle::Small, "label");
  label->setFixedWidth(QFontMetrics(text_font(TextStyle::Small)).horizontalAdvance(widest));
  label->setAlignment(alignment | Qt::AlignVCenter);
  return label;
}

}  // namespace

StatusLine::StatusLine(Record& record, QWidget* parent) : QWidget(parent), record_(record) {
  setProperty("role", "panel");
  setAttribute(Qt::WA_StyledBackground);
  setFixedHeight(metrics::kRow);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(metrics::kMedium, 0, metrics::kMedium, 0);
  layout->setSpacing(metrics::kMedium);
  dot_ = new QLabel(this);
  name_ = make_label({}, TextStyle::Small);
  bar_ = new QProgressBar(this);
  bar_->setRange(0, kBarSteps);
  bar_->setTextVisible(false);
  bar_->setFixedWidth(180);
  step_ = fixed_label(QStringLiteral("step 0,000,000 / 0,000,000"), Qt::AlignRight);
  rate_ = fixed_label(QStringLiteral("00,000 images/s"), Qt::AlignRight);
  left_ = fixed_label(QStringLiteral("00 h 00 min left"), Qt::AlignRight);
  left_->setObjectName(QStringLiteral("status_left"));
  others_ = make_label({}, TextStyle::Small, "hint");
  for (QWidget* widget :
       {static_cast<QWidget*>(dot_), static_cast<QWidget*>(name_), static_cast<QWidget*>(bar_),
        static_cast<QWidget*>(step_), static_cast<QWidget*>(rate_), static_cast<QWidget*>(left_)}) {
    layout->addWidget(widget);
  }
  layout->addStretch();
  layout->addWidget(others_);
  connect(&record, &Record::runs_changed, this, &StatusLine::refresh);
  connect(&record, &Record::details_changed, this, [this](const RunDetailsPtr& details) {
    details_ = details;
    refresh();
  });
  connect(&record, &Record::opened, this, &StatusLine::refresh);
  connect(&record, &Record::closed, this, &StatusLine::refresh);
  connect(&Theme::instance(), &Theme::changed, this, &StatusLine::refresh);
  refresh();
}

void StatusLine::refresh() {
  const RunView* active = nullptr;
  int count = 0;
  for (const auto& [id, view] : record_.runs()) {
    if (!record::is_active(view.status.state) || view.status.died) continue;
    ++count;
    if (active == nullptr || view.run.changed > active->run.changed) active = &view;
  }
  const bool any = active != nullptr;
  for (QWidget* widget : {static_cast<QWidget*>(bar_), static_cast<QWidget*>(step_),
                          static_cast<QWidget*>(rate_), static_cast<QWidget*>(left_)}) {
    widget->setVisible(any);
  }
  const QColor colour = any ? state_colour(*active) : Theme::instance().tokens().text3;
  dot_->setPixmap(pixmap(any ? QStringLiteral("train") : QStringLiteral("info"), colour, metrics::kIcon,
                         devicePixelRatioF()));
  others_->setText(count > 1 ? tr("and %n more", nullptr, count - 1) : QString());
  if (!any) {
    name_->setText(record_.folder().isEmpty() ? tr("No workspace is open.") : tr("Nothing trains."));
    return;
  }
  const record::Run& run = active->run;
  name_->setText(QStringLiteral("%1  %2").arg(state_word(*active), run_name(run)));
  const double share =
      run.planned_steps > 0 ? static_cast<double>(run.step) / static_cast<double>(run.planned_steps) : 0;
  bar_->setValue(static_cast<int>(kBarSteps * share));
  step_->setText(tr("step %1 / %2")
                     .arg(QString::fromStdString(base::format_count(run.step)),
                          QString::fromStdString(base::format_count(run.planned_steps))));
  const double rate = last_value(*active, "images_per_second");
  rate_->setText(std::isnan(rate) ? QString() : tr("%1 images/s").arg(rate, 0, 'f', 0));
  // By what the page of the run says it by, so that both say the same.
  left_->setText(time_left(*active, details_.get()));
}

}  // namespace ibot::ui
