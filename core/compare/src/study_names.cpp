// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/compare/study_names.h>

#include <algorithm>
#include <string>
#include <tuple>

namespace ibot::compare {
namespace {

const record::StudyRun* find_run(const record::Study& study, const std::string& id) {
  const auto found = std::find_if(study.runs.begin(), study.runs.end(),
                                  [&](const record::StudyRun& run) { return run.run == id; });
  return found == study.runs.end() ? nullptr : &*found;
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

}  // namespace ibot::compare
