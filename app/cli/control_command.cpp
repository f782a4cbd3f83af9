// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"
#include "launch.h"
#include "plugin_check.h"
#include "session.h"
#include "stop_signal.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/record/liveness.h>

#include <nlohmann/json.hpp>

#include <cmath>
#include <memory>
#include <thread>

namespace ibot::cli {
namespace {

struct ControlArguments {
  std::string workspace, run;
  bool now = false;
  double epochs = 0;
  std::int64_t steps = 0;
};

// The command that a full disk cannot keep.
base::Status without_room(OpenedRun& opened, record::CommandKind kind, base::Error refused) {
  if (kind == record::CommandKind::Stop) {
    refused.hint = "Nothing can be saved: free some space, or `ibot stop --now " + opened.id +
                   "` ends it without saving";
  }
  if (kind != record::CommandKind::StopNow) return refused;
  IBOT_TRY(const record::Run run, opened.reader.run(opened.id));
  IBOT_CHECK_OK(stop_by_signal(run, refused));
  const base::Stopwatch watch;
  while (record::judge_process(run.process) == record::Aliveness::Alive) {
    if (watch.seconds() > 600) {
      return base::Error{base::ErrorCode::Busy, "the trainer has not ended for ten minutes", "",
                         base::str("`kill ", run.process.pid, "` ends the process")};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  print(opened.id + ": stopped by a signal, since the disk has no room for the command");
  return {};
}

// Leaves the command in the record and waits until the trainer has carried it out.
base::Status send(const ControlArguments& arguments, record::CommandKind kind,
                  const std::string& details = {}) {
  // Writing first: a reader of an earlier version's record would read a copy from before.
  IBOT_TRY(const record::Workspace workspace, record::Workspace::open(arguments.workspace));
  auto store = record::Store::open(workspace);
  if (!store && store.error().code != base::ErrorCode::OutOfSpace) return store.error();
  IBOT_TRY(OpenedRun opened, open_run(arguments.workspace, arguments.run));
  const base::Result<std::int64_t> sent =
      store ? store->put_command(opened.id, kind, details) : store.error();
  if (!sent && sent.error().code == base::ErrorCode::OutOfSpace)
    return without_room(opened, kind, sent.error());
  IBOT_TRY(const std::int64_t number, sent);
  // A step of a large network may take minutes; the person is told that the command waits.
  const base::Stopwatch watch;
  bool told = false;
  while (true) {
    IBOT_TRY(const record::Command command, opened.reader.command(number));
    if (command.done) {
      if (!command.succeeded) return base::Error{base::ErrorCode::Busy, command.result, "", ""};
      print(opened.id + ": " + command.result);
      return {};
    }
    if (!told && watch.seconds() > 3) {
      print("waiting for the step in hand ...");
      told = true;
    }
    if (watch.seconds() > 600) {
      return base::Error{
          base::ErrorCode::Busy, "the trainer has not answered for ten minutes", "",
          "`ibot show " + opened.id + "` says whether it lives; the command stays in the record"};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

base::Status extend(const ControlArguments& arguments) {
  IBOT_TRY(OpenedRun opened, open_run(arguments.workspace, arguments.run));
  IBOT_TRY(const record::Run run, opened.reader.run(opened.id));
  IBOT_TRY(const auto segments, opened.reader.plan(opened.id));
  const auto json = nlohmann::json::parse(segments.front().plan_json, nullptr, false);
  const auto per_epoch = json.value("/derived/steps_per_epoch"_json_pointer, nlohmann::json());
  if (!per_epoch.is_number_integer()) {
    return base::Error{base::ErrorCode::Corrupt,
                       "the plan of the run does not say how many steps an epoch has", "", ""};
  }
  const double epochs =
      arguments.steps > 0 ? static_cast<double>(arguments.steps) / per_epoch.get<double>() : arguments.epochs;
  if (record::is_active(record::effective_status(run, base::now_micros()).state)) {
    return send(arguments, record::CommandKind::Extend, nlohmann::json{{"epochs", epochs}}.dump());
  }
  const std::int64_t more = std::llround(epochs * per_epoch.get<double>());
  if (more < 1) {
    return base::Error{base::ErrorCode::InvalidArgument,
                       base::str(base::format_number(epochs), " epochs are less than a step"),
                       "a step at least", ""};
  }
  IBOT_CHECK_OK(check_recorded_run(opened));
  record::PlanSegment segment = segments.back();
  segment.to_step = segments.back().to_step + more;
  IBOT_TRY(record::Store store, record::Store::open(opened.workspace));
  IBOT_CHECK_OK(store.extend_plan(opened.id, segment));
  IBOT_CHECK_OK(launch_trainer(opened.workspace, opened.id, {"--resume"}));
  print(base::str(opened.id, ": a trainer goes on in the background, to step ",
                  base::format_count(segment.to_step), " with schedules of its own"));
  return {};
}

CLI::App* add(CLI::App& app, const char* name, const char* help,
              std::shared_ptr<ControlArguments> arguments) {
  CLI::App* command = app.add_subcommand(name, help);
  command->add_option("run", arguments->run, "Id, name or the beginning of an id")->required();
  add_workspace_option(command, arguments->workspace);
  command->footer(std::string("Example:\n  ibot ") + name + " 20261123-101500-1f2e3d");
  return command;
}

}  // namespace

void add_control(CLI::App& app) {
  {
    auto arguments = std::make_shared<ControlArguments>();
    on_run(add(app, "pause", "Hold a run in memory; `ibot resume` goes on", arguments),
           [arguments] { return send(*arguments, record::CommandKind::Pause); });
  }
  {
    auto arguments = std::make_shared<ControlArguments>();
    CLI::App* command = add(app, "stop", "Save a run and end it; it can be resumed", arguments);
    command->add_flag("--now", arguments->now, "Without saving: steps since the last checkpoint are lost");
    on_run(command, [arguments] {
      return send(*arguments, arguments->now ? record::CommandKind::StopNow : record::CommandKind::Stop);
    });
  }
  {
    auto arguments = std::make_shared<ControlArguments>();
    on_run(add(app, "checkpoint", "Save a running run now", arguments),
           [arguments] { return send(*arguments, record::CommandKind::Checkpoint); });
  }
  {
    auto arguments = std::make_shared<ControlArguments>();
    on_run(add(app, "publish", "Publish a compact snapshot of the teacher now", arguments),
           [arguments] { return send(*arguments, record::CommandKind::Publish); });
  }
  {
    auto arguments = std::make_shared<ControlArguments>();
    CLI::App* command =
        add(app, "extend", "Train past the planned end, with schedules of its own", arguments);
    auto* amount = command->add_option_group("amount");
    amount->add_option("--epochs", arguments->epochs, "How many more")->check(CLI::PositiveNumber);
    amount->add_option("--steps", arguments->steps, "How many more")->check(CLI::PositiveNumber);
    amount->require_option(1);
    command->footer("Example:\n  ibot extend demo --epochs 20");
    on_run(command, [arguments] { return extend(*arguments); });
  }
}

}  // namespace ibot::cli
