// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/figure/grid.h>

#include <QWidget>

namespace ibot::ui {

/// What colours mean: a colour map from its lowest to its highest number, both written beside it, and the
/// number of one patch as a mark. Shows nothing until it is told a range.
class ColourBar final : public QWidget {
  Q_OBJECT

 public:
  explicit ColourBar(QWidget* parent = nullptr);

  void set_range(figure::ColourMap colours, figure::Range range);
  /// There are no numbers, or colours that are names.
  void clear();
  bool has_range() const { return any_; }
  /// A number to be marked; NaN: none.
  void set_value(double value);

  QSize sizeHint() const override { return {232, 20}; }
  QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  figure::ColourMap colours_ = figure::ColourMap::Viridis;
  figure::Range range_;
  double value_;
  bool any_ = false;
};

/// A number of a range with as many digits as tell its ends apart.
QString range_number(double value, figure::Range range);

}  // namespace ibot::ui
