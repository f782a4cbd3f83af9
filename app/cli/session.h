// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/data/dataset.h>
#include <ibot/plan/places.h>
#include <ibot/plan/plan.h>
#include <ibot/plugin/loader.h>
#include <ibot/record/reader.h>
#include <ibot/record/store.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// What several commands do: find plugins, make a plan, open its data, read a run back.
namespace ibot::cli {

/// A recipe and the changes to it, as given on the command line.
struct PlanArguments {
  std::string recipe;
  std::vector<std::string> overrides;
  std::string workspace = {};  ///< where a run would be kept: its disk is compared with what the run leaves
};

struct PreparedPlan {
  plan::Plan plan;
  std::unique_ptr<const data::Dataset> dataset;  ///< null if it was not asked for, or could not be opened
  params::Diagnostics warnings = {};
  plan::MissingPlaces missing = {};  ///< of a recipe: pictures that its evaluators cannot read
};

/// Makes a plan and opens its data set, so that the plan knows the number of pictures. Prints every mistake
/// on standard error and returns an error that counts them; warnings are printed alone, also of pictures that
/// evaluators name and that are not there. `need_data`: a data set that cannot be opened is an error rather
/// than a gap in the plan.
base::Result<PreparedPlan> prepare_plan(plugin::Loader& loader, const PlanArguments& arguments,
                                        bool need_data);
/// The same for the YAML text that a record keeps: what its evaluators read is not looked for, and the error
/// itself lists the mistakes. `for_looking`: as offer_plugins().
base::Result<PreparedPlan> prepare_recorded_plan(plugin::Loader& loader, const std::string& yaml,
                                                 bool need_data,
                                                 const std::vector<std::string>& overrides = {},
                                                 bool for_looking = false);

/// Fills in the plugins that can be used. `for_looking`: a network is only looked at, which needs no masks. A
/// masking plugin of `request.text` that is not here is then left in the plan by its name, without its
/// parameters; whoever wants a mask of it is told by the loader that it is missing.
void offer_plugins(const plugin::Loader& loader, plan::PlanRequest& request, bool for_looking);

/// Loads the plugins that a plan names.
base::Status load_plugins(plugin::Loader& loader, const plan::Plan& plan);

/// A run of a workspace, opened for reading.
struct OpenedRun {
  record::Workspace workspace;
  record::Reader reader;
  std::string id;
};
base::Result<OpenedRun> open_run(const std::string& workspace, const std::string& run);

/// The YAML of a run's plan.
base::Result<std::string> recorded_yaml(record::Reader& reader, const std::string& run);

/// Text that describes this machine and its libraries, one "name: value" a line: the record's environment.
std::string environment_text(const plan::Plan& plan);

}  // namespace ibot::cli
