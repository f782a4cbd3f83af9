// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/record/reader.h>
#include <ibot/record/workspace.h>

#include <string>

namespace ibot::cli {

/// Shows a run's progress on the terminal, from the record alone, until it ends: a status line (step, rate,
/// time left, loss, data wait) and each new event. Ctrl+C asks the trainer to save and stop, a second one to
/// stop at once; the trainer is a process of its own and outlives this one in any case. Returns the run's own
/// failure as an error, and Cancelled if it ended because of Ctrl+C.
struct FollowOptions {
  double seconds = 0;            ///< above 0: watch for so long from the first step that is seen
  std::int64_t after_event = 0;  ///< events up to this one are known
};
base::Status follow_run(const record::Workspace& workspace, const std::string& run,
                        const FollowOptions& options = {});

/// Number of a run's newest event; 0 without one.
base::Result<std::int64_t> last_event(record::Reader& reader, const std::string& run);

}  // namespace ibot::cli
