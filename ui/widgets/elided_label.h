// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/style/tokens.h>

#include <QLabel>

namespace ibot::ui {

/// One line of text that takes the width it is given: what does not fit is cut with an ellipsis and told in
/// full by the tooltip. Never wider than its text, never makes its window wider.
class ElidedLabel final : public QLabel {
  Q_OBJECT

 public:
  /// `role` as of make_label().
  explicit ElidedLabel(TextStyle style, const char* role = "", QWidget* parent = nullptr);

  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool event(QEvent* event) override;
};

}  // namespace ibot::ui
