// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QLayout;

namespace ibot::ui {

/// Takes everything out of a layout, the layouts in it included, so that it can be filled anew. Widgets are
/// gone from their parent at once and deleted later: one may be the button whose click is being answered.
void clear_layout(QLayout* layout);

}  // namespace ibot::ui
