// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/plan/plugin_info.h>

namespace ibot::plan {

PluginInfo plugin_info(const plugin::Manifest& manifest) {
  return {manifest.kind,    manifest.id,     manifest.version,
          manifest.summary, manifest.schema, manifest.library_sha256};
}

std::vector<PluginInfo> plugin_infos(std::span<const plugin::Manifest> manifests) {
  std::vector<PluginInfo> infos;
  for (const plugin::Manifest& manifest : manifests) infos.push_back(plugin_info(manifest));
  return infos;
}

std::vector<PluginInfo> usable_plugins(const plugin::Loader& loader) {
  std::vector<PluginInfo> infos;
  for (const plugin::PluginRecord& record : loader.plugins()) {
    const bool usable = record.state != plugin::State::Failed && record.state != plugin::State::Disabled;
    if (record.manifest_readable && usable) infos.push_back(plugin_info(record.manifest));
  }
  return infos;
}

}  // namespace ibot::plan
