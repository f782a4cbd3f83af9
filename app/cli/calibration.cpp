// SPDX-License-Identifier: GPL-3.0-or-later
#include "calibration.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <iostream>

namespace ibot::cli {
namespace {

constexpr double kSaidEvery = 0.25;  // seconds

// Written by hand: a person who waits sees at once that it begins.
void say(double share, std::int64_t steps, double speed, bool json) {
  if (json) {
    std::cerr << nlohmann::json{{"share", share}, {"steps", steps}, {"images_per_second", speed}}.dump()
              << std::endl;
  } else {
    std::cerr << "measuring: " << std::lround(100 * share) << " %, " << steps << " steps, "
              << base::format_number(std::round(speed * 10) / 10) << " images/s" << std::endl;
  }
}

}  // namespace

base::Result<train::Calibration> measure_speed(plugin::Loader& loader, const PreparedPlan& prepared,
                                               double seconds, bool json) {
  for (const int number : {SIGINT, SIGTERM}) {
    struct sigaction action {};
    action.sa_handler = [](int) { ::_exit(130); };
    ::sigaction(number, &action, nullptr);
  }
  IBOT_CHECK_OK(load_plugins(loader, prepared.plan));
  say(0, 0, 0, json);
  base::Stopwatch since;
  return train::calibrate({.plan = prepared.plan,
                           .registry = &loader.registry(),
                           .dataset = prepared.dataset.get(),
                           .sink = nullptr,
                           .run = "calibration",
                           .run_folder = {},
                           .segments = {},
                           .resume_from = {},
                           .saved_steps = {},
                           .init_from = {},
                           .observers = {}},
                          {.seconds = seconds, .progress = [&](const train::CalibrationProgress& at) {
                             if (since.seconds() < kSaidEvery) return;
                             since.restart();
                             say(at.share, at.steps, at.images_per_second, json);
                           }});
}

}  // namespace ibot::cli
