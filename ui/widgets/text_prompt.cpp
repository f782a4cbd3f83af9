// SPDX-License-Identifier: GPL-3.0-or-later
#include "text_prompt.h"

#include "parts.h"
#include "popup.h"

#include <QCompleter>
#include <QLabel>
#include <QLineEdit>
#include <QStringListModel>
#include <QVBoxLayout>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kWidth = 280;

}  // namespace

TextPrompt::TextPrompt(QWidget* parent) : QFrame(parent, Qt::Popup) {
  setObjectName(QStringLiteral("text_prompt"));
  setProperty("role", "card");
  setAttribute(Qt::WA_StyledBackground);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kMedium);
  layout->setSpacing(metrics::kTiny);
  title_ = make_label({}, TextStyle::Small, "label");
  layout->addWidget(title_);
  text_ = new QLineEdit;
  text_->setObjectName(QStringLiteral("text_prompt_text"));
  layout->addWidget(text_);
  layout->addWidget(
      make_label(tr("Enter takes it, Esc leaves everything as it is"), TextStyle::Small, "hint"));
  completer_ = new QCompleter(this);
  completer_->setModel(new QStringListModel(completer_));
  completer_->setCaseSensitivity(Qt::CaseInsensitive);
  text_->setCompleter(completer_);
  connect(text_, &QLineEdit::returnPressed, this, &TextPrompt::accept);
  setFixedWidth(kWidth);
}

void TextPrompt::ask(const Question& question, const QPoint& at, std::function<void(const QString&)> take) {
  title_->setText(question.title);
  text_->setAccessibleName(question.title);
  text_->setText(question.text);
  text_->selectAll();
  may_be_empty_ = question.may_be_empty;
  take_ = std::move(take);
  qobject_cast<QStringListModel*>(completer_->model())->setStringList(question.proposals);
  adjustSize();
  show_popup(this, at);
  text_->setFocus();
}

void TextPrompt::accept() {
  const QString text = text_->text().trimmed();
  if (text.isEmpty() && !may_be_empty_) return;
  hide();
  // The answer may ask the next question.
  if (const auto take = std::exchange(take_, {})) take(text);
}

}  // namespace ibot::ui
