// SPDX-License-Identifier: GPL-3.0-or-later
#include "calibration.h"
#include "command.h"
#include "earlier_runs.h"
#include "plugin_check.h"
#include "session.h"

#include <ibot/base/machine.h>
#include <ibot/base/text.h>
#include <ibot/plan/diff.h>
#include <ibot/plan/explain.h>
#include <ibot/plan/reference.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>

namespace ibot::cli {
namespace {

std::vector<plan::PluginInfo> all_plugins(const plugin::Loader& loader) {
  std::vector<plan::PluginInfo> infos;
  for (const plugin::PluginRecord& record : loader.plugins()) {
    if (record.manifest_readable) infos.push_back(plan::plugin_info(record.manifest));
  }
  return infos;
}

constexpr double kCalibrateSeconds = 15;

struct PlanCommandArguments {
  std::string recipe, other, workspace;
  std::vector<std::string> overrides;
  bool json = false, yaml = false, calibrate = false;
  double calibrate_seconds = kCalibrateSeconds;
};

nlohmann::json to_json(const std::vector<record::Run>& runs) {
  nlohmann::json list = nlohmann::json::array();
  for (const record::Run& run : runs) {
    list.push_back({{"id", run.id},
                    {"name", run.name},
                    {"state", record::to_string(run.state)},
                    {"step", run.step},
                    {"planned_steps", run.planned_steps}});
  }
  return list;
}

nlohmann::json to_json(const PreparedPlan& prepared, const std::string& workspace) {
  nlohmann::json json = prepared.plan.to_json();
  json["warnings"] = params::to_json(prepared.warnings);
  json["explanation"] = nlohmann::json::array();
  for (const plan::ExplainedLine& line : plan::explain_lines(prepared.plan)) {
    json["explanation"].push_back(
        {{"title", line.title}, {"text", line.text}, {"key", line.key}, {"detail", line.detail}});
  }
  json["machine"] = nlohmann::json::object();
  if (const auto memory = base::this_machine().memory_bytes; memory > 0)
    json["machine"]["memory_bytes"] = memory;
  if (const auto free = base::free_disk(workspace)) json["machine"]["free_bytes"] = *free;
  return json;
}

base::Status show_differences(plugin::Loader& loader, const PlanCommandArguments& arguments,
                              const PreparedPlan& prepared) {
  IBOT_TRY(const PreparedPlan other, prepare_plan(loader, {arguments.other, {}}, false));
  const auto differences = plan::diff(other.plan, prepared.plan);
  if (arguments.json) {
    print_json(plan::to_json(differences));
  } else {
    std::cout << (differences.empty() ? "no difference\n" : plan::to_text(differences));
  }
  return {};
}

base::Status show_plan(const PlanCommandArguments& arguments) {
  auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  IBOT_TRY(PreparedPlan prepared,
           prepare_plan(loader, {arguments.recipe, arguments.overrides, arguments.workspace},
                        arguments.calibrate));
  const params::Diagnostics here = check_here(loader, prepared.plan, params::Severity::Warning);
  std::cerr << params::to_text(here);
  if (params::has_errors(here)) {
    return base::Error{base::ErrorCode::InvalidArgument, "the configuration has mistakes (listed above)", "",
                       ""};
  }
  prepared.warnings.insert(prepared.warnings.end(), here.begin(), here.end());
  if (!arguments.other.empty()) return show_differences(loader, arguments, prepared);
  if (arguments.yaml) {
    std::cout << prepared.plan.to_yaml();
    return {};
  }
  // Without the data set nothing is known to be equal.
  compare::Duplicates duplicates;
  if (prepared.dataset) {
    duplicates = earlier_runs(arguments.workspace,
                              compare::recorded_hashes(prepared.plan, prepared.dataset->content_hash()));
  }
  if (!arguments.json) std::cout << plan::explain(prepared.plan) << to_text(duplicates) << std::flush;
  std::optional<train::Calibration> calibration;
  if (arguments.calibrate) {
    IBOT_TRY(calibration, measure_speed(loader, prepared, arguments.calibrate_seconds, arguments.json));
  }
  if (!arguments.json) {
    if (calibration) std::cout << calibration->to_text();
    return {};
  }
  nlohmann::json json = to_json(prepared, arguments.workspace);
  json["duplicates"] = {{"same_seed", to_json(duplicates.same_seed)},
                        {"other_builds", to_json(duplicates.other_builds)},
                        {"other_seeds", to_json(duplicates.other_seeds)}};
  if (calibration) json["calibration"] = calibration->to_json();
  print_json(json);
  return {};
}

nlohmann::json to_json(const plugin::Fingerprint& fingerprint) {
  return {{"compiler", fingerprint.compiler},
          {"cxx_abi", fingerprint.cxx_abi},
          {"torch", fingerprint.torch_version},
          {"cuda_major", fingerprint.cuda_major},
          {"sdk", fingerprint.sdk_version}};
}

}  // namespace

void add_plan(CLI::App& app) {
  auto arguments = std::make_shared<PlanCommandArguments>();
  CLI::App* command = app.add_subcommand("plan", "Check a recipe and say what it would do; starts nothing");
  command->footer(
      "Examples:\n  ibot plan experiments/recipes/vit_small_imagenet.yaml\n"
      "  ibot plan recipe.yaml --set mask.plugin=random --diff recipe.yaml\n"
      "  ibot plan recipe.yaml --calibrate          # measured: how long it will take here\n"
      "Every mistake is listed with file, line and column; exit code 2. Earlier runs of the same\n"
      "configuration in the workspace are named.");
  command->add_option("recipe", arguments->recipe, "YAML file")->required();
  command->add_option("--set", arguments->overrides, "key=value, over the recipe; may be repeated");
  command->add_option("--diff", arguments->other, "Show only what differs from this recipe");
  command->add_flag("--json", arguments->json, "As JSON");
  command->add_flag("--yaml", arguments->yaml, "The complete configuration, every value written out");
  CLI::Option* calibrate =
      command
          ->add_option("--calibrate", arguments->calibrate_seconds,
                       "Make real steps for so many seconds (15) and say what they cost; nothing is kept")
          ->expected(0, 1)
          ->check(CLI::Range(1.0, 3600.0));
  add_workspace_option(command, arguments->workspace);
  on_run(command, [arguments, calibrate] {
    arguments->calibrate = calibrate->count() > 0;
    // An option without its value leaves 0.
    if (arguments->calibrate_seconds <= 0) arguments->calibrate_seconds = kCalibrateSeconds;
    return show_plan(*arguments);
  });
}

void add_schema(CLI::App& app) {
  struct Arguments {
    std::string filter;
    bool json = false;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("schema", "Every parameter: meaning, unit, default, range, source");
  command->footer("Examples:\n  ibot schema optimizer\n  ibot schema mask.block --json");
  command->add_option("filter", arguments->filter,
                      "Beginning of a key: optimizer, mask.block, backbone.vit.depth");
  command->add_flag("--json", arguments->json, "As JSON");
  on_run(command, [arguments]() -> base::Status {
    const auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
    const std::vector<plan::PluginInfo> plugins = all_plugins(loader);
    if (arguments->json) {
      print_json(plan::schema_json(plugins));
      return {};
    }
    const std::string text = plan::schema_text(plugins, arguments->filter);
    if (text.empty()) {
      return base::Error{base::ErrorCode::NotFound,
                         "no parameter begins with " + base::quote_untrusted(arguments->filter), "",
                         "`ibot schema` lists all"};
    }
    std::cout << text;
    return {};
  });
}

void add_plugins(CLI::App& app) {
  struct Arguments {
    bool json = false, load = false;
    std::string enable, disable, safe_mode;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("plugins", "Plugins found, their state, and why one is off");
  command->footer(
      "Examples:\n  ibot plugins --load\n  ibot plugins --disable masking/stripes\n  ibot plugins "
      "--safe-mode on\nA plugin that brings the program down while it is loaded is off from then on.");
  command->add_flag("--json", arguments->json, "As JSON");
  command->add_flag("--load", arguments->load, "Load every one of them, not only read the manifests");
  command->add_option("--enable", arguments->enable, "Let a plugin that is off be loaded again: kind/id");
  command->add_option("--disable", arguments->disable, "Switch a plugin off: kind/id");
  command
      ->add_option("--safe-mode", arguments->safe_mode,
                   "Load the program's own plugins only, and those enabled since")
      ->check(CLI::IsMember({"on", "off"}));
  on_run(command, [arguments]() -> base::Status {
    auto options = plugin::LoaderOptions::from_environment();
    // One that brings its process down must not hide the state of all others.
    options.probe = arguments->load;
    auto loader = plugin::Loader::discover(std::move(options));
    if (!arguments->safe_mode.empty()) IBOT_CHECK_OK(loader.set_safe_mode(arguments->safe_mode == "on"));
    if (!arguments->enable.empty()) IBOT_CHECK_OK(loader.enable(arguments->enable));
    if (!arguments->disable.empty()) IBOT_CHECK_OK(loader.disable(arguments->disable));
    if (arguments->load) loader.load_all();
    nlohmann::json list = nlohmann::json::array();
    for (const plugin::PluginRecord& record : loader.plugins()) {
      list.push_back({{"kind", plugin::to_string(record.manifest.kind)},
                      {"id", record.manifest.id},
                      {"version", record.manifest.version},
                      {"summary", record.manifest.summary},
                      {"state", plugin::to_string(record.state)},
                      {"reason", record.reason},
                      {"hint", record.hint},
                      {"off_by", plugin::to_string(record.off_by)},
                      {"built_for", to_json(record.manifest.fingerprint)},
                      {"manifest", record.manifest_path.string()},
                      {"shipped", record.shipped},
                      {"load_seconds", record.load_seconds}});
      if (!arguments->json) {
        std::string line = record.name();
        line.resize(std::max<std::size_t>(line.size() + 1, 26), ' ');
        line += std::string(record.manifest.version) + "  " + std::string(plugin::to_string(record.state)) +
                "  " + record.manifest.summary;
        print(line);
        if (!record.reason.empty())
          print("    " + record.reason + (record.hint.empty() ? "" : ". " + record.hint));
      }
    }
    for (const base::Error& error : loader.folder_errors())
      std::cerr << "warning: " << error.to_text() << '\n';
    if (arguments->json)
      print_json({{"safe_mode", loader.safe_mode()}, {"plugins", std::move(list)}});
    else if (loader.safe_mode())
      print("The safe mode is on.");
    return {};
  });
}

}  // namespace ibot::cli
