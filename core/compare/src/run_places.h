// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/compare/run_data.h>

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

// The same pictures in another folder are the same pictures: what a plan says, apart from where its data
// lies, and what the record says of the content there (plan/places.h).
namespace ibot::compare {

/// The places of a run by their full keys: what its plan says, and the hash of what lay there, as far as the
/// record knows it: of the run's own pictures since it was made, of an evaluation's since it first ran.
struct RunPlaces {
  std::map<std::string, std::string> texts;
  std::map<std::string, std::string> contents;
  std::string data_hash;  ///< of the whole section `data`, and its content
};
RunPlaces places_of(const RunData& run);
/// Of runs of one plan: what any of them found.
RunPlaces places_of(std::span<const RunData> runs, std::span<const std::size_t> members);
/// Takes over what another run of the same plan found.
void learn(RunPlaces& places, const RunPlaces& other);

enum class SamePlace { No = 1, Yes, Unknown };
/// Equal content, or where that is not known of both an equal text. Unknown: other texts, and the record does
/// not say what lay there.
SamePlace same_place(const std::string& key, const RunPlaces& a, const RunPlaces& b);

/// Keys of all places that either has.
std::vector<std::string> place_keys(const RunPlaces& a, const RunPlaces& b);

/// Keys of places whose texts differ among the runs while their content is known to be the same everywhere.
std::vector<std::string> moved_places(std::span<const RunPlaces> runs);
std::vector<std::string> moved_places(std::span<const RunData> runs);

/// All that decides a run but for its seed, builds of plugins, places and how it was extended.
struct PlacelessSettings {
  std::string config;
  std::string data;  ///< of the section `data`
};
/// Nothing where the record does not hold it, as those of earlier versions.
std::optional<PlacelessSettings> settings_but_places(const RunData& run);

/// The hashes of a run; where it differs from another in nothing but places of the same content, that one's.
record::Hashes hashes_but_places(const RunData& run, const RunData& other);

}  // namespace ibot::compare
