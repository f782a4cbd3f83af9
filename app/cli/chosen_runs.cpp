// SPDX-License-Identifier: GPL-3.0-or-later
#include "chosen_runs.h"

#include <ibot/base/text.h>
#include <ibot/compare/result.h>
#include <ibot/compare/study_names.h>
#include <ibot/runs/select.h>

#include <algorithm>
#include <set>

namespace ibot::cli {
namespace {

using base::ErrorCode;
using base::str;

base::Result<std::vector<record::Run>> runs_of_study(record::Reader& reader, const record::Study& study) {
  std::vector<std::string> ids;
  for (const record::StudyRun& run : study.runs) ids.push_back(run.run);
  return runs::select_runs(reader, ids);
}

// "mask=none": no word of the filter's, but what tables say.
base::Result<std::vector<record::Run>> runs_of_variant(record::Reader& reader,
                                                       std::span<const record::Study> studies,
                                                       const std::string& word) {
  std::vector<record::Run> called;
  if (word.find('=') == std::string::npos) return called;
  record::RunQuery query;
  query.trash = false;
  IBOT_TRY(auto all, reader.runs(query));
  std::reverse(all.begin(), all.end());
  IBOT_TRY(const auto data, compare::read_runs(reader, all));
  for (const std::size_t i : compare::runs_called(word, studies, data)) called.push_back(all[i]);
  return called;
}

base::Result<std::vector<record::Run>> meant_by(record::Reader& reader,
                                                std::span<const record::Study> studies,
                                                const std::string& word) {
  auto selected = runs::select_runs(reader, std::vector{word});
  if (selected) return selected;
  // What tables say comes before a study that somebody gave the same name.
  IBOT_TRY(auto called, runs_of_variant(reader, studies, word));
  if (!called.empty()) return called;
  const auto study = std::find_if(studies.begin(), studies.end(),
                                  [&](const record::Study& each) { return each.name == word; });
  if (study != studies.end()) return runs_of_study(reader, *study);
  base::Error error = selected.error();
  std::vector<std::string> names;
  for (const record::Study& each : studies) names.push_back(each.name);
  auto nearest = base::nearest_name(word, names);
  // "masks" for "masks, 32 px": too far for a mistyped letter, near enough for a beginning.
  const auto longer = std::find_if(names.begin(), names.end(),
                                   [&](const std::string& name) { return name.starts_with(word); });
  if (!nearest && longer != names.end()) nearest = *longer;
  if (nearest && error.hint.find("Did you mean") == std::string::npos)
    error.hint = "Did you mean the study " + base::quote_untrusted(*nearest) + "?";
  return error;
}

// As runs of the workspace are called, but for filters.
bool is_called(const record::Run& run, const std::string& word) {
  return run.id.starts_with(word) || run.id.ends_with(word) || run.folder == word ||
         std::find(run.tags.begin(), run.tags.end(), word) != run.tags.end();
}

void add_groups_of(std::span<const compare::RunData> runs, std::span<const compare::Replicates> groups,
                   const std::string& run, std::set<std::size_t>& meant) {
  if (const auto group = compare::group_of(groups, runs, run)) meant.insert(*group);
}

}  // namespace

base::Result<std::vector<record::Run>> chosen_runs(const record::Workspace& workspace, record::Reader& reader,
                                                   std::span<const std::string> words) {
  // A record of an earlier version has none.
  const auto read = record::read_studies(workspace);
  const std::vector<record::Study> studies = read ? *read : std::vector<record::Study>();
  std::vector<record::Run> chosen;
  std::set<std::string> seen;
  for (const std::string& word : words) {
    IBOT_TRY(const auto meant, meant_by(reader, studies, word));
    for (const record::Run& run : meant) {
      if (seen.insert(run.id).second) chosen.push_back(run);
    }
  }
  return chosen;
}

base::Result<bool> names_variant(const record::Workspace& workspace, record::Reader& reader,
                                 const std::string& word) {
  // A record of an earlier version has none.
  const auto studies = record::read_studies(workspace);
  IBOT_TRY(const auto called,
           runs_of_variant(reader, studies ? *studies : std::vector<record::Study>(), word));
  return !called.empty();
}

base::Result<std::size_t> meant_group(const record::Workspace* workspace, record::Reader* reader,
                                      std::span<const compare::RunData> runs,
                                      std::span<const compare::Replicates> groups, const std::string& word) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (groups[i].name == word) return i;
    names.push_back(groups[i].name);
  }
  // "none" of "mask=none": a level is enough where one group alone has it.
  std::vector<std::size_t> having;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto& levels = groups[i].levels;
    if (std::any_of(levels.begin(), levels.end(), [&](const auto& level) { return level.second == word; }))
      having.push_back(i);
  }
  if (having.size() == 1) return having.front();
  std::set<std::size_t> meant;
  // Runs of a bundle are not in the record.
  for (const compare::RunData& data : runs) {
    if (data.run.id == word || data.run.name == word) add_groups_of(runs, groups, data.run.id, meant);
  }
  if (meant.empty() && workspace != nullptr && reader != nullptr) {
    if (const auto chosen = chosen_runs(*workspace, *reader, std::vector{word})) {
      for (const record::Run& run : *chosen) add_groups_of(runs, groups, run.id, meant);
    }
  }
  if (meant.empty()) {
    for (const compare::RunData& data : runs) {
      if (!data.source.empty() && is_called(data.run, word)) add_groups_of(runs, groups, data.run.id, meant);
    }
  }
  if (meant.empty()) {
    for (const std::size_t i : compare::runs_called(word, {}, runs))
      add_groups_of(runs, groups, runs[i].run.id, meant);
  }
  if (meant.size() == 1) return *meant.begin();
  if (meant.empty()) {
    return base::Error{
        ErrorCode::NotFound,
        "the baseline " + base::quote_untrusted(word) + " is none of the runs that are compared",
        base::join_choices(names), ""};
  }
  std::vector<std::string> several;
  for (const std::size_t i : meant) several.push_back(groups[i].name);
  return base::Error{
      ErrorCode::InvalidArgument,
      str("the baseline ", base::quote_untrusted(word), " means runs of ", meant.size(), " variants"),
      "one of them: " + base::join_choices(several), ""};
}

}  // namespace ibot::cli
