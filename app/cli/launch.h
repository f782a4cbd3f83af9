// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session.h"

#include <ibot/plan/plan.h>
#include <ibot/record/store.h>

#include <filesystem>
#include <optional>
#include <string>

namespace ibot::cli {

/// What a new run starts from.
struct NewRunArguments {
  std::optional<record::Lineage> parent;
};

/// Writes a run into the record (made if there is none) and makes its folders. Returns its id.
base::Result<std::string> create_run(const record::Workspace& workspace, const PreparedPlan& prepared,
                                     const NewRunArguments& arguments);

/// Starts the trainer of a run as a process of its own: own session, output into the run's log file, nothing
/// inherited but the environment. It outlives the caller. `start` says from what: "" (fresh), "--resume",
/// "--init FILE", ...
base::Status launch_trainer(const record::Workspace& workspace, const std::string& run,
                            const std::vector<std::string>& start);

/// The body of that process: claims the run, trains, writes the end into the record.
base::Status run_trainer(const record::Workspace& workspace, const std::string& run, bool resume,
                         const std::optional<std::filesystem::path>& init,
                         const std::optional<std::filesystem::path>& from);

}  // namespace ibot::cli
