// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/train/trainer.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace ibot::train {

/// What the first steps of a run give: a metric's values by step. Times and rates are left out: they are no
/// property of the run.
using StepMetrics = std::map<std::string, std::map<std::int64_t, double>, std::less<>>;

struct FirstStepsOptions {
  std::int64_t last_step = 20;                           ///< made in any case, if the run has so many
  std::function<bool(std::int64_t step)> progress = {};  ///< after each step; false: stop here
};

/// Makes the first steps of a run, with the trainer that runs have, to be compared with what was recorded:
/// with the same weights at the start, plugins, data, number of threads and kind of processor they are the
/// same to the bit. `request` as for that run; `sink`, `run_folder` and `observers` are replaced, and nothing
/// is saved. In the calling thread. Errors: those of Trainer::run.
IBOT_API base::Result<StepMetrics> first_steps(TrainerRequest request, const FirstStepsOptions& options = {});

/// How two courses compare, over the steps that both have.
struct CourseComparison {
  std::int64_t steps = 0;   ///< that both have
  std::int64_t values = 0;  ///< that were compared
  struct Difference {
    std::int64_t step = 0;
    std::string metric;
    double recorded = 0;
    double again = 0;
  };
  std::vector<Difference> first;  ///< at the first step with a difference, by name; empty: none differs
  double largest = 0;             ///< relative difference over all steps: |a - b| / max(|a|, |b|)
  Difference largest_at = {};     ///< where that is; step 0: every value is equal to the bit
  std::int64_t apart = 0;         ///< values that differ
};

/// `tolerance` 0: equal is equal to the bit, and NaN equals NaN. Otherwise values whose relative difference
/// is at most `tolerance` do not differ.
IBOT_API CourseComparison compare_courses(const StepMetrics& recorded, const StepMetrics& again,
                                          double tolerance = 0);

/// The relative difference up to which the first steps of one plan on two kinds of device are called alike:
/// sums are added in another order there, and bf16 keeps 8 bits of each product's factors.
IBOT_API double tolerance_of(std::string_view precision);

}  // namespace ibot::train
