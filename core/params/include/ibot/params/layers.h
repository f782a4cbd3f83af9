// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/params/node.h>

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::params {

/// The key that names a plugin. A layer that names another plugin than the layers below begins the group
/// afresh: what the old plugin was told means nothing to the new one. A warning names the keys that are lost
/// by it.
inline constexpr std::string_view kPluginKey = "plugin";
/// The key by which a file names the file below it, relative to its own folder.
inline constexpr std::string_view kBaseKey = "base";

/// Lays `over` upon `under`: groups key by key, everything else (lists too) as a whole. Origins stay with
/// their values. A group without content ("mask:" and nothing below) says nothing. `path` is the key of the
/// two, for warnings.
IBOT_API Node merge(Node under, const Node& over, std::string_view path, Diagnostics& diagnostics);

/// Applies "a.b=value"; the value is one YAML scalar or flow list ("[0, 0.3]"). Elements of a list are named
/// by their position or by their plugin: "losses.ibot_patch.weight=0.5". Mistakes are diagnostics and change
/// nothing. Those that choose a plugin come first, whatever their order, so that the plugin's own keys are
/// not lost by it.
IBOT_API void apply_overrides(Node& root, std::span<const std::string> assignments, Diagnostics& diagnostics);

/// A configuration from all its layers, lowest first: defaults, the chain of `base:` files, the recipe,
/// overrides.
struct IBOT_API Layers {
  Node root;                                 ///< merged; `base` keys removed
  std::vector<std::filesystem::path> files;  ///< read, lowest first
  Diagnostics diagnostics;                   ///< of reading and merging; sections are not checked yet
};

/// An empty `file` means defaults and overrides alone. `text`: what the file would say, as an editor holds it
/// before it is saved; the file itself is not read, `base:` is relative to its folder all the same.
IBOT_API Layers load_layers(const Node& defaults, const std::filesystem::path& file,
                            std::span<const std::string> overrides,
                            std::optional<std::string_view> text = std::nullopt);

}  // namespace ibot::params
