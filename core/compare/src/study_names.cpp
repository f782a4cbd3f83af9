// SPDX-License-Identifier: GPL-3.0-or-later
#include "group_names.h"
#include "short_key.h"

#include <ibot/base/text.h>
#include <ibot/compare/study_names.h>

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>

namespace ibot::compare {
namespace {

const record::StudyRun* find_run(const record::Study& study, const std::string& id) {
  const auto found = std::find_if(study.runs.begin(), study.runs.end(),
                                  [&](const record::StudyRun& run) { return run.run == id; });
  return found == study.runs.end() ? nullptr : &*found;
}

using Levels = std::vector<std::pair<std::string, std::string>>;

// "mask=block ratio=[0.0, 0.3]": a value may hold spaces, a key none.
Levels levels_of(std::string_view name) {
  constexpr std::string_view kOfKeys = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  Levels levels;
  for (const std::string& word : base::split(base::trim(name), ' ')) {
    const std::size_t equals = word.find('=');
    const bool begins =
        equals != std::string::npos && equals > 0 && word.find_first_not_of(kOfKeys) == equals;
    if (begins) {
      levels.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    } else if (levels.empty()) {
      return {};
    } else {
      levels.back().second += " " + word;
    }
  }
  return levels;
}

bool has_level(const RunData& data, std::span<const record::Study> studies, const std::string& factor,
               const std::string& level) {
  for (const record::Study& study : studies) {
    const record::StudyRun* run = find_run(study, data.run.id);
    if (run == nullptr) continue;
    const auto found = run->levels.find(factor);
    if (found != run->levels.end() && found->second == level) return true;
  }
  return std::any_of(data.parameters.begin(), data.parameters.end(), [&](const runs::Parameter& parameter) {
    return (parameter.text == level || short_level(parameter.text) == level) &&
           (parameter.key == factor || short_key(parameter.key) == factor);
  });
}

}  // namespace

const record::Study* study_of(std::span<const record::Study> studies, std::span<const RunData> runs) {
  const record::Study* best = nullptr;
  if (runs.empty()) return nullptr;
  for (const record::Study& study : studies) {
    const bool holds = std::all_of(runs.begin(), runs.end(), [&](const RunData& data) {
      return find_run(study, data.run.id) != nullptr;
    });
    if (!holds) continue;
    if (best == nullptr ||
        std::tuple(study.runs.size(), best->changed) < std::tuple(best->runs.size(), study.changed))
      best = &study;
  }
  return best;
}

bool name_by_levels(const record::Study& study, std::span<const RunData> runs,
                    std::vector<Replicates>& groups) {
  std::vector<std::string> names;
  for (const Replicates& group : groups) {
    const record::StudyRun* first = nullptr;
    for (const std::size_t i : group.runs) {
      const record::StudyRun* found = find_run(study, runs[i].run.id);
      if (found == nullptr || (first != nullptr && found->levels != first->levels)) return false;
      first = found;
    }
    if (first == nullptr || first->levels.empty()) return false;
    std::string name;
    for (const auto& [factor, level] : first->levels)
      name += base::str(name.empty() ? "" : " ", factor, "=", level);
    if (std::find(names.begin(), names.end(), name) != names.end()) return false;
    names.push_back(name);
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    Replicates& group = groups[i];
    group.name = names[i];
    const record::StudyRun* run = find_run(study, runs[group.runs.front()].run.id);
    group.levels.insert(run->levels.begin(), run->levels.end());
  }
  return true;
}

std::vector<std::string> factors_of(const record::Study& study) {
  std::set<std::string> factors;
  for (const record::StudyRun& run : study.runs) {
    for (const auto& [factor, level] : run.levels) factors.insert(factor);
  }
  return {factors.begin(), factors.end()};
}

std::vector<std::size_t> runs_called(std::string_view name, std::span<const record::Study> studies,
                                     std::span<const RunData> runs) {
  const Levels levels = levels_of(without_rest(name));
  std::vector<std::size_t> called;
  for (std::size_t i = 0; !levels.empty() && i < runs.size(); ++i) {
    if (std::all_of(levels.begin(), levels.end(), [&](const auto& level) {
          return has_level(runs[i], studies, level.first, level.second);
        }))
      called.push_back(i);
  }
  return called;
}

}  // namespace ibot::compare
