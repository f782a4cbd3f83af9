// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session.h"

#include <ibot/train/calibration.h>

namespace ibot::cli {

/// Measures real steps of a plan in this process, for about so many seconds, and prints how far it is on
/// standard error: sentences, or (`json`) one object a line. Ctrl+C ends the process at once, with 130:
/// nothing has been written that would have to be tidied.
base::Result<train::Calibration> measure_speed(plugin::Loader& loader, const PreparedPlan& prepared,
                                               double seconds, bool json);

}  // namespace ibot::cli
