// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session.h"

#include <ibot/params/diagnostic.h>

// What only the plugins themselves and this machine can say of a plan, before anything is recorded.
namespace ibot::cli {

/// Loads the masking, loss and evaluator plugins of a plan and constructs what they make, once. Whatever they
/// refuse is an error of their section; a device that is not here is one of train.device, of that severity.
params::Diagnostics check_here(plugin::Loader& loader, const plan::Plan& plan, params::Severity no_device);

/// check_here(), printed on standard error. Errors: InvalidArgument if there is a mistake.
base::Status require_sound(plugin::Loader& loader, const plan::Plan& plan,
                           params::Severity no_device = params::Severity::Error);

/// Whether a trainer of a recorded run could begin: its plan has no mistakes here, its plugins construct, its
/// pictures can be opened, and the record can be written. Changes nothing. Errors: InvalidArgument, listing
/// the mistakes, and those of the data set and of the record.
base::Status check_recorded_run(OpenedRun& opened);

}  // namespace ibot::cli
