// SPDX-License-Identifier: GPL-3.0-or-later
#include "failure_card.h"

#include <ui/style/tokens.h>
#include <ui/widgets/parts.h>

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace ibot::ui {
namespace {

constexpr std::size_t kLastLines = 4;
constexpr qsizetype kLongest = 160;  // of a line; the whole is in the log

QLabel* text_label(const char* name, TextStyle style, const char* role) {
  QLabel* label = make_label({}, style, role);
  label->setObjectName(QString::fromLatin1(name));
  label->setWordWrap(true);
  label->setTextFormat(Qt::PlainText);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  return label;
}

}  // namespace

FailureCard::FailureCard(QWidget* parent) : QFrame(parent) {
  setObjectName(QStringLiteral("failure"));
  setProperty("role", "banner");
  setProperty("level", "bad");
  auto* columns = new QHBoxLayout(this);
  columns->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kSmall);
  columns->setSpacing(metrics::kMedium);
  auto* words = new QVBoxLayout;
  words->setSpacing(metrics::kTiny);
  title_ = text_label("failure_title", TextStyle::Heading, "");
  advice_ = text_label("failure_advice", TextStyle::Body, "label");
  log_ = text_label("failure_log", TextStyle::Mono, "label");
  words->addWidget(title_);
  words->addWidget(advice_);
  words->addWidget(log_);
  columns->addLayout(words, 1);
  auto* buttons = new QVBoxLayout;
  buttons->setSpacing(metrics::kTiny);
  resume_ = make_button(tr("Resume"), "primary");
  resume_->setObjectName(QStringLiteral("failure_resume"));
  QPushButton* log = make_button(tr("Show the log"));
  log->setObjectName(QStringLiteral("failure_show_log"));
  QPushButton* copied = make_button(tr("Copy"));
  copied->setObjectName(QStringLiteral("failure_copy"));
  for (QPushButton* button : {resume_, log, copied}) {
    button->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    buttons->addWidget(button);
  }
  buttons->addStretch();
  columns->addLayout(buttons);
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
  QStringList lines;
  for (std::size_t i = log.size() > kLastLines ? log.size() - kLastLines : 0; i < log.size(); ++i) {
    QString line = QString::fromStdString(log[i]);
    if (line.size() > kLongest) line = line.left(kLongest) + QStringLiteral("\u2026");
    lines << line;
  }
  log_->setText(lines.join(QLatin1Char('\n')));
  log_->setVisible(!lines.isEmpty());
  resume_->setVisible(offers_resume_);
  const QString why =
      failure->can_resume ? obstacle_ : tr("No checkpoint was saved that it could go on from.");
  resume_->setEnabled(why.isEmpty());
  resume_->setToolTip(why);
}

}  // namespace ibot::ui
