// SPDX-License-Identifier: GPL-3.0-or-later
#include "view_commands.h"
#include "view_options.h"
#include "view_sources.h"
#include "view_tables.h"

#include <ibot/base/clock.h>
#include <ibot/base/file.h>
#include <ibot/base/text.h>
#include <ibot/drawing/view_figures.h>
#include <ibot/protocol/agreement_record.h>
#include <ibot/record/store.h>
#include <ibot/record/workspace.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>

namespace ibot::cli {
namespace {

using base::str;

struct NormsArguments {
  ViewOptions view;
  double factor = 6;
};

base::Status norms(const NormsArguments& arguments) {
  LocalViews local;
  TerminalJob job;
  IBOT_TRY(const auto reply, local.views.norms({.network = arguments.view.network,
                                                .pictures = arguments.view.pictures(),
                                                .layer = arguments.view.tokens.layer,
                                                .factor = arguments.factor,
                                                .pixels = true,
                                                .leave_out = true},
                                               job));
  report_left_out(reply.left_out);
  protocol::Message message = reply.to_message();
  shape_maps(message, "norms", reply.pictures);
  return write_view(
      arguments.view, message,
      [&] { return drawing::draw_norms(reply, arguments.factor, arguments.view.look()); },
      map_table(reply.pictures, reply.norms, "norm"));
}

struct CkaArguments {
  ViewOptions view;
  std::vector<std::string> beside;
  bool cls = false;
};

// Of several networks one layer of each, held against that of each other.
base::Status cka_matrix(const CkaArguments& arguments) {
  protocol::CkaMatrixRequest request;
  request.networks = {arguments.view.network};
  for (const std::string& other : arguments.beside) {
    IBOT_TRY(request.networks.emplace_back(), network_beside(arguments.view, other));
  }
  request.pictures = arguments.view.pictures();
  request.layer = arguments.view.tokens.layer;
  request.cls = arguments.cls;
  request.leave_out = true;
  LocalViews local;
  TerminalJob job;
  IBOT_TRY(const auto reply, local.views.cka_matrix(request, job));
  report_left_out(reply.left_out);
  if (const std::string warning = drawing::cka_matrix_warning(reply); !warning.empty())
    std::cerr << "warning: " << warning << '\n';
  std::string table = "network,run,step,beside,beside_run,beside_step,cka\n";
  const auto columns_of = [](const protocol::SeenNetwork& network) {
    return str(base::quote_untrusted(network.name), ",", network.run, ",", network.step, ",");
  };
  const std::size_t count = reply.networks.size();
  for (std::size_t a = 0; a < count; ++a) {
    for (std::size_t b = 0; b < count; ++b)
      table += str(columns_of(reply.networks[a]), columns_of(reply.networks[b]), reply.values[a * count + b],
                   "\n");
  }
  return write_view(
      arguments.view, reply.to_message(),
      [&] { return drawing::draw_cka_matrix(reply, arguments.cls, arguments.view.look()); }, table);
}

base::Status cka(const CkaArguments& arguments) {
  if (arguments.beside.size() > 1) return cka_matrix(arguments);
  if (arguments.view.tokens.layer > 0) {
    return base::Error{base::ErrorCode::InvalidArgument,
                       "--layer is for several networks, and of two each layer is compared with each", "",
                       "Leave it out, or name more with --beside"};
  }
  LocalViews local;
  protocol::CkaRequest request;
  request.first = {arguments.view.network, arguments.view.pictures()};
  request.second = request.first;
  request.cls = arguments.cls;
  request.leave_out = true;
  if (!arguments.beside.empty()) {
    IBOT_TRY(request.second.network, network_beside(arguments.view, arguments.beside.front()));
  }
  TerminalJob job;
  IBOT_TRY(const auto reply, local.views.cka(request, job));
  report_left_out(reply.left_out);
  if (const std::string warning = drawing::cka_warning(reply); !warning.empty())
    std::cerr << "warning: " << warning << '\n';
  return write_view(arguments.view, reply.to_message(),
                    [&] { return drawing::draw_cka(reply, arguments.cls, arguments.view.look()); });
}

struct AgreementArguments {
  ViewOptions view;
  protocol::AgreementRequest request;
  std::vector<std::string> beside;
  bool record = false;
};

// Every network of a run into the record of its run.
base::Status record_figures(const std::string& workspace, const protocol::AgreementRequest& request,
                            const protocol::AgreementReply& reply) {
  IBOT_TRY(const record::Workspace folder, record::Workspace::open(workspace));
  IBOT_TRY(record::Store store, record::Store::open(folder));
  for (std::size_t i = 0; i < reply.networks.size(); ++i) {
    const std::string& run = reply.networks[i].network.run;
    if (run.empty()) continue;
    const auto rows = protocol::agreement_rows(request, reply, i, base::now_micros());
    IBOT_CHECK_OK(store.add_evaluations(run, rows));
  }
  return {};
}

std::string table_of(const protocol::AgreementReply& reply) {
  std::string csv =
      "network,step,source,click_iou,box_iou,attention_jaccard,purity,nmi,matches,matches_chance,pictures,"
      "regions,patches,unreadable\n";
  for (const auto& figures : reply.networks) {
    csv += str(base::quote_untrusted(figures.network.name), ",", figures.network.step, ",",
               figures.network.source, ",", figures.click_iou, ",", reply.box_iou, ",",
               figures.attention_jaccard, ",", figures.purity, ",", figures.nmi, ",", figures.matches, ",",
               figures.matches_chance, ",", reply.pictures, ",", reply.regions, ",", reply.patches, ",",
               reply.unreadable, "\n");
  }
  return csv;
}

base::Status agreement(const AgreementArguments& arguments) {
  LocalViews local;
  protocol::AgreementRequest request = arguments.request;
  request.networks = {arguments.view.network};
  for (const std::string& other : arguments.beside) {
    IBOT_TRY(request.networks.emplace_back(), network_beside(arguments.view, other));
  }
  request.size = arguments.view.size;
  request.tokens = arguments.view.tokens;
  TerminalJob job;
  const auto answered = local.views.agreement(request, job);
  if (!answered) return answered.error();
  const protocol::AgreementReply& reply = *answered;
  report_left_out(reply.left_out);
  if (arguments.record) IBOT_CHECK_OK(record_figures(arguments.view.network.workspace, request, reply));
  if (!arguments.view.csv.empty())
    IBOT_CHECK_OK(base::write_file_atomically(arguments.view.csv, std::string_view(table_of(reply))));
  if (!arguments.view.out.empty()) {
    IBOT_TRY(const figure::Figure drawing, drawing::draw_agreement(reply, request, arguments.view.look()));
    IBOT_CHECK_OK(drawing.save(arguments.view.out));
  }
  if (arguments.view.json) {
    print_json(reply.to_message().body);
    return {};
  }
  const auto percent = [](double share) { return rounded(share * 100, 1) + " %"; };
  print(str(base::format_count(reply.pictures), " pictures, ", base::format_count(reply.regions),
            " regions of at least ", rounded(request.least_area * 100, 1), " % of the view, ",
            base::format_count(reply.patches), " patches on them",
            reply.unreadable > 0 ? str("; ", base::format_count(reply.unreadable), " could not be read")
                                 : std::string()));
  print("box of equal area in the middle: IoU " + percent(reply.box_iou));
  for (const auto& figures : reply.networks) {
    print(drawing::made_by(figures.network));
    print("  click similarity, best threshold a picture: IoU " + percent(figures.click_iou));
    print(str("  CLS attention, ", percent(request.mass), " of the mass, best head: Jaccard ",
              percent(figures.attention_jaccard)));
    print(str("  ", request.clusters, " clusters of patches: purity ", percent(figures.purity), ", NMI ",
              rounded(figures.nmi, 3)));
    if (figures.matches >= 0) {
      print(str("  mutual matches between neighbours join one kind: ", percent(figures.matches),
                ", by chance ", percent(figures.matches_chance)));
    }
  }
  return {};
}

}  // namespace

void add_comparison_views(CLI::App& group) {
  {
    auto arguments = std::make_shared<NormsArguments>();
    CLI::App* command = group.add_subcommand("norms", "Lengths of patch tokens and how many stand out");
    add_network_options(command, arguments->view);
    add_picture_options(command, arguments->view, 64);
    command->add_option("--layer", arguments->view.tokens.layer, "Layer, from 1; the last if left out")
        ->check(CLI::PositiveNumber);
    command->add_option("--factor", arguments->factor, "Robust standard deviations above the median")
        ->check(CLI::Range(0.0, 1e6))
        ->capture_default_str();
    add_output_options(command, arguments->view);
    on_run(command, [arguments] { return norms(*arguments); });
  }
  {
    auto arguments = std::make_shared<CkaArguments>();
    CLI::App* command = group.add_subcommand(
        "cka", "How alike layers are, of one network or of two; of several how alike the networks are");
    command->footer(
        "Examples:\n  ibot inspect cka demo --beside @100 --image *.jpg --out cka.png\n"
        "  ibot inspect cka A --beside B C --image *.jpg --out runs.png   # each two, at the last layer");
    add_network_options(command, arguments->view);
    add_picture_options(command, arguments->view, 64);
    command->add_option("--beside", arguments->beside,
                        "RUN, RUN@STEP, @STEP, untrained or a safetensors file; several for a matrix");
    command
        ->add_option("--layer", arguments->view.tokens.layer,
                     "Of several networks: the layer that is compared, from 1; the last of each if left out")
        ->check(CLI::PositiveNumber);
    command->add_flag("--cls", arguments->cls, "CLS tokens, one a picture, instead of patch tokens");
    add_output_options(command, arguments->view);
    on_run(command, [arguments] { return cka(*arguments); });
  }
  {
    auto arguments = std::make_shared<AgreementArguments>();
    CLI::App* command = group.add_subcommand("agreement", "How well what a network shows agrees with masks");
    command->footer(
        "Examples:\n  ibot inspect agreement --weights vit.safetensors --pictures photos --masks masks "
        "--beside untrained\n"
        "  ibot inspect agreement demo --pictures parts/val --masks parts/masks/val --beside untrained @100 "
        "@400 "
        "--out curves.svg");
    protocol::AgreementRequest& request = arguments->request;
    add_network_options(command, arguments->view);
    command->add_option("--pictures", request.pictures, "Folder, searched in depth")->required();
    command
        ->add_option("--masks", request.masks,
                     "Folder with a PNG (one colour a region) or YOLO polygons of each picture's name")
        ->required();
    command->add_option("--beside", arguments->beside,
                        "RUN, RUN@STEP, @STEP, untrained or a safetensors file");
    command->add_option("--limit", request.limit, "Pictures at most, evenly spread")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    command
        ->add_option("--size", arguments->view.size, "Longer side in px; twice the global crop if left out")
        ->check(CLI::Range(1, 4096));
    add_token_options(command, arguments->view);
    command->add_option("--least-area", request.least_area, "Smaller regions are left out; share of the view")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command->add_option("--mass", request.mass, "Of the attention that is compared")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command->add_option("--clusters", request.clusters)->check(CLI::Range(2, 1024))->capture_default_str();
    command->add_option("--seed", request.seed)->check(CLI::NonNegativeNumber)->capture_default_str();
    command->add_flag("--record", arguments->record,
                      "Keep the figures in the record, where the window finds them");
    command->add_option("-o,--out", arguments->view.out, "PNG or SVG: the figures over the networks' steps")
        ->check(output_path());
    command->add_flag("--dark", arguments->view.dark, "Dark theme");
    command->add_option("--csv", arguments->view.csv, "The figures as a table")->check(output_path());
    command->add_flag("--json", arguments->view.json, "The figures on standard output");
    on_run(command, [arguments] { return agreement(*arguments); });
  }
}

}  // namespace ibot::cli
