// SPDX-License-Identifier: GPL-3.0-or-later
#include "note_edit.h"

#include <QKeyEvent>
#include <QMimeData>

namespace ibot::ui {
namespace {

bool takes(const QKeyEvent& event) {
  const bool enter = event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter;
  return enter && event.modifiers().testFlag(Qt::ControlModifier);
}

}  // namespace

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

bool NoteEdit::event(QEvent* event) {
  // Here the keys take the note, whatever else they start in the window.
  if (event->type() == QEvent::ShortcutOverride && takes(*static_cast<QKeyEvent*>(event))) {
    event->accept();
    return true;
  }
  return QPlainTextEdit::event(event);
}

void NoteEdit::keyPressEvent(QKeyEvent* event) {
  if (takes(*event)) {
    Q_EMIT taken();
  } else if (event->key() == Qt::Key_Escape) {
    Q_EMIT cancelled();
  } else {
    QPlainTextEdit::keyPressEvent(event);
  }
}

}  // namespace ibot::ui
