// SPDX-License-Identifier: GPL-3.0-or-later
#include "group_names.h"
#include "run_places.h"

#include <ibot/base/hash.h>
#include <ibot/base/text.h>
#include <ibot/compare/replicates.h>
#include <ibot/figure/colour.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace ibot::compare {
namespace {

using base::str;

constexpr int kMostGenerations = 100;

const RunData* parent_of(std::span<const RunData> runs, const RunData& data) {
  const auto parent = std::find_if(runs.begin(), runs.end(), [&](const RunData& other) {
    return other.run.id == data.run.parent->run && other.source == data.source;
  });
  return parent == runs.end() ? nullptr : &*parent;
}

std::string identity(std::span<const RunData> runs, const RunData& data, int generation) {
  const record::Hashes& hashes = data.run.hashes;
  std::string text = str(hashes.config, '|', hashes.plugins, '|', hashes.data, '|', data.extended);
  if (!data.run.parent) return text;
  const RunData* parent = parent_of(runs, data);
  // Lineage is untrusted: it could go in circles.
  const bool known = parent != nullptr && generation < kMostGenerations;
  return str(text, "|from ", data.run.parent->step, " of ",
             known ? identity(runs, *parent, generation + 1) : data.run.parent->run);
}

// The same apart from where data lies; nothing where that cannot be told.
std::optional<std::string> placeless_identity(std::span<const RunData> runs, const RunData& data,
                                              int generation) {
  const auto settings = settings_but_places(data);
  if (!settings) return std::nullopt;
  std::string text = str(settings->config, settings->data, '|', data.run.hashes.plugins, '|', data.extended);
  if (data.run.parent) {
    const RunData* parent = parent_of(runs, data);
    std::optional<std::string> before;
    if (parent != nullptr && generation < kMostGenerations)
      before = placeless_identity(runs, *parent, generation + 1);
    text += str("|from ", data.run.parent->step, " of ", before ? *before : data.run.parent->run);
  }
  return base::sha256_hex(text);
}

std::vector<Replicates> equal_runs(std::span<const RunData> runs) {
  std::vector<Replicates> groups;
  std::map<std::string, std::size_t> known;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto [found, is_new] = known.emplace(identity(runs, runs[i], 0), groups.size());
    if (is_new) groups.emplace_back();
    groups[found->second].runs.push_back(i);
  }
  return groups;
}

// Groups that differ in where data lies, and not in what it is, become one.
std::vector<Replicates> join_moved(std::vector<Replicates> groups, std::span<const RunData> runs) {
  struct Joined {
    Replicates group;
    std::optional<std::string> identity;
    RunPlaces places;
  };
  std::vector<Joined> all;
  for (Replicates& group : groups) {
    const auto identity = placeless_identity(runs, runs[group.runs.front()], 0);
    RunPlaces places = places_of(runs, group.runs);
    const auto same = std::find_if(all.begin(), all.end(), [&](const Joined& other) {
      if (!identity || other.identity != identity) return false;
      const auto keys = place_keys(other.places, places);
      return std::all_of(keys.begin(), keys.end(), [&](const std::string& key) {
        return same_place(key, other.places, places) == SamePlace::Yes;
      });
    });
    if (same == all.end()) {
      all.push_back({std::move(group), identity, std::move(places)});
    } else {
      same->group.runs.insert(same->group.runs.end(), group.runs.begin(), group.runs.end());
      learn(same->places, places);
    }
  }
  std::vector<Replicates> joined;
  for (Joined& each : all) joined.push_back(std::move(each.group));
  return joined;
}

}  // namespace

std::vector<Replicates> group_replicates(std::span<const RunData> runs) {
  std::vector<Replicates> groups = equal_runs(runs);
  if (groups.size() > 1) groups = join_moved(std::move(groups), runs);
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

std::vector<std::string> unknown_places(std::span<const Replicates> groups, std::span<const RunData> runs) {
  std::vector<std::string> sentences;
  std::vector<RunPlaces> places;
  std::vector<std::optional<std::string>> identities;
  for (const Replicates& group : groups) {
    places.push_back(places_of(runs, group.runs));
    identities.push_back(placeless_identity(runs, runs[group.runs.front()], 0));
  }
  for (std::size_t a = 0; a < groups.size(); ++a) {
    for (std::size_t b = a + 1; b < groups.size(); ++b) {
      if (!identities[a] || identities[a] != identities[b]) continue;
      std::string unknown;
      bool other = false;
      for (const std::string& key : place_keys(places[a], places[b])) {
        const SamePlace same = same_place(key, places[a], places[b]);
        other = other || same == SamePlace::No;
        if (same == SamePlace::Unknown) unknown += (unknown.empty() ? "" : ", ") + key;
      }
      if (other || unknown.empty()) continue;
      sentences.push_back(str(groups[a].name, " and ", groups[b].name, " differ in nothing but ", unknown,
                              ", where data lies. The record does not say of both what lay there, as it does "
                              "once they were evaluated, so that they are not taken for replicates."));
    }
  }
  return sentences;
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
