// SPDX-License-Identifier: GPL-3.0-or-later
#include "banner.h"

#include "parts.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <algorithm>

namespace ibot::ui {

Banner::Banner(const QString& object_name, QWidget* parent) : QFrame(parent), actions_(new QHBoxLayout) {
  setObjectName(object_name);
  setProperty("role", "banner");
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kSmall);
  layout->setSpacing(metrics::kSmall);
  text_ = make_label({});
  text_->setWordWrap(true);
  text_->setTextFormat(Qt::PlainText);  // names in it come from files of others
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  layout->addWidget(text_, 1);
  actions_->setSpacing(metrics::kSmall);
  layout->addLayout(actions_);
  dismiss_ = make_button(tr("Dismiss"));
  dismiss_->setObjectName(object_name + QStringLiteral("_dismiss"));
  connect(dismiss_, &QPushButton::clicked, this, &QWidget::hide);
  layout->addWidget(dismiss_);
  hide();
}

void Banner::say(Level level, const QString& text, const std::vector<Action>& actions, const QString& about) {
  said_ = text;
  about_ = about;
  text_->setText(text);
  set_style_property(this, "level",
                     level == Level::Bad    ? QStringLiteral("bad")
                     : level == Level::Info ? QStringLiteral("info")
                                            : QStringLiteral("warn"));
  const bool same = std::equal(actions.begin(), actions.end(), offered_.begin(), offered_.end(),
                               [](const Action& a, const Action& b) { return a.text == b.text; });
  offered_ = actions;
  if (same) return show();
  while (QLayoutItem* item = actions_->takeAt(0)) {
    item->widget()->hide();
    item->widget()->deleteLater();
    delete item;
  }
  for (std::size_t i = 0; i < actions.size(); ++i) {
    QPushButton* button = make_button(actions[i].text);
    connect(button, &QPushButton::clicked, this, [this, i] { press(i); });
    actions_->addWidget(button);
  }
  show();
}

void Banner::press(std::size_t button) {
  // What it does may say something else, with other actions.
  const std::function<void()> run = offered_.at(button).run;
  run();
}

void Banner::add(const QString& sentence) {
  text_->setText(said_ + QLatin1Char(' ') + sentence);
}

QString Banner::text() const {
  return text_->text();
}

QString Banner::about() const {
  return isHidden() ? QString() : about_;
}

void Banner::withdraw(const QString& about) {
  if (this->about() == about) hide();
}

void Banner::set_dismissable(bool dismissable) {
  dismiss_->setVisible(dismissable);
}

}  // namespace ibot::ui
