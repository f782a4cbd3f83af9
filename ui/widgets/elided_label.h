// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/style/tokens.h>

#include <QLabel>

namespace ibot::ui {

/// One line of text, or a few, that take the width they are given: what does not fit is cut with an ellipsis
/// and told in full by the tooltip. Never wider than its text, never makes its window wider.
class ElidedLabel final : public QLabel {
  Q_OBJECT

 public:
  /// `role` as of make_label().
  explicit ElidedLabel(TextStyle style, const char* role = "", QWidget* parent = nullptr);

  /// As high as so many lines, however many of them the text needs; 1 at first, then as high as its text.
  void set_lines(int lines);
  /// What is painted: the text with an ellipsis where it does not fit, a line feed between lines.
  QString shown() const;

  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool event(QEvent* event) override;

 private:
  int lines_ = 1;
};

}  // namespace ibot::ui
