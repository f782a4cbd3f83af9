// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/params/schema.h>
#include <ibot/plugin/kind.h>
#include <ibot/plugin/loader.h>
#include <ibot/plugin/manifest.h>

#include <span>
#include <string>
#include <vector>

namespace ibot::plan {

/// What a plan needs to know of a plugin that could be chosen. No code of the plugin runs for it.
struct IBOT_API PluginInfo {
  plugin::Kind kind = plugin::Kind::Masking;
  std::string id;
  std::string version;
  std::string summary;
  params::Schema schema;
  std::string library_sha256;  ///< empty: not known

  bool operator==(const PluginInfo&) const = default;
};

IBOT_API PluginInfo plugin_info(const plugin::Manifest& manifest);
IBOT_API std::vector<PluginInfo> plugin_infos(std::span<const plugin::Manifest> manifests);
/// Those of a discovery that could be chosen: neither failed nor shut out.
IBOT_API std::vector<PluginInfo> usable_plugins(const plugin::Loader& loader);

}  // namespace ibot::plan
