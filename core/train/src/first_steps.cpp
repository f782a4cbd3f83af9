// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/train/first_steps.h>
#include <ibot/train/quiet_sink.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <set>

namespace ibot::train {
namespace {

// Of the machine's load rather than of the run.
constexpr std::array<std::string_view, 2> kRates = {"images_per_second", "data_wait"};

class CourseSink final : public QuietSink {
 public:
  explicit CourseSink(const FirstStepsOptions& options) : options_(options) {}

  void attach(Trainer* trainer) { trainer_ = trainer; }
  StepMetrics take() { return std::move(metrics_); }

  void metric(std::string_view name, std::int64_t step, double value) override {
    if (std::find(kRates.begin(), kRates.end(), name) != kRates.end()) return;
    metrics_[std::string(name)][step] = value;
  }
  base::Status step_done(std::int64_t step) override {
    const bool go_on = !options_.progress || options_.progress(step);
    if (!go_on || step >= options_.last_step) trainer_->request_stop(true);
    return {};
  }

 private:
  const FirstStepsOptions& options_;
  Trainer* trainer_ = nullptr;
  StepMetrics metrics_;
};

bool same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}

double relative(double a, double b) {
  const double scale = std::max(std::abs(a), std::abs(b));
  if (std::isnan(a) || std::isnan(b) || std::isinf(scale)) return INFINITY;
  return scale == 0 ? 0 : std::abs(a - b) / scale;
}

}  // namespace

base::Result<StepMetrics> first_steps(TrainerRequest request, const FirstStepsOptions& options) {
  CourseSink sink(options);
  request.sink = &sink;
  request.run_folder.clear();
  request.observers.clear();
  request.measure_only = true;
  Trainer trainer(std::move(request));
  sink.attach(&trainer);
  IBOT_TRY([[maybe_unused]] const Outcome outcome, trainer.run());
  return sink.take();
}

CourseComparison compare_courses(const StepMetrics& recorded, const StepMetrics& again, double tolerance) {
  CourseComparison result;
  std::set<std::int64_t> steps;
  for (const auto& [name, values] : recorded) {
    const auto other = again.find(name);
    if (other == again.end()) continue;
    for (const auto& [step, value] : values) {
      const auto found = other->second.find(step);
      if (found == other->second.end()) continue;
      steps.insert(step);
      ++result.values;
      if (same(value, found->second)) continue;
      const double apart = relative(value, found->second);
      if (apart > result.largest) {
        result.largest = apart;
        result.largest_at = {step, name, value, found->second};
      }
      if (tolerance > 0 && apart <= tolerance) continue;
      ++result.apart;
      if (!result.first.empty() && step > result.first.front().step) continue;
      if (!result.first.empty() && step < result.first.front().step) result.first.clear();
      result.first.push_back({step, name, value, found->second});
    }
  }
  result.steps = static_cast<std::int64_t>(steps.size());
  return result;
}

double tolerance_of(std::string_view precision) {
  if (precision == "fp64") return 1e-9;
  return precision == "bf16" ? 1e-2 : 1e-4;
}

}  // namespace ibot::train
