// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"
#include "evaluation.h"

#include <ibot/base/text.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>

namespace ibot::cli {
namespace {

struct EvalArguments {
  std::string workspace, run;
  EvaluationRequest request;
  bool json = false, dry = false;
};

base::Status evaluate(const EvalArguments& arguments) {
  IBOT_TRY(OpenedRun opened, open_run(arguments.workspace, arguments.run));
  IBOT_TRY(const auto rows, evaluate_run(opened, arguments.request));
  if (std::any_of(rows.begin(), rows.end(),
                  [](const record::Evaluation& row) { return evaluates_known_pictures(row.settings_json); }))
    std::cerr << "warning: " << arguments.request.protocol << ": " << kKnownPictures
              << ". Name others with --set val_path=FOLDER\n";
  if (!arguments.dry) {
    IBOT_TRY(record::Store store, record::Store::open(opened.workspace));
    IBOT_CHECK_OK(store.add_evaluations(opened.id, rows));
  }
  nlohmann::json json = nlohmann::json::array();
  for (const record::Evaluation& row : rows) {
    json.push_back({{"step", row.step},
                    {"protocol", row.protocol},
                    {"network", row.network},
                    {"metric", row.metric},
                    {"value", row.value},
                    {"settings", nlohmann::json::parse(row.settings_json, nullptr, false)}});
    if (!arguments.json) {
      print(base::str(row.protocol, " ", row.metric, " of ", row.network, " at step ",
                      base::format_count(row.step), ": ",
                      base::format_number(std::round(row.value * 10000) / 10000)));
    }
  }
  if (arguments.json) print_json(json);
  return {};
}

}  // namespace

void add_eval(CLI::App& app) {
  auto arguments = std::make_shared<EvalArguments>();
  CLI::App* command =
      app.add_subcommand("eval", "Evaluate a run's network by a protocol and record the figures");
  command->footer(
      "Examples:\n  ibot eval demo --protocol knn --baseline\n"
      "  ibot eval demo --protocol knn --set val_path=photos/val --set 'k=[10,20]'");
  command->add_option("run", arguments->run, "Id, name or the beginning of an id")->required();
  command
      ->add_option("--protocol", arguments->request.protocol, "An evaluator plugin: knn, part_clusters, ...")
      ->capture_default_str();
  command->add_option("--network", arguments->request.network, "teacher or student")->capture_default_str();
  command->add_option("--step", arguments->request.step, "A saved step; the newest if left out");
  command->add_option("--set", arguments->request.overrides, "key=value of the protocol; may be repeated");
  command->add_flag("--baseline", arguments->request.baseline, "Raw pixels or colours beside it");
  command->add_flag("--dry", arguments->dry, "Print only, record nothing");
  command->add_flag("--json", arguments->json, "As JSON");
  add_workspace_option(command, arguments->workspace);
  on_run(command, [arguments] { return evaluate(*arguments); });
}

}  // namespace ibot::cli
