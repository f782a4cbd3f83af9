// SPDX-License-Identifier: GPL-3.0-or-later
// What looking into a network costs its training: the same small training, in turns with probe pictures and
// label-free figures at the default rhythm and without, each in a process of its own. The network is so small
// that a look is dear beside its steps: for larger ones the share is less.
#include "small_training.h"

#include <ibot/base/text.h>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>

namespace ibot::bench {
namespace {

namespace fs = std::filesystem;
using base::str;

struct Options {
  SmallTraining training;
  Rounds rounds = {10, 1, 1};
  int looks = 3;
  int rhythm = 200;  // probes.every_steps, as by default
  int pictures = 8;  // probes.pictures, as by default
  std::string json;

  // A turn is timed from half a rhythm on, so that a look comes with each rhythm of steps.
  int first() const { return rhythm / 2; }
  int steps() const { return first() + looks * rhythm; }
};

class Turn final : public Contender {
 public:
  explicit Turn(SmallTraining training, std::int64_t first) : training_(std::move(training)), first_(first) {}

  base::Result<Measurement> run(int /*iterations*/) override {
    const fs::path workspace = training_.folder / (training_.probe_rhythm > 0 ? "probed" : "alone");
    IBOT_TRY(const std::string run, start_training(training_, workspace));
    IBOT_TRY(const auto opened, record::Workspace::open(workspace));
    IBOT_TRY(auto reader, record::Reader::open(opened));
    IBOT_CHECK_OK(wait_for_step(reader, run, training_.steps));
    return measure_training(training_, reader, run, first_);
  }

 private:
  SmallTraining training_;
  std::int64_t first_;
};

void add_options(CLI::App& app, Options& options) {
  add_turn_options(app, options.training, options.rounds, options.json);
  app.add_option("--looks", options.looks, "looks at the probe pictures in a turn")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--rhythm", options.rhythm, "steps between two looks")
      ->check(CLI::Range(2 * SmallTraining::kStepsOfAnEpoch, 1'000'000))
      ->capture_default_str();
  app.add_option("--pictures", options.pictures, "probe pictures")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
}

int print(const Options& options, const Comparison& comparison) {
  std::vector<double> logs;
  for (const double ratio : comparison.ratios()) logs.push_back(-std::log(ratio));  // of times, not of rates
  const Interval slower = interval_of(logs);
  const auto part = [](double log) { return std::exp(log) - 1; };
  std::cout << "probes: a look at " << options.pictures << " pictures every " << options.rhythm
            << " steps of " << options.training.batch << " pictures, " << logs.size() << " alternations\n"
            << "  with probes                 " << spread_of(comparison.ours.rates()).median
            << " images/s (median)\n"
            << "  without                     " << spread_of(comparison.reference.rates()).median
            << " images/s (median)\n"
            << "  probes slow it by           " << percent(part(slower.mean)) << ", 95 % interval "
            << percent(part(slower.low)) << " .. " << percent(part(slower.high)) << ", n = " << logs.size()
            << "\n";
  if (options.json.empty()) return 0;
  const nlohmann::json result = {{"bench", "probes"},
                                 {"rhythm", options.rhythm},
                                 {"pictures", options.pictures},
                                 {"batch", options.training.batch},
                                 {"ratios", comparison.ratios()},
                                 {"slower", {part(slower.mean), part(slower.low), part(slower.high)}}};
  std::ofstream out(options.json);
  out << result.dump(2) << "\n";
  if (out.flush()) return 0;
  std::cerr << "error: cannot write " << options.json << "\n";
  return 1;
}

int run(const Options& options) {
  const fs::path folder = fs::temp_directory_path() / str("ibot-bench-probes-", ::getpid());
  std::error_code ignored;
  fs::create_directories(folder, ignored);
  const auto measured = [&]() -> base::Result<int> {
    SmallTraining training = options.training;
    training.steps = options.steps();
    training.probe_rhythm = options.rhythm;
    training.probe_pictures = options.pictures;
    training.folder = folder;
    IBOT_CHECK_OK(draw_scenes(training));
    Turn probed(training, options.first());
    training.probe_rhythm = 0;
    Turn alone(training, options.first());
    std::cerr << "· measuring\n";
    IBOT_TRY(const Comparison comparison, alternate(probed, &alone, options.rounds));
    return print(options, comparison);
  }();
  fs::remove_all(folder, ignored);
  if (measured) return *measured;
  std::cerr << "error: " << measured.error().to_text() << "\n";
  return base::exit_code(measured.error().code);
}

}  // namespace
}  // namespace ibot::bench

int main(int argc, char** argv) {
  ibot::bench::Options options;
  CLI::App app("Times a small training with probes at the default rhythm and without, in turns.");
  ibot::bench::add_options(app, options);
  CLI11_PARSE(app, argc, argv);
  if (options.training.ibot.empty())
    options.training.ibot = (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "ibot").string();
  return ibot::bench::run(options);
}
