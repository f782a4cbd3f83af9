// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/style/tokens.h>

#include <QString>

class QLabel;

// Running text on a page.
namespace ibot::ui {

/// A label whose words wrap and can be selected by mouse; `role` as in make_label().
QLabel* make_paragraph(const QString& words, TextStyle style = TextStyle::Body, const char* role = "");

/// The words with a capital in front and a full stop behind; empty stays empty.
QString as_sentence(QString words);

}  // namespace ibot::ui
