// SPDX-License-Identifier: GPL-3.0-or-later
#include "session.h"

#include <ibot/base/clock.h>
#include <ibot/base/machine.h>
#include <ibot/base/text.h>
#include <ibot/data/open.h>
#include <ibot/params/layers.h>
#include <ibot/params/yaml.h>
#include <ibot/params/yaml_edit.h>
#include <ibot/plan/missing_plugin.h>
#include <ibot/plan/plugin_info.h>

#include <torch/version.h>

#include <nlohmann/json.hpp>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

namespace ibot::cli {
namespace {

// What evaluators of a recipe read is looked for, so that a run does not end without a figure that was asked
// for.
void look_for_places(plan::PlanResult& result, plan::MissingPlaces& missing) {
  missing = plan::find_missing_places(*result.plan);
  for (params::Diagnostic& warning : plan::place_warnings(*result.plan, missing))
    result.diagnostics.push_back(std::move(warning));
  params::sort_by_position(result.diagnostics);
}

base::Result<PreparedPlan> prepare(plugin::Loader& loader, plan::PlanRequest request, bool need_data,
                                   bool of_recipe) {
  request.machine = base::this_machine();
  plan::PlanResult first = plan::make_plan(request);
  const auto fail = [&](plan::PlanResult& result) {
    plan::explain_missing_plugins(result.diagnostics, loader);
    // Nobody sees a trainer's standard error: its record holds the error alone.
    if (!of_recipe) return params::to_error(result.diagnostics);
    std::cerr << params::to_text(result.diagnostics);
    return base::Error{base::ErrorCode::InvalidArgument, "the configuration has mistakes (listed above)", "",
                       ""};
  };
  if (!first.plan) return fail(first);
  if (need_data) {
    // The built-in scenes are drawn where they are not there yet; every other kind is as it is.
    const bool terminal = ::isatty(STDERR_FILENO) != 0;
    base::Stopwatch since;
    IBOT_CHECK_OK(data::prepare_dataset(first.plan->data(), [&](std::int64_t done, std::int64_t total) {
      if (terminal) {
        std::cerr << "\r\033[Kdrawing scenes: " << done << " of " << total << (done == total ? "\n" : "")
                  << std::flush;
      } else if (since.seconds() > 2) {
        since.restart();
        std::cerr << "drawing scenes: " << done << " of " << total << std::endl;
      }
    }));
  }
  plan::MissingPlaces missing;
  auto dataset = data::open_dataset(first.plan->data());
  if (!dataset) {
    if (need_data) return dataset.error();
    if (of_recipe) look_for_places(first, missing);
    std::cerr << params::to_text(first.diagnostics);
    std::cerr << "note: the data set is not there, so its numbers are left open: "
              << dataset.error().to_text() << '\n';
    return PreparedPlan{std::move(*first.plan), nullptr, std::move(first.diagnostics), std::move(missing)};
  }
  request.dataset = plan::DatasetFacts{
      .pictures = (*dataset)->size(), .classes = static_cast<std::int64_t>((*dataset)->class_names().size())};
  plan::PlanResult second = plan::make_plan(request);
  if (!second.plan) return fail(second);
  if (of_recipe) look_for_places(second, missing);
  std::cerr << params::to_text(second.diagnostics);
  return PreparedPlan{std::move(*second.plan), std::move(*dataset), std::move(second.diagnostics),
                      std::move(missing)};
}

}  // namespace

base::Result<PreparedPlan> prepare_plan(plugin::Loader& loader, const PlanArguments& arguments,
                                        bool need_data) {
  std::error_code ignored;
  if (!std::filesystem::exists(arguments.recipe, ignored)) {
    return base::Error{base::ErrorCode::NotFound,
                       "there is no recipe " + base::quote_untrusted(arguments.recipe), "a YAML file",
                       "Recipes are in experiments/recipes"};
  }
  plan::PlanRequest request;
  request.file = arguments.recipe;
  request.overrides = arguments.overrides;
  offer_plugins(loader, request, false);
  if (!arguments.workspace.empty()) request.free_bytes = base::free_disk(arguments.workspace);
  return prepare(loader, std::move(request), need_data, true);
}

base::Result<PreparedPlan> prepare_recorded_plan(plugin::Loader& loader, const std::string& yaml,
                                                 bool need_data, const std::vector<std::string>& overrides,
                                                 bool for_looking) {
  plan::PlanRequest request;
  request.text = yaml;
  request.overrides = overrides;
  offer_plugins(loader, request, for_looking);
  return prepare(loader, std::move(request), need_data, false);
}

void offer_plugins(const plugin::Loader& loader, plan::PlanRequest& request, bool for_looking) {
  request.plugins = plan::usable_plugins(loader);
  if (!for_looking || !request.text) return;
  params::Diagnostics ignored;
  const auto root = params::read_yaml(*request.text, {}, ignored);
  const params::Node* mask = root ? root->find("mask") : nullptr;
  const params::Node* name = mask != nullptr ? mask->find(params::kPluginKey) : nullptr;
  if (name == nullptr || !plugin::is_valid_id(name->text)) return;
  const std::string id = name->text;
  const bool is_here =
      std::any_of(request.plugins.begin(), request.plugins.end(), [&](const plan::PluginInfo& plugin) {
        return plugin.kind == plugin::Kind::Masking && plugin.id == id;
      });
  if (is_here) return;
  params::Node alone = params::Node::mapping();
  alone.at(params::kPluginKey) = params::Node::scalar(id, false);
  auto text = params::set_yaml(*request.text, "mask", alone);
  if (!text) return;
  request.text = std::move(*text);
  plan::PluginInfo stand_in;
  stand_in.kind = plugin::Kind::Masking;
  stand_in.id = id;
  request.plugins.push_back(std::move(stand_in));
}

base::Status load_plugins(plugin::Loader& loader, const plan::Plan& plan) {
  IBOT_CHECK_OK(loader.load(plugin::Kind::Backbone, plan.backbone().plugin->id));
  IBOT_CHECK_OK(loader.load(plugin::Kind::Masking, plan.mask().plugin->id));
  for (const plan::ResolvedSection& section : plan.losses()) {
    IBOT_CHECK_OK(loader.load(plugin::Kind::Loss, section.plugin->id));
  }
  for (const plan::ResolvedSection& section : plan.evaluators()) {
    IBOT_CHECK_OK(loader.load(plugin::Kind::Evaluator, section.plugin->id));
  }
  return {};
}

base::Result<OpenedRun> open_run(const std::string& workspace, const std::string& run) {
  IBOT_TRY(record::Workspace folder, record::Workspace::open(workspace));
  IBOT_TRY(record::Reader reader, record::Reader::open(folder));
  IBOT_TRY(std::string id, reader.find_run(run));
  return OpenedRun{std::move(folder), std::move(reader), std::move(id)};
}

base::Result<std::string> recorded_yaml(record::Reader& reader, const std::string& run) {
  IBOT_TRY(const auto segments, reader.plan(run));
  if (segments.empty()) return base::Error{base::ErrorCode::Corrupt, "the run has no plan", "", ""};
  const auto json = nlohmann::json::parse(segments.front().plan_json, nullptr, false);
  if (!json.is_object() || !json.contains("yaml") || !json["yaml"].is_string()) {
    return base::Error{base::ErrorCode::Corrupt, "the plan of the run cannot be read", "", ""};
  }
  return json["yaml"].get<std::string>();
}

std::string environment_text(const plan::Plan& plan) {
  utsname names{};
  uname(&names);
  std::string cpu = "unknown";
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) {
      cpu = base::trim(std::string_view(line).substr(line.find(':') + 1));
      break;
    }
  }
  const std::int64_t threads =
      plan.train().threads > 0 ? plan.train().threads : std::thread::hardware_concurrency();
  return base::str("torch: ", TORCH_VERSION, "\ncompiler: ", __VERSION__, "\nsystem: ", names.sysname, " ",
                   names.release, "\nmachine: ", names.machine, "\ncpu: ", cpu, "\nthreads: ", threads,
                   "\ndevice: ", plan.train().device, "\nprecision: ", plan.train().precision, "\n");
}

}  // namespace ibot::cli
