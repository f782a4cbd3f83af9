// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/plan/plugin_info.h>

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>
#include <string_view>

namespace ibot::plan {

/// Every key that a configuration can have, the plugins' own among them: `ibot schema`. `filter` keeps the
/// keys that begin with it ("optimizer", "mask.block", "backbone.vit.depth"); empty: all.
IBOT_API std::string schema_text(std::span<const PluginInfo> plugins, std::string_view filter = {});

/// [{section, title, list, plugin, version, parameters}]: one object a section, and for plugin sections one a
/// plugin.
IBOT_API nlohmann::json schema_json(std::span<const PluginInfo> plugins);

}  // namespace ibot::plan
