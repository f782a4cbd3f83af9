// SPDX-License-Identifier: GPL-3.0-or-later
#include "view_commands.h"
#include "view_options.h"
#include "view_sources.h"

#include <ibot/base/text.h>
#include <ibot/figure/contact_sheet.h>
#include <ibot/figure/map_sheet.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <memory>

namespace ibot::cli {
namespace {

using base::str;

struct ClustersArguments {
  ViewOptions view;
  std::int64_t clusters = 6, seed = 0;
  bool alone = false, components = false;
  std::string foreground = "all", aligned;
};

base::Result<figure::Figure> draw_components(const ClustersArguments& arguments,
                                             const protocol::ClustersReply& reply) {
  figure::MapSheet sheet;
  sheet.title = "Principal components of patch tokens";
  sheet.subtitle = subtitle_of(reply.network, reply.tokens.layer);
  std::string shares;
  for (const double share : reply.explained) shares += (shares.empty() ? "" : ", ") + rounded(share * 100, 1);
  sheet.caption = {
      str("The first three components as red, green and blue, 2.5 standard deviations to either "
          "side, ",
          arguments.alone ? "of each picture alone" : "of all pictures together", "; they hold ", shares,
          " % of the variance. Foreground: ", arguments.foreground, ". ", made_by(reply.network), ".")};
  sheet.theme = arguments.view.theme();
  std::deque<figure::Picture> maps;  // addresses stay
  for (std::size_t i = 0; i < reply.pictures.size(); ++i) {
    const protocol::SeenPicture& picture = reply.pictures[i];
    sheet.tiles.push_back({.caption = picture.name, .picture = view_of(picture)});
    figure::Picture& map = maps.emplace_back(picture.columns, picture.rows);
    map.rgb = reply.components[i];
    sheet.tiles.push_back({.caption = "components", .picture = map.view(), .flat = true});
  }
  sheet.columns = std::min(6, static_cast<int>(sheet.tiles.size()));
  return figure::draw_map_sheet(sheet);
}

base::Result<figure::Figure> draw_clusters(const ClustersArguments& arguments,
                                           const protocol::ClustersReply& reply) {
  if (arguments.components) return draw_components(arguments, reply);
  figure::ContactSheet sheet;
  sheet.title = "Clusters of patch tokens";
  sheet.subtitle = subtitle_of(reply.network, reply.tokens.layer);
  sheet.caption = {str(reply.clusters, " clusters by k-means (k-means++, seed ", arguments.seed, ") of ",
                       reply.tokens.projection ? "the head's projections" : "patch tokens",
                       " of unit length, ",
                       arguments.alone ? "of each picture alone" : "of all pictures together",
                       "; foreground: ", arguments.foreground, ". ", made_by(reply.network), ".")};
  sheet.theme = arguments.view.theme();
  for (std::size_t i = 0; i < reply.pictures.size(); ++i) {
    const protocol::SeenPicture& picture = reply.pictures[i];
    figure::SheetTile tile{picture.name, view_of(picture), picture.rows, picture.columns, {}};
    for (const std::uint8_t label : reply.labels[i])
      tile.labels.push_back(label == protocol::ClustersReply::kBackground ? -1 : label);
    sheet.tiles.push_back(std::move(tile));
  }
  for (int cluster = 0; cluster < reply.clusters; ++cluster) {
    sheet.legend.push_back(
        {cluster, str("cluster ", cluster + 1, ": ",
                      base::format_count(reply.sizes[static_cast<std::size_t>(cluster)]))});
  }
  return figure::draw_contact_sheet(sheet);
}

base::Status clusters(const ClustersArguments& arguments) {
  auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  RecordSources sources(loader);
  inspect::Views views(loader, &sources);
  protocol::ClustersRequest request;
  request.network = arguments.view.network;
  request.pictures = arguments.view.pictures();
  request.tokens = arguments.view.tokens;
  request.clusters = arguments.clusters;
  request.seed = arguments.seed;
  request.joint = !arguments.alone;
  request.nearest = arguments.alone ? 0 : 8;
  request.pixels = true;
  for (const auto rule : {protocol::Foreground::Component, protocol::Foreground::Attention}) {
    if (arguments.foreground == protocol::to_string(rule)) request.foreground = rule;
  }
  if (!arguments.aligned.empty()) {
    IBOT_TRY(request.aligned_to, network_beside(arguments.view, arguments.aligned));
  }
  TerminalJob job;
  IBOT_TRY(const auto reply, views.clusters(request, job));
  return write_view(arguments.view, reply.to_message(), [&] { return draw_clusters(arguments, reply); });
}

struct EmbeddingArguments {
  ViewOptions view;
  protocol::EmbeddingRequest request;
  bool components = false;
};

base::Status embedding(const EmbeddingArguments& arguments) {
  auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  RecordSources sources(loader);
  inspect::Views views(loader, &sources);
  protocol::EmbeddingRequest request = arguments.request;
  request.network = arguments.view.network;
  request.pictures = arguments.view.pictures();
  request.tokens = arguments.view.tokens;
  request.tsne = !arguments.components;
  TerminalJob job;
  IBOT_TRY(const auto reply, views.embedding(request, job));
  return write_view(arguments.view, reply.to_message(), []() -> base::Result<figure::Figure> {
    return base::Error{base::ErrorCode::Unsupported, "an embedding is not drawn here",
                       "--json, --csv or --npy", "The window draws it"};
  });
}

struct PrototypesArguments {
  ViewOptions view;
  protocol::PrototypesRequest request;
  std::string beside;
};

base::Result<figure::Figure> draw_prototypes(const PrototypesArguments& arguments,
                                             const protocol::PrototypesReply& reply) {
  figure::MapSheet sheet;
  sheet.title = "What prototypes answer to";
  sheet.subtitle = subtitle_of(reply.network, reply.network.depth);
  sheet.caption = {str("For each prototype of the patch head the patches with its largest logits, of ",
                       base::format_count(reply.seen), " pictures with ", base::format_count(reply.patches),
                       " patches; the patch is the middle third of each crop. ",
                       base::format_count(reply.network.prototypes - reply.dead), " of ",
                       base::format_count(reply.network.prototypes), " prototypes are chosen by some patch. ",
                       made_by(reply.network), ".")};
  if (reply.overlap >= 0) {
    sheet.caption.push_back(str(
        "Overlap with the other network's assignments, prototypes paired: ", rounded(reply.overlap * 100, 1),
        " % of the patches; by chance ", rounded(reply.overlap_chance * 100, 1), " %."));
  }
  sheet.theme = arguments.view.theme();
  sheet.side = 72;
  const int groups = reply.most > 6 ? 1 : 2;
  sheet.columns = reply.most * groups;
  const std::size_t bytes = static_cast<std::size_t>(reply.side) * static_cast<std::size_t>(reply.side) * 3;
  for (std::size_t card = 0; card < reply.cards.size(); ++card) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(reply.most); ++i) {
      const std::size_t from = (card * static_cast<std::size_t>(reply.most) + i) * bytes;
      figure::MapTile tile{.picture = {reply.side, reply.side, std::span(reply.crops).subspan(from, bytes)}};
      if (i == 0) {
        tile.caption = str("prototype ", reply.cards[card].prototype, ": ",
                           base::format_count(reply.cards[card].count), " patches");
      }
      sheet.tiles.push_back(std::move(tile));
    }
  }
  if (sheet.tiles.empty())
    return base::Error{base::ErrorCode::NotFound, "no picture could be read", "pictures", ""};
  return figure::draw_map_sheet(sheet);
}

base::Status prototypes(const PrototypesArguments& arguments) {
  auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  RecordSources sources(loader);
  inspect::Views views(loader, &sources);
  protocol::PrototypesRequest request = arguments.request;
  request.network = arguments.view.network;
  request.size = arguments.view.size;
  request.milliseconds = 0;
  if (!arguments.beside.empty()) {
    IBOT_TRY(request.beside, network_beside(arguments.view, arguments.beside));
  }
  TerminalJob job;
  IBOT_TRY(const auto reply, views.prototypes(request, job));
  return write_view(arguments.view, reply.to_message(), [&] { return draw_prototypes(arguments, reply); });
}

struct PredictionArguments {
  ViewOptions view;
  std::int64_t seed = 0, epoch = 0;
};

base::Result<figure::Figure> draw_prediction(const PredictionArguments& arguments,
                                             const protocol::PredictionReply& reply) {
  figure::MapSheet sheet;
  sheet.title = "What the student says of patches that it does not see";
  sheet.subtitle = base::str("step ", base::format_count(reply.network.step));
  sheet.caption = {str(made_by(reply.network), ". Same prototype as the teacher's at ",
                       rounded(reply.agreement * 100, 1), " % of the masked patches; cross-entropy ",
                       rounded(reply.cross_entropy, 3), " nats, ", rounded(reply.uniform, 3),
                       " if it knew nothing; the teacher's most similar patch lies ",
                       rounded(reply.distance, 1), " patches away on average.")};
  sheet.theme = arguments.view.theme();
  sheet.unit = "cosine of the student's and the teacher's projection";
  sheet.opacity = 0.75;
  const protocol::SeenPicture& picture = reply.picture;
  figure::Picture hidden(picture.width, picture.height);
  hidden.rgb = picture.pixels;
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      const int row = y * picture.rows / picture.height, column = x * picture.columns / picture.width;
      if (reply.mask[static_cast<std::size_t>(row * picture.columns + column)] != 0)
        hidden.set(x, y, figure::colour_from_hex(0x6b7480));
    }
  }
  // Prototypes as colours; what the student was not asked is left out.
  const auto coloured = [&](const std::vector<std::int64_t>& chosen) {
    figure::Picture map(picture.columns, picture.rows);
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const auto at = static_cast<int>(i);
      const figure::Colour colour = chosen[i] < 0
                                        ? figure::colour_from_hex(0x3a4048)
                                        : figure::cluster_colour(static_cast<std::size_t>(chosen[i]));
      map.set(at % picture.columns, at / picture.columns, colour);
    }
    return map;
  };
  const figure::Picture student = coloured(reply.student), teacher = coloured(reply.teacher);
  std::vector<float> cosine = reply.cosine;
  for (std::size_t i = 0; i < cosine.size(); ++i) {
    if (reply.mask[i] == 0) cosine[i] = NAN;
  }
  sheet.tiles = {{.caption = "picture", .picture = view_of(picture)},
                 {.caption = "what the student sees", .picture = hidden.view()},
                 {.caption = "student's prototypes", .picture = student.view(), .flat = true},
                 {.caption = "teacher's prototypes", .picture = teacher.view(), .flat = true},
                 {.caption = "agreement",
                  .picture = view_of(picture),
                  .rows = picture.rows,
                  .columns = picture.columns,
                  .values = cosine,
                  .inside = reply.mask}};
  sheet.columns = 5;
  return figure::draw_map_sheet(sheet);
}

base::Status prediction(const PredictionArguments& arguments) {
  auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  RecordSources sources(loader);
  inspect::Views views(loader, &sources);
  protocol::PredictionRequest request;
  request.network = arguments.view.network;
  request.picture = arguments.view.pictures().front();
  request.seed = arguments.seed;
  request.epoch = arguments.epoch;
  request.pixels = true;
  IBOT_TRY(const auto reply, views.prediction(request));
  return write_view(arguments.view, reply.to_message(), [&] { return draw_prediction(arguments, reply); });
}

void add_clusters(CLI::App& group) {
  auto arguments = std::make_shared<ClustersArguments>();
  CLI::App* command = group.add_subcommand("clusters", "k-means clusters or principal components of patches");
  command->footer(
      "Example:\n  ibot inspect clusters demo --image *.jpg --clusters 8 --foreground attention --out c.png");
  add_network_options(command, arguments->view);
  add_picture_options(command, arguments->view, 64);
  add_token_options(command, arguments->view);
  command->add_option("--clusters", arguments->clusters, "k of k-means")
      ->check(CLI::Range(std::int64_t{1}, protocol::ClustersRequest::kMostClusters))
      ->capture_default_str();
  command->add_option("--seed", arguments->seed)->check(CLI::NonNegativeNumber)->capture_default_str();
  command->add_flag("--alone", arguments->alone, "Each picture alone instead of all together");
  command->add_flag("--components", arguments->components, "Draw components instead of clusters");
  command->add_option("--foreground", arguments->foreground, "all, component or attention")
      ->check(CLI::IsMember({"all", "component", "attention"}))
      ->capture_default_str();
  command->add_option("--aligned-to", arguments->aligned,
                      "Signs and numbers follow this network: RUN, RUN@STEP, @STEP, ...");
  add_output_options(command, arguments->view);
  on_run(command, [arguments] { return clusters(*arguments); });
}

void add_embedding(CLI::App& group) {
  auto arguments = std::make_shared<EmbeddingArguments>();
  CLI::App* command = group.add_subcommand("embedding", "Patches as points of a plane: t-SNE or components");
  protocol::EmbeddingRequest& request = arguments->request;
  add_network_options(command, arguments->view);
  add_picture_options(command, arguments->view, 64);
  add_token_options(command, arguments->view);
  command->add_flag("--components", arguments->components, "The first two principal components");
  command->add_option("--perplexity", request.perplexity)
      ->check(CLI::Range(2.0, 200.0))
      ->capture_default_str();
  command->add_option("--iterations", request.iterations)->check(CLI::Range(1, 5000))->capture_default_str();
  command->add_option("--points", request.points, "Patches at most, evenly spread")
      ->check(CLI::Range(std::int64_t{2}, protocol::EmbeddingRequest::kMostPoints))
      ->capture_default_str();
  command->add_option("--clusters", request.clusters, "k of k-means")
      ->check(CLI::Range(std::int64_t{1}, protocol::ClustersRequest::kMostClusters))
      ->capture_default_str();
  command->add_option("--seed", request.seed)->check(CLI::NonNegativeNumber)->capture_default_str();
  add_output_options(command, arguments->view);
  on_run(command, [arguments] { return embedding(*arguments); });
}

void add_prototypes(CLI::App& group) {
  auto arguments = std::make_shared<PrototypesArguments>();
  CLI::App* command =
      group.add_subcommand("prototypes", "The patches that each prototype answers strongest to");
  command->footer("Example:\n  ibot inspect prototypes demo --pictures 400 --cards 16 --out cards.png");
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
  command->add_option("--beside", arguments->beside, "Overlap with this network: RUN, RUN@STEP, @STEP, ...");
  add_output_options(command, arguments->view);
  on_run(command, [arguments] { return prototypes(*arguments); });
}

void add_prediction(CLI::App& group) {
  auto arguments = std::make_shared<PredictionArguments>();
  CLI::App* command =
      group.add_subcommand("prediction", "What the student predicts for masked patches, against the teacher");
  command->footer("Example:\n  ibot inspect prediction demo --image bird.jpg --seed 3 --out masked.png");
  add_network_options(command, arguments->view);
  add_picture_options(command, arguments->view, 1);
  command->add_option("--seed", arguments->seed, "Of the mask, which the run's masking plugin draws")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--epoch", arguments->epoch, "Of the mask")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  add_output_options(command, arguments->view);
  on_run(command, [arguments] { return prediction(*arguments); });
}

}  // namespace

void add_patch_views(CLI::App& group) {
  add_clusters(group);
  add_embedding(group);
  add_prototypes(group);
  add_prediction(group);
}

}  // namespace ibot::cli
