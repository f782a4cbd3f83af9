// SPDX-License-Identifier: GPL-3.0-or-later
// What looking on costs: one small training and a window that watches it, in turns awake and held still
// (SIGSTOP), so that neighbouring stretches of the same training are compared and neither the window's start
// nor that of a training counts. Turns are short: a machine that others share drifts by more within a minute
// than the window takes. Printed: by how much the window slows the training, with the interval, and
// what share of two cores its processes take while they only watch. The window paints without a display.
#include "small_training.h"
#include "watched_process.h"

#include <ibot/base/text.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <QCoreApplication>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <thread>

namespace ibot::bench {
namespace {

constexpr double kCores = 2;               // whose time the window's share is of
constexpr std::int64_t kSettle = 300'000;  // microseconds after a change that are left out

struct Options {
  SmallTraining training;
  int rounds = 120;
  int steps = 10;
  double opening = 8;
  std::string window, json;
};

struct Turn {
  double seconds = 0;  // of the trainer's clock
  double share = 0;    // of the time of kCores that the window took
};

base::Result<Turn> take_turn(const Options& options, RunningTraining& training, WatchedProcess& window,
                             bool awake) {
  window.hold(!awake);
  const std::int64_t start = base::now_micros();
  const double before = window.processor_seconds();
  IBOT_TRY(const auto losses,
           training.losses_from(start + kSettle, static_cast<std::size_t>(options.steps) + 1));
  const auto all = static_cast<double>(base::now_micros() - start) / 1e6;
  return Turn{seconds_of(losses), (window.processor_seconds() - before) / all / kCores};
}

void add_options(CLI::App& app, Options& options) {
  add_training_options(app, options.training, options.json);
  app.add_option("--rounds", options.rounds, "pairs of turns, one of each kind; the first is not counted")
      ->check(CLI::Range(3, 1000))
      ->capture_default_str();
  app.add_option("--steps", options.steps, "steps of a turn")
      ->check(CLI::Range(5, 100'000))
      ->capture_default_str();
  app.add_option("--opening", options.opening, "seconds that the window is given to open")
      ->check(CLI::Range(0.0, 120.0))
      ->capture_default_str();
  app.add_option("--window", options.window, "the program ibot-workbench (beside this one if not given)");
}

base::Result<int> measure(Options options) {
  // More than will be needed: the training is stopped when the last turn is over.
  options.training.steps = 100'000 + 4 * options.rounds * options.steps;
  IBOT_TRY(const auto training, RunningTraining::start(options.training));
  WatchedProcess window(QString::fromStdString(options.window),
                        QStringList{QString::fromStdString(training->workspace().string())});
  if (!window.started())
    return base::Error{base::ErrorCode::Io, options.window + " cannot be started", "", ""};
  std::this_thread::sleep_for(std::chrono::duration<double>(options.opening));
  std::cerr << "· measuring\n";
  std::vector<double> slower, shares, watched, alone;
  for (int round = 0; round < options.rounds; ++round) {
    // Who begins changes, so that a machine that slows down or speeds up favours nobody.
    const bool first = round % 2 == 0;
    IBOT_TRY(const Turn a, take_turn(options, *training, window, first));
    IBOT_TRY(const Turn b, take_turn(options, *training, window, !first));
    if (round == 0) continue;
    const Turn& awake = first ? a : b;
    const Turn& still = first ? b : a;
    slower.push_back(std::log(awake.seconds / still.seconds));
    shares.push_back(awake.share);
    watched.push_back(options.steps * options.training.batch / awake.seconds);
    alone.push_back(options.steps * options.training.batch / still.seconds);
  }
  const Interval logs = interval_of(slower);
  const Interval slows{std::expm1(logs.mean), std::expm1(logs.low), std::expm1(logs.high)};
  double load[1] = {0};
  if (::getloadavg(load, 1) != 1) load[0] = 0;
  std::cout << "watching: turns of " << options.steps << " steps of " << options.training.batch
            << " pictures, " << slower.size() << " alternations\n"
            << "  watched                     " << spread_of(watched).median << " images/s (median)\n"
            << "  held still                  " << spread_of(alone).median << " images/s (median)\n"
            << "  the window slows it by      " << percent(slows) << ", n = " << slower.size() << "\n"
            << "  of two cores, watching      " << percent(interval_of(shares)) << "\n"
            << "  load of the machine         " << load[0] << "\n";
  const nlohmann::json result = {
      {"bench", "watching"}, {"steps", options.steps}, {"batch", options.training.batch},
      {"watched", watched},  {"alone", alone},         {"slower", {slows.mean, slows.low, slows.high}},
      {"shares", shares},    {"load", load[0]}};
  return write_json(options.json, result.dump(2));
}

}  // namespace
}  // namespace ibot::bench

int main(int argc, char** argv) {
  const QCoreApplication application(argc, argv);
  ibot::bench::Options options;
  CLI::App app("Times a small training with a window that watches it and one that is held still, in turns.");
  ibot::bench::add_options(app, options);
  CLI11_PARSE(app, argc, argv);
  const std::string here = QCoreApplication::applicationDirPath().toStdString();
  if (options.training.ibot.empty()) options.training.ibot = here + "/ibot";
  if (options.window.empty()) options.window = here + "/ibot-workbench";
  const auto measured = ibot::bench::measure(options);
  if (measured) return *measured;
  std::cerr << "error: " << measured.error().to_text() << "\n";
  return ibot::base::exit_code(measured.error().code);
}
