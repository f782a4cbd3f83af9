// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "statistics.h"

#include <ibot/base/clock.h>
#include <ibot/base/result.h>
#include <ibot/record/reader.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace ibot::bench {

/// A training that the program `ibot` runs in a process of its own, for benchmarks of what happens beside it
/// or within it: drawn scenes of 64 px, a Vision Transformer as small as those of recipes for small pictures,
/// so that a step is a tenth of a second or two.
struct SmallTraining {
  static constexpr int kStepsOfAnEpoch = 8;

  int steps = 1000;
  int batch = 16;
  int threads = 0;        ///< 0: as many as there are cores
  int probe_rhythm = 50;  ///< steps; 0: never
  int probe_pictures = 4;
  std::string ibot = {};  ///< the program
};

/// One such training while it goes on, in a folder of its own among temporary files. Ended, and its folder
/// removed, when the object goes; SIGINT and SIGTERM make every function return an error, so that it does.
///
///   IBOT_TRY(const auto training, RunningTraining::start(settings));
///   IBOT_TRY(const auto losses, training->losses_from(base::now_micros(), 50));
class RunningTraining {
 public:
  /// Returns when the first step is done. Errors: Io (the program cannot be started, or refuses), as below.
  static base::Result<std::unique_ptr<RunningTraining>> start(const SmallTraining& training);
  ~RunningTraining();
  RunningTraining(const RunningTraining&) = delete;
  RunningTraining& operator=(const RunningTraining&) = delete;

  const std::filesystem::path& workspace() const { return workspace_.folder(); }
  /// Waits for `count` losses after `time` (microseconds since 1970, UTC; the trainer writes when beside
  /// every value) and returns those. Errors: Io (the training ended, or stands still for ten minutes),
  /// Cancelled.
  base::Result<std::vector<record::CurvePoint>> losses_from(std::int64_t time, std::size_t count);
  /// The losses of all steps, when the last one is done. Errors: as losses_from().
  base::Result<std::vector<record::CurvePoint>> all_losses(std::int64_t steps);

 private:
  RunningTraining(std::filesystem::path folder, record::Workspace workspace, record::Reader reader,
                  std::string run)
      : folder_(std::move(folder)),
        workspace_(std::move(workspace)),
        reader_(std::move(reader)),
        run_(std::move(run)) {}
  // Sleeps for a moment. Errors: Cancelled, Io.
  base::Status look(std::int64_t step);

  std::filesystem::path folder_;
  record::Workspace workspace_;
  record::Reader reader_;
  std::string run_;
  std::int64_t last_step_ = -1;
  base::Stopwatch since_last_step_;
};

/// Seconds of the steps behind the first of some losses.
double seconds_of(const std::vector<record::CurvePoint>& losses);

/// --batch, --threads, --ibot and --json of a benchmark of such a training. What they name outlives the
/// parsing.
void add_training_options(CLI::App& app, SmallTraining& training, std::string& json);

/// "1.25 %".
std::string percent(double share);
/// "1.25 %, 95 % interval 0.50 % .. 2.00 %".
std::string percent(const Interval& interval);

/// Writes a result; prints why if it cannot. Returns the exit code. An empty name: nothing is asked for.
int write_json(const std::string& file, const std::string& text);

}  // namespace ibot::bench
