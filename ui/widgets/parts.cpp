// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QStyle>
#include <QVBoxLayout>
#include <QVariant>

namespace ibot::ui {
namespace {

constexpr int kSentenceWidth = 420;  // px, of an empty page

}  // namespace

QLabel* make_label(const QString& text, TextStyle style, const char* role, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setFont(text_font(style));
  label->setProperty("role", QString::fromLatin1(role));
  return label;
}

QPushButton* make_button(const QString& text, const char* role, QWidget* parent) {
  auto* button = new QPushButton(text, parent);
  button->setProperty("role", QString::fromLatin1(role));
  button->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
  return button;
}

QFrame* make_hairline(QWidget* parent) {
  auto* line = new QFrame(parent);
  line->setProperty("role", "hairline");
  line->setFixedHeight(1);
  return line;
}

QWidget* make_empty_state(const QString& title, const QString& sentence, QPushButton* button,
                          QWidget* parent) {
  auto* page = new QWidget(parent);
  auto* layout = new QVBoxLayout(page);
  layout->setSpacing(metrics::kSmall);
  layout->addStretch(2);
  layout->addWidget(make_label(title, TextStyle::Title), 0, Qt::AlignHCenter);
  QLabel* text = make_label(sentence, TextStyle::Body, "label");
  text->setAlignment(Qt::AlignHCenter);
  text->setWordWrap(true);
  text->setFixedWidth(kSentenceWidth);
  // A centred label is not asked for its height by width.
  text->setMinimumHeight(text->heightForWidth(kSentenceWidth));
  layout->addWidget(text, 0, Qt::AlignHCenter);
  if (button != nullptr) {
    layout->addSpacing(metrics::kSmall);
    layout->addWidget(button, 0, Qt::AlignHCenter);
  }
  layout->addStretch(3);
  return page;
}

void show_page(QStackedWidget& stack, int index) {
  for (int i = 0; i < stack.count(); ++i) {
    const QSizePolicy::Policy policy = i == index ? QSizePolicy::Preferred : QSizePolicy::Ignored;
    stack.widget(i)->setSizePolicy(policy, policy);
  }
  stack.setCurrentIndex(index);
}

void set_style_property(QWidget* widget, const char* name, const QVariant& value) {
  if (widget->property(name) == value) return;
  widget->setProperty(name, value);
  widget->style()->unpolish(widget);
  widget->style()->polish(widget);
}

}  // namespace ibot::ui
