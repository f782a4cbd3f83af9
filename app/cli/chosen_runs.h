// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>
#include <ibot/compare/replicates.h>
#include <ibot/record/reader.h>
#include <ibot/record/study.h>

#include <span>
#include <string>
#include <vector>

// What words on the command line mean among runs, studies and variants.
namespace ibot::cli {

/// The runs that words mean, each once: what runs::select_runs() takes, studies by their names, and variants
/// as tables call them ("mask=none"). Errors: those of select_runs(), which names the nearest study where a
/// run has no name like that.
base::Result<std::vector<record::Run>> chosen_runs(const record::Workspace& workspace, record::Reader& reader,
                                                   std::span<const std::string> words);

/// Whether tables call runs of the workspace by that word ("mask=none"): no name for a study then. Errors:
/// those of the record.
base::Result<bool> names_variant(const record::Workspace& workspace, record::Reader& reader,
                                 const std::string& word);

/// The group that a word means: its name, a level that it alone has ("none"), or any of its runs by id, name,
/// tag, folder, filter or the name of a variant; a run of a bundle by all of these but a filter. `workspace`,
/// `reader`: nullptr where only bundles are compared. Errors: NotFound with the names of the groups,
/// InvalidArgument (runs of several groups).
base::Result<std::size_t> meant_group(const record::Workspace* workspace, record::Reader* reader,
                                      std::span<const compare::RunData> runs,
                                      std::span<const compare::Replicates> groups, const std::string& word);

}  // namespace ibot::cli
