// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/record/run_buffer.h>
#include <ibot/record/store.h>
#include <ibot/train/run_sink.h>

#include <string>

namespace ibot::cli {

/// The trainer's sink over the record. A record that cannot be written for a while (full disk, another
/// writer) costs nothing: metrics wait in a bounded buffer and are tried again; only what must be on the disk
/// ends the run.
class RecordSink final : public train::RunSink {
 public:
  /// `plan_json` and `plan_hash` are repeated in the segment that an extension appends.
  RecordSink(record::Store store, std::string run, std::string plan_json, std::string plan_hash);

  void metric(std::string_view name, std::int64_t step, double value) override;
  void event(train::Severity severity, std::string_view kind, std::int64_t step, std::string_view text,
             std::string_view data_json) override;
  void log(std::string_view line) override;
  base::Status step_done(std::int64_t step) override;
  base::Status flush() override;
  base::Status phase(train::Phase phase, std::string_view reason, std::string_view error) override;
  base::Status saved(const train::SavedFile& file) override;
  base::Status removing(std::int64_t step, bool full) override;
  base::Status removed(std::int64_t step, bool full) override;
  base::Status evaluations(const std::vector<train::EvaluationValue>& values) override;
  base::Status probe_pictures(const std::vector<train::ProbePicture>& pictures) override;
  base::Status probes(const std::vector<train::ProbeBlob>& blobs) override;
  base::Status extended(std::int64_t from, std::int64_t to) override;
  std::optional<train::Command> take_command() override;
  void finish_command(std::int64_t number, bool succeeded, std::string_view result) override;

  record::Store& store() { return store_; }

 private:
  record::Store store_;
  std::string run_, plan_json_, plan_hash_;
  record::RunBuffer buffer_;
  bool warned_ = false;
};

}  // namespace ibot::cli
