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
  std::string init;              ///< absolute path of a backbone's weights, or empty
  std::string init_sha256 = {};  ///< of that file; create_run() computes it where it is missing
};

/// What a plan becomes in the record; a new id with each call.
/// `content_hash`: of the data set, or empty.
record::NewRun make_new_run(const plan::Plan& plan, const std::string& content_hash,
                            const NewRunArguments& arguments);
/// Writes a run into the record (made if there is none) and makes its folders. Returns its id.
base::Result<std::string> create_run(const record::Workspace& workspace, const PreparedPlan& prepared,
                                     const NewRunArguments& arguments);

/// Starts the trainer of a run as a process of its own, output into the run's log file. It outlives the
/// caller. `start` says from what: "" (fresh), "--resume", "--init FILE", ... `before`: who held the run
/// last, as far as the caller knows; another trainer that has taken it since is not disturbed. Returns when
/// the trainer holds the run. Errors: those of start_detached().
base::Status launch_trainer(const record::Workspace& workspace, const std::string& run,
                            const std::vector<std::string>& start,
                            const std::optional<record::ProcessIdentity>& before = {});

/// Finishes what a killed trainer left: files that were being removed or written, and checkpoints that it had
/// not recorded. Only for the trainer that has claimed the run. Errors: those of the record and of deleting.
base::Status tidy_run(record::Store& store, record::Reader& reader, const record::Workspace& workspace,
                      const std::string& run);

/// The body of that process: claims the run, trains, writes the end into the record. `resume`: from the
/// newest whole checkpoint; from where the run began if it has none yet. `after`: see Store::claim_run.
base::Status run_trainer(const record::Workspace& workspace, const std::string& run, bool resume,
                         const std::optional<std::filesystem::path>& init,
                         const std::optional<std::filesystem::path>& from,
                         const std::optional<record::ProcessIdentity>& after = {});

}  // namespace ibot::cli
