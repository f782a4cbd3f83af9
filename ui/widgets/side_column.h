// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace ibot::ui {

/// A column beside pictures: as wide on every view, narrower on a small screen alone.
class SideColumn final : public QWidget {
 public:
  static constexpr int kWidth = 236;  // px
  static constexpr int kLeast = 180;

  explicit SideColumn(QWidget* parent = nullptr) : QWidget(parent) {
    setMinimumWidth(kLeast);
    setMaximumWidth(kWidth);
  }
  QSize sizeHint() const override { return {kWidth, QWidget::sizeHint().height()}; }
};

}  // namespace ibot::ui
