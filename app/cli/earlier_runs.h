// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>
#include <ibot/compare/duplicates.h>

#include <string>
#include <vector>

// What a workspace has of a plan already, said before the same is made again.
namespace ibot::cli {

/// All runs of a workspace, newest first; none where there is no workspace yet.
base::Result<std::vector<record::Run>> recorded_runs(const std::string& workspace);

/// Those of them that a run with these hashes would repeat. Where they cannot be read a note on standard
/// error says so.
compare::Duplicates earlier_runs(const std::string& workspace, const record::Hashes& hashes);

/// A line for each kind of them that there is; empty where there is none.
std::string to_text(const compare::Duplicates& duplicates);

}  // namespace ibot::cli
