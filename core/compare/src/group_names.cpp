// SPDX-License-Identifier: GPL-3.0-or-later
#include "group_names.h"

#include "run_places.h"
#include "short_key.h"

#include <ibot/base/text.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

namespace ibot::compare {
namespace {

using base::str;
using Firsts = std::vector<const RunData*>;  // the first run of each group
using Keys = std::vector<std::string>;

// A name stands in legends and tables: more than that is read by nobody.
constexpr std::size_t kMostKeys = 4;
constexpr std::size_t kLongestName = 60;   // bytes, without what is said of the rest
constexpr std::size_t kLongestLevel = 24;  // bytes
constexpr std::string_view kEllipsis = "\u2026";

bool is_factor(const std::string& key) {
  return key != "name" && key != "notes" && key != "seed";
}

// Keys in which the groups differ: those that all have, and those that some lack.
struct Factors {
  Keys common, partial;
};

// Where the same pictures lie makes no difference.
Factors factors_of(const Firsts& firsts, const std::vector<std::string>& moved) {
  std::set<std::string> keys;
  for (const RunData* data : firsts) {
    for (const runs::Parameter& parameter : data->parameters) {
      if (is_factor(parameter.key)) keys.insert(parameter.key);
    }
  }
  for (const std::string& key : moved) keys.erase(key);
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

std::size_t different(const Keys& names) {
  return std::set<std::string>(names.begin(), names.end()).size();
}

// What keys are called: by their ends where these are not the same.
std::vector<std::string> called(const Keys& keys) {
  std::map<std::string, int> uses;
  for (const std::string& key : keys) ++uses[short_key(key)];
  std::vector<std::string> names;
  for (const std::string& key : keys) names.push_back(uses[short_key(key)] > 1 ? key : short_key(key));
  return names;
}

// Of every group all that it has of the keys.
Keys whole_names(const Firsts& firsts, const Keys& keys) {
  const std::vector<std::string> words = called(keys);
  Keys names;
  for (const RunData* data : firsts) {
    std::string name;
    for (std::size_t k = 0; k < keys.size(); ++k) {
      if (const runs::Parameter* found = runs::find(data->parameters, keys[k]))
        name += str(name.empty() ? "" : " ", words[k], "=", found->text);
    }
    names.push_back(std::move(name));
  }
  return names;
}

/// Short names: the same few keys for all groups if these tell them apart, else for each its own.
class ShortNames {
 public:
  using Chosen = std::vector<std::size_t>;  // places of keys

  ShortNames(const Firsts& firsts, const Keys& keys) : keys_(keys) {
    const std::vector<std::string> words = called(keys);
    levels_.resize(firsts.size(), Chosen(keys.size()));
    pieces_.resize(firsts.size(), Keys(keys.size()));
    groups_of_.resize(keys.size());
    for (std::size_t k = 0; k < keys.size(); ++k) {
      std::map<std::string, std::size_t> known = {{"", 0}};  // 0: has no such key
      bool written = false;
      for (std::size_t g = 0; g < firsts.size(); ++g) {
        const runs::Parameter* found = runs::find(firsts[g]->parameters, keys[k]);
        if (found != nullptr) {
          written = written || found->changed;
          pieces_[g][k] = str(words[k], "=", short_level(found->text));
        }
        levels_[g][k] = known.emplace(pieces_[g][k], known.size()).first->second;
        ++groups_of_[k][levels_[g][k]];
      }
      // What somebody wrote tells more than a default, and a plugin more than its parameters.
      dullness_.emplace_back(!written, !keys[k].ends_with(".plugin"), keys[k]);
    }
  }

  Keys names() const {
    const Keys same = named(std::vector<Chosen>(pieces_.size(), telling_keys()));
    if (different(same) == same.size()) return same;
    std::vector<Chosen> own;
    for (std::size_t g = 0; g < pieces_.size(); ++g) own.push_back(rare_keys(g));
    Keys rare = named(own);
    return different(rare) > different(same) ? rare : same;
  }

 private:
  std::string name_of(std::size_t group, Chosen shown) const {
    std::sort(shown.begin(), shown.end());
    std::string name;
    for (const std::size_t k : shown) {
      const std::string& piece = pieces_[group][k];
      if (!piece.empty()) name += (name.empty() ? "" : " ") + piece;
    }
    return name;
  }

  Keys named(const std::vector<Chosen>& shown) const {
    Keys names;
    for (std::size_t g = 0; g < pieces_.size(); ++g) {
      std::size_t left = 0;
      for (std::size_t k = 0; k < keys_.size(); ++k) {
        const bool is_shown = std::find(shown[g].begin(), shown[g].end(), k) != shown[g].end();
        left += !is_shown && !pieces_[g][k].empty();
      }
      std::string name = name_of(g, shown[g]);
      if (left > 0) name += str(name.empty() ? "" : " ", "+ ", left, " more");
      names.push_back(std::move(name));
    }
    return names;
  }

  bool fits(std::size_t group, const Chosen& shown) const {
    return shown.size() == 1 || name_of(group, shown).size() <= kLongestName;
  }

  // Each the one that tells most of the groups apart, after those before it.
  Chosen telling_keys() const {
    Chosen chosen, left(keys_.size());
    std::iota(left.begin(), left.end(), 0);
    Chosen parts(pieces_.size());  // groups that are not told apart yet have the same number
    while (chosen.size() < kMostKeys && !left.empty()) {
      const auto apart = [&](std::size_t k) {
        std::map<std::pair<std::size_t, std::size_t>, std::size_t> numbers;
        Chosen finer;
        for (std::size_t g = 0; g < parts.size(); ++g)
          finer.push_back(numbers.emplace(std::pair(parts[g], levels_[g][k]), numbers.size()).first->second);
        return std::pair(numbers.size(), finer);
      };
      Chosen together(keys_.size());  // groups that are not told apart
      for (const std::size_t k : left) together[k] = pieces_.size() - apart(k).first;
      const auto best = std::min_element(left.begin(), left.end(), [&](std::size_t a, std::size_t b) {
        return std::tuple(together[a], dullness_[a]) < std::tuple(together[b], dullness_[b]);
      });
      const std::size_t key = *best;
      left.erase(best);
      chosen.push_back(key);
      bool fit = true;
      for (std::size_t g = 0; fit && g < pieces_.size(); ++g) fit = fits(g, chosen);
      if (fit) {
        parts = apart(key).second;
      } else {
        chosen.pop_back();
      }
    }
    return chosen;
  }

  // Those whose level the fewest others have.
  Chosen rare_keys(std::size_t group) const {
    Chosen order(keys_.size());
    std::iota(order.begin(), order.end(), 0);
    std::erase_if(order, [&](std::size_t k) { return pieces_[group][k].empty(); });
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return std::tuple(groups_of_[a].at(levels_[group][a]), dullness_[a]) <
             std::tuple(groups_of_[b].at(levels_[group][b]), dullness_[b]);
    });
    Chosen chosen;
    for (const std::size_t k : order) {
      if (chosen.size() == kMostKeys) break;
      chosen.push_back(k);
      if (!fits(group, chosen)) chosen.pop_back();
    }
    return chosen;
  }

  const Keys& keys_;
  std::vector<Chosen> levels_;  // [group][key]: number of the level
  std::vector<Keys> pieces_;    // [group][key]: "lr=0.001"; empty: has no such key
  std::vector<std::map<std::size_t, std::size_t>> groups_of_;  // [key]: by level, how many groups have it
  std::vector<std::tuple<bool, bool, std::string>> dullness_;  // [key]
};

bool is_short(const std::string& name, std::size_t keys) {
  return keys <= kMostKeys && name.size() <= kLongestName;
}

bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

}  // namespace

std::string short_level(const std::string& text) {
  if (text.size() <= kLongestLevel) return text;
  constexpr std::size_t kEnd = kLongestLevel / 2;
  std::size_t begin = kLongestLevel - kEnd - 1, end = text.size() - kEnd;
  while (begin > 0 && continues_character(text[begin])) --begin;
  while (end < text.size() && continues_character(text[end])) ++end;
  return str(text.substr(0, begin), kEllipsis, text.substr(end));
}

std::string whole_name(const Replicates& group) {
  const bool shortened = without_rest(group.name) != group.name || group.name.starts_with("+ ") ||
                         group.name.find(kEllipsis) != std::string::npos;
  std::string whole;
  if (!shortened) return whole;
  for (const auto& [key, level] : group.levels) whole += str(whole.empty() ? "" : "\n", key, "=", level);
  return whole;
}

std::string_view without_rest(std::string_view name) {
  constexpr std::string_view kBegin = " + ", kMore = " more";
  const std::size_t at = name.rfind(kBegin);
  if (at == std::string_view::npos || !name.ends_with(kMore)) return name;
  const std::string_view count =
      name.substr(at + kBegin.size(), name.size() - at - kBegin.size() - kMore.size());
  const bool counts = !count.empty() && count.find_first_not_of("0123456789") == std::string_view::npos;
  return counts ? name.substr(0, at) : name;
}

void name_groups(std::span<const RunData> runs, std::vector<Replicates>& groups) {
  Firsts firsts;
  for (const Replicates& group : groups) firsts.push_back(&runs[group.runs.front()]);
  if (groups.size() == 1) {
    groups.front().name = firsts.front()->run.name;
    return;
  }
  std::vector<RunPlaces> places;
  for (const Replicates& group : groups) places.push_back(places_of(runs, group.runs));
  const Factors factors = factors_of(firsts, moved_places(places));
  Keys keys = factors.common;
  Keys names = whole_names(firsts, keys);
  // What only some plugins know is said where the rest does not tell the groups apart.
  for (std::size_t i = 0; different(names) < names.size() && i < factors.partial.size(); ++i) {
    keys.push_back(factors.partial[i]);
    const Keys longer = whole_names(firsts, keys);
    if (different(longer) > different(names)) {
      names = longer;
    } else {
      keys.pop_back();
    }
  }
  const auto all_short = [&] {
    return std::all_of(names.begin(), names.end(),
                       [&](const std::string& name) { return is_short(name, keys.size()); });
  };
  if (!all_short()) names = ShortNames(firsts, keys).names();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (names[i].empty()) names[i] = firsts[i]->run.name;
  }
  std::map<std::string, int> uses;
  for (const std::string& name : names) ++uses[name];
  for (std::size_t i = 0; i < groups.size(); ++i) {
    groups[i].name = names[i];
    // Another build, other files, another start: no parameter says so. Or more than a short name can say.
    if (uses[names[i]] > 1) groups[i].name += " (" + firsts[i]->run.id + ")";
    for (const std::string& key : keys) {
      if (const runs::Parameter* found = runs::find(firsts[i]->parameters, key))
        groups[i].levels.emplace(key, found->text);
    }
  }
}

}  // namespace ibot::compare
