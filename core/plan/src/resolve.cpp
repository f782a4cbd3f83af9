// SPDX-License-Identifier: GPL-3.0-or-later
#include "resolve.h"

#include <ibot/base/text.h>
#include <ibot/params/layers.h>
#include <ibot/params/section.h>
#include <ibot/plan/missing_plugin.h>

#include <algorithm>

namespace ibot::plan {
namespace {

using params::Diagnostics;
using params::Node;
using params::Severity;

class Resolver {
 public:
  Resolver(std::span<const PluginInfo> plugins, Diagnostics& diagnostics)
      : plugins_(plugins), diagnostics_(diagnostics), all_keys_(list_all_keys()) {}

  std::vector<ResolvedSection> resolve(const Node& root) {
    static const Node kNothing;
    for (const SectionInfo& info : sections()) {
      const Node* node = info.name.empty() ? &root : root.find(info.name);
      if (!node) node = &kNothing;
      if (!info.kind) {
        read_fixed(info, *node);
      } else if (info.is_list) {
        read_list(info, *node);
      } else if (const PluginInfo* plugin = choose(info, *node, info.name)) {
        read_plugin(info, *plugin, *node, info.name);
      }
    }
    return std::move(resolved_);
  }

 private:
  std::vector<std::string> list_all_keys() const {
    std::vector<std::string> keys;
    for (const SectionInfo& info : sections()) {
      for (const std::string& key : info.schema.keys()) keys.push_back(params::join_path(info.name, key));
      for (const PluginInfo& plugin : plugins_) {
        if (info.kind != plugin.kind) continue;
        const std::string path = info.is_list ? info.name + "." + plugin.id : info.name;
        for (const std::string& key : plugin.schema.keys()) keys.push_back(path + "." + key);
      }
    }
    return keys;
  }

  void fail(const params::Origin& where, const std::string& key, std::string message, std::string expected,
            std::string hint) {
    diagnostics_.push_back(
        {Severity::Error, where, key, std::move(message), std::move(expected), std::move(hint)});
  }

  void read_fixed(const SectionInfo& info, const Node& node) {
    params::SectionContext context{info.name, {}, all_keys_};
    if (info.name.empty()) {
      for (const SectionInfo& other : sections()) {
        if (!other.name.empty()) context.reserved.push_back(other.name);
      }
    }
    auto content = params::read_section(node, info.schema, context, diagnostics_);
    resolved_.push_back({info.name, info.name, info.schema, std::move(content), std::nullopt, {}});
  }

  void read_list(const SectionInfo& info, const Node& node) {
    if (node.kind == Node::Kind::Null) return;
    if (node.kind != Node::Kind::Sequence) {
      return fail(node.origin, info.name, "found " + describe(node), "a list, each element with a plugin",
                  "Begin each element with \"- plugin: \"");
    }
    std::vector<std::string> seen;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const Node& item = node.items[i];
      const PluginInfo* plugin = choose(info, item, base::str(info.name, "[", i, "]"));
      if (!plugin) continue;
      const std::string path = info.name + "." + plugin->id;
      if (std::find(seen.begin(), seen.end(), plugin->id) != seen.end()) {
        fail(item.origin, path, "the plugin is in the list twice", "each plugin once", "");
        continue;
      }
      seen.push_back(plugin->id);
      read_plugin(info, *plugin, item, path);
    }
  }

  // The plugin that a group names; nullptr, and the reason said, if there is none.
  const PluginInfo* choose(const SectionInfo& info, const Node& node, const std::string& path) {
    std::vector<std::string> known;
    for (const PluginInfo& plugin : plugins_) {
      if (plugin.kind == info.kind) known.push_back(plugin.id);
    }
    const std::string expected = known.empty() ? "" : base::join_choices(known);
    const Node* name = node.find(params::kPluginKey);
    if (!node.is_mapping() || !name) {
      const bool is_name = node.kind == Node::Kind::Scalar;
      fail(node.origin, path, node.is_mapping() ? "no plugin is named" : "found " + describe(node),
           "a group with the key plugin" + (expected.empty() ? "" : ": " + expected),
           is_name ? "Write {plugin: " + node.text.substr(0, 64) + "}" : "");
      return nullptr;
    }
    if (name->kind != Node::Kind::Scalar) {
      fail(name->origin, path + ".plugin", "found " + describe(*name), expected, "");
      return nullptr;
    }
    const auto found = std::find_if(plugins_.begin(), plugins_.end(), [&](const PluginInfo& plugin) {
      return plugin.kind == info.kind && plugin.id == name->text;
    });
    if (found != plugins_.end()) return &*found;
    const auto near = base::nearest_name(name->text, known);
    fail(name->origin, path + ".plugin", no_such_plugin(*info.kind, name->text), expected,
         near ? "Did you mean " + *near + "?" : "`ibot plugins` lists all plugins and why one is missing");
    return nullptr;
  }

  void read_plugin(const SectionInfo& info, const PluginInfo& plugin, const Node& node,
                   const std::string& path) {
    params::Schema schema = info.schema;
    for (const params::Definition& definition : plugin.schema.definitions()) {
      auto conflict = schema.conflict(definition);
      if (definition.key == params::kPluginKey) conflict = "it names the plugin itself";
      if (conflict) {
        fail({}, path, "the plugin " + plugin.id + " declares the key " + definition.key + ": " + *conflict,
             "keys that the section " + info.name + " does not have itself",
             "The plugin's author has to rename it");
      } else {
        schema.add(definition);
      }
    }
    const params::SectionContext context{path, {std::string(params::kPluginKey)}, all_keys_};
    auto content = params::read_section(node, schema, context, diagnostics_);
    resolved_.push_back({info.name, path, std::move(schema), std::move(content), plugin,
                         node.find(params::kPluginKey)->origin});
  }

  std::span<const PluginInfo> plugins_;
  Diagnostics& diagnostics_;
  std::vector<std::string> all_keys_;
  std::vector<ResolvedSection> resolved_;
};

}  // namespace

std::vector<ResolvedSection> resolve(const Node& root, std::span<const PluginInfo> plugins,
                                     Diagnostics& diagnostics) {
  return Resolver(plugins, diagnostics).resolve(root);
}

PlanValues collect_values(const std::vector<ResolvedSection>& sections) {
  PlanValues values;
  for (const ResolvedSection& section : sections) {
    for (const auto& [key, value] : section.content.values) {
      values[params::join_path(section.path, key)] = {value, section.content.origins.at(key)};
    }
    if (section.plugin) {
      const std::string key = params::join_path(section.path, params::kPluginKey);
      values[key] = {section.plugin->id, section.plugin_origin};
    }
  }
  return values;
}

}  // namespace ibot::plan
