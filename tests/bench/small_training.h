// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "harness.h"

#include <ibot/record/reader.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace ibot::bench {

/// A training that the program `ibot` runs in a process of its own, for benchmarks of what happens beside it:
/// drawn scenes of 64 px, a Vision Transformer as small as those of recipes for small pictures, so that a
/// step is tens of milliseconds.
struct SmallTraining {
  static constexpr int kStepsOfAnEpoch = 8;

  int steps = 320;
  int batch = 16;
  int threads = 0;        ///< 0: as many as there are cores
  int probe_rhythm = 50;  ///< steps; 0: never
  int probe_pictures = 4;
  std::string ibot = {};              ///< the program
  std::filesystem::path folder = {};  ///< of scenes and recipes
};

/// Draws the scenes of such trainings into `folder`/parts. Once for all that share the folder.
base::Status draw_scenes(const SmallTraining& training);

/// Starts it in a workspace of that name below `folder`, where nothing is kept of an earlier one. Returns the
/// run's id once the trainer was started. Errors: Io (the program cannot be started, or refuses).
base::Result<std::string> start_training(const SmallTraining& training,
                                         const std::filesystem::path& workspace);

/// Waits until the record has the step. Errors: Io (the training failed, or stands still for ten minutes).
base::Status wait_for_step(record::Reader& reader, const std::string& run, std::int64_t step);

/// Images and seconds from step `first` to the last in the record, by the trainer's own clock, which it
/// writes beside every value. Errors: Io (fewer than two losses).
base::Result<Measurement> measure_training(const SmallTraining& training, record::Reader& reader,
                                           const std::string& run, std::int64_t first);

/// --rounds, --warmup, --batch, --threads, --ibot and --json of a benchmark that lets two such trainings take
/// turns. What they name outlives the parsing.
void add_turn_options(CLI::App& app, SmallTraining& training, Rounds& rounds, std::string& json);

/// "1.25 %".
std::string percent(double share);

}  // namespace ibot::bench
