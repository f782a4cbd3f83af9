// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/params/check.h>
#include <ibot/params/section.h>
#include <ibot/params/value.h>
#include <ibot/plan/reference.h>
#include <ibot/plan/sections.h>

#include <nlohmann/json.hpp>

namespace ibot::plan {
namespace {

void append_definition(const params::Definition& definition, const std::string& path, std::string& out) {
  out += "  " + params::join_path(path, definition.key) + ": " + params::to_text(definition.default_value) +
         "\n";
  std::string line = params::expectation(definition);
  if (!definition.unit.empty())
    line += (definition.unit.starts_with("per ") ? ", " : ", in ") + definition.unit;
  if (!definition.applies_when.empty()) line += "; only with " + definition.applies_when;
  out += "      " + line + "\n";
  if (!definition.help.empty()) out += "      " + definition.help + "\n";
  if (!definition.source.empty()) out += "      Default from " + definition.source + "\n";
}

// One block of the listing: a heading, and the definitions whose keys pass the filter.
void append_block(const std::string& heading, const std::string& path, const std::string& filter_path,
                  const params::Schema& schema, std::string_view filter, std::string& out) {
  std::string block;
  for (const params::Definition& definition : schema.definitions()) {
    if (params::join_path(filter_path, definition.key).starts_with(filter))
      append_definition(definition, path, block);
  }
  if (block.empty() && !filter_path.starts_with(filter)) return;
  out += heading + "\n" + block + "\n";
}

params::Schema joined(const params::Schema& common, const params::Schema& own) {
  params::Schema schema = common;
  for (const params::Definition& definition : own.definitions()) {
    if (!schema.conflict(definition)) schema.add(definition);
  }
  return schema;
}

}  // namespace

std::string schema_text(std::span<const PluginInfo> plugins, std::string_view filter) {
  std::string out;
  for (const SectionInfo& info : sections()) {
    if (!info.kind) {
      append_block((info.name.empty() ? "(top)" : info.name) + ": " + info.title, info.name, info.name,
                   info.schema, filter, out);
      continue;
    }
    for (const PluginInfo& plugin : plugins) {
      if (plugin.kind != *info.kind) continue;
      const std::string named = info.name + "." + plugin.id;
      const std::string heading = info.name + ", plugin: " + plugin.id + " " + plugin.version +
                                  (plugin.summary.empty() ? "" : ": " + plugin.summary);
      append_block(heading, info.is_list ? named : info.name, named, joined(info.schema, plugin.schema),
                   filter, out);
    }
  }
  if (!out.empty()) out.pop_back();
  return out;
}

nlohmann::json schema_json(std::span<const PluginInfo> plugins) {
  nlohmann::json list = nlohmann::json::array();
  for (const SectionInfo& info : sections()) {
    nlohmann::json entry = {{"section", info.name}, {"title", info.title}, {"list", info.is_list}};
    if (!info.kind) {
      entry["parameters"] = params::to_json(info.schema);
      list.push_back(entry);
      continue;
    }
    for (const PluginInfo& plugin : plugins) {
      if (plugin.kind != *info.kind) continue;
      entry["kind"] = plugin::to_string(plugin.kind);
      entry["plugin"] = plugin.id;
      entry["version"] = plugin.version;
      entry["summary"] = plugin.summary;
      entry["parameters"] = params::to_json(joined(info.schema, plugin.schema));
      list.push_back(entry);
    }
  }
  return list;
}

}  // namespace ibot::plan
