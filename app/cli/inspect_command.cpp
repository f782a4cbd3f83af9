// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"
#include "history.h"
#include "laboratory.h"
#include "networks.h"
#include "serve.h"

#include <ibot/base/text.h>
#include <ibot/figure/attention_figure.h>
#include <ibot/image/decode.h>
#include <ibot/image/resize.h>
#include <ibot/inspect/attention.h>
#include <ibot/nn/init.h>
#include <ibot/nn/state.h>

#include <nlohmann/json.hpp>

#include <memory>

namespace ibot::cli {
namespace {

constexpr int kLargestSide = 4096;  // px: attention over as many patches still fits into memory

struct AttentionArguments {
  std::string workspace, run, picture, out, network = "teacher", weights, recipe;
  std::int64_t step = -1, layer = 0, size = 0;
  bool smooth = false, dark = false, json = false, untrained = false;
};

// The network that is looked at: of a run, or of a file of weights with a recipe that says what it is.
base::Result<LoadedNetwork> network_of(plugin::Loader& loader, const AttentionArguments& arguments) {
  if (arguments.weights.empty() && arguments.run.empty()) {
    return base::Error{base::ErrorCode::InvalidArgument, "nothing to look at",
                       "a run, or --weights FILE with --recipe FILE", ""};
  }
  if (arguments.weights.empty()) {
    IBOT_TRY(OpenedRun opened, open_run(arguments.workspace, arguments.run));
    IBOT_TRY(LoadedNetwork loaded, load_network(loader, opened, arguments.network, arguments.step));
    if (arguments.untrained) {
      loaded.backbone->initialize(nn::Initializer(static_cast<std::uint64_t>(loaded.plan.run().seed)));
      nn::refresh_working(*loaded.backbone);
      loaded.step = 0;
    }
    return loaded;
  }
  IBOT_TRY(PreparedPlan prepared, prepare_plan(loader, {arguments.recipe, {}}, false));
  IBOT_TRY(MatchedBackbone matched, match_backbone(loader, prepared.plan, arguments.weights, false));
  if (!matched.report.complete()) return matched.report.error();
  nn::load_matched(matched.report, *matched.backbone);
  return LoadedNetwork{.plan = prepared.plan,
                       .backbone = std::move(matched.backbone),
                       .head = nullptr,
                       .normalisation = normalisation_of(prepared.plan),
                       .step = 0,
                       .run = std::filesystem::path(arguments.weights).filename().string()};
}

base::Status attention(const AttentionArguments& arguments) {
  auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  IBOT_TRY(LoadedNetwork network, network_of(loader, arguments));
  IBOT_TRY(const image::Image original, image::read_image(arguments.picture));
  const auto size =
      static_cast<int>(arguments.size > 0 ? arguments.size : 2 * network.plan.crops().global.size);
  image::Image picture;
  image::Resizer().resize(
      original, image::evaluation_request(original.width(), original.height(), size, size), picture);

  const std::int64_t depth = network.backbone->depth();
  if (arguments.layer < 0 || arguments.layer > depth) {
    return base::Error{base::ErrorCode::InvalidArgument, base::str("--layer ", arguments.layer),
                       base::str("1 to ", depth), ""};
  }
  const std::int64_t layer = arguments.layer > 0 ? arguments.layer : depth;
  IBOT_TRY(const auto maps,
           inspect::attention_maps(*network.backbone, network.normalisation, picture, layer - 1));
  if (arguments.json) {
    nlohmann::json json = {{"rows", maps.rows},
                           {"columns", maps.columns},
                           {"layer", layer},
                           {"step", network.step},
                           {"heads", maps.heads}};
    print_json(json);
  }
  if (arguments.out.empty()) {
    if (arguments.json) return {};
    return base::Error{base::ErrorCode::InvalidArgument, "nothing to write",
                       "--out FILE.png or .svg, or --json", ""};
  }
  figure::AttentionFigure content;
  content.title = "Attention of the CLS token";
  content.subtitle = base::str("layer ", layer, " of ", network.backbone->depth(), " \u00b7 ",
                               arguments.network, " \u00b7 step ", base::format_count(network.step));
  content.caption = {base::str("Softmax of the CLS query over ", maps.rows, " x ", maps.columns,
                               " patches, by head. ", network.plan.backbone().plugin->id, ", ", network.run,
                               "; ", std::filesystem::path(arguments.picture).filename().string(), " at ",
                               size, " px.")};
  content.picture = {picture.width(), picture.height(), std::span(picture.data(), picture.bytes())};
  content.rows = maps.rows;
  content.columns = maps.columns;
  content.heads = maps.heads;
  content.upsampling = arguments.smooth ? figure::Upsampling::Smooth : figure::Upsampling::Nearest;
  content.theme = arguments.dark ? figure::Theme::Dark : figure::Theme::Light;
  IBOT_TRY(const figure::Figure drawing, figure::draw_attention(content));
  IBOT_CHECK_OK(drawing.save(arguments.out));
  if (!arguments.json) print(arguments.out);
  return {};
}

void add_history(CLI::App& group) {
  struct Arguments {
    std::string workspace, run, out;
    HistoryRequest request;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = group.add_subcommand(
      "history", "A run's probe pictures over its training: attention, components, clusters");
  command->footer("Example:\n  ibot inspect history demo --out history.png");
  command->add_option("run", arguments->run, "Id, name or the beginning of an id")->required();
  command->add_option("-o,--out", arguments->out, "PNG or SVG to write")->required();
  command->add_option("--moments", arguments->request.moments, "Moments of attention")
      ->capture_default_str()
      ->check(CLI::Range(2, 32));
  command->add_option("--pictures", arguments->request.pictures, "At most so many pictures")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  command->add_flag("--dark", arguments->request.dark, "Dark theme");
  add_workspace_option(command, arguments->workspace);
  on_run(command, [arguments]() -> base::Status {
    IBOT_TRY(OpenedRun opened, open_run(arguments->workspace, arguments->run));
    IBOT_TRY(const figure::Figure drawing, draw_history(opened, arguments->request));
    IBOT_CHECK_OK(drawing.save(arguments->out));
    print(arguments->out);
    return {};
  });
}

}  // namespace

void add_inspect(CLI::App& app) {
  CLI::App* group = app.add_subcommand("inspect", "Look inside a network, and at what training draws");
  auto serve = std::make_shared<bool>(false);
  group->add_flag("--serve", *serve,
                  "Answer the window's requests on standard input and output until the input ends");
  group->require_subcommand(0, 1);
  on_run(group, [group, serve]() -> base::Status {
    if (*serve) return serve_inspection();
    if (group->get_subcommands().empty()) throw CLI::RequiredError::Subcommand(1);
    return {};
  });
  auto arguments = std::make_shared<AttentionArguments>();
  CLI::App* command = group->add_subcommand("attention", "Attention of the CLS token, every head of a layer");
  command->footer(
      "Examples:\n  ibot inspect attention demo --image bird.jpg --out bird.png\n"
      "  ibot inspect attention --weights vit.safetensors --recipe recipe.yaml --image a.jpg --out a.svg");
  command->add_option("run", arguments->run, "Id, name or the beginning of an id");
  command->add_option("--image", arguments->picture, "Picture")->required();
  command->add_option("-o,--out", arguments->out, "PNG or SVG to write");
  command->add_option("--layer", arguments->layer, "Layer, from 1; the last if left out");
  command->add_option("--step", arguments->step, "A saved step; the newest if left out");
  command->add_option("--network", arguments->network, "teacher or student")->capture_default_str();
  command
      ->add_option("--size", arguments->size,
                   "Side in px at which the picture is looked at; twice the global crop if left out")
      ->check(CLI::Range(1, kLargestSide));
  command->add_option("--weights", arguments->weights, "safetensors instead of a run");
  command->add_option("--recipe", arguments->recipe, "What network the weights are of");
  command->add_flag("--untrained", arguments->untrained, "The run's network before its first step");
  command->add_flag("--smooth", arguments->smooth, "Smooth instead of nearest");
  command->add_flag("--dark", arguments->dark, "Dark theme");
  command->add_flag("--json", arguments->json, "Numbers on standard output");
  add_workspace_option(command, arguments->workspace);
  on_run(command, [arguments] { return attention(*arguments); });
  add_history(*group);
  add_laboratory(*group);
}

}  // namespace ibot::cli
