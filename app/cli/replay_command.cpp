// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"
#include "session.h"

#include <ibot/base/text.h>
#include <ibot/train/replay.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace ibot::cli {
namespace {

struct Arguments {
  std::string workspace, run;
  bool json = false;
};

std::string to_text(const train::Examined& found) {
  return base::str(found.module, ": ", found.what, ", ", base::format_count(found.bad), " of ",
                   base::format_count(found.values), " values");
}

void print_report(const train::BlackBox::File& box, const train::ReplayReport& report) {
  constexpr std::size_t kMost = 8;
  print("The run ended because " + box.what + ".");
  print(base::str("Step ", report.step + 1, " was made again from ", box.checkpoint, " with its ",
                  report.samples.size(), " pictures."));
  for (const std::string& stage : report.sound) print("  finite      " + stage);
  for (const std::string& reason : report.not_examined) print("  not looked  " + reason);
  if (!report.first) {
    print(
        "Everything is finite this time: the step depends on something that is not recorded (another number "
        "of threads, another machine, a fault of its memory).");
    return;
  }
  print("  NOT FINITE  " + to_text(*report.first));
  for (std::size_t i = 0; i < std::min(kMost, report.same_stage.size()); ++i)
    print("  NOT FINITE  " + to_text(report.same_stage[i]));
  if (report.same_stage.size() > kMost) print(base::str("  and ", report.same_stage.size() - kMost, " more"));
  print("The first bad module is " + report.first->module + ".");
}

nlohmann::json to_json(const train::Examined& found) {
  return {{"module", found.module}, {"what", found.what}, {"bad", found.bad}, {"values", found.values}};
}

base::Status replay(const Arguments& arguments) {
  IBOT_TRY(OpenedRun opened, open_run(arguments.workspace, arguments.run));
  const std::filesystem::path folder = opened.workspace.run_folder(opened.id);
  if (!std::filesystem::exists(folder / "black_box.json")) {
    return base::Error{base::ErrorCode::NotFound, "the run " + opened.id + " has no black box",
                       "a run that ended because a loss or a gradient was not finite", ""};
  }
  IBOT_TRY(train::BlackBox::File box, train::BlackBox::read(folder / "black_box.json"));
  if (!record::is_safe_relative_path(box.checkpoint)) {
    return base::Error{base::ErrorCode::Corrupt,
                       "the black box names the checkpoint " + base::quote_untrusted(box.checkpoint),
                       "a file of the run", ""};
  }
  IBOT_TRY(const std::string yaml, recorded_yaml(opened.reader, opened.id));
  auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  IBOT_TRY(const PreparedPlan prepared, prepare_recorded_plan(loader, yaml, true));
  IBOT_CHECK_OK(load_plugins(loader, prepared.plan));
  IBOT_TRY(const train::ReplayReport report, train::replay({.plan = prepared.plan,
                                                            .registry = &loader.registry(),
                                                            .dataset = prepared.dataset.get(),
                                                            .black_box = box,
                                                            .checkpoint = folder / box.checkpoint}));
  if (!arguments.json) {
    print_report(box, report);
    return {};
  }
  nlohmann::json json = {{"run", opened.id},
                         {"what", box.what},
                         {"step", report.step + 1},
                         {"samples", report.samples},
                         {"finite", report.sound},
                         {"not_examined", report.not_examined},
                         {"first", report.first ? to_json(*report.first) : nlohmann::json()}};
  json["others"] = nlohmann::json::array();
  for (const train::Examined& found : report.same_stage) json["others"].push_back(to_json(found));
  print_json(json);
  return {};
}

}  // namespace

void add_replay(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "replay", "Make the step again at which a run ended in NaN, and name the first bad module");
  command->footer("Example:\n  ibot replay 20261123-101500-1f2e3d");
  command->add_option("run", arguments->run, "Id, name or the beginning of an id")->required();
  command->add_flag("--json", arguments->json, "As JSON");
  add_workspace_option(command, arguments->workspace);
  on_run(command, [arguments] { return replay(*arguments); });
}

}  // namespace ibot::cli
