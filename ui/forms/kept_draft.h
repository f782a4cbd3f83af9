// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace ibot::ui {

class Configuration;

/// Goes on with the recipe that was being edited when the window was closed last, and keeps this one for the
/// next time from now on: text, file, what was changed, pictures chosen for it. A file that nobody changed in
/// the window is read anew. Kept as other settings are, so that a window that is killed loses the last moment
/// at most. Thread: the window's.
void keep_draft(Configuration& configuration);

}  // namespace ibot::ui
