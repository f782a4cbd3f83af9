// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <optional>
#include <string>
#include <string_view>

namespace ibot::plugin {

/// What a plugin offers. One plugin offers one thing of one kind.
enum class Kind : unsigned char { Backbone = 1, Masking, Loss, Evaluator };

/// "backbone", "masking", "loss", "evaluator": as in manifests, folders and YAML. Zero-terminated.
IBOT_API std::string_view to_string(Kind kind);
IBOT_API std::optional<Kind> parse_kind(std::string_view name);

/// "masking/block": ids are unique within a kind, this name within the program.
IBOT_API std::string qualified_name(Kind kind, std::string_view id);

}  // namespace ibot::plugin
