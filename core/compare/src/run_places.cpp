// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_places.h"

#include <ibot/plan/places.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace ibot::compare {
namespace {

const std::string kOwn = "data.path";
constexpr std::size_t kHashDigits = 64;

// Rates that are called so ("drop_path") are no texts.
bool is_place(const runs::Parameter& parameter) {
  return plan::is_place(parameter.key) && parameter.number != parameter.number;
}

bool is_hash(const std::string& text) {
  return text.size() == kHashDigits && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// Of all evaluations by a plugin, its different settings.
std::vector<nlohmann::json> settings_of(const RunData& run, const std::string& plugin) {
  std::set<std::string> texts;
  for (const record::Evaluation& row : run.evaluations) {
    if (row.protocol == plugin) texts.insert(row.settings_json);
  }
  std::vector<nlohmann::json> all;
  for (const std::string& text : texts) all.push_back(nlohmann::json::parse(text, nullptr, false));
  return all;
}

// Nothing where evaluations found different pictures: then none of them is what the plan names.
std::string content_of(const std::vector<nlohmann::json>& settings, const std::string& name) {
  std::set<std::string> found;
  for (const nlohmann::json& each : settings) {
    const auto value = each.is_object() ? each.find(name) : each.end();
    if (value == each.end() || !value->is_string()) return {};
    found.insert(value->get<std::string>());
  }
  return found.size() == 1 && is_hash(*found.begin()) ? *found.begin() : std::string();
}

}  // namespace

RunPlaces places_of(const RunData& run) {
  RunPlaces places;
  places.data_hash = run.run.hashes.data;
  const auto files = RunData::lines_of(run.texts.data);
  if (const auto own = files.find("files"); own != files.end()) places.contents[kOwn] = own->second;
  std::map<std::string, std::vector<nlohmann::json>> settings;  // by section
  for (const runs::Parameter& parameter : run.parameters) {
    if (!is_place(parameter)) continue;
    places.texts[parameter.key] = parameter.text;
    if (parameter.key == kOwn) continue;
    const std::string section = parameter.key.substr(0, parameter.key.rfind('.'));
    if (settings.count(section) == 0) {
      const runs::Parameter* plugin = runs::find(run.parameters, section + ".plugin");
      settings[section] = plugin == nullptr ? std::vector<nlohmann::json>() : settings_of(run, plugin->text);
    }
    const std::string content = content_of(settings[section], plan::content_name(parameter.key));
    if (!content.empty()) places.contents[parameter.key] = content;
  }
  return places;
}

RunPlaces places_of(std::span<const RunData> runs, std::span<const std::size_t> members) {
  RunPlaces places = places_of(runs[members.front()]);
  for (const std::size_t run : members.subspan(1)) learn(places, places_of(runs[run]));
  return places;
}

void learn(RunPlaces& places, const RunPlaces& other) {
  for (const auto& [key, content] : other.contents) {
    const auto [known, is_new] = places.contents.emplace(key, content);
    // Other pictures in the same place: which of them is meant, nobody can say.
    if (!is_new && known->second != content) known->second.clear();
  }
}

SamePlace same_place(const std::string& key, const RunPlaces& a, const RunPlaces& b) {
  const auto known = [&](const RunPlaces& places) {
    const auto found = places.contents.find(key);
    return found == places.contents.end() ? std::string() : found->second;
  };
  const std::string one = known(a), other = known(b);
  if (!one.empty() && !other.empty()) return one == other ? SamePlace::Yes : SamePlace::No;
  // The hash of the section holds what is there as well.
  if (key == kOwn && a.data_hash == b.data_hash) return SamePlace::Yes;
  const auto says = [&](const RunPlaces& places) {
    const auto found = places.texts.find(key);
    return found == places.texts.end() ? std::string() : found->second;
  };
  if (key != kOwn && says(a) == says(b)) return SamePlace::Yes;
  return SamePlace::Unknown;
}

std::vector<std::string> place_keys(const RunPlaces& a, const RunPlaces& b) {
  std::set<std::string> keys;
  for (const RunPlaces* each : {&a, &b}) {
    for (const auto& [key, ignored] : each->texts) keys.insert(key);
  }
  return {keys.begin(), keys.end()};
}

std::vector<std::string> moved_places(std::span<const RunPlaces> runs) {
  std::vector<std::string> moved;
  if (runs.size() < 2) return moved;
  for (const auto& [key, text] : runs.front().texts) {
    bool same = true, moves = false;
    for (const RunPlaces& each : runs.subspan(1)) {
      same = same && same_place(key, runs.front(), each) == SamePlace::Yes;
      const auto other = each.texts.find(key);
      moves = moves || other == each.texts.end() || other->second != text;
    }
    if (same && moves) moved.push_back(key);
  }
  return moved;
}

std::vector<std::string> moved_places(std::span<const RunData> runs) {
  std::vector<RunPlaces> places;
  for (const RunData& run : runs) places.push_back(places_of(run));
  return moved_places(places);
}

std::optional<PlacelessSettings> settings_but_places(const RunData& run) {
  // Ranks and start weights stand there.
  if (run.parameters.empty() || run.texts.config.empty()) return std::nullopt;
  PlacelessSettings settings{run.texts.config, {}};
  for (const runs::Parameter& parameter : run.parameters) {
    const std::string& key = parameter.key;
    if (key == "name" || key == "notes" || key == "seed" || is_place(parameter)) continue;
    (key.starts_with("data.") ? settings.data : settings.config) += key + "=" + parameter.text + "\n";
  }
  return settings;
}

record::Hashes hashes_but_places(const RunData& run, const RunData& other) {
  record::Hashes hashes = run.run.hashes;
  const record::Hashes& theirs = other.run.hashes;
  if (hashes.config == theirs.config && hashes.data == theirs.data) return hashes;
  const auto settings = settings_but_places(run), their_settings = settings_but_places(other);
  if (!settings || !their_settings) return hashes;
  const RunPlaces places = places_of(run), their_places = places_of(other);
  bool same_own = true, same_evaluated = true;
  for (const std::string& key : place_keys(places, their_places))
    (key == kOwn ? same_own : same_evaluated) &= same_place(key, places, their_places) == SamePlace::Yes;
  if (same_evaluated && settings->config == their_settings->config) hashes.config = theirs.config;
  if (same_own && settings->data == their_settings->data) hashes.data = theirs.data;
  return hashes;
}

}  // namespace ibot::compare
