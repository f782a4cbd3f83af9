// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the window's banner is about, for Banner::withdraw(): each is withdrawn once it is no longer true.
namespace ibot::ui::topic {

inline constexpr const char* kGone = "gone";             ///< the workspace cannot be read any more
inline constexpr const char* kEdit = "edit";             ///< something could not be written
inline constexpr const char* kDied = "died:";            ///< and the run whose trainer is gone
inline constexpr const char* kWaits = "waits";           ///< runs in the queue that were to be put away
inline constexpr const char* kRunAction = "run_action";  ///< resuming, extending or branching failed
inline constexpr const char* kDemo = "demo";             ///< how far the demo is, or why it is not there
inline constexpr const char* kScenes =
    "scenes";  ///< how far drawing the scenes is, or why they are not there
inline constexpr const char* kCompared = "compared";  ///< runs were added to the comparison

}  // namespace ibot::ui::topic
