// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

class QWidget;

namespace ibot::gui_test {

/// Where $IBOT_SCREENSHOTS names a folder: the widget in both themes, as NAME_dark.png and NAME_light.png in
/// it. Else nothing.
void save_screenshots(QWidget& widget, const std::string& name);

}  // namespace ibot::gui_test
