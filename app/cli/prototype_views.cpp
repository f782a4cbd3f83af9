// SPDX-License-Identifier: GPL-3.0-or-later
#include "view_commands.h"
#include "view_options.h"
#include "view_sources.h"

#include <ibot/base/text.h>
#include <ibot/drawing/view_figures.h>
#include <ibot/protocol/wall.h>

#include <memory>

namespace ibot::cli {
namespace {

struct PrototypesArguments {
  ViewOptions view;
  protocol::PrototypesRequest request;
  std::string against;
  std::vector<std::int64_t> steps;
  int moments = 12;
  bool drift = false;
};

base::Status cards(const PrototypesArguments& arguments) {
  LocalViews local;
  protocol::PrototypesRequest request = arguments.request;
  request.network = arguments.view.network;
  request.size = arguments.view.size;
  request.milliseconds = 0;
  if (!arguments.against.empty()) {
    IBOT_TRY(request.beside, network_beside(arguments.view, arguments.against));
  }
  TerminalJob job;
  IBOT_TRY(const auto reply, local.views.prototypes(request, job));
  return write_view(arguments.view, reply.to_message(),
                    [&] { return drawing::draw_prototypes(reply, arguments.view.look()); });
}

std::string table_of(const protocol::PrototypeDriftReply& reply) {
  std::string csv = "step,used,as_last,cosine_last,stays,stays_chance,cosine\n";
  for (std::size_t i = 0; i < reply.moments.size(); ++i) {
    csv += base::str(reply.moments[i].step, ",", reply.used[i], ",", reply.as_last[i], ",",
                     reply.cosine_last[i], ",");
    // Of the first moment nothing was before.
    csv += i == 0 ? std::string(",,")
                  : base::str(reply.stays[i - 1], ",", reply.stays_chance[i - 1], ",", reply.cosine[i - 1]);
    csv += "\n";
  }
  return csv;
}

base::Status drift(const PrototypesArguments& arguments) {
  LocalViews local;
  protocol::PrototypeDriftRequest request;
  std::vector<std::int64_t> steps = arguments.steps;
  if (steps.empty()) {
    IBOT_TRY(auto kept, local.sources.kept_steps(arguments.view.network));
    steps = protocol::even_moments(std::move(kept), arguments.moments);
  }
  for (const std::int64_t step : steps) request.moments.emplace_back(arguments.view.network).step = step;
  request.folder = arguments.request.folder;
  request.split = arguments.request.split;
  request.pictures = arguments.request.pictures;
  request.size = arguments.view.size;
  request.prototype = arguments.request.prototype;
  request.milliseconds = 0;
  TerminalJob job;
  IBOT_TRY(const auto reply, local.views.prototype_drift(request, job));
  return write_view(
      arguments.view, reply.to_message(),
      [&] { return drawing::draw_prototype_drift(reply, request.prototype, arguments.view.look()); },
      table_of(reply));
}

}  // namespace

void add_prototype_views(CLI::App& group) {
  auto arguments = std::make_shared<PrototypesArguments>();
  CLI::App* command =
      group.add_subcommand("prototypes", "The patches that each prototype answers strongest to");
  command->footer(
      "Examples:\n  ibot inspect prototypes demo --pictures 400 --cards 16 --out cards.png\n"
      "  ibot inspect prototypes demo --against other --out pairs.png\n"
      "  ibot inspect prototypes demo --drift --pictures 100 --out drift.svg");
  protocol::PrototypesRequest& request = arguments->request;
  add_network_options(command, arguments->view);
  command->add_option("--data", request.folder, "Folder of pictures; the run's own if left out");
  command->add_option("--split", request.split, "Split of that data set");
  command->add_option("--pictures", request.pictures, "At most so many, evenly spread")
      ->check(CLI::Range(std::int64_t{1}, protocol::PrototypesRequest::kMostPictures))
      ->capture_default_str();
  command->add_option("--size", arguments->view.size, "Side in px at which pictures are seen")
      ->check(CLI::Range(1, 4096));
  command->add_option("--cards", request.cards, "Prototypes shown, the most used first")
      ->check(CLI::Range(std::int64_t{1}, protocol::PrototypesRequest::kMostCards))
      ->capture_default_str();
  command->add_option("--strongest", request.strongest, "Patches of each")
      ->check(CLI::Range(std::int64_t{1}, protocol::PrototypesRequest::kMostStrongest))
      ->capture_default_str();
  CLI::Option* against =
      command->add_option("--against,--beside", arguments->against,
                          "Prototypes paired with those of this network on the same pictures: RUN, RUN@STEP, "
                          "@STEP, untrained");
  CLI::Option* drift_flag =
      command
          ->add_flag("--drift", arguments->drift,
                     "How patches and weight vectors change between kept moments of the run")
          ->excludes(against);
  command
      ->add_option("--moments", arguments->moments, "Of the drift: so many of the saved steps, evenly spread")
      ->check(CLI::Range(2, static_cast<int>(protocol::PrototypeDriftRequest::kMostMoments)))
      ->capture_default_str();
  command->add_option("--steps", arguments->steps, "Of the drift: these saved steps instead")
      ->needs(drift_flag);
  command->add_option("--prototype", request.prototype, "Of the drift: one prototype's own course")
      ->needs(drift_flag);
  add_output_options(command, arguments->view);
  on_run(command, [arguments] { return arguments->drift ? drift(*arguments) : cards(*arguments); });
}

}  // namespace ibot::cli
