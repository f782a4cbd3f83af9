// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/probe_view.h>

#include <QWidget>

namespace ibot::ui {

/// Probe pictures in rows, what was seen in them in columns. Pictures are scaled smoothly, maps patch by
/// patch on whole device pixels. As wide as it is given; as high as its rows need.
class ProbeWall final : public QWidget {
  Q_OBJECT

 public:
  explicit ProbeWall(QWidget* parent = nullptr);

  void set_view(ProbeViewPtr view);
  const ProbeViewPtr& view() const { return view_; }

  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  bool event(QEvent* event) override;

 private:
  int columns() const;
  double side(int width) const;
  QRectF cell(int row, int column) const;

  ProbeViewPtr view_;
};

}  // namespace ibot::ui
