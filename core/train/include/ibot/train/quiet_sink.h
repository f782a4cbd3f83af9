// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/train/run_sink.h>

namespace ibot::train {

/// Told everything, keeps nothing, commands nothing: for trainings of which one thing alone is of interest.
class QuietSink : public RunSink {
 public:
  void metric(std::string_view /*name*/, std::int64_t /*step*/, double /*value*/) override {}
  void event(Severity /*severity*/, std::string_view /*kind*/, std::int64_t /*step*/,
             std::string_view /*text*/, std::string_view /*data*/) override {}
  void log(std::string_view /*line*/) override {}
  base::Status step_done(std::int64_t /*step*/) override { return {}; }
  base::Status flush() override { return {}; }
  base::Status phase(Phase /*phase*/, std::string_view /*reason*/, std::string_view /*error*/) override {
    return {};
  }
  base::Status saved(const SavedFile& /*file*/) override { return {}; }
  base::Status removing(std::int64_t /*step*/, bool /*full*/) override { return {}; }
  base::Status removed(std::int64_t /*step*/, bool /*full*/) override { return {}; }
  base::Status evaluations(const std::vector<EvaluationValue>& /*values*/) override { return {}; }
  base::Status probe_pictures(const std::vector<ProbePicture>& /*pictures*/) override { return {}; }
  base::Status probes(const std::vector<ProbeBlob>& /*blobs*/) override { return {}; }
  base::Status extended(std::int64_t /*from*/, std::int64_t /*to*/) override { return {}; }
  std::optional<Command> take_command() override { return std::nullopt; }
  void finish_command(std::int64_t /*number*/, bool /*succeeded*/, std::string_view /*result*/) override {}
};

}  // namespace ibot::train
