// SPDX-License-Identifier: GPL-3.0-or-later
#include "banner.h"

#include "parts.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

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

void Banner::say(Level level, const QString& text, const std::vector<Action>& actions) {
  text_->setText(text);
  set_style_property(this, "level",
                     level == Level::Bad    ? QStringLiteral("bad")
                     : level == Level::Info ? QStringLiteral("info")
                                            : QStringLiteral("warn"));
  while (QLayoutItem* item = actions_->takeAt(0)) {
    item->widget()->hide();
    item->widget()->deleteLater();
    delete item;
  }
  for (const Action& action : actions) {
    QPushButton* button = make_button(action.text);
    connect(button, &QPushButton::clicked, this, [run = action.run] { run(); });
    actions_->addWidget(button);
  }
  show();
}

QString Banner::text() const {
  return text_->text();
}

void Banner::set_dismissable(bool dismissable) {
  dismiss_->setVisible(dismissable);
}

}  // namespace ibot::ui
