// SPDX-License-Identifier: GPL-3.0-or-later
#include "record_sink.h"

#include <ibot/base/clock.h>
#include <ibot/base/log.h>

#include <nlohmann/json.hpp>

namespace ibot::cli {
namespace {

record::State to_state(train::Phase phase) {
  switch (phase) {
    case train::Phase::Preparing:
      return record::State::Preparing;
    case train::Phase::Running:
      return record::State::Running;
    case train::Phase::Paused:
      return record::State::Paused;
    case train::Phase::Finishing:
      return record::State::Finishing;
    case train::Phase::Completed:
      return record::State::Completed;
    case train::Phase::Stopped:
      return record::State::Stopped;
    case train::Phase::Failed:
      return record::State::Failed;
  }
  return record::State::Failed;
}

train::Request to_request(record::CommandKind kind) {
  switch (kind) {
    case record::CommandKind::Pause:
      return train::Request::Pause;
    case record::CommandKind::Resume:
      return train::Request::Resume;
    case record::CommandKind::Stop:
      return train::Request::Stop;
    case record::CommandKind::StopNow:
      return train::Request::StopNow;
    case record::CommandKind::Checkpoint:
      return train::Request::Checkpoint;
    case record::CommandKind::Publish:
      return train::Request::Publish;
    case record::CommandKind::Extend:
      return train::Request::Extend;
  }
  return train::Request::Stop;
}

record::CheckpointKind kind_of(bool full) {
  return full ? record::CheckpointKind::Full : record::CheckpointKind::TeacherSnapshot;
}

}  // namespace

RecordSink::RecordSink(record::Store store, std::string run, std::string plan_json, std::string plan_hash)
    : store_(std::move(store)),
      run_(run),
      plan_json_(std::move(plan_json)),
      plan_hash_(std::move(plan_hash)),
      buffer_(std::move(run)) {}

void RecordSink::metric(std::string_view name, std::int64_t step, double value) {
  buffer_.metric(name, step, value);
}

void RecordSink::event(train::Severity severity, std::string_view kind, std::int64_t step,
                       std::string_view text, std::string_view data_json) {
  record::Event event;
  event.step = step;
  event.time = base::now_micros();
  event.level = severity == train::Severity::Error     ? record::EventLevel::Error
                : severity == train::Severity::Warning ? record::EventLevel::Warning
                                                       : record::EventLevel::Info;
  event.kind = kind;
  event.text = text;
  event.data_json = data_json;
  buffer_.event(std::move(event));
  log(text);
}

void RecordSink::log(std::string_view line) {
  base::log_info(line);
  buffer_.log_line(std::string(line));
}

base::Status RecordSink::step_done(std::int64_t step) {
  buffer_.step(step);
  return buffer_.is_due(base::now_micros()) ? flush() : base::Status();
}

base::Status RecordSink::flush() {
  const base::Status status = buffer_.flush(store_);
  if (!status && !warned_)
    base::log_warning("the record cannot be written for the moment: " + status.error().to_text());
  warned_ = !status;
  // What waits is kept and written later; nothing is lost by going on.
  const bool passing = !status && (status.error().code == base::ErrorCode::OutOfSpace ||
                                   status.error().code == base::ErrorCode::Busy);
  return passing ? base::Status() : status;
}

base::Status RecordSink::phase(train::Phase phase, std::string_view reason, std::string_view error) {
  // Claiming the run has made it `preparing`.
  if (phase == train::Phase::Preparing) return {};
  return store_.set_state(run_, to_state(phase),
                          {.exit_reason = std::string(reason), .error = std::string(error)});
}

base::Status RecordSink::saved(const train::SavedFile& file) {
  record::Checkpoint row;
  row.step = file.step;
  row.kind = kind_of(file.full);
  row.path = file.relative_path;
  row.size = file.bytes;
  row.sha256 = file.sha256;
  row.reason = file.reason;
  row.created = base::now_micros();
  return store_.add_checkpoint(run_, row);
}

base::Status RecordSink::removing(std::int64_t step, bool full) {
  return store_.set_checkpoint_state(run_, step, kind_of(full), record::CheckpointState::Removing);
}

base::Status RecordSink::removed(std::int64_t step, bool full) {
  return store_.set_checkpoint_state(run_, step, kind_of(full), record::CheckpointState::Removed);
}

base::Status RecordSink::evaluations(const std::vector<train::EvaluationValue>& values) {
  std::vector<record::Evaluation> rows;
  for (const train::EvaluationValue& value : values) {
    rows.push_back({.step = value.step,
                    .protocol = value.protocol,
                    .network = value.network,
                    .metric = value.metric,
                    .value = value.value,
                    .settings_json = value.settings_json,
                    .time = base::now_micros()});
  }
  return store_.add_evaluations(run_, rows);
}

base::Status RecordSink::probe_pictures(const std::vector<train::ProbePicture>& pictures) {
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    IBOT_CHECK_OK(store_.add_probe(run_, {.image = pictures[i].image,
                                          .position = static_cast<std::int64_t>(i),
                                          .source = pictures[i].source,
                                          .image_file = pictures[i].file}));
  }
  return {};
}

base::Status RecordSink::probes(const std::vector<train::ProbeBlob>& blobs) {
  std::vector<record::ProbeSnapshot> rows;
  for (const train::ProbeBlob& blob : blobs) {
    rows.push_back({.step = blob.step,
                    .kind = blob.kind,
                    .image = blob.image,
                    .meta_json = blob.meta_json,
                    .data = blob.data,
                    .time = base::now_micros()});
  }
  return store_.add_probe_snapshots(run_, rows);
}

base::Status RecordSink::extended(std::int64_t from, std::int64_t to) {
  record::PlanSegment segment;
  segment.from_step = from;
  segment.to_step = to;
  segment.plan_json = plan_json_;
  segment.hash = plan_hash_;
  return store_.extend_plan(run_, segment);
}

std::optional<train::Command> RecordSink::take_command() {
  const auto command = store_.take_command(run_);
  if (!command || !command.value()) return std::nullopt;
  train::Command result{.number = (*command)->number, .request = to_request((*command)->kind), .epochs = 0};
  const auto arguments = nlohmann::json::parse((*command)->arguments_json, nullptr, false);
  if (arguments.is_object() && arguments.contains("epochs") && arguments["epochs"].is_number()) {
    result.epochs = arguments["epochs"].get<double>();
  }
  return result;
}

void RecordSink::finish_command(std::int64_t number, bool succeeded, std::string_view result) {
  const base::Status status = store_.finish_command(number, succeeded, result);
  if (!status) base::log_warning(status.error().to_text());
  log(result);
}

}  // namespace ibot::cli
