// SPDX-License-Identifier: GPL-3.0-or-later
#include "plan_state.h"

#include <ibot/base/hash.h>
#include <ibot/params/value.h>

#include <nlohmann/json.hpp>

namespace ibot::plan {
namespace {

// nlohmann's objects are ordered by key and its numbers are the shortest that read back, so that a dump is
// canonical.
std::string hash(const nlohmann::json& json) {
  return base::sha256_hex(json.dump());
}

}  // namespace

Hashes hash_of(const std::vector<ResolvedSection>& sections, const PlanValues& values, int ranks) {
  nlohmann::json choices = nlohmann::json::object();
  nlohmann::json libraries = nlohmann::json::object();
  for (const ResolvedSection& section : sections) {
    if (!section.plugin) continue;
    choices[section.path] = {section.plugin->id, section.plugin->version};
    libraries[section.path] = {section.plugin->id, section.plugin->version, section.plugin->library_sha256};
  }
  nlohmann::json data = nlohmann::json::object();
  nlohmann::json config = nlohmann::json::object();
  nlohmann::json seed;
  for (const auto& [key, value] : values) {
    const nlohmann::json json = params::to_json(value.value);
    if (key == "name" || key == "notes") continue;
    if (key == "seed") {
      seed = json;
    } else {
      (key.starts_with("data.") ? data : config)[key] = json;
    }
  }
  const nlohmann::json without = {{"plugins", choices}, {"ranks", ranks}, {"values", config}};
  nlohmann::json whole = without;
  whole["data"] = data;
  whole["seed"] = seed;
  return {hash(whole), hash(without), hash(libraries), hash(data), hash(seed)};
}

}  // namespace ibot::plan
