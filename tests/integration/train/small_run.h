// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session.h"

#include <ibot/plugin/loader.h>
#include <ibot/test/temp_dir.h>
#include <ibot/train/trainer.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ibot::test {

/// Keeps in memory what a trainer tells.
class MemorySink final : public train::RunSink {
 public:
  std::map<std::string, std::map<std::int64_t, double>, std::less<>> metrics;
  std::vector<train::SavedFile> files;
  std::vector<train::Phase> phases;
  std::vector<train::EvaluationValue> values;
  std::vector<train::ProbePicture> pictures;
  std::vector<train::ProbeBlob> blobs;
  std::vector<std::int64_t> removed_steps;
  std::vector<std::string> complaints;  ///< texts of warnings and errors
  /// Called after each step.
  std::function<void(std::int64_t)> on_step;

  void metric(std::string_view name, std::int64_t step, double value) override;
  void event(train::Severity severity, std::string_view kind, std::int64_t step, std::string_view text,
             std::string_view data_json) override;
  void log(std::string_view) override {}
  base::Status step_done(std::int64_t step) override;
  base::Status flush() override { return {}; }
  base::Status phase(train::Phase phase, std::string_view, std::string_view) override;
  base::Status saved(const train::SavedFile& file) override;
  base::Status removing(std::int64_t, bool) override { return {}; }
  base::Status removed(std::int64_t step, bool full) override;
  base::Status evaluations(const std::vector<train::EvaluationValue>& rows) override;
  base::Status probe_pictures(const std::vector<train::ProbePicture>& pictures) override;
  base::Status probes(const std::vector<train::ProbeBlob>& blobs) override;
  base::Status extended(std::int64_t, std::int64_t) override { return {}; }
  std::optional<train::Command> take_command() override { return std::nullopt; }
  void finish_command(std::int64_t, bool, std::string_view) override {}
};

/// What a training is made with, beside the plan.
struct Course {
  std::filesystem::path folder;                   ///< the run's; made if it is missing
  std::optional<std::int64_t> stop_after = {};    ///< ask it to stop when this step is done
  std::optional<std::int64_t> resume_after = {};  ///< go on from the checkpoint of this step
  bool observers = false;
};

/// Drawn pictures, plugins and the smoke recipe: trainings of a dozen steps in a second.
class SmallRuns {
 public:
  /// Throws base::Exception if anything is missing.
  SmallRuns();

  std::filesystem::path operator/(const std::filesystem::path& name) const { return folder_ / name; }
  const std::filesystem::path& folder() const { return folder_.path(); }
  plugin::Loader& loader() { return loader_; }

  /// The smoke recipe, 4 epochs of 3 steps, a checkpoint at the end of each. `more`: YAML that is appended.
  cli::PreparedPlan plan(const std::vector<std::string>& overrides, const std::string& more = {});

  /// Trains in this thread.
  base::Result<train::Outcome> train(const cli::PreparedPlan& plan, const Course& course, MemorySink& sink);

 private:
  TempDir folder_;
  plugin::Loader loader_;
};

std::filesystem::path checkpoint_path(const std::filesystem::path& run_folder, std::int64_t step);

/// Every tensor of two files of weights is there in both, with the same bytes.
void expect_same_tensors(const std::filesystem::path& actual, const std::filesystem::path& expected);

/// Equal to the bit; NaN equals itself.
bool same_bits(double a, double b);

}  // namespace ibot::test
