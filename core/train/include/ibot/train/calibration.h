// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/train/trainer.h>

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

namespace ibot::train {

/// One measured step.
struct StepTiming {
  double seconds = 0;
  double wait_share = 0;  ///< of the step's time that it waited for data
};

/// A figure and the spread of what it was measured from.
struct Measured {
  double value = 0;
  double low = 0;
  double high = 0;
};

/// What some real steps of a plan cost on this machine, as it is now. Evaluations, probes and checkpoints
/// come on top.
struct IBOT_API Calibration {
  std::int64_t warm_up_steps = 0;
  std::int64_t steps = 0;  ///< that were measured
  /// Mean over all measured steps; low and high are those of the slowest and the fastest eighth of them, in
  /// the order in which they were made.
  Measured images_per_second;
  double data_wait = 0;                      ///< share of the time, 0 to 1
  std::optional<std::uint64_t> peak_memory;  ///< bytes, resident, of the whole process
  /// Seconds for all steps of the run, at those three speeds; nothing where their number is unknown.
  std::optional<Measured> duration;

  nlohmann::json to_json() const;
  /// A few lines for a terminal.
  std::string to_text() const;
};

/// The figures of measured steps. Precondition: at least one, each longer than 0 s.
IBOT_API Calibration summarise(std::span<const StepTiming> steps, std::int64_t images_per_step,
                               std::optional<std::int64_t> total_steps);

struct CalibrationProgress {
  double share = 0;  ///< of the time that it will take, 0 to 1
  std::int64_t steps = 0;
  double images_per_second = 0;  ///< of the last step; 0 before the first
};

struct CalibrationOptions {
  /// From the first step on, warm-up included; the model is built before. A step is finished in any case, and
  /// at least one is measured.
  double seconds = 15;
  std::function<void(const CalibrationProgress&)> progress = {};
};

/// Builds what a run would build and makes its first steps, with the trainer that runs have: a fifth of the
/// time, two steps at least, to warm up, the rest measured. `request` as for a run; `sink`, `run_folder`,
/// `segments` and `observers` are replaced, and nothing is saved. In the calling thread. Errors: those of
/// Trainer::run.
IBOT_API base::Result<Calibration> calibrate(TrainerRequest request, const CalibrationOptions& options = {});

}  // namespace ibot::train
