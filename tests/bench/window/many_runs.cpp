// SPDX-License-Identifier: GPL-3.0-or-later
#include "many_runs.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace ibot::bench {
namespace {

constexpr std::array kCurveNames = {"loss", "teacher_entropy", "gradient_norm", "patch"};
constexpr std::int64_t kAtOnce = 20'000;

// A value in [0, 1) that only looks random: the same in every run of a benchmark.
double noise(std::uint64_t key) {
  key = (key ^ (key >> 30)) * 0xbf58476d1ce4e5b9ULL;
  key = (key ^ (key >> 27)) * 0x94d049bb133111ebULL;
  return static_cast<double>((key ^ (key >> 31)) >> 11) / 9007199254740992.0;
}

}  // namespace

double made_value(std::int64_t run, std::int64_t curve, std::int64_t step) {
  const auto key = static_cast<std::uint64_t>((run * 31 + curve) * 1'000'003 + step);
  const double fall = std::exp(-static_cast<double>(step) / 2500.0);
  return static_cast<double>(curve + 1) * (2 + 5 * fall + 0.1 * static_cast<double>(run % 7)) +
         0.6 * noise(key);
}

base::Status make_runs(record::Store& store, const MadeRuns& wanted) {
  for (std::int64_t i = 0; i < wanted.runs; ++i) {
    record::NewRun run;
    run.id = base::str(wanted.prefix, "-", i);
    run.name = run.id;
    run.plan_json = base::str(R"({"format": 1, "values": {"head.out_dim": 512, "optimizer.lr": )",
                              0.001 * static_cast<double>(1 + i % 9), R"(, "run.seed": )", i % 5,
                              R"(}, "derived": {"effective_batch": 64}})");
    run.planned_steps = wanted.planned_steps > 0 ? wanted.planned_steps : wanted.points;
    IBOT_CHECK_OK(store.create_run(run));
    const std::int64_t now = base::now_micros();
    for (std::int64_t curve = 0; curve < wanted.curves; ++curve) {
      for (std::int64_t first = 1; first <= wanted.points; first += kAtOnce) {
        record::RunUpdate update;
        const std::int64_t last = std::min(first + kAtOnce - 1, wanted.points);
        for (std::int64_t step = first; step <= last; ++step) {
          update.metrics.push_back({kCurveNames[static_cast<std::size_t>(curve) % kCurveNames.size()], step,
                                    made_value(i, curve, step), now + 100'000 * step});
        }
        update.step = last;
        IBOT_CHECK_OK(store.write(run.id, update));
      }
    }
  }
  return {};
}

}  // namespace ibot::bench
