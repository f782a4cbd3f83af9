// SPDX-License-Identifier: GPL-3.0-or-later
#include "note_edit.h"

#include <QKeyEvent>
#include <QMimeData>

namespace ibot::ui {

NoteEdit::NoteEdit(QWidget* parent) : QPlainTextEdit(parent) {
  setTabChangesFocus(true);
}

void NoteEdit::insertFromMimeData(const QMimeData* source) {
  const QString text = source->text();
  if (text.size() + document()->characterCount() > kLongest) {
    Q_EMIT long_text(text);
    return;
  }
  insertPlainText(text);
}

void NoteEdit::keyPressEvent(QKeyEvent* event) {
  const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
  if (enter && event->modifiers().testFlag(Qt::ControlModifier)) {
    Q_EMIT taken();
  } else if (event->key() == Qt::Key_Escape) {
    Q_EMIT cancelled();
  } else {
    QPlainTextEdit::keyPressEvent(event);
  }
}

}  // namespace ibot::ui
