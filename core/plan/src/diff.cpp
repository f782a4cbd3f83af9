// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/params/value.h>
#include <ibot/plan/diff.h>

#include <nlohmann/json.hpp>

namespace ibot::plan {
namespace {

PlanValues with_versions(const Plan& plan) {
  PlanValues values = plan.values();
  for (const ResolvedSection& section : plan.sections()) {
    if (section.plugin) values[section.path + ".version"] = {section.plugin->version, section.plugin_origin};
  }
  return values;
}

std::optional<PlanValue> find(const PlanValues& values, const std::string& key) {
  const auto found = values.find(key);
  return found == values.end() ? std::nullopt : std::optional(found->second);
}

std::string side_text(const std::optional<PlanValue>& value) {
  if (!value) return "none";
  return params::to_text(value->value) + " (" + params::to_text(value->origin) + ")";
}

nlohmann::json side_json(const std::optional<PlanValue>& value) {
  if (!value) return nullptr;
  return {{"value", params::to_json(value->value)}, {"origin", params::to_json(value->origin)}};
}

}  // namespace

std::vector<Difference> diff(const Plan& a, const Plan& b) {
  const PlanValues values_a = with_versions(a);
  const PlanValues values_b = with_versions(b);
  PlanValues keys = values_a;
  keys.insert(values_b.begin(), values_b.end());
  std::vector<Difference> differences;
  for (const auto& [key, ignored] : keys) {
    Difference difference{key, find(values_a, key), find(values_b, key)};
    const bool same = difference.a && difference.b && difference.a->value == difference.b->value;
    if (!same) differences.push_back(std::move(difference));
  }
  return differences;
}

std::string to_text(const std::vector<Difference>& differences) {
  std::string text;
  for (const Difference& difference : differences) {
    text += difference.key + ": " + side_text(difference.a) + " -> " + side_text(difference.b) + "\n";
  }
  return text;
}

nlohmann::json to_json(const std::vector<Difference>& differences) {
  nlohmann::json list = nlohmann::json::array();
  for (const Difference& difference : differences) {
    list.push_back({{"key", difference.key}, {"a", side_json(difference.a)}, {"b", side_json(difference.b)}});
  }
  return list;
}

}  // namespace ibot::plan
