// SPDX-License-Identifier: GPL-3.0-or-later
// What looking into a network costs its training: one small training with probe pictures and label-free
// figures at the default rhythm. The ten steps from a look on, which hold the look and what it leaves to be
// written, are compared with the forty before and the forty behind them. The network is so small that a look
// is dear beside its steps: for larger ones the share is less.
#include "small_training.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace ibot::bench {
namespace {

constexpr std::int64_t kAround = 10, kBeside = 40;  // steps

struct Options {
  SmallTraining training;
  int looks = 11;
  std::string json;
};

void add_options(CLI::App& app, Options& options) {
  options.training.probe_rhythm = 200;  // probes.every_steps and probes.pictures, as by default
  options.training.probe_pictures = 8;
  add_training_options(app, options.training, options.json);
  app.add_option("--looks", options.looks, "looks at the probe pictures; the first is not counted")
      ->check(CLI::Range(3, 1000))
      ->capture_default_str();
  app.add_option("--rhythm", options.training.probe_rhythm, "steps between two looks")
      ->check(CLI::Range(static_cast<int>(kAround + 2 * kBeside), 1'000'000))
      ->capture_default_str();
  app.add_option("--pictures", options.training.probe_pictures, "probe pictures")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
}

base::Result<int> measure(Options options) {
  const std::int64_t rhythm = options.training.probe_rhythm;
  options.training.steps = static_cast<int>(rhythm * (options.looks + 1));
  IBOT_TRY(const auto training, RunningTraining::start(options.training));
  std::cerr << "· measuring\n";
  IBOT_TRY(const auto losses, training->all_losses(rhythm * options.looks + kAround + kBeside));
  // When a step had been done; a look comes behind its step.
  const auto time_of = [&](std::int64_t step) {
    const auto found = std::lower_bound(losses.begin(), losses.end(), step,
                                        [](const auto& point, std::int64_t at) { return point.step < at; });
    return static_cast<double>(found->time) / 1e6;
  };
  std::vector<double> slower, looks, steps;
  for (std::int64_t look = 2; look <= options.looks; ++look) {
    const std::int64_t at = look * rhythm;
    const double around = time_of(at + kAround) - time_of(at);
    const double beside =
        time_of(at) - time_of(at - kBeside) + time_of(at + kAround + kBeside) - time_of(at + kAround);
    const double step = beside / (2 * kBeside);
    looks.push_back(around - kAround * step);
    steps.push_back(step);
    slower.push_back(looks.back() / (static_cast<double>(rhythm) * step));
  }
  const Interval slows = interval_of(slower);
  std::cout << "probes: a look at " << options.training.probe_pictures << " pictures every " << rhythm
            << " steps of " << options.training.batch << " pictures, " << slower.size() << " looks\n"
            << "  a look takes                " << 1000 * spread_of(looks).median << " ms (median)\n"
            << "  a step                      " << 1000 * spread_of(steps).median << " ms (median)\n"
            << "  probes slow training by     " << percent(slows) << ", n = " << slower.size() << "\n";
  const nlohmann::json result = {{"bench", "probes"},
                                 {"rhythm", rhythm},
                                 {"pictures", options.training.probe_pictures},
                                 {"batch", options.training.batch},
                                 {"looks", looks},
                                 {"steps", steps},
                                 {"slower", {slows.mean, slows.low, slows.high}}};
  return write_json(options.json, result.dump(2));
}

}  // namespace
}  // namespace ibot::bench

int main(int argc, char** argv) {
  ibot::bench::Options options;
  CLI::App app("Times a small training around its looks at probe pictures and between them.");
  ibot::bench::add_options(app, options);
  CLI11_PARSE(app, argc, argv);
  if (options.training.ibot.empty())
    options.training.ibot = (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "ibot").string();
  const auto measured = ibot::bench::measure(options);
  if (measured) return *measured;
  std::cerr << "error: " << measured.error().to_text() << "\n";
  return ibot::base::exit_code(measured.error().code);
}
