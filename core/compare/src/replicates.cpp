// SPDX-License-Identifier: GPL-3.0-or-later
#include "short_key.h"

#include <ibot/base/text.h>
#include <ibot/compare/replicates.h>
#include <ibot/figure/colour.h>

#include <algorithm>
#include <set>
#include <tuple>

namespace ibot::compare {
namespace {

using base::str;

constexpr int kMostGenerations = 100;

std::string identity(std::span<const RunData> runs, const RunData& data, int generation) {
  const record::Hashes& hashes = data.run.hashes;
  std::string text = str(hashes.config, '|', hashes.plugins, '|', hashes.data, '|', data.extended);
  if (!data.run.parent) return text;
  const auto parent = std::find_if(runs.begin(), runs.end(), [&](const RunData& other) {
    return other.run.id == data.run.parent->run && other.source == data.source;
  });
  // Lineage is untrusted: it could go in circles.
  const bool known = parent != runs.end() && generation < kMostGenerations;
  return str(text, "|from ", data.run.parent->step, " of ",
             known ? identity(runs, *parent, generation + 1) : data.run.parent->run);
}

bool is_factor(const std::string& key) {
  return key != "name" && key != "notes" && key != "seed";
}

// Keys in which the groups differ: those that all have, and those that some lack.
struct Factors {
  std::vector<std::string> common, partial;
};

Factors factors_of(const std::vector<const RunData*>& firsts) {
  std::set<std::string> keys;
  for (const RunData* data : firsts) {
    for (const runs::Parameter& parameter : data->parameters) {
      if (is_factor(parameter.key)) keys.insert(parameter.key);
    }
  }
  Factors factors;
  for (const std::string& key : keys) {
    std::set<std::string> texts;
    bool everywhere = true;
    for (const RunData* data : firsts) {
      const runs::Parameter* found = runs::find(data->parameters, key);
      everywhere = everywhere && found != nullptr;
      if (found != nullptr) texts.insert(found->text);
    }
    if (everywhere && texts.size() > 1) factors.common.push_back(key);
    if (!everywhere) factors.partial.push_back(key);
  }
  return factors;
}

std::string name_of(const RunData& data, const std::vector<std::string>& keys) {
  std::map<std::string, int> uses;
  for (const std::string& key : keys) ++uses[short_key(key)];
  std::string name;
  for (const std::string& key : keys) {
    const runs::Parameter* found = runs::find(data.parameters, key);
    if (found == nullptr) continue;
    const std::string called = short_key(key);
    name += str(name.empty() ? "" : " ", uses[called] > 1 ? key : called, "=", found->text);
  }
  return name;
}

bool all_differ(const std::vector<std::string>& names) {
  return std::set<std::string>(names.begin(), names.end()).size() == names.size();
}

void name_groups(std::span<const RunData> runs, std::vector<Replicates>& groups) {
  std::vector<const RunData*> firsts;
  for (const Replicates& group : groups) firsts.push_back(&runs[group.runs.front()]);
  if (groups.size() == 1) {
    groups.front().name = firsts.front()->run.name;
    return;
  }
  const Factors factors = factors_of(firsts);
  std::vector<std::string> keys = factors.common;
  const auto named = [&] {
    std::vector<std::string> names;
    for (const RunData* data : firsts) names.push_back(name_of(*data, keys));
    return names;
  };
  std::vector<std::string> names = named();
  // What only some plugins know is said where the rest does not tell the groups apart.
  for (std::size_t i = 0; !all_differ(names) && i < factors.partial.size(); ++i) {
    keys.push_back(factors.partial[i]);
    const auto longer = named();
    const auto count = [](const std::vector<std::string>& all) {
      return std::set<std::string>(all.begin(), all.end()).size();
    };
    if (count(longer) > count(names)) {
      names = longer;
    } else {
      keys.pop_back();
    }
  }
  std::map<std::string, int> uses;
  for (const std::string& name : names) ++uses[name];
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const record::Run& run = firsts[i]->run;
    groups[i].name = names[i].empty() ? run.name : names[i];
    // Another build, other files, another start: no parameter says so.
    if (uses[names[i]] > 1) groups[i].name += " (" + run.id + ")";
    for (const std::string& key : keys) {
      if (const runs::Parameter* found = runs::find(firsts[i]->parameters, key))
        groups[i].levels.emplace(key, found->text);
    }
  }
}

}  // namespace

std::vector<Replicates> group_replicates(std::span<const RunData> runs) {
  std::vector<Replicates> groups;
  std::map<std::string, std::size_t> known;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto [found, is_new] = known.emplace(identity(runs, runs[i], 0), groups.size());
    if (is_new) groups.emplace_back();
    groups[found->second].runs.push_back(i);
  }
  if (groups.empty()) return groups;
  name_groups(runs, groups);
  const auto order = [&](std::size_t i) {
    const runs::Parameter* seed = runs::find(runs[i].parameters, "seed");
    const double number = seed == nullptr || !(seed->number == seed->number) ? 0 : seed->number;
    return std::tuple(number, runs[i].run.created, i);
  };
  for (Replicates& group : groups) {
    std::sort(group.runs.begin(), group.runs.end(),
              [&](std::size_t a, std::size_t b) { return order(a) < order(b); });
  }
  return groups;
}

std::vector<std::size_t> group_colours(std::span<const Replicates> groups, std::span<const RunData> runs) {
  constexpr std::size_t kColours = figure::kSeriesColours;
  std::vector<std::size_t> places;
  std::set<std::size_t> taken;  // colours, whatever the dashes
  for (const Replicates& group : groups) {
    const std::int64_t first = runs[group.runs.front()].run.colour;
    std::size_t place = first < 0 ? 0 : static_cast<std::size_t>(first);
    if (groups.size() <= kColours) {
      for (std::size_t tries = 0; tries < kColours && taken.count(place % kColours) > 0; ++tries)
        place = (place + 1) % kColours;
    }
    taken.insert(place % kColours);
    places.push_back(place);
  }
  return places;
}

}  // namespace ibot::compare
