// SPDX-License-Identifier: GPL-3.0-or-later
#include "laboratory.h"

#include <ibot/base/file.h>
#include <ibot/base/text.h>
#include <ibot/figure/crop_sheet.h>
#include <ibot/inspect/laboratory.h>
#include <ibot/params/yaml.h>
#include <ibot/plugin/loader.h>

#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <memory>

namespace ibot::cli {
namespace {

struct Arguments {
  protocol::LaboratoryRequest request;
  std::string recipe, out;
  std::int64_t seed = -1, draws = 512;
  bool json = false, dark = false;
};

// Planes of RGB as the network reads them, to pixels as pictures have them.
figure::Picture picture_of(const protocol::DrawnCrops& crops, std::size_t crop) {
  figure::Picture picture(crops.size, crops.size);
  const auto plane = static_cast<std::size_t>(crops.size) * static_cast<std::size_t>(crops.size);
  const std::uint8_t* from = crops.pixels.data() + crop * 3 * plane;
  for (std::size_t i = 0; i < plane; ++i) {
    for (std::size_t channel = 0; channel < 3; ++channel)
      picture.rgb[i * 3 + channel] = from[channel * plane + i];
  }
  return picture;
}

std::string percent(double share) {
  return base::str(std::lround(share * 100), " %");
}

std::string asked_text(const std::vector<protocol::ShareRange>& asked) {
  std::string text;
  for (const protocol::ShareRange& range : asked) {
    text += text.empty() ? "" : " or ";
    text += range.low == range.high ? percent(range.low)
                                    : base::str(std::lround(range.low * 100), " to ", percent(range.high));
  }
  return text;
}

figure::CropSheet sheet_of(const protocol::LaboratoryReply& reply, const protocol::HistogramReply& histogram,
                           bool dark) {
  figure::CropSheet sheet;
  sheet.title = "What training draws";
  sheet.subtitle = base::str(std::filesystem::path(reply.picture).filename().string(), " \u00b7 seed ",
                             reply.seed, " \u00b7 epoch ", reply.epoch);
  sheet.theme = dark ? figure::Theme::Dark : figure::Theme::Light;
  // What is drawn of one global crop stands in one line.
  const bool lines = reply.masks.size() + (reply.teacher.recipes.empty() ? 0 : 1) > 1;
  for (std::size_t i = 0; i < reply.global.recipes.size(); ++i) {
    const std::size_t first = sheet.tiles.size();
    for (const protocol::DrawnMasks& masks : reply.masks) {
      const auto cells = static_cast<std::size_t>(reply.rows) * static_cast<std::size_t>(reply.cols);
      const auto begin = masks.cells.begin() + static_cast<std::ptrdiff_t>(i * cells);
      sheet.tiles.push_back({base::str("global ", i + 1, ", ", masks.plugin, ": ",
                                       percent(masks.reached(static_cast<int>(i), reply.rows, reply.cols))),
                             picture_of(reply.global, i), reply.rows, reply.cols,
                             std::vector<std::uint8_t>(begin, begin + static_cast<std::ptrdiff_t>(cells)),
                             false});
    }
    if (!reply.teacher.recipes.empty())
      sheet.tiles.push_back(
          {base::str("global ", i + 1, ", teacher"), picture_of(reply.teacher, i), 0, 0, {}, false});
    if (lines && first < sheet.tiles.size()) sheet.tiles[first].begins_line = true;
  }
  for (std::size_t i = 0; i < reply.local.recipes.size(); ++i)
    sheet.tiles.push_back({base::str("local ", i + 1), picture_of(reply.local, i), 0, 0, {}, true});
  for (const protocol::RatioHistogram& each : histogram.plugins) {
    const std::string asked = asked_text(each.asked);
    sheet.caption.push_back(base::str("Masked by ", each.plugin, ": ",
                                      asked.empty() ? "" : asked + " asked, ", percent(each.mean),
                                      " reached on average of ", base::format_count(each.draws), " crops; ",
                                      base::format_count(each.whole), " of them whole."));
  }
  return sheet;
}

base::Status run(const Arguments& arguments) {
  if (arguments.out.empty() && !arguments.json) {
    return base::Error{base::ErrorCode::InvalidArgument, "nothing to write",
                       "--out FILE.png or .svg, or --json", ""};
  }
  auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  protocol::LaboratoryRequest request = arguments.request;
  IBOT_TRY(request.recipe.text, base::read_text_file(arguments.recipe, params::kMostYamlBytes));
  request.recipe.file = arguments.recipe;
  if (arguments.seed >= 0) request.seed = arguments.seed;
  inspect::Laboratory laboratory(loader);
  IBOT_TRY(const protocol::LaboratoryReply reply, laboratory.draw(request));
  if (request.picture.empty() && reply.index != request.index) {
    return base::Error{base::ErrorCode::InvalidArgument, base::str("--index ", request.index),
                       base::str("0 to ", reply.pictures - 1, ", the pictures of the data set"), ""};
  }
  protocol::HistogramReply histogram;
  if (arguments.draws > 0) {
    IBOT_TRY(histogram, laboratory.histogram({.recipe = request.recipe,
                                              .seed = request.seed,
                                              .epoch = request.epoch,
                                              .beside = request.beside,
                                              .draws = arguments.draws},
                                             {}));
  }
  if (arguments.json) {
    nlohmann::json json = reply.to_message().body;
    for (std::size_t i = 0; i < reply.masks.size(); ++i) json["masks"][i]["cells"] = reply.masks[i].cells;
    json["histogram"] = histogram.to_message().body["plugins"];
    print_json(json);
  }
  if (arguments.out.empty()) return {};
  IBOT_TRY(const figure::Figure drawing, figure::draw_crop_sheet(sheet_of(reply, histogram, arguments.dark)));
  IBOT_CHECK_OK(drawing.save(arguments.out));
  if (!arguments.json) print(arguments.out);
  return {};
}

}  // namespace

void add_laboratory(CLI::App& group) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      group.add_subcommand("laboratory", "The crops and masks that training would draw of a picture");
  command->footer(
      "Without --image: picture 0 of the recipe's data set. The same bytes as in training.\nExamples:\n"
      "  ibot inspect laboratory recipe.yaml --image bird.jpg --seed 3 --out crops.png\n"
      "  ibot inspect laboratory recipe.yaml --index 12 --beside random --json");
  command->add_option("recipe", arguments->recipe, "YAML file")->required();
  command->add_option("--set", arguments->request.recipe.overrides, "key=value, may be given more than once");
  command->add_option("--image", arguments->request.picture, "JPEG or PNG file");
  command->add_option("--index", arguments->request.index, "Picture of the recipe's data set, from 0")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--seed", arguments->seed, "The recipe's if left out")->check(CLI::NonNegativeNumber);
  command->add_option("--epoch", arguments->request.epoch, "From 0")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  command->add_option("--beside", arguments->request.beside, "A second masking plugin, drawn beside");
  command->add_option("--draws", arguments->draws, "Crops whose masked shares are counted; 0: none")
      ->check(CLI::Range(std::int64_t{0}, protocol::HistogramRequest::kMostDraws))
      ->capture_default_str();
  command->add_option("-o,--out", arguments->out, "PNG or SVG to write")->check(output_path());
  command->add_flag("--dark", arguments->dark, "Dark theme");
  command->add_flag("--json", arguments->json, "Numbers on standard output");
  on_run(command, [arguments] { return run(*arguments); });
}

}  // namespace ibot::cli
