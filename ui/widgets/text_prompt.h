// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QStringList>
#include <functional>

class QCompleter;
class QLabel;
class QLineEdit;

namespace ibot::ui {

/// Asks for one short text in a small popup, without stopping anything else: Enter takes it, Esc or a click
/// elsewhere leaves everything as it was.
class TextPrompt final : public QFrame {
  Q_OBJECT

 public:
  explicit TextPrompt(QWidget* parent);

  struct Question {
    QString title;          ///< "Tag for 3 runs"
    QString text;           ///< what stands there at first
    QStringList proposals;  ///< completed while typing
    bool may_be_empty = false;
  };
  /// Opens below `at` (global). `take` is called with the trimmed text.
  void ask(const Question& question, const QPoint& at, std::function<void(const QString&)> take);

 private:
  void accept();

  QLabel* title_;
  QLineEdit* text_;
  QCompleter* completer_;
  bool may_be_empty_ = false;
  std::function<void(const QString&)> take_;
};

}  // namespace ibot::ui
