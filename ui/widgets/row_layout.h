// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHBoxLayout>

namespace ibot::ui {

/// A row of tools: as QHBoxLayout where there is room for it, in as many lines as it needs where there is
/// not, so that a page on a small screen need not be scrolled sideways. Stretches and gaps are for the one
/// line alone.
class RowLayout final : public QHBoxLayout {
 public:
  using QHBoxLayout::QHBoxLayout;

  QSize minimumSize() const override;
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;
  int minimumHeightForWidth(int width) const override { return heightForWidth(width); }
  void setGeometry(const QRect& rect) override;

 private:
  bool is_wide(int width) const { return width >= QHBoxLayout::minimumSize().width(); }
  /// Returns the height; `place`: moves the widgets too.
  int arrange(const QRect& rect, bool place) const;
};

}  // namespace ibot::ui
