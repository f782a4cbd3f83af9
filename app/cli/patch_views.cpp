// SPDX-License-Identifier: GPL-3.0-or-later
#include "view_commands.h"
#include "view_options.h"
#include "view_sources.h"
#include "view_tables.h"

#include <ibot/base/text.h>
#include <ibot/drawing/view_figures.h>

#include <algorithm>
#include <iostream>
#include <memory>

namespace ibot::cli {
namespace {

struct ClustersArguments {
  ViewOptions view;
  std::int64_t clusters = 6, seed = 0;
  bool alone = false, components = false;
  std::string foreground = "all", aligned;
};

base::Status clusters(const ClustersArguments& arguments) {
  LocalViews local;
  protocol::ClustersRequest request;
  request.network = arguments.view.network;
  request.pictures = arguments.view.pictures();
  request.tokens = arguments.view.tokens;
  request.clusters = arguments.clusters;
  request.seed = arguments.seed;
  request.joint = !arguments.alone;
  request.nearest = arguments.alone ? 0 : 8;
  request.pixels = true;
  request.leave_out = true;
  for (const auto rule : {protocol::Foreground::Component, protocol::Foreground::Attention}) {
    if (arguments.foreground == protocol::to_string(rule)) request.foreground = rule;
  }
  if (!arguments.aligned.empty()) {
    IBOT_TRY(request.aligned_to, network_beside(arguments.view, arguments.aligned));
  }
  TerminalJob job;
  IBOT_TRY(const auto reply, local.views.clusters(request, job));
  report_left_out(reply.left_out);
  protocol::Message message = reply.to_message();
  shape_maps(message, "labels", reply.pictures);
  shape_maps(message, "components", reply.pictures, 0, 3);
  return write_view(arguments.view, message, [&] {
    const drawing::ClustersLook look{arguments.view.look(), arguments.seed, !arguments.alone,
                                     request.foreground};
    return arguments.components ? drawing::draw_components(reply, look) : drawing::draw_clusters(reply, look);
  });
}

struct EmbeddingArguments {
  ViewOptions view;
  protocol::EmbeddingRequest request;
  bool components = false;
};

base::Status embedding(const EmbeddingArguments& arguments) {
  LocalViews local;
  protocol::EmbeddingRequest request = arguments.request;
  request.network = arguments.view.network;
  request.pictures = arguments.view.pictures();
  request.tokens = arguments.view.tokens;
  request.tsne = !arguments.components;
  request.leave_out = true;
  TerminalJob job;
  IBOT_TRY(const auto reply, local.views.embedding(request, job));
  report_left_out(reply.left_out);
  protocol::Message message = reply.to_message();
  // Points need no pixels.
  std::erase_if(message.arrays, [](const protocol::Array& array) { return array.bytes.empty(); });
  return write_view(arguments.view, message, [&] {
    return drawing::draw_embedding(reply, request.perplexity, arguments.view.look());
  });
}

struct PredictionArguments {
  ViewOptions view;
  std::int64_t seed = 0, epoch = 0;
  std::string mask;
};

// "0110,0011": a row of zeros and ones for each row of patches.
base::Status read_mask(const std::string& text, protocol::PredictionRequest& request) {
  const std::vector<std::string> rows = base::split(text, ',');
  const bool whole = std::all_of(rows.begin(), rows.end(), [&](const std::string& row) {
    return !row.empty() && row.size() == rows.front().size() &&
           row.find_first_not_of("01") == std::string::npos;
  });
  if (!whole) {
    return base::Error{base::ErrorCode::InvalidArgument, "the mask " + base::quote_untrusted(text, 60),
                       "rows of zeros and ones of one length, with commas between: 0110,0011",
                       "1 hides a patch"};
  }
  request.rows = static_cast<int>(rows.size());
  request.columns = static_cast<int>(rows.front().size());
  for (const std::string& row : rows) {
    for (const char cell : row) request.mask.push_back(cell == '1' ? 1 : 0);
  }
  return {};
}

base::Status prediction(const PredictionArguments& arguments) {
  LocalViews local;
  protocol::PredictionRequest request;
  request.network = arguments.view.network;
  request.picture = arguments.view.pictures().front();
  request.seed = arguments.seed;
  request.epoch = arguments.epoch;
  request.stand_in = true;
  if (!arguments.mask.empty()) IBOT_CHECK_OK(read_mask(arguments.mask, request));
  request.pixels = true;
  IBOT_TRY(const auto reply, local.views.prediction(request));
  if (reply.stand_in) {
    std::cerr << "no student is kept of step " << reply.network.step
              << ": the teacher's network stands in for it\n";
  }
  return write_view(arguments.view, reply.to_message(),
                    [&] { return drawing::draw_prediction(reply, arguments.view.look()); });
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
  command->add_option("--mask", arguments->mask,
                      "A mask of one's own: rows of 0 and 1, commas between; 1 hides a patch");
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
  add_prediction(group);
}

}  // namespace ibot::cli
