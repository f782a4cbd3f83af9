// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/style/tokens.h>

#include <QString>

class QFrame;
class QLabel;
class QPushButton;
class QStackedWidget;
class QWidget;

// Small pieces that every page is made of, so that pages look alike.
namespace ibot::ui {

/// A label in one of the text styles; `role` gives its colour: "", "label", "hint", "good", "warn", "bad".
QLabel* make_label(const QString& text, TextStyle style = TextStyle::Body, const char* role = "",
                   QWidget* parent = nullptr);
QPushButton* make_button(const QString& text, const char* role = "", QWidget* parent = nullptr);
QFrame* make_hairline(QWidget* parent = nullptr);

/// An empty page: one sentence on what belongs here, and one button that makes it.
QWidget* make_empty_state(const QString& title, const QString& sentence, QPushButton* button,
                          QWidget* parent = nullptr);

/// Shows a page of a stack, and lets the stack be as small as that page: by itself it asks for the room of
/// its largest one, and an empty state would scroll.
void show_page(QStackedWidget& stack, int index);

/// Changes a dynamic property that the style sheet looks at, and has the widget dressed again.
void set_style_property(QWidget* widget, const char* name, const QVariant& value);

}  // namespace ibot::ui
