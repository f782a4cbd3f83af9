// SPDX-License-Identifier: GPL-3.0-or-later
#include "view_commands.h"
#include "view_options.h"
#include "view_sources.h"
#include "view_tables.h"

#include <ibot/base/text.h>
#include <ibot/drawing/view_figures.h>

#include <nlohmann/json.hpp>

#include <memory>

namespace ibot::cli {
namespace {

struct AttentionArguments {
  ViewOptions view;
  std::string query = "cls";
  double mass = 0;
  bool composite = false;
};

base::Status attention(const AttentionArguments& arguments) {
  LocalViews local;
  protocol::AttentionRequest request;
  request.network = arguments.view.network;
  request.picture = arguments.view.pictures().front();
  request.layer = arguments.view.tokens.layer;
  request.pixels = true;
  IBOT_TRY(request.queries.front(), parse_place(arguments.query));
  IBOT_TRY(const auto reply, local.views.attention(request));
  protocol::Message message = reply.to_message();
  // What scripts of earlier versions read.
  message.body["rows"] = reply.picture.rows;
  message.body["columns"] = reply.picture.columns;
  message.body["step"] = reply.network.step;
  message.body["heads"] = nlohmann::json::array();
  for (std::size_t head = 0; head < static_cast<std::size_t>(reply.heads); ++head)
    message.body["heads"].push_back(reply.map(0, head));
  return write_view(arguments.view, message, [&] {
    return drawing::draw_attention(reply, {arguments.view.look(), arguments.mass, arguments.composite});
  });
}

struct SimilarityArguments {
  ViewOptions view;
  std::string patch;
  std::vector<std::string> beside;
  std::int64_t best = 0;
};

base::Status similarity(const SimilarityArguments& arguments) {
  LocalViews local;
  protocol::SimilarityRequest request;
  request.networks = {arguments.view.network};
  for (const std::string& other : arguments.beside) {
    IBOT_TRY(request.networks.emplace_back(), network_beside(arguments.view, other));
  }
  request.pictures = arguments.view.pictures();
  request.tokens = arguments.view.tokens;
  request.best = arguments.best;
  request.pixels = true;
  request.leave_out = true;
  IBOT_TRY(request.patch, parse_place(arguments.patch));
  TerminalJob job;
  IBOT_TRY(const auto reply, local.views.similarity(request, job));
  report_left_out(reply.left_out);
  protocol::Message message = reply.to_message();
  shape_maps(message, "maps", reply.pictures, reply.networks.size());
  return write_view(
      arguments.view, message, [&] { return drawing::draw_similarity(reply, arguments.view.look()); },
      map_table(reply.networks, reply.pictures, reply.maps, "cosine"));
}

struct CorrespondenceArguments {
  ViewOptions view;
  std::int64_t most = 32;
  bool foreground = false;
  bool views = false;
  std::int64_t draw = 0;
};

std::string table_of(const protocol::CorrespondenceReply& reply) {
  std::string csv = "first_row,first_column,second_row,second_column,cosine";
  csv += reply.views ? ",patches_off\n" : "\n";
  for (const auto& line : reply.lines) {
    csv += base::str(line.first.row, ",", line.first.column, ",", line.second.row, ",", line.second.column,
                     ",", base::format_number(line.value));
    if (reply.views) csv += line.off < 0 ? "," : "," + base::format_number(line.off);
    csv += "\n";
  }
  return csv;
}

// The lines as arrays, which is all that NPY files can hold.
void add_pairs(protocol::Message& message, const protocol::CorrespondenceReply& reply) {
  std::vector<std::int64_t> places;
  std::vector<float> cosines;
  for (const auto& line : reply.lines) {
    for (const int place : {line.first.row, line.first.column, line.second.row, line.second.column})
      places.push_back(place);
    cosines.push_back(static_cast<float>(line.value));
  }
  const auto count = static_cast<std::int64_t>(reply.lines.size());
  message.arrays.push_back(protocol::i64_array("pairs", {count, 4}, places));
  message.arrays.push_back(protocol::f32_array("cosines", {count}, cosines));
}

base::Status correspondence(const CorrespondenceArguments& arguments) {
  const std::vector<protocol::PictureChoice> pictures = arguments.view.pictures();
  if (arguments.views && pictures.size() != 1) {
    return base::Error{base::ErrorCode::InvalidArgument,
                       base::str("--views are of one picture, and ", pictures.size(), " were given"),
                       "one picture", "Leave --views out to match two pictures"};
  }
  if (!arguments.views && pictures.size() != 2) {
    return base::Error{base::ErrorCode::InvalidArgument,
                       base::str("correspondence is between two pictures, and ", pictures.size(),
                                 pictures.size() == 1 ? " was given" : " were given"),
                       "two pictures", "--image a.jpg b.jpg, or --views for two augmented views of one"};
  }
  LocalViews local;
  protocol::CorrespondenceRequest request;
  request.network = arguments.view.network;
  request.first = pictures.front();
  request.second = pictures.back();
  if (arguments.views) request.draw = arguments.draw;
  request.tokens = arguments.view.tokens;
  request.most = arguments.most;
  request.foreground = arguments.foreground;
  request.pixels = true;
  IBOT_TRY(const auto reply, local.views.correspondence(request));
  protocol::Message message = reply.to_message();
  add_pairs(message, reply);
  return write_view(
      arguments.view, message,
      [&] { return drawing::draw_correspondence(reply, request.foreground, arguments.view.look()); },
      table_of(reply));
}

}  // namespace

void add_picture_views(CLI::App& group) {
  {
    auto arguments = std::make_shared<AttentionArguments>();
    CLI::App* command =
        group.add_subcommand("attention", "Attention of CLS or a patch, every head of a layer");
    command->footer(
        "Examples:\n  ibot inspect attention demo --image bird.jpg --out bird.png\n"
        "  ibot inspect attention demo --image bird.jpg --query 3,5 --mass 0.6 --composite --out bird.png\n"
        "  ibot inspect attention --weights vit.safetensors --image a.jpg --out a.svg");
    add_network_options(command, arguments->view);
    add_picture_options(command, arguments->view, 1);
    command->add_option("--layer", arguments->view.tokens.layer, "Layer, from 1; the last if left out")
        ->check(CLI::PositiveNumber);
    command->add_option("--query", arguments->query, "cls, or ROW,COLUMN of a patch, from 0")
        ->capture_default_str();
    command
        ->add_option("--mass", arguments->mass, "Outline the patches that hold this share; 0.6 in the paper")
        ->check(CLI::Range(0.0, 1.0));
    command->add_flag("--composite", arguments->composite, "All heads in one picture, a colour each");
    add_output_options(command, arguments->view);
    on_run(command, [arguments] { return attention(*arguments); });
  }
  {
    auto arguments = std::make_shared<SimilarityArguments>();
    CLI::App* command = group.add_subcommand("similarity", "Which patches are like one patch");
    command->footer(
        "Example:\n  ibot inspect similarity demo --image a.jpg b.jpg --patch 3,5 --beside untrained @400 "
        "--out like.png");
    add_network_options(command, arguments->view);
    add_picture_options(command, arguments->view, 64);
    add_token_options(command, arguments->view);
    command->add_option("--patch", arguments->patch, "ROW,COLUMN of the first picture, from 0; or cls")
        ->required();
    command->add_option("--beside", arguments->beside,
                        "RUN, RUN@STEP, @STEP, untrained or a safetensors file, drawn below");
    command
        ->add_option("--best", arguments->best,
                     "Name and outline so many of the most similar patches of the others")
        ->check(CLI::Range(0, 1000));
    add_output_options(command, arguments->view);
    on_run(command, [arguments] { return similarity(*arguments); });
  }
  {
    auto arguments = std::make_shared<CorrespondenceArguments>();
    CLI::App* command =
        group.add_subcommand("correspondence", "Patches of two pictures that are each other's best match");
    command->footer(
        "Examples:\n  ibot inspect correspondence demo --image a.jpg b.jpg --out lines.svg\n"
        "  ibot inspect correspondence demo --image a.jpg --views --draw 3 --out views.png");
    add_network_options(command, arguments->view);
    add_picture_options(command, arguments->view, 2);
    CLI::Option* views = command
                             ->add_flag("--views", arguments->views,
                                        "Two large crops of one picture, as the network's recipe draws them "
                                        "in training; at their size "
                                        "unless --size says another")
                             ->excludes("--whole");
    command->add_option("--draw", arguments->draw, "Which draw of them: the epoch")
        ->check(CLI::Range(std::int64_t{0}, protocol::CorrespondenceRequest::kMostDraw))
        ->needs(views)
        ->capture_default_str();
    add_token_options(command, arguments->view);
    command->add_option("--most", arguments->most, "Lines at most")
        ->check(CLI::Range(std::int64_t{1}, protocol::CorrespondenceRequest::kMostLines))
        ->capture_default_str();
    command->add_flag("--foreground", arguments->foreground, "Only patches that CLS attends to");
    add_output_options(command, arguments->view);
    on_run(command, [arguments] { return correspondence(*arguments); });
  }
}

}  // namespace ibot::cli
