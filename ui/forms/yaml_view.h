// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "configuration.h"

#include <QPlainTextEdit>

class QTimer;

namespace ibot::ui {

/// The recipe's text beside the form: what is typed in one appears in the other. Mistakes stand at their
/// line: a red number in the margin, the sentence as its tooltip.
class YamlView final : public QPlainTextEdit {
  Q_OBJECT

 public:
  explicit YamlView(Configuration& configuration, QWidget* parent = nullptr);
  /// The cursor to a line, counted from 1.
  void go_to(int line, int column);
  /// What was typed a moment ago becomes part of the recipe now, and not when the typing rests.
  void take_typing();

 protected:
  bool event(QEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void refresh();
  void paint_margin();
  QString problem_at(int line) const;

  Configuration& configuration_;
  QWidget* margin_;
  QTimer* typing_;
};

}  // namespace ibot::ui
