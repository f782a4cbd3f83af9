// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QPoint;
class QWidget;

namespace ibot::ui {

/// Shows a popup at a place of the screen, moved so far that all of it is to be seen.
void show_popup(QWidget* popup, const QPoint& at);

}  // namespace ibot::ui
