// SPDX-License-Identifier: GPL-3.0-or-later
#include "paragraph.h"

#include "parts.h"

#include <QLabel>

namespace ibot::ui {

QLabel* make_paragraph(const QString& words, TextStyle style, const char* role) {
  QLabel* label = make_label(words, style, role);
  label->setWordWrap(true);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  return label;
}

QString as_sentence(QString words) {
  if (words.isEmpty()) return words;
  words[0] = words[0].toUpper();
  if (!words.endsWith(QLatin1Char('.'))) words += QLatin1Char('.');
  return words;
}

}  // namespace ibot::ui
