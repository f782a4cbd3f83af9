// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"
#include "networks.h"

#include <ibot/base/text.h>
#include <ibot/nn/state.h>
#include <ibot/train/model.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/sin.h>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <iostream>
#include <memory>

namespace ibot::cli {
namespace {

struct ExportArguments {
  std::string workspace, run, out, network = "teacher";
  std::int64_t step = -1;
  bool overwrite = false, json = false;
};

// A fixed picture: the forward pass that proves a file.
at::Tensor proof_picture(std::int64_t size) {
  const at::Tensor wave = at::sin(at::arange(3 * size * size, at::kFloat) * 0.01F);
  return wave.view({1, 3, size, size});
}

at::Tensor features(nn::Backbone& backbone, std::int64_t size) {
  const at::NoGradGuard no_grad;
  nn::BackboneInput input;
  input.groups.push_back({proof_picture(size), {}});
  return backbone.forward(input);
}

base::Status export_weights(const ExportArguments& arguments) {
  if (!arguments.overwrite && std::filesystem::exists(arguments.out)) {
    return base::Error{base::ErrorCode::InvalidArgument, arguments.out + " is there already", "a new file",
                       "Another name, or --overwrite"};
  }
  std::error_code ignored;
  if (std::filesystem::exists(arguments.out, ignored) &&
      !std::filesystem::is_regular_file(arguments.out, ignored)) {
    return base::Error{base::ErrorCode::InvalidArgument, arguments.out + " is no file",
                       "a file, since what was written is read again", ""};
  }
  IBOT_TRY(OpenedRun opened, open_run(arguments.workspace, arguments.run));
  auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  IBOT_TRY(LoadedNetwork network, load_network(loader, opened, arguments.network, arguments.step));
  nn::Backbone& backbone = *network.backbone;

  nn::TensorList list;
  for (const nn::NamedTensor& named : backbone.state()) list.add(named.name, *named.tensor);
  const std::int64_t size = network.plan.crops().global.size;
  // Tensors do not tell how many heads there are, nor how pictures are normalised.
  IBOT_CHECK_OK(weights::write_safetensors(arguments.out, list.views(),
                                           {{"format", "pt"},
                                            {"network", arguments.network},
                                            {"step", std::to_string(network.step)},
                                            {"run", opened.id},
                                            {"plan_hash", network.plan.hashes().plan},
                                            {"heads", std::to_string(backbone.heads())},
                                            {"mean", nlohmann::json(network.normalisation.mean).dump()},
                                            {"std", nlohmann::json(network.normalisation.std).dump()}}));
  // The proof: what was written is read again, into another network, and gives the same tokens for a fixed
  // picture.
  IBOT_TRY(const auto again, weights::TensorFile::open_safetensors(arguments.out));
  IBOT_TRY(auto copy, train::build_backbone(network.plan, loader.registry(), arguments.network == "student"));
  IBOT_TRY(const auto report, weights::match(nn::expected_tensors(*copy), again, {}));
  if (!report.complete()) return report.error();
  nn::load_matched(report, *copy);
  const double difference = (features(backbone, size) - features(*copy, size)).abs().max().item<double>();
  if (!(difference == 0)) {
    return base::Error{base::ErrorCode::Internal,
                       base::str("the written file gives other tokens: largest difference ", difference), "0",
                       ""};
  }
  if (arguments.json) {
    nlohmann::json contents = nlohmann::json::array();
    for (const weights::TensorView& tensor : again.tensors())
      contents.push_back(
          {{"name", tensor.name}, {"dtype", weights::to_string(tensor.dtype)}, {"shape", tensor.shape}});
    print_json({{"file", arguments.out},
                {"run", opened.id},
                {"network", arguments.network},
                {"tensors", again.tensors().size()},
                {"step", network.step},
                {"largest_difference", difference},
                {"heads", copy->heads()},
                {"image_size", size},
                {"mean", network.normalisation.mean},
                {"std", network.normalisation.std},
                {"contents", contents}});
  } else {
    print(base::str(arguments.out, ": ", list.views().size(), " tensors of the ", arguments.network,
                    " at step ", network.step, ", timm/DINO names; read again, largest difference 0"));
  }
  return {};
}

struct ImportArguments {
  std::string recipe, file;
  std::vector<std::string> overrides;
  bool json = false;
};

base::Status import_weights(const ImportArguments& arguments) {
  auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  IBOT_TRY(const PreparedPlan prepared, prepare_plan(loader, {arguments.recipe, arguments.overrides}, false));
  IBOT_TRY(const MatchedBackbone matched, match_backbone(loader, prepared.plan, arguments.file, true));
  const auto& [backbone, file, report] = matched;
  if (arguments.json) {
    print_json(report.to_json());
  } else {
    std::cout << report.to_text() << '\n';
  }
  if (!report.complete()) return report.error();
  nn::load_matched(report, *backbone);
  const at::Tensor tokens = features(*backbone, prepared.plan.crops().global.size);
  if (!tokens.isfinite().all().item<bool>()) {
    return base::Error{base::ErrorCode::NonFinite, "the weights give tokens that are not finite", "", ""};
  }
  if (!arguments.json) print("fits; `ibot train RECIPE --init " + arguments.file + "` starts from it");
  return {};
}

}  // namespace

void add_weights(CLI::App& app) {
  {
    auto arguments = std::make_shared<ExportArguments>();
    CLI::App* command =
        app.add_subcommand("export", "Write a run's backbone as safetensors with timm/DINO names, proved");
    command->footer("Example:\n  ibot export demo --out teacher.safetensors");
    command->add_option("run", arguments->run, "Id, name or the beginning of an id")->required();
    command->add_option("-o,--out", arguments->out, "File to write")->required()->check(output_path());
    command->add_option("--network", arguments->network, "teacher or student")->capture_default_str();
    command->add_option("--step", arguments->step, "Step of a full checkpoint; the newest if left out");
    command->add_flag("--overwrite", arguments->overwrite, "Replace a file that is there");
    command->add_flag("--json", arguments->json, "As JSON, with names and shapes of what the file holds");
    add_workspace_option(command, arguments->workspace);
    on_run(command, [arguments] { return export_weights(*arguments); });
  }
  {
    auto arguments = std::make_shared<ImportArguments>();
    CLI::App* command =
        app.add_subcommand("import", "Check whether weights fit a recipe: every tensor named");
    command->footer("Example:\n  ibot import recipe.yaml vit_small.safetensors");
    command->add_option("recipe", arguments->recipe, "YAML file")->required();
    command->add_option("file", arguments->file, "safetensors")->required();
    command->add_option("--set", arguments->overrides, "key=value, over the recipe; may be repeated");
    command->add_flag("--json", arguments->json, "As JSON");
    on_run(command, [arguments] { return import_weights(*arguments); });
  }
}

}  // namespace ibot::cli
