// SPDX-License-Identifier: GPL-3.0-or-later
#include "view_commands.h"
#include "view_options.h"
#include "view_sources.h"
#include "view_tables.h"

#include <ibot/base/text.h>
#include <ibot/drawing/wall_figure.h>

#include <iostream>
#include <memory>

namespace ibot::cli {
namespace {

using protocol::NetworkChoice;

struct WallArguments {
  ViewOptions view;
  std::vector<std::string> more, steps;
  int moments = 0;
  std::string map = "attention", patch = "cls";
  std::int64_t head = 0, clicked = 1;
  bool difference = false;
};

base::Result<NetworkChoice> at_step(NetworkChoice network, const std::string& text) {
  network.untrained = text == "untrained";
  network.step = NetworkChoice::kNewest;
  if (network.untrained || text == "newest") return network;
  const auto step = base::parse_int(text);
  if (!step || *step < 0) {
    return base::Error{base::ErrorCode::InvalidArgument, "the step " + base::quote_untrusted(text),
                       "a number, newest or untrained", "RUN@0,400,newest"};
  }
  network.step = *step;
  return network;
}

// The networks of one row: "RUN", "RUN@STEP,STEP,..." or a safetensors file.
base::Status add_row(const WallArguments& arguments, RecordSources& sources, NetworkChoice network,
                     const std::string& text, std::vector<NetworkChoice>& networks) {
  std::vector<std::string> steps = arguments.steps;
  std::string name = text;
  const std::size_t at = text.rfind('@');
  // Folders may have it in their names.
  if (at != std::string::npos && text.find('/', at) == std::string::npos) {
    name = text.substr(0, at);
    steps = base::split(text.substr(at + 1), ',');
  }
  if (name.ends_with(".safetensors")) {
    network.run.clear();
    network.weights = name;
  } else if (!name.empty()) {
    network.run = name;
    network.weights.clear();
  }
  if (steps.empty() && arguments.moments > 0 && !network.run.empty()) {
    IBOT_TRY(auto kept, sources.kept_steps(network));
    for (const std::int64_t step : protocol::even_moments(std::move(kept), arguments.moments))
      steps.push_back(std::to_string(step));
  }
  if (steps.empty()) networks.push_back(network);
  for (const std::string& step : steps) {
    IBOT_TRY(networks.emplace_back(), at_step(network, step));
  }
  return {};
}

base::Status wall(const WallArguments& arguments) {
  LocalViews local;
  protocol::WallRequest request;
  const NetworkChoice& first = arguments.view.network;
  IBOT_CHECK_OK(add_row(arguments, local.sources, first, first.run, request.networks));
  for (const std::string& each : arguments.more)
    IBOT_CHECK_OK(add_row(arguments, local.sources, first, each, request.networks));
  request.pictures = arguments.view.pictures();
  request.layer = arguments.view.tokens.layer;
  request.head = arguments.head;
  if (arguments.map == to_string(protocol::WallRequest::Map::Similarity))
    request.map = protocol::WallRequest::Map::Similarity;
  IBOT_TRY(request.patch, parse_place(arguments.patch));
  request.clicked = arguments.clicked - 1;
  request.pixels = true;
  request.leave_out = true;
  TerminalJob job;
  IBOT_TRY(const auto reply, local.views.wall(request, job));
  report_left_out(reply.left_out);
  if (!reply.gaps.empty())
    std::cerr << "left empty: " << drawing::names_of_gaps(reply) << ": no weights kept\n";
  protocol::Message message = reply.to_message();
  shape_maps(message, "maps", reply.pictures, reply.networks.size());
  return write_view(
      arguments.view, message,
      [&] {
        return drawing::draw_wall(reply, {arguments.view.look(), arguments.difference});
      },
      map_table(reply.networks, reply.pictures, reply.maps,
                reply.map == protocol::WallRequest::Map::Similarity ? "cosine" : "attention"));
}

}  // namespace

void add_wall_view(CLI::App& group) {
  auto arguments = std::make_shared<WallArguments>();
  CLI::App* command =
      group.add_subcommand("wall", "Runs beside each other, at some of their moments, over some pictures");
  command->footer(
      "Examples:\n  ibot inspect wall demo --moments 4 --image a.jpg b.jpg --out wall.png\n"
      "  ibot inspect wall masks none --steps 0 400 --images *.jpg --difference --out wall.svg\n"
      "  ibot inspect wall masks@0,400,800 none@0,300 --image a.jpg --map similarity --patch 3,5 --out "
      "w.png");
  add_network_options(command, arguments->view);
  command->add_option("more", arguments->more,
                      "Further rows: RUN, RUN@STEP,STEP,... (as the first may be) or a safetensors file");
  CLI::Option* steps = command->add_option(
      "--steps", arguments->steps, "Saved steps of every run that names none: numbers, newest, untrained");
  command
      ->add_option("--moments", arguments->moments,
                   "Instead: so many of each run's saved steps, spread over its life")
      ->check(CLI::Range(1, 64))
      ->excludes(steps);
  add_picture_options(command, arguments->view, 64);
  command->add_option("--map", arguments->map, "attention (of CLS) or similarity (to a patch)")
      ->check(CLI::IsMember({"attention", "similarity"}))
      ->capture_default_str();
  CLI::Option* patch =
      command->add_option("--patch", arguments->patch, "Of similarity: ROW,COLUMN, from 0; or cls")
          ->capture_default_str();
  command->add_option("--clicked", arguments->clicked, "Which of the pictures that is a patch of, from 1")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command->add_option("--layer", arguments->view.tokens.layer, "Layer, from 1; the last if left out")
      ->check(CLI::PositiveNumber);
  CLI::Option* head =
      command->add_option("--head", arguments->head, "Of attention, from 1; the mean of all if left out")
          ->check(CLI::Range(1, 1024));
  command->add_flag("--difference", arguments->difference,
                    "The other rows less the first; of one run the other moments less the first");
  add_output_options(command, arguments->view);
  on_run(command, [arguments, head, patch]() -> base::Status {
    const bool similarity = arguments->map == "similarity";
    if (const CLI::Option* idle = similarity ? head : patch; idle->count() > 0) {
      return base::Error{base::ErrorCode::InvalidArgument,
                         idle->get_name() + " says nothing about a map of " + arguments->map,
                         similarity ? "--patch, or --map attention" : "--head, or --map similarity", ""};
    }
    return wall(*arguments);
  });
}

}  // namespace ibot::cli
