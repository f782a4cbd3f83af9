// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/data/parts_dataset.h>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <iostream>
#include <memory>

namespace ibot::cli {
namespace {

constexpr double kLineSeconds = 2;

}  // namespace

void add_dataset(CLI::App& app) {
  CLI::App* group = app.add_subcommand("dataset", "Data sets that the program makes itself");
  group->require_subcommand(1);
  struct Arguments {
    std::string out;
    data::PartsOptions options;
    bool json = false;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      group->add_subcommand("parts", "Draw the built-in scenes with their part masks into a folder");
  command->footer(
      "Example:\n  ibot dataset parts --out parts --train 6000 --size 96 --seed 1\n"
      "A finished folder is kept, an interrupted one completed.");
  command->add_option("-o,--out", arguments->out, "Folder")->required()->check(output_path());
  command->add_option("--train", arguments->options.train, "Training scenes")->capture_default_str();
  command->add_option("--val", arguments->options.val, "Validation scenes")->capture_default_str();
  command->add_option("--size", arguments->options.size, "Side in px")->capture_default_str();
  command->add_option("--seed", arguments->options.seed, "Seed")->capture_default_str();
  command->add_option("--format", arguments->options.format, "jpeg or png")->capture_default_str();
  command->add_option("--jpeg-quality", arguments->options.jpeg_quality, "Of --format jpeg, 1 to 100")
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "As JSON");
  on_run(command, [arguments]() -> base::Status {
    const bool terminal = ::isatty(STDERR_FILENO) != 0;
    const base::Stopwatch watch;
    base::Stopwatch since;
    IBOT_TRY(const data::PartsReport report,
             data::write_parts_dataset(
                 arguments->out, arguments->options, [&](std::int64_t done, std::int64_t total) {
                   if (!terminal) {
                     // A window reads the lines.
                     if (since.seconds() < kLineSeconds) return;
                     since.restart();
                     std::cerr << "drawing scenes: " << done << " of " << total << std::endl;
                     return;
                   }
                   const double rate = static_cast<double>(done) / std::max(1e-3, watch.seconds());
                   std::cerr << "\r\033[K" << base::format_count(done) << " of " << base::format_count(total)
                             << " scenes, " << static_cast<int>(rate) << "/s, "
                             << base::format_duration(static_cast<double>(total - done) / std::max(1.0, rate))
                             << " left" << (done == total ? "\n" : "") << std::flush;
                 }));
    if (arguments->json) {
      print_json({{"folder", arguments->out}, {"drawn", report.drawn}, {"kept", report.kept}});
    } else {
      print(base::str(arguments->out, ": ", base::format_count(report.drawn), " scenes drawn, ",
                      base::format_count(report.kept), " kept, ", base::format_duration(watch.seconds())));
    }
    return {};
  });
}

}  // namespace ibot::cli
