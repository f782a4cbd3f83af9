// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluation.h"

#include "networks.h"

#include <ibot/base/clock.h>
#include <ibot/evaluate/evaluator.h>
#include <ibot/plugin/boundary.h>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ibot::cli {

bool evaluates_known_pictures(const std::string& settings_json) {
  const auto settings = nlohmann::json::parse(settings_json, nullptr, false);
  if (!settings.is_object() || !settings.contains("train") || !settings.contains("val")) return false;
  return settings["train"].is_string() && settings["train"] == settings["val"];
}

base::Result<std::vector<record::Evaluation>> evaluate_run(OpenedRun& opened,
                                                           const EvaluationRequest& request) {
  auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  IBOT_TRY(LoadedNetwork network, load_network(loader, opened, request.network, request.step));
  const std::vector<plan::ResolvedSection> known = network.plan.evaluators();
  const bool own = std::any_of(known.begin(), known.end(), [&](const plan::ResolvedSection& section) {
    return section.plugin->id == request.protocol;
  });
  std::vector<std::string> overrides;
  if (!own) overrides.push_back("evaluators=[{plugin: " + request.protocol + "}]");
  for (const std::string& text : request.overrides)
    overrides.push_back("evaluators." + request.protocol + "." + text);
  IBOT_TRY(const std::string yaml, recorded_yaml(opened.reader, opened.id));
  IBOT_TRY(const PreparedPlan prepared, prepare_recorded_plan(loader, yaml, true, overrides, true));
  IBOT_TRY(const auto factory, loader.evaluator(request.protocol));
  std::unique_ptr<evaluate::Evaluator> evaluator;
  for (const plan::ResolvedSection& section : prepared.plan.evaluators()) {
    if (section.plugin->id != request.protocol) continue;
    IBOT_TRY(evaluator, plugin::stop_exceptions("evaluator " + request.protocol, [&] {
               return factory(section.content.values,
                              {.seed = static_cast<std::uint64_t>(network.plan.run().seed)});
             }));
  }
  evaluate::EvaluationInput input;
  input.normalisation = network.normalisation;
  input.dataset = prepared.dataset.get();
  input.data = network.plan.data();
  input.crop_size = network.plan.crops().global.size;
  std::vector<record::Evaluation> rows;
  const auto run = [&](nn::Backbone* backbone, nn::Head* head, const std::string& name) -> base::Status {
    input.backbone = backbone;
    input.head = head;
    IBOT_TRY(auto outcome,
             plugin::stop_exceptions("evaluator " + request.protocol, [&] { return evaluator->run(input); }));
    if (!outcome) return outcome.error();
    for (const evaluate::Figure& figure : outcome->figures) {
      rows.push_back({.step = network.step,
                      .protocol = request.protocol,
                      .network = name,
                      .metric = figure.metric,
                      .value = figure.value,
                      .settings_json = outcome->settings_json,
                      .time = base::now_micros()});
    }
    return {};
  };
  IBOT_CHECK_OK(run(network.backbone.get(), network.head.get(), request.network));
  if (request.baseline) IBOT_CHECK_OK(run(nullptr, nullptr, "raw_pixels"));
  return rows;
}

}  // namespace ibot::cli
