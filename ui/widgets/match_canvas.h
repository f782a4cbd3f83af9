// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "patch_canvas.h"

#include <QImage>
#include <QString>
#include <QWidget>
#include <array>
#include <vector>

namespace ibot::ui {

/// Two pictures side by side and lines between patches that belong together, each in the next colour of
/// clusters. The line whose end is under the mouse stands out.
class MatchCanvas final : public QWidget {
  Q_OBJECT

 public:
  struct Side {
    QImage picture;
    QString name;
    int rows = 0, columns = 0;
  };
  struct Line {
    PatchAt first, second;
    double value = 0;
    double off = -1;      ///< patches from where it belongs; -1: not known
    bool dashed = false;  ///< known not to belong together
  };

  explicit MatchCanvas(QWidget* parent = nullptr);

  void set_content(std::array<Side, 2> sides, std::vector<Line> lines);
  const std::vector<Line>& lines() const { return lines_; }
  const std::array<Side, 2>& sides() const { return sides_; }
  void set_dimmed(bool dimmed);
  QRectF place(int side) const;
  /// The middle of a patch, in px of the widget.
  QPointF centre(int side, PatchAt patch) const;
  /// Of the lines, -1: none.
  int hovered() const { return hovered_; }

  QSize sizeHint() const override { return {640, 360}; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;

 private:
  void hover(int line);

  std::array<Side, 2> sides_;
  std::vector<Line> lines_;
  int hovered_ = -1;
  bool dimmed_ = false;
};

}  // namespace ibot::ui
