// SPDX-License-Identifier: GPL-3.0-or-later
#include "view_commands.h"
#include "view_options.h"
#include "view_sources.h"

#include <ibot/analysis/attention.h>
#include <ibot/base/text.h>
#include <ibot/figure/attention_figure.h>
#include <ibot/figure/map_sheet.h>
#include <ibot/figure/match_figure.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace ibot::cli {
namespace {

using base::str;

struct AttentionArguments {
  ViewOptions view;
  std::string query = "cls";
  double mass = 0;
  bool composite = false;
};

std::string query_text(const protocol::PatchPlace& place) {
  return place.row < 0 ? "the CLS token" : str("the patch in row ", place.row, ", column ", place.column);
}

std::vector<std::string> attention_caption(const protocol::AttentionReply& reply) {
  return {str("Softmax of the query of ", query_text(reply.queries.front()), " over ", reply.picture.rows,
              " x ", reply.picture.columns, " patches, by head. ", made_by(reply.network), "; ",
              reply.picture.name, " at ", reply.picture.width, " x ", reply.picture.height, " px.")};
}

base::Result<figure::Figure> draw_plain(const AttentionArguments& arguments,
                                        const protocol::AttentionReply& reply) {
  figure::AttentionFigure content;
  content.title = "Attention of " + query_text(reply.queries.front());
  content.subtitle = subtitle_of(reply.network, reply.layer);
  content.caption = attention_caption(reply);
  content.picture = view_of(reply.picture);
  content.rows = reply.picture.rows;
  content.columns = reply.picture.columns;
  for (std::size_t head = 0; head < static_cast<std::size_t>(reply.heads); ++head)
    content.heads.push_back(reply.map(0, head));
  content.upsampling = arguments.view.upsampling();
  content.theme = arguments.view.theme();
  return figure::draw_attention(content);
}

// The mass as outlines over the picture, and all heads in one.
base::Result<figure::Figure> draw_masses(const AttentionArguments& arguments,
                                         const protocol::AttentionReply& reply) {
  figure::MapSheet sheet;
  sheet.title = "Attention of " + query_text(reply.queries.front());
  sheet.subtitle = subtitle_of(reply.network, reply.layer);
  sheet.caption = attention_caption(reply);
  sheet.colours = figure::ColourMap::Inferno;
  sheet.unit = "attention";
  sheet.opacity = 0.7;
  sheet.upsampling = arguments.view.upsampling();
  sheet.theme = arguments.view.theme();
  if (arguments.mass > 0) {
    sheet.caption.push_back(str("Outlined: the fewest patches that together hold ",
                                rounded(arguments.mass * 100, 1), " % of a head's attention."));
  }
  const protocol::PatchPlace query = reply.queries.front();
  sheet.tiles.push_back({.caption = "picture",
                         .picture = view_of(reply.picture),
                         .rows = reply.picture.rows,
                         .columns = reply.picture.columns,
                         .mark_row = query.row,
                         .mark_column = query.column});
  std::vector<std::vector<float>> heads;
  for (std::size_t head = 0; head < static_cast<std::size_t>(reply.heads); ++head)
    heads.push_back(reply.map(0, head));
  // Attention is a share: its scale begins at nothing.
  sheet.range = figure::Range{0, *std::max_element(reply.attention.begin(), reply.attention.end())};
  figure::Picture composite;
  if (arguments.composite) {
    composite = figure::composite_of_heads(heads, reply.picture.rows, reply.picture.columns);
    sheet.tiles.push_back({.caption = "all heads, a colour each", .picture = composite.view(), .flat = true});
  }
  for (std::size_t head = 0; head < heads.size(); ++head) {
    figure::MapTile tile{.caption = str("head ", head + 1, ": ", rounded(reply.distance[head], 0), " px, ",
                                        rounded(reply.entropy[head], 1)),
                         .picture = view_of(reply.picture),
                         .rows = reply.picture.rows,
                         .columns = reply.picture.columns,
                         .values = heads[head]};
    if (arguments.mass > 0) tile.inside = analysis::attention_mass(heads[head], arguments.mass);
    sheet.tiles.push_back(std::move(tile));
  }
  sheet.caption.push_back(
      "Over each head: mean distance in px of what it attends to, from the query's patch or, for CLS, from "
      "its "
      "own centre; and the entropy of its attention in nats.");
  return figure::draw_map_sheet(sheet);
}

base::Status attention(const AttentionArguments& arguments) {
  auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  RecordSources sources(loader);
  inspect::Views views(loader, &sources);
  protocol::AttentionRequest request;
  request.network = arguments.view.network;
  request.picture = arguments.view.pictures().front();
  request.layer = arguments.view.tokens.layer;
  request.pixels = true;
  IBOT_TRY(request.queries.front(), parse_place(arguments.query));
  IBOT_TRY(const auto reply, views.attention(request));
  protocol::Message message = reply.to_message();
  // What scripts of earlier versions read.
  message.body["rows"] = reply.picture.rows;
  message.body["columns"] = reply.picture.columns;
  message.body["step"] = reply.network.step;
  message.body["heads"] = nlohmann::json::array();
  for (std::size_t head = 0; head < static_cast<std::size_t>(reply.heads); ++head)
    message.body["heads"].push_back(reply.map(0, head));
  return write_view(arguments.view, message, [&] {
    return arguments.mass > 0 || arguments.composite ? draw_masses(arguments, reply)
                                                     : draw_plain(arguments, reply);
  });
}

struct SimilarityArguments {
  ViewOptions view;
  std::string patch;
  std::vector<std::string> beside;
  std::int64_t best = 0;
};

base::Result<figure::Figure> draw_similarity(const SimilarityArguments& arguments,
                                             const protocol::SimilarityReply& reply) {
  figure::MapSheet sheet;
  sheet.title = "Patches like the clicked one";
  sheet.subtitle = subtitle_of(reply.networks.front(), reply.tokens.layer);
  sheet.caption = {str("Cosine similarity of ",
                       reply.tokens.projection ? "the head's projections of patch tokens" : "patch tokens",
                       " with that of ", query_text(reply.patch), " of ", reply.pictures.front().name, ".")};
  for (const protocol::SeenNetwork& network : reply.networks)
    sheet.caption.front() += " " + made_by(network) + ".";
  sheet.unit = "cosine";
  sheet.upsampling = arguments.view.upsampling();
  sheet.theme = arguments.view.theme();
  const std::size_t pictures = reply.pictures.size();
  sheet.columns = static_cast<int>(std::min<std::size_t>(pictures, 6));
  if (pictures == 1) sheet.columns = static_cast<int>(reply.networks.size()) + 1;
  for (std::size_t i = 0; i < pictures; ++i) {
    const protocol::SeenPicture& picture = reply.pictures[i];
    sheet.tiles.push_back({.caption = picture.name,
                           .picture = view_of(picture),
                           .rows = picture.rows,
                           .columns = picture.columns,
                           .mark_row = i == 0 ? reply.patch.row : -1,
                           .mark_column = i == 0 ? reply.patch.column : -1});
  }
  for (std::size_t network = 0; network < reply.networks.size(); ++network) {
    for (std::size_t i = 0; i < pictures; ++i) {
      sheet.tiles.push_back({.caption = i == 0 ? reply.networks[network].moment() : "",
                             .rows = reply.pictures[i].rows,
                             .columns = reply.pictures[i].columns,
                             .values = reply.map(network, i),
                             .mark_row = i == 0 ? reply.patch.row : -1,
                             .mark_column = i == 0 ? reply.patch.column : -1});
    }
  }
  return figure::draw_map_sheet(sheet);
}

base::Status similarity(const SimilarityArguments& arguments) {
  auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  RecordSources sources(loader);
  inspect::Views views(loader, &sources);
  protocol::SimilarityRequest request;
  request.networks = {arguments.view.network};
  for (const std::string& other : arguments.beside) {
    IBOT_TRY(request.networks.emplace_back(), network_beside(arguments.view, other));
  }
  request.pictures = arguments.view.pictures();
  request.tokens = arguments.view.tokens;
  request.best = arguments.best;
  request.pixels = true;
  IBOT_TRY(request.patch, parse_place(arguments.patch));
  TerminalJob job;
  IBOT_TRY(const auto reply, views.similarity(request, job));
  return write_view(arguments.view, reply.to_message(), [&] { return draw_similarity(arguments, reply); });
}

struct CorrespondenceArguments {
  ViewOptions view;
  std::int64_t most = 32;
  bool foreground = false;
};

base::Status correspondence(const CorrespondenceArguments& arguments) {
  auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  RecordSources sources(loader);
  inspect::Views views(loader, &sources);
  const std::vector<protocol::PictureChoice> pictures = arguments.view.pictures();
  protocol::CorrespondenceRequest request;
  request.network = arguments.view.network;
  request.first = pictures.front();
  request.second = pictures.back();
  request.tokens = arguments.view.tokens;
  request.most = arguments.most;
  request.foreground = arguments.foreground;
  request.pixels = true;
  IBOT_TRY(const auto reply, views.correspondence(request));
  return write_view(arguments.view, reply.to_message(), [&] {
    figure::MatchFigure content;
    content.title = "Patches that choose each other";
    content.subtitle = subtitle_of(reply.network, reply.tokens.layer);
    content.caption = {str("The ", reply.lines.size(), " most similar of ", reply.mutual,
                           " pairs of patches that are each other's nearest by cosine similarity",
                           request.foreground ? ", within 60 % of the CLS token's attention" : "", ". ",
                           made_by(reply.network), ".")};
    for (std::size_t i = 0; i < 2; ++i) {
      const protocol::SeenPicture& picture = reply.pictures[i];
      content.sides[i] = {picture.name, view_of(picture), picture.rows, picture.columns};
    }
    for (const auto& line : reply.lines)
      content.lines.push_back({line.first.row, line.first.column, line.second.row, line.second.column});
    content.theme = arguments.view.theme();
    return figure::draw_matches(content);
  });
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
    command->add_option("--layer", arguments->view.tokens.layer, "Layer, from 1; the last if left out");
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
    command->add_option("--best", arguments->best, "Name so many of the most similar patches of the others")
        ->check(CLI::Range(0, 1000));
    add_output_options(command, arguments->view);
    on_run(command, [arguments] { return similarity(*arguments); });
  }
  {
    auto arguments = std::make_shared<CorrespondenceArguments>();
    CLI::App* command =
        group.add_subcommand("correspondence", "Patches of two pictures that are each other's best match");
    command->footer("Example:\n  ibot inspect correspondence demo --image a.jpg b.jpg --out lines.svg");
    add_network_options(command, arguments->view);
    add_picture_options(command, arguments->view, 2);
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
