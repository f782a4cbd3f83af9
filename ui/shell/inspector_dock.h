// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDockWidget>

class QLabel;
class QStackedWidget;

namespace ibot::ui {

/// The panel at the right: what is selected on the page. A dock, so that it can be moved, made wider or taken
/// out of the window; where it is and whether it is folded away is remembered. It hides by itself while the
/// page has nothing for it.
class InspectorDock final : public QDockWidget {
  Q_OBJECT

 public:
  explicit InspectorDock(QWidget* parent = nullptr);

  using QWidget::show;
  /// Shows a widget of a page (WindowPage::inspector) until another one is shown; nullptr:
  /// there is nothing to show. The widget becomes a child of the inspector's and lives as long.
  void show(QWidget* content);
  /// Whether the person wants to see it, if there is something.
  bool is_wanted() const { return wanted_; }
  void set_wanted(bool wanted);
  bool has_content() const { return content_ != nullptr; }
  /// Whether the window is wide enough to have it in view; floating, it needs no room.
  void set_room(bool room);

 Q_SIGNALS:
  void wanted_changed(bool wanted);

 private:
  QWidget* make_title();
  void refresh();

  QStackedWidget* stack_;
  QWidget* content_ = nullptr;
  bool wanted_ = true;
  bool room_ = true;
};

}  // namespace ibot::ui
