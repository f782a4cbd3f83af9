// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>
#include <ibot/record/store.h>

#include <cstdint>
#include <string>

namespace ibot::bench {

/// Records as trainings leave them, for benchmarks of what reads them.
struct MadeRuns {
  std::int64_t runs = 20;
  std::int64_t points = 10'000;    ///< of each curve
  std::int64_t curves = 2;         ///< of each run, of kCurveNames
  std::string prefix = "run";      ///< of ids and names
  std::int64_t planned_steps = 0;  ///< 0: as many as points
};

/// "loss", "teacher_entropy", "gradient_norm", "patch": noisy and falling, no two runs alike.
base::Status make_runs(record::Store& store, const MadeRuns& wanted);

/// The value of a curve of make_runs at a step.
double made_value(std::int64_t run, std::int64_t curve, std::int64_t step);

}  // namespace ibot::bench
