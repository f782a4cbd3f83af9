// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::train {

/// Where a run stands, as the trainer says it. The record has one more (created) and decides which change is
/// legal.
enum class Phase : unsigned char { Preparing = 1, Running, Paused, Finishing, Completed, Stopped, Failed };

enum class Severity : unsigned char { Info = 1, Warning, Error };

/// What a person asks of a running trainer.
enum class Request : unsigned char { Pause = 1, Resume, Stop, StopNow, Checkpoint, Publish, Extend };

struct Command {
  std::int64_t number = 0;
  Request request = Request::Pause;
  double epochs = 0;  ///< of Extend: how many more
};

/// A file that is complete under its final name.
struct SavedFile {
  std::int64_t step = 0;
  bool full = true;           ///< false: a compact teacher snapshot
  std::string relative_path;  ///< below the run's folder
  std::int64_t bytes = 0;
  std::string sha256;
  std::string reason;
};

/// One value of an evaluation.
struct EvaluationValue {
  std::int64_t step = 0;
  std::string protocol, network, metric;
  double value = 0;
  std::string settings_json;
};

/// A picture that is looked at again and again.
struct ProbePicture {
  std::string image;            ///< stable id
  std::string source;           ///< where it came from, for the caption
  std::vector<std::byte> file;  ///< the square that is looked at, as PNG
};

/// What was seen of one probe picture.
struct ProbeBlob {
  std::int64_t step = 0;
  std::string kind, image, meta_json;
  std::vector<std::byte> data;
};

/// What the trainer tells, and whom it asks for commands. The trainer knows no database: an implementation
/// over the record lives with the program, others in tests. All functions are called from the training
/// thread. An error that a function returns ends the run with that error; what may be lost without harm is
/// kept and tried again inside.
class IBOT_API RunSink {
 public:
  virtual ~RunSink();
  virtual void metric(std::string_view name, std::int64_t step, double value) = 0;
  virtual void event(Severity severity, std::string_view kind, std::int64_t step, std::string_view text,
                     std::string_view data_json = {}) = 0;
  virtual void log(std::string_view line) = 0;
  /// A step is finished. Called often; writes and sends a heartbeat when due.
  virtual base::Status step_done(std::int64_t step) = 0;
  /// Writes everything that waits.
  virtual base::Status flush() = 0;
  virtual base::Status phase(Phase phase, std::string_view reason = {}, std::string_view error = {}) = 0;
  virtual base::Status saved(const SavedFile& file) = 0;
  /// Told before and after a file is deleted.
  virtual base::Status removing(std::int64_t step, bool full) = 0;
  virtual base::Status removed(std::int64_t step, bool full) = 0;
  virtual base::Status evaluations(const std::vector<EvaluationValue>& values) = 0;
  /// Told before their first blobs; again when a run goes on.
  virtual base::Status probe_pictures(const std::vector<ProbePicture>& pictures) = 0;
  virtual base::Status probes(const std::vector<ProbeBlob>& blobs) = 0;
  /// The run goes on beyond its planned end: steps [from, to) were appended.
  virtual base::Status extended(std::int64_t from, std::int64_t to) = 0;
  virtual std::optional<Command> take_command() = 0;
  virtual void finish_command(std::int64_t number, bool succeeded, std::string_view result) = 0;
};

}  // namespace ibot::train
