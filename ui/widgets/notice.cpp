// SPDX-License-Identifier: GPL-3.0-or-later
#include "notice.h"

#include "parts.h"

#include <QEvent>
#include <QFontMetrics>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVariant>
#include <algorithm>

namespace ibot::ui {
namespace {

constexpr int kWidestLine = 480;  // px

}  // namespace

Notice::Notice(QWidget* over) : QFrame(over) {
  setProperty("role", "card");
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kSmall);
  layout->setSpacing(metrics::kMedium);
  words_ = make_label({});
  words_->setObjectName(QStringLiteral("notice_words"));
  words_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  words_->setWordWrap(true);
  button_ = make_button({});
  button_->setObjectName(QStringLiteral("notice_button"));
  connect(button_, &QPushButton::clicked, this, &Notice::clicked);
  layout->addWidget(words_, 1);
  layout->addWidget(button_);
  over->installEventFilter(this);
  hide();
}

void Notice::say(const QString& words, bool bad, const QString& button) {
  words_->setText(words);
  set_style_property(words_, "role", bad ? QStringLiteral("bad") : QStringLiteral("label"));
  button_->setText(button);
  button_->setVisible(!button.isEmpty());
  setVisible(!words.isEmpty());
  place();
}

QString Notice::words() const {
  return isHidden() ? QString() : words_->text();
}

bool Notice::is_bad() const {
  return !isHidden() && words_->property("role") == QLatin1String("bad");
}

void Notice::place() {
  if (isHidden()) return;
  const QRect room = parentWidget()->rect();
  const int button = button_->isHidden() ? 0 : button_->sizeHint().width() + metrics::kMedium;
  const int line =
      std::min(QFontMetrics(words_->font()).horizontalAdvance(words_->text()) + metrics::kTiny, kWidestLine);
  const int width = std::min(line + button + 2 * metrics::kMedium + 2, room.width());
  // The border is not among the layout's sums.
  const int wanted = std::max(layout()->heightForWidth(width), layout()->minimumSize().height());
  const int height = std::min(wanted + metrics::kTiny, room.height());
  setGeometry(room.center().x() - width / 2, room.center().y() - height / 2, width, height);
  raise();
}

bool Notice::eventFilter(QObject* watched, QEvent* event) {
  if (watched == parentWidget() && event->type() == QEvent::Resize) place();
  return QFrame::eventFilter(watched, event);
}

}  // namespace ibot::ui
