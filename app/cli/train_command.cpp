// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"
#include "earlier_runs.h"
#include "follow.h"
#include "launch.h"
#include "networks.h"
#include "plugin_check.h"
#include "session.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/plan/explain.h>
#include <ibot/record/liveness.h>

#include <nlohmann/json.hpp>

#include <iostream>
#include <memory>

namespace ibot::cli {
namespace {

struct TrainArguments {
  std::string workspace, recipe, init, name;
  std::vector<std::string> overrides;
  bool detach = false, json = false;
};

base::Status start(const record::Workspace& workspace, const std::string& run,
                   const std::vector<std::string>& how, bool detach, bool json) {
  std::int64_t known = 0;
  {
    IBOT_TRY(record::Reader reader, record::Reader::open(workspace));
    IBOT_TRY(known, last_event(reader, run));
  }
  IBOT_CHECK_OK(launch_trainer(workspace, run, how));
  if (json) {
    print_json({{"run", run}, {"workspace", workspace.folder().string()}});
  } else {
    print("run " + run);
  }
  return detach ? base::Status() : follow_run(workspace, run, {.after_event = known});
}

base::Status train(const TrainArguments& arguments) {
  auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  PlanArguments plan_arguments{arguments.recipe, arguments.overrides};
  if (!arguments.name.empty())
    plan_arguments.overrides.push_back("name=" + nlohmann::json(arguments.name).dump());
  IBOT_TRY(const PreparedPlan prepared, prepare_plan(loader, plan_arguments, true));
  IBOT_CHECK_OK(plan::require_places(prepared.missing));
  IBOT_CHECK_OK(require_sound(loader, prepared.plan));
  if (!arguments.json) std::cerr << plan::explain(prepared.plan);
  NewRunArguments origin;
  std::vector<std::string> how;
  if (!arguments.init.empty()) {
    IBOT_TRY(origin.init_sha256, check_start_weights(loader, prepared.plan, arguments.init));
    origin.init = std::filesystem::absolute(arguments.init).string();
    how = {"--init", origin.init};
  }
  const record::Hashes hashes =
      compare::recorded_hashes(prepared.plan, prepared.dataset->content_hash(), origin.init_sha256);
  std::cerr << to_text(earlier_runs(arguments.workspace, hashes));
  IBOT_TRY(const record::Workspace workspace, record::Workspace::create(arguments.workspace));
  IBOT_TRY(const std::string run, create_run(workspace, prepared, origin));
  return start(workspace, run, how, arguments.detach, arguments.json);
}

struct ResumeArguments {
  std::string workspace, run;
  bool detach = false, json = false;
};

base::Status resume(const ResumeArguments& arguments) {
  IBOT_TRY(OpenedRun opened, open_run(arguments.workspace, arguments.run));
  IBOT_TRY(const record::Run run, opened.reader.run(opened.id));
  const record::EffectiveStatus status = record::effective_status(run, base::now_micros());
  if (status.state == record::State::Paused) {
    IBOT_TRY(record::Store store, record::Store::open(opened.workspace));
    IBOT_TRY([[maybe_unused]] const std::int64_t number,
             store.put_command(opened.id, record::CommandKind::Resume));
    return arguments.detach ? base::Status() : follow_run(opened.workspace, opened.id);
  }
  if (record::is_active(status.state)) {
    return base::Error{base::ErrorCode::Busy, "the run " + opened.id + " is " + status.text,
                       "a run that has ended or is paused", ""};
  }
  if (status.state == record::State::Completed && run.step >= run.planned_steps) {
    return base::Error{base::ErrorCode::InvalidArgument, "the run " + opened.id + " is complete",
                       "a run that has not reached its end",
                       "`ibot extend " + opened.id + " --epochs N` lets it go on"};
  }
  IBOT_CHECK_OK(check_recorded_run(opened));
  return start(opened.workspace, opened.id, {"--resume"}, arguments.detach, arguments.json);
}

struct BranchArguments {
  std::string workspace, run, name;
  std::int64_t step = -1;
  std::vector<std::string> overrides;
  bool detach = false, json = false;
};

base::Status branch(const BranchArguments& arguments) {
  IBOT_TRY(OpenedRun opened, open_run(arguments.workspace, arguments.run));
  IBOT_TRY(const auto checkpoints, opened.reader.checkpoints(opened.id));
  const record::Checkpoint* chosen = nullptr;
  std::string there;
  for (const record::Checkpoint& checkpoint : checkpoints) {
    if (checkpoint.kind != record::CheckpointKind::Full ||
        checkpoint.state != record::CheckpointState::Present)
      continue;
    there += (there.empty() ? "" : ", ") + std::to_string(checkpoint.step);
    if (arguments.step < 0 || checkpoint.step == arguments.step) chosen = &checkpoint;
  }
  if (chosen == nullptr) {
    return base::Error{base::ErrorCode::NotFound,
                       arguments.step < 0 ? "the run " + opened.id + " has no checkpoint"
                                          : base::str("the run ", opened.id,
                                                      " has no full checkpoint of step ", arguments.step),
                       there.empty() ? "a run with a checkpoint" : "one of the steps " + there, ""};
  }
  IBOT_TRY(const std::string yaml, recorded_yaml(opened.reader, opened.id));
  auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  // A name of its own: two runs of one name can only be told apart by their ids.
  IBOT_TRY(const record::Run parent, opened.reader.run(opened.id));
  const std::string name =
      arguments.name.empty() ? base::str(parent.name, "-from-", chosen->step) : arguments.name;
  std::vector<std::string> overrides = arguments.overrides;
  overrides.push_back("name=" + nlohmann::json(name).dump());
  IBOT_TRY(const PreparedPlan prepared, prepare_recorded_plan(loader, yaml, true, overrides));
  IBOT_CHECK_OK(require_sound(loader, prepared.plan));
  const auto checkpoint = std::filesystem::absolute(opened.workspace.run_folder(opened.id) / chosen->path);
  IBOT_CHECK_OK(check_branch(loader, prepared.plan, checkpoint));
  IBOT_TRY(const std::string run,
           create_run(opened.workspace, prepared,
                      {.parent = record::Lineage{opened.id, chosen->step}, .init = {}}));
  return start(opened.workspace, run, {"--from", checkpoint.string()}, arguments.detach, arguments.json);
}

struct TrainerArguments {
  std::string workspace, run, init, from, after;
  bool resume = false;
};

}  // namespace

void add_train(CLI::App& app) {
  {
    auto arguments = std::make_shared<TrainArguments>();
    CLI::App* command = app.add_subcommand("train", "Train a recipe in a process of its own and follow it");
    command->footer(
        "Examples:\n  ibot train experiments/smoke/smoke.yaml\n"
        "  ibot train recipe.yaml --set data.path=photos --set train.epochs=50 --detach\n"
        "  ibot train recipe.yaml --init backbone.safetensors\n"
        "Ctrl+C saves and stops; a second Ctrl+C stops at once.");
    command->add_option("recipe", arguments->recipe, "YAML file")->required();
    command->add_option("--set", arguments->overrides, "key=value, over the recipe; may be repeated");
    command->add_option("--init", arguments->init, "Start from a backbone's weights (safetensors)");
    command->add_option("--name", arguments->name, "Name of the run");
    command->add_flag("-d,--detach", arguments->detach, "Return at once; the run goes on");
    command->add_flag("--json", arguments->json, "Print the run's id as JSON");
    add_workspace_option(command, arguments->workspace);
    on_run(command, [arguments] { return train(*arguments); });
  }
  {
    auto arguments = std::make_shared<ResumeArguments>();
    CLI::App* command =
        app.add_subcommand("resume", "Go on with a paused, stopped or failed run, bit for bit");
    command->footer("Example:\n  ibot resume 20261123-101500-1f2e3d");
    command->add_option("run", arguments->run, "Id, name or the beginning of an id")->required();
    command->add_flag("-d,--detach", arguments->detach, "Return at once");
    command->add_flag("--json", arguments->json, "Print the run's id as JSON");
    add_workspace_option(command, arguments->workspace);
    on_run(command, [arguments] { return resume(*arguments); });
  }
  {
    auto arguments = std::make_shared<BranchArguments>();
    CLI::App* command =
        app.add_subcommand("branch", "Start a new run from a checkpoint of another, with changed values");
    command->footer("Example:\n  ibot branch demo --step 2000 --set mask.plugin=random");
    command->add_option("run", arguments->run, "Parent: id, name or the beginning of an id")->required();
    command->add_option("--name", arguments->name, "Name of the new run; PARENT-from-STEP if left out");
    command->add_option("--step", arguments->step, "Step of a full checkpoint; the newest if left out");
    command->add_option("--set", arguments->overrides, "key=value; may be repeated");
    command->add_flag("-d,--detach", arguments->detach, "Return at once");
    command->add_flag("--json", arguments->json, "Print the run's id as JSON");
    add_workspace_option(command, arguments->workspace);
    on_run(command, [arguments] { return branch(*arguments); });
  }
  {
    auto arguments = std::make_shared<TrainerArguments>();
    CLI::App* command =
        app.add_subcommand("trainer", "The process that trains; started by train, resume and branch");
    command->group("");
    command->add_option("run", arguments->run)->required();
    command->add_option("--init", arguments->init);
    command->add_option("--from", arguments->from);
    command->add_option("--after", arguments->after);
    command->add_flag("--resume", arguments->resume);
    add_workspace_option(command, arguments->workspace);
    on_run(command, [arguments]() -> base::Status {
      IBOT_TRY(const record::Workspace workspace, record::Workspace::open(arguments->workspace));
      const auto path = [](const std::string& text) {
        return text.empty() ? std::nullopt : std::optional<std::filesystem::path>(text);
      };
      return run_trainer(workspace, arguments->run, arguments->resume, path(arguments->init),
                         path(arguments->from), record::parse_process(arguments->after));
    });
  }
}

}  // namespace ibot::cli
