// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/data/dataset.h>
#include <ibot/plan/plan.h>
#include <ibot/plugin/registry.h>
#include <ibot/train/black_box.h>
#include <ibot/train/model.h>
#include <ibot/train/optimizer.h>
#include <ibot/train/run_sink.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ibot::train {

/// A point between two steps at which somebody may look at the networks.
struct Moment {
  std::int64_t step = 0;   ///< finished steps
  std::int64_t epoch = 0;  ///< finished epochs
  bool epoch_end = false;
  bool final = false;
  bool stopping = false;  ///< saved, on command, before its end
  double cls_loss = 0;    ///< of the last step, where a term reports `cls`
  Model& model;
};

/// Looks at a run while it trains: evaluations, health figures, probe pictures. Called on the training thread
/// between steps, with gradients off; must change no bit of the model. An error is logged as a warning and
/// ends nothing.
class IBOT_API Observer {
 public:
  virtual ~Observer();
  virtual bool wants(const Moment& moment) const = 0;
  virtual base::Status observe(const Moment& moment, RunSink& sink) = 0;
};

/// A stretch of steps with schedules of its own. The first is the plan's; extending a run appends.
struct Segment {
  std::int64_t from = 0;
  std::int64_t to = 0;
};

struct TrainerRequest {
  plan::Plan plan;
  const plugin::Registry* registry = nullptr;
  const data::Dataset* dataset = nullptr;
  RunSink* sink = nullptr;
  std::string run;                                   ///< id, kept in checkpoints
  std::filesystem::path run_folder;                  ///< has checkpoints/ and snapshots/
  std::vector<Segment> segments;                     ///< empty: the plan's one
  std::optional<std::filesystem::path> resume_from;  ///< a full checkpoint of the same plan
  std::vector<std::int64_t> saved_steps;             ///< full checkpoints that the run has already, ascending
  std::optional<std::filesystem::path> init_from;    ///< safetensors of a backbone
  std::vector<Observer*> observers;
  bool measure_only = false;  ///< for calibration.h: nothing is saved, whatever happens
};

enum class Outcome : unsigned char { Completed = 1, Stopped };

/// Runs one training from preparation to its end, in the calling thread (architecture 5, trainer states).
///
/// A run that goes on from a checkpoint makes the same steps, bit for bit, as one that never stopped (CPU,
/// same number of threads). Non-finite losses or gradients end the run before they touch a weight: the state
/// is saved as it was, with a black box of the last steps. A disk that is full when a checkpoint is due is a
/// warning; only at the end is it an error. A command to save or stop that finds no room fails, and the run
/// goes on.
class IBOT_API Trainer {
 public:
  explicit Trainer(TrainerRequest request);
  ~Trainer();

  /// Errors: everything that a run can die of; the sink has been told the phase by then.
  base::Result<Outcome> run();

  /// From a signal handler or another thread: ends after the step in hand, saving (or, `now`, without).
  void request_stop(bool now) noexcept { stop_.store(now ? 2 : 1); }

 private:
  struct State;
  base::Result<Outcome> run_inner();
  base::Status prepare();
  base::Status one_step();
  base::Result<bool> obey_commands();
  void observe(bool final, bool stopping = false);
  base::Status save(const std::string& reason);
  base::Status on_the_way(const base::Status& saved, const char* what);
  void finish_saving(const Command& command, const base::Status& saved, const std::string& success);
  base::Status save_snapshot(const std::string& reason);
  base::Status prune();
  base::Status stop_non_finite(const std::string& what);

  TrainerRequest request_;
  std::atomic<int> stop_{0};
  std::unique_ptr<State> state_;
};

/// Schedules of the step, by segment.
class IBOT_API Schedules {
 public:
  Schedules(const plan::Plan& plan, std::vector<Segment> segments);
  UpdateValues at(std::int64_t step, double epoch) const;
  std::int64_t end() const { return segments_.back().to; }
  void append(std::int64_t to) { segments_.push_back({segments_.back().to, to}); }
  const std::vector<Segment>& segments() const { return segments_; }

 private:
  OptimizerOptions optimizer_;
  TrainOptions train_;
  double peak_lr_ = 0;
  std::int64_t steps_per_epoch_ = 1;
  std::vector<Segment> segments_;
};

}  // namespace ibot::train
