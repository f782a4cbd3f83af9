// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPlainTextEdit>

namespace ibot::ui {

/// Where a note is written: plain text, Ctrl+Enter takes it. A pasted text that is too long to be laid out at
/// once does not go into the field: long_text() hands it on as it is.
class NoteEdit final : public QPlainTextEdit {
  Q_OBJECT

 public:
  /// Characters up to which a text can be edited without holding up the window.
  static constexpr qsizetype kLongest = 50'000;

  explicit NoteEdit(QWidget* parent = nullptr);

 Q_SIGNALS:
  void taken();
  void cancelled();
  void long_text(const QString& text);

 protected:
  void insertFromMimeData(const QMimeData* source) override;
  bool event(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
};

}  // namespace ibot::ui
