// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/record_changes.h>

#include <QString>
#include <optional>

namespace ibot::ui {

/// How a run is, in a sentence. `level` is the role of the label that shows it: "label", "warn", "bad".
struct RunHealth {
  QString sentence;
  const char* level = "label";
};

/// From the health figures and events that the run recorded. `details` may be null, or of another run.
RunHealth health_of(const RunView& view, const RunDetails* details);

/// Why a run failed or died and what can be done, in words.
struct Failure {
  QString title;   ///< what happened
  QString advice;  ///< what to do
  bool can_resume = false;
};
/// nullopt if it did neither.
std::optional<Failure> failure_of(const RunView& view, const RunDetails* details);

/// Seconds that the rest of the plan takes at the pace of the newest steps, or where `details` are null or of
/// another run at that so far; nullopt where nobody trains or nothing is known.
std::optional<double> seconds_left(const RunView& view, const RunDetails* details = nullptr);
/// "6 min left", wherever it is shown; empty where seconds_left() knows nothing.
QString time_left(const RunView& view, const RunDetails* details = nullptr);

/// When the newest file that a resume can go on from was written, in microseconds; nullopt without one.
std::optional<std::int64_t> last_saved(const RunDetails& details);

/// "12 s", "6 min", "3 h 20 min", "4 days": what an age or a rest is worth saying.
QString rough_duration(double seconds);

}  // namespace ibot::ui
