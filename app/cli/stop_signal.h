// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>
#include <ibot/record/rows.h>

namespace ibot::cli {

/// Tells the trainer of a run to end without saving by two signals, as a second Ctrl+C does: for a record
/// that has no room for a command. `refused` is why it could not take one; it is the answer where no signal
/// can be sent: the trainer is not on this machine, or not there.
base::Status stop_by_signal(const record::Run& run, const base::Error& refused);

}  // namespace ibot::cli
