// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/params/diagnostic.h>
#include <ibot/plugin/loader.h>

#include <string>
#include <string_view>

namespace ibot::plan {

/// "there is no masking plugin "ring"": what a plan says of a plugin that it was not offered.
IBOT_API std::string no_such_plugin(plugin::Kind kind, std::string_view id);

/// Where a discovery has found a plugin that a plan calls missing, but it is off or broken: the message says
/// so and why, and the hint what can be done.
IBOT_API void explain_missing_plugins(params::Diagnostics& diagnostics, const plugin::Loader& loader);

}  // namespace ibot::plan
