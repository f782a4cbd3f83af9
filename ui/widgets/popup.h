// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QPoint;
class QWidget;

namespace ibot::ui {

/// Shows a popup at a place of the screen, moved so far that all of it is to be seen.
void show_popup(QWidget* popup, const QPoint& at);

/// Once the popup is closed the window below it has the keyboard again, whoever gave it to the popup. For
/// those that are not shown by show_popup(). Window's thread; nothing happens when it is called again.
void give_keyboard_back(QWidget* popup);

}  // namespace ibot::ui
