// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>
#include <ui/shell/main_window.h>

#include <QString>
#include <QStringList>
#include <string>

class QTableView;

namespace ibot::gui_test {

/// The window in front, at the size of a small screen, and what a hand does in it.
class WindowFixture {
 public:
  WindowFixture();

  /// Found by its name; a test fails where it is missing.
  template <class Widget>
  Widget* find(const QString& name) {
    auto* widget = window.findChild<Widget*>(name);
    EXPECT_NE(widget, nullptr) << name.toStdString();
    return widget;
  }

  /// What the window's banner says; empty: nothing.
  std::string banner_text();
  QStringList banner_actions();
  void press_in_banner(const QString& text);

  QTableView* runs();
  /// Clicks on the row of a run; false if it is not in the table.
  bool click_run(const QString& name);

  ui::MainWindow window;
};

/// Clicks in the middle of a widget that can be seen; a test fails where it is hidden or off.
void click(QWidget* widget);
/// Takes the keyboard, and types in place of what stands in a line.
void type_into(QWidget* line, const QString& text);
/// Drops a file or folder onto the window, as from a file manager.
void drop_onto(QWidget* widget, const QString& path);

}  // namespace ibot::gui_test
