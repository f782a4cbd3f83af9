// SPDX-License-Identifier: GPL-3.0-or-later
// What looking on costs: the same small training, in turns with a window that watches it and without, each in
// processes of their own. Printed: by how much the window slows it, with the interval, and what share of two
// cores the window's processes take while they only watch. The window paints without a display.
#include "small_training.h"
#include "watched_process.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <QCoreApplication>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <thread>

namespace ibot::bench {
namespace {

namespace fs = std::filesystem;
using base::str;

constexpr double kCores = 2;  // whose time the window's share is of

struct Options {
  SmallTraining training;
  Rounds rounds = {10, 1, 1};
  double settle = 5;
  std::string window, json;
};

base::Error failure(const std::string& what, const std::string& hint = "") {
  return {base::ErrorCode::Io, what, "", hint};
}

/// One turn: a training from its start to its end, with a window on its workspace or without.
class Training final : public Contender {
 public:
  Training(const Options& options, SmallTraining training, bool watched)
      : options_(options), training_(std::move(training)), watched_(watched) {}

  base::Result<Measurement> run(int /*iterations*/) override {
    const fs::path workspace = training_.folder / "workspace";
    IBOT_TRY(const std::string run, start_training(training_, workspace));
    IBOT_TRY(const auto opened, record::Workspace::open(workspace));
    IBOT_TRY(auto reader, record::Reader::open(opened));
    IBOT_CHECK_OK(wait_for_step(reader, run, 1));
    std::unique_ptr<WatchedProcess> window;
    if (watched_) {
      window = std::make_unique<WatchedProcess>(QString::fromStdString(options_.window),
                                                QStringList{QString::fromStdString(workspace.string())});
      if (!window->started()) return failure(options_.window + " cannot be started");
      std::this_thread::sleep_for(std::chrono::duration<double>(options_.settle));
    }
    // The first part goes by while a window opens, and is left out of both.
    const std::int64_t first = options_.training.steps / 4;
    IBOT_TRY(const record::Run now, reader.run(run));
    if (watched_ && now.step > first) {
      return failure(str("the training was at step ", now.step, " when the window had opened"),
                     "Give it more --steps");
    }
    IBOT_CHECK_OK(wait_for_step(reader, run, first));
    const double before = window ? window->processor_seconds() : 0;
    const base::Stopwatch watch;
    IBOT_CHECK_OK(wait_for_step(reader, run, options_.training.steps));
    if (window) shares_.push_back((window->processor_seconds() - before) / watch.seconds() / kCores);
    window.reset();
    return measure_training(training_, reader, run, first);
  }

  /// Of the time of kCores, in each watched turn.
  const std::vector<double>& shares() const { return shares_; }

 private:
  const Options& options_;
  SmallTraining training_;
  bool watched_;
  std::vector<double> shares_;
};

void add_options(CLI::App& app, Options& options) {
  add_turn_options(app, options.training, options.rounds, options.json);
  app.add_option("--steps", options.training.steps, "steps of a turn; the last three quarters are timed")
      ->check(CLI::Range(2 * SmallTraining::kStepsOfAnEpoch, 1'000'000))
      ->capture_default_str();
  app.add_option("--settle", options.settle, "seconds that a window is given to open")
      ->check(CLI::Range(0.0, 120.0))
      ->capture_default_str();
  app.add_option("--window", options.window, "the program ibot-workbench (beside this one if not given)");
}

int print(const Options& options, const Comparison& comparison, std::vector<double> shares) {
  std::vector<double> logs;
  for (const double ratio : comparison.ratios()) logs.push_back(-std::log(ratio));  // of times, not of rates
  const Interval slower = interval_of(logs);
  const auto part = [](double log) { return std::exp(log) - 1; };
  shares.erase(shares.begin(),
               shares.begin() + std::min<std::ptrdiff_t>(options.rounds.warmup, std::ssize(shares)));
  const Interval share = interval_of(shares);
  double load[1] = {0};
  if (::getloadavg(load, 1) != 1) load[0] = 0;
  std::cout << "watching: " << options.training.steps << " steps of " << options.training.batch
            << " pictures, " << logs.size() << " alternations\n"
            << "  watched                     " << spread_of(comparison.ours.rates()).median
            << " images/s (median)\n"
            << "  alone                       " << spread_of(comparison.reference.rates()).median
            << " images/s (median)\n"
            << "  the window slows it by      " << percent(part(slower.mean)) << ", 95 % interval "
            << percent(part(slower.low)) << " .. " << percent(part(slower.high)) << ", n = " << logs.size()
            << "\n"
            << "  of two cores, watching      " << percent(share.mean) << ", 95 % interval "
            << percent(share.low) << " .. " << percent(share.high) << "\n"
            << "  load of the machine         " << load[0] << "\n";
  if (options.json.empty()) return 0;
  const nlohmann::json result = {{"bench", "watching"},
                                 {"steps", options.training.steps},
                                 {"batch", options.training.batch},
                                 {"ratios", comparison.ratios()},
                                 {"slower", {part(slower.mean), part(slower.low), part(slower.high)}},
                                 {"shares", shares},
                                 {"load", load[0]}};
  std::ofstream out(options.json);
  out << result.dump(2) << "\n";
  if (out.flush()) return 0;
  std::cerr << "error: cannot write " << options.json << "\n";
  return 1;
}

int run(const Options& options) {
  const fs::path folder = fs::temp_directory_path() / str("ibot-bench-watching-", ::getpid());
  std::error_code ignored;
  fs::create_directories(folder, ignored);
  const auto measured = [&]() -> base::Result<int> {
    SmallTraining training = options.training;
    training.folder = folder;
    IBOT_CHECK_OK(draw_scenes(training));
    Training watched(options, training, true);
    Training alone(options, training, false);
    std::cerr << "· measuring\n";
    IBOT_TRY(const Comparison comparison, alternate(watched, &alone, options.rounds));
    return print(options, comparison, watched.shares());
  }();
  fs::remove_all(folder, ignored);
  if (measured) return *measured;
  std::cerr << "error: " << measured.error().to_text() << "\n";
  return base::exit_code(measured.error().code);
}

}  // namespace
}  // namespace ibot::bench

int main(int argc, char** argv) {
  const QCoreApplication application(argc, argv);
  ibot::bench::Options options;
  CLI::App app("Times a small training with a window that watches it and without, in turns.");
  ibot::bench::add_options(app, options);
  CLI11_PARSE(app, argc, argv);
  const std::string here = QCoreApplication::applicationDirPath().toStdString();
  if (options.training.ibot.empty()) options.training.ibot = here + "/ibot";
  if (options.window.empty()) options.window = here + "/ibot-workbench";
  return ibot::bench::run(options);
}
