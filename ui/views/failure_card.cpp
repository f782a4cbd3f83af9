// SPDX-License-Identifier: GPL-3.0-or-later
#include "failure_card.h"

#include <ui/style/tokens.h>
#include <ui/widgets/elided_label.h>
#include <ui/widgets/parts.h>

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace ibot::ui {
namespace {

constexpr std::size_t kLastLines = 2;

QLabel* text_label(const char* name, TextStyle style, const char* role) {
  QLabel* label = make_label({}, style, role);
  label->setObjectName(QString::fromLatin1(name));
  label->setWordWrap(true);
  label->setTextFormat(Qt::PlainText);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  return label;
}

// The last lines of a log that say something else than `title`.
QStringList last_lines(const std::vector<std::string>& log, const QString& title) {
  QStringList lines;
  for (auto line = log.rbegin(); line != log.rend() && lines.size() < static_cast<qsizetype>(kLastLines);
       ++line) {
    const QString words = QString::fromStdString(*line).trimmed();
    if (!words.isEmpty() && !words.contains(title, Qt::CaseInsensitive)) lines.push_front(words);
  }
  return lines;
}

}  // namespace

FailureCard::FailureCard(QWidget* parent) : QFrame(parent) {
  setObjectName(QStringLiteral("failure"));
  setProperty("role", "banner");
  setProperty("level", "bad");
  // As low as it can be: what it stands above is the run itself.
  auto* columns = new QHBoxLayout(this);
  columns->setContentsMargins(metrics::kMedium, metrics::kTiny, metrics::kSmall, metrics::kTiny);
  columns->setSpacing(metrics::kMedium);
  auto* rows = new QVBoxLayout;
  rows->setSpacing(2);
  title_ = text_label("failure_title", TextStyle::Heading, "");
  advice_ = text_label("failure_advice", TextStyle::Body, "label");
  log_ = new ElidedLabel(TextStyle::Mono, "hint");
  log_->setObjectName(QStringLiteral("failure_log"));
  rows->addWidget(title_);
  rows->addWidget(advice_);
  rows->addWidget(log_);
  columns->addLayout(rows, 1);
  resume_ = make_button(tr("Resume"), "primary");
  resume_->setObjectName(QStringLiteral("failure_resume"));
  QPushButton* log = make_button(tr("Show the log"));
  log->setObjectName(QStringLiteral("failure_show_log"));
  QPushButton* copied = make_button(tr("Copy"));
  copied->setObjectName(QStringLiteral("failure_copy"));
  copied->setToolTip(tr("Copies these words, for a message to somebody"));
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(metrics::kSmall);
  for (QPushButton* button : {resume_, log, copied}) buttons->addWidget(button);
  columns->addLayout(buttons);
  columns->setAlignment(buttons, Qt::AlignTop);
  connect(resume_, &QPushButton::clicked, this, &FailureCard::resume_wanted);
  connect(log, &QPushButton::clicked, this, &FailureCard::log_wanted);
  connect(copied, &QPushButton::clicked, this, [this] {
    QApplication::clipboard()->setText(title_->text() + QLatin1Char('\n') + advice_->text() +
                                       QLatin1Char('\n') + log_->text());
  });
  resume_->hide();
  hide();
}

void FailureCard::offer_resume(const QString& obstacle) {
  offers_resume_ = true;
  obstacle_ = obstacle;
}

void FailureCard::show_failure(const std::optional<Failure>& failure, const std::vector<std::string>& log) {
  setVisible(failure.has_value());
  if (!failure) return;
  title_->setText(failure->title);
  advice_->setText(failure->advice);
  log_->setText(last_lines(log, failure->title).join(QStringLiteral("  \u00b7  ")));
  log_->setVisible(!log_->text().isEmpty());
  resume_->setVisible(offers_resume_);
  const QString why =
      failure->can_resume ? obstacle_ : tr("No checkpoint was saved that it could go on from.");
  resume_->setEnabled(why.isEmpty());
  resume_->setToolTip(why);
}

}  // namespace ibot::ui
