// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string_view>

namespace ibot::plugin {

/// Parses untrusted JSON: nesting deeper than `depth_limit` and repeated keys are errors too (Corrupt).
base::Result<nlohmann::json> parse_strict_json(std::string_view text, int depth_limit);

}  // namespace ibot::plugin
