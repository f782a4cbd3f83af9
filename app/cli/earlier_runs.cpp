// SPDX-License-Identifier: GPL-3.0-or-later
#include "earlier_runs.h"

#include <ibot/base/text.h>
#include <ibot/record/reader.h>

#include <algorithm>
#include <iostream>

namespace ibot::cli {
namespace {

std::string names(const std::vector<record::Run>& runs) {
  constexpr std::size_t kMost = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(runs.size(), kMost); ++i) {
    text += base::str(i > 0 ? ", " : "", runs[i].name, " (", runs[i].id, ", ",
                      record::to_string(runs[i].state), ")");
  }
  if (runs.size() > kMost) text += base::str(" and ", runs.size() - kMost, " more");
  return text;
}

}  // namespace

base::Result<std::vector<record::Run>> recorded_runs(const std::string& folder) {
  const auto workspace = record::Workspace::open(folder);
  if (!workspace) return std::vector<record::Run>{};
  IBOT_TRY(record::Reader reader, record::Reader::open(*workspace));
  return reader.runs({.tag = {}, .tags = false, .last_values = false});
}

compare::Duplicates earlier_runs(const std::string& workspace, const record::Hashes& hashes) {
  const auto runs = recorded_runs(workspace);
  if (runs) return compare::find_duplicates(*runs, hashes);
  std::cerr << "note: earlier runs were not looked for: " << runs.error().to_text() << '\n';
  return {};
}

std::string to_text(const compare::Duplicates& duplicates) {
  std::string text;
  const auto add = [&text](const char* beginning, const std::vector<record::Run>& runs) {
    if (!runs.empty()) text += beginning + names(runs) + "\n";
  };
  add("Again        the same run is there already: ", duplicates.same_seed);
  add("Builds       the same with another build of a plugin: ", duplicates.other_builds);
  add("Seeds        the same with other seeds: ", duplicates.other_seeds);
  return text;
}

}  // namespace ibot::cli
