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
  std::string init;  ///< absolute path of a backbone's weights, or empty
};

/// Writes a run into the record (made if there is none) and makes its folders. Returns its id.
base::Result<std::string> create_run(const record::Workspace& workspace, const PreparedPlan& prepared,
                                     const NewRunArguments& arguments);

/// Starts the trainer of a run as a process of its own: own session, output into the run's log file, nothing
/// inherited but the environment. It outlives the caller. `start` says from what: "" (fresh), "--resume",
/// "--init FILE", ... Returns when the trainer holds the run. Errors: Io (it could not be started, or ended
/// before, with its last words).
base::Status launch_trainer(const record::Workspace& workspace, const std::string& run,
                            const std::vector<std::string>& start);

/// Finishes what a killed trainer left: files that were being removed or written, and checkpoints that it had
/// not recorded. Only for the trainer that has claimed the run. Errors: those of the record and of deleting.
base::Status tidy_run(record::Store& store, record::Reader& reader, const record::Workspace& workspace,
                      const std::string& run);

/// The body of that process: claims the run, trains, writes the end into the record. `resume`: from the
/// newest whole checkpoint; from where the run began if it has none yet.
base::Status run_trainer(const record::Workspace& workspace, const std::string& run, bool resume,
                         const std::optional<std::filesystem::path>& init,
                         const std::optional<std::filesystem::path>& from);

}  // namespace ibot::cli
