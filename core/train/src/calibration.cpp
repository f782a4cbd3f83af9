// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/clock.h>
#include <ibot/base/machine.h>
#include <ibot/base/text.h>
#include <ibot/train/calibration.h>
#include <ibot/train/quiet_sink.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace ibot::train {
namespace {

constexpr std::size_t kBlocks = 8;  // whose slowest and fastest give the spread
constexpr std::int64_t kWarmUpSteps = 2;
constexpr double kWarmUpShare = 0.2;

double mean_seconds(std::span<const StepTiming> steps) {
  double sum = 0;
  for (const StepTiming& step : steps) sum += step.seconds;
  return sum / static_cast<double>(steps.size());
}

/// Takes the times of steps and stops the trainer when it has enough.
class StopwatchSink final : public QuietSink {
 public:
  explicit StopwatchSink(const CalibrationOptions& options) : options_(options) {}

  void attach(Trainer* trainer) { trainer_ = trainer; }
  const std::vector<StepTiming>& measured() const { return measured_; }
  std::int64_t warm_up_steps() const { return warm_up_; }

  void metric(std::string_view name, std::int64_t /*step*/, double value) override {
    if (name == "data_wait") wait_ = value;
    if (name == "images_per_second") speed_ = value;
  }
  base::Status step_done(std::int64_t step) override {
    const double now = watch_.seconds();
    const double seconds = now - last_;
    last_ = now;
    const bool warm = step > kWarmUpSteps && now >= kWarmUpShare * options_.seconds;
    if (measured_.empty() && !warm) {
      warm_up_ = step;
    } else {
      measured_.push_back({std::max(seconds, 1e-9), wait_});
    }
    if (options_.progress)
      options_.progress(
          {.share = std::min(1.0, now / options_.seconds), .steps = step, .images_per_second = speed_});
    if (!measured_.empty() && now >= options_.seconds) trainer_->request_stop(true);
    return {};
  }
  base::Status phase(Phase phase, std::string_view /*reason*/, std::string_view /*error*/) override {
    if (phase == Phase::Running) watch_.restart();
    return {};
  }

 private:
  const CalibrationOptions& options_;
  Trainer* trainer_ = nullptr;
  base::Stopwatch watch_;
  double last_ = 0;
  double wait_ = 0;
  double speed_ = 0;
  std::int64_t warm_up_ = 0;
  std::vector<StepTiming> measured_;
};

nlohmann::json to_json(const Measured& measured) {
  return {{"value", measured.value}, {"low", measured.low}, {"high", measured.high}};
}

std::string rounded(double value) {
  return base::format_number(value < 10 ? std::round(value * 100) / 100 : std::round(value * 10) / 10);
}

}  // namespace

Calibration summarise(std::span<const StepTiming> steps, std::int64_t images_per_step,
                      std::optional<std::int64_t> total_steps) {
  Calibration result;
  result.steps = static_cast<std::int64_t>(steps.size());
  const double mean = mean_seconds(steps);
  double fastest = std::numeric_limits<double>::max();
  double slowest = 0;
  const std::size_t blocks = std::min(kBlocks, steps.size());
  for (std::size_t i = 0; i < blocks; ++i) {
    const std::size_t from = i * steps.size() / blocks;
    const std::size_t to = (i + 1) * steps.size() / blocks;
    const double seconds = mean_seconds(steps.subspan(from, to - from));
    fastest = std::min(fastest, seconds);
    slowest = std::max(slowest, seconds);
  }
  const auto images = static_cast<double>(images_per_step);
  result.images_per_second = {images / mean, images / slowest, images / fastest};
  double waited = 0;
  for (const StepTiming& step : steps) waited += step.wait_share * step.seconds;
  result.data_wait = waited / (mean * static_cast<double>(steps.size()));
  if (total_steps) {
    const auto count = static_cast<double>(*total_steps);
    result.duration = Measured{count * mean, count * fastest, count * slowest};
  }
  return result;
}

nlohmann::json Calibration::to_json() const {
  nlohmann::json json = {{"warm_up_steps", warm_up_steps},
                         {"steps", steps},
                         {"images_per_second", train::to_json(images_per_second)},
                         {"data_wait", data_wait}};
  if (peak_memory) json["peak_memory_bytes"] = *peak_memory;
  if (duration) json["duration_seconds"] = train::to_json(*duration);
  return json;
}

std::string Calibration::to_text() const {
  std::string text = base::str("Speed        ", rounded(images_per_second.value), " images/s (",
                               rounded(images_per_second.low), " to ", rounded(images_per_second.high), ", ",
                               steps, steps == 1 ? " step" : " steps", " after ", warm_up_steps,
                               " to warm up), ", std::round(100 * data_wait), " % of it waiting for data\n");
  if (duration) {
    text += "Duration     " + base::format_duration(duration->value) + " (" +
            base::format_duration(duration->low) + " to " + base::format_duration(duration->high) +
            "), evaluations and checkpoints apart\n";
  }
  if (peak_memory) text += "Peak         " + base::format_bytes(*peak_memory) + " of memory\n";
  return text;
}

base::Result<Calibration> calibrate(TrainerRequest request, const CalibrationOptions& options) {
  StopwatchSink sink(options);
  const std::int64_t images = request.plan.derived().effective_batch.value_or(request.plan.train().batch);
  const std::optional<std::int64_t> total = request.plan.derived().total_steps;
  request.sink = &sink;
  request.run_folder.clear();
  request.observers.clear();
  // Never its own end: what is measured does not depend on how short the run is, and nothing is saved.
  request.segments = {{0, std::numeric_limits<std::int32_t>::max()}};
  request.measure_only = true;
  Trainer trainer(std::move(request));
  sink.attach(&trainer);
  IBOT_TRY([[maybe_unused]] const Outcome outcome, trainer.run());
  if (sink.measured().empty()) return base::Error{base::ErrorCode::Internal, "no step was measured", "", ""};
  Calibration result = summarise(sink.measured(), images, total);
  result.warm_up_steps = sink.warm_up_steps();
  result.peak_memory = base::peak_memory();
  return result;
}

}  // namespace ibot::train
