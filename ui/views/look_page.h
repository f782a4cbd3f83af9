// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "look_context.h"

#include <ui/bridge/program.h>

#include <QTimer>
#include <QWidget>
#include <array>
#include <vector>

class QButtonGroup;
class QCheckBox;
class QHBoxLayout;
class QPushButton;
class QSlider;
class QStackedWidget;

namespace ibot::ui {

class Banner;
class FilmStrip;
class FrameMovie;
class LookView;
class NetworkBar;
class TimelineBar;

/// Inside a network: its attention, similarities, clusters and so on, over the pinned pictures, at any moment
/// of a run that is training or over, or of a file of weights. Everything is computed by the inspection
/// process; what a run recorded of itself comes out of its record.
class LookPage final : public QWidget {
  Q_OBJECT

 public:
  /// Both outlive it.
  LookPage(Record& record, Inspector& inspector, QWidget* parent = nullptr);

  LookContext& context() { return context_; }
  LookView& view() const;
  void show_view(int index);
  /// Pictures of runs may be others than they were.
  void look_again();
  TimelineBar& timeline() { return *timeline_; }
  /// The picture with its caption, as Copy takes it; null while nothing is shown.
  QImage picture() const;
  /// As PNG or SVG by the program `ibot inspect`, which draws the same figure headless; what a run recorded
  /// itself as it is shown, as PNG.
  void save(const QString& file);
  void copy();
  /// What the run recorded, at every step, as a series of PNG files of the view that is shown.
  void save_frames(const QString& folder);
  /// The same as one animated PNG, which plays as the timeline does.
  void save_animation(const QString& file);

  /// The views, in the order of the switch.
  struct ViewInfo {
    const char* name;
    QString title;
  };
  const std::vector<ViewInfo>& views() const { return infos_; }

 Q_SIGNALS:
  /// A file was written, or not: then `problem` says why.
  void saved(const QString& file, const QString& problem);
  /// The built-in scenes that this run was trained on are to be drawn.
  void scenes_wanted(const QString& run);

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  QWidget* make_bar();
  QWidget* make_empty();
  QWidget* make_views();
  void make_save_tools(QHBoxLayout& layout);
  void make_display_tools(QHBoxLayout& layout);
  void add_view(LookView* view, const char* name, const QString& title, const QString& help);
  void connect_saving();
  void ask_where_to_save();
  bool begin_frames(const QString& into);
  void save_frame();
  void pack_frame();
  void say_frame();
  void end_frames(const QString& problem);
  void refresh_display();
  void choose_newest();
  void refresh_body();

  LookContext context_;
  NetworkBar* network_;
  QButtonGroup* switch_;
  QHBoxLayout* switch_layout_;
  QStackedWidget* body_;  ///< the empty state, or all below the bar
  QStackedWidget* stack_;
  std::vector<LookView*> views_;
  Banner* banner_;
  FilmStrip* strip_;
  TimelineBar* timeline_;
  std::array<QWidget*, 2> tools_;
  QSlider* opacity_;
  QCheckBox* smooth_;
  Program program_;
  QString saving_;
  std::vector<ViewInfo> infos_;
  QTimer frame_;
  std::vector<qint64> frames_;  ///< steps to be saved
  std::size_t next_frame_ = 0;
  qint64 step_before_ = 0;
  QString frames_folder_;  ///< or the animation's file
  FrameMovie* movie_ = nullptr;
};

}  // namespace ibot::ui
