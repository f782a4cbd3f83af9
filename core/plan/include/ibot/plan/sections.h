// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/params/node.h>
#include <ibot/params/schema.h>
#include <ibot/plugin/kind.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::plan {

/// One group of keys at the top of a configuration file.
struct IBOT_API SectionInfo {
  std::string name;                  ///< "train"; empty: the keys outside every section
  std::string title;                 ///< what it is, in a few words
  std::optional<plugin::Kind> kind;  ///< set: the section names a plugin, whose own keys join `schema`
  bool is_list = false;              ///< several plugins, each once
  params::Schema schema;             ///< for plugin sections: the keys that all plugins of it share
};

/// All sections, in the order of a file. The one list that reading, hashing, forms and the reference go by.
IBOT_API const std::vector<SectionInfo>& sections();
IBOT_API const SectionInfo* find_section(std::string_view name);

/// What is chosen where a configuration names no plugin: vit, ibot_cls and ibot_patch, block masks, no
/// evaluators.
IBOT_API params::Node default_configuration();

}  // namespace ibot::plan
