// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

class QLabel;
class QToolButton;

namespace ibot::ui {

class LookContext;
class Timeline;

/// The timeline of a context's run with its play button: moves the step that all views show.
class TimelineBar final : public QWidget {
  Q_OBJECT

 public:
  static constexpr int kFrameMillis = 66;

  explicit TimelineBar(LookContext& context, QWidget* parent = nullptr);

  void set_playing(bool playing);
  bool playing() const { return frame_.isActive(); }
  Timeline& line() { return *line_; }

 private:
  void refresh();
  void refresh_step();

  LookContext& context_;
  QToolButton* play_;
  Timeline* line_;
  QLabel* step_;
  QLabel* source_;
  QToolButton* newest_;
  QTimer frame_;
};

}  // namespace ibot::ui
