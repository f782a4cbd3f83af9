// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/record/process.h>
#include <ibot/record/state.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What the record holds, as plain values: what the Store takes and the Reader gives. Times are microseconds
// since 1970 UTC (base::now_micros). Steps count finished optimiser steps: step 0 is the untrained network.
// Fields named
// *_json hold one JSON value as text; an empty string means "none" where the field may be empty.

namespace ibot::record {

/// SHA-256 (64 hexadecimal digits) of what makes two runs equal. The first that differs says why they differ.
struct Hashes {
  std::string config;
  std::string plugins;
  std::string data;
  std::string seed;
  std::string environment;

  bool operator==(const Hashes&) const = default;
};

/// The text that was hashed, kept so that a difference can be shown and not only stated.
using HashedTexts = Hashes;

/// A run that continues from a checkpoint of another one.
struct Lineage {
  std::string run;
  std::int64_t step = 0;

  bool operator==(const Lineage&) const = default;
};

struct NewRun {
  std::string id;    ///< base::new_run_id(); also the name of the run's folder
  std::string name;  ///< for people; need not be unique
  std::optional<Lineage> parent;
  std::string plan_json;  ///< the resolved plan: segment 0
  std::string plan_hash;
  Hashes hashes;
  HashedTexts hashed_texts;  ///< may be empty
  std::int64_t planned_steps = 0;
  std::string folder;  ///< see Run::folder
};

/// The last value of one metric.
struct LastValue {
  std::string name;
  std::int64_t step = 0;
  std::int64_t time = 0;
  double value = 0;
};

struct Run {
  std::string id;
  std::string name;
  std::optional<Lineage> parent;
  Hashes hashes;
  State state = State::Created;  ///< as written; show liveness.h's view of it
  ProcessIdentity process;       ///< the trainer that holds or last held the run
  std::int64_t heartbeat = 0;    ///< last sign of life; 0: never started
  std::int64_t step = 0;         ///< last step whose update was written
  std::int64_t planned_steps = 0;
  std::int64_t created = 0;
  std::optional<std::int64_t> started;  ///< first time a trainer took it
  std::optional<std::int64_t> ended;
  std::string exit_reason;              ///< a short phrase: "planned end", "stop command", "non-finite loss"
  std::string error;                    ///< what a failed run said
  std::int64_t changed = 0;             ///< grows with every change of any run: see RunQuery::changed_since
  std::int64_t colour = 0;              ///< 0, 1, 2, ... in the order of creation; kept for life
  std::string folder;                   ///< a group that people put it into; empty: none
  std::optional<std::int64_t> trashed;  ///< when it was put into the trash; it is still all there
  std::vector<std::string> tags;
  std::vector<LastValue> last_values;
};

/// A run that is no longer in the record, so that followers can forget it too.
struct DeletedRun {
  std::string id;
  std::int64_t deleted = 0;
  std::int64_t changed = 0;  ///< as Run::changed
};

/// A stretch of a run's plan. Segment 0 is the plan it was created with; extending appends.
struct PlanSegment {
  std::int64_t segment = 0;
  std::int64_t from_step = 0;
  std::int64_t to_step = 0;
  std::string plan_json;
  std::string hash;
  std::int64_t created = 0;
};

struct MetricPoint {
  std::string name;  ///< "loss/total", "knn/top1"
  std::int64_t step = 0;
  double value = 0;  ///< may be NaN or infinite
  std::int64_t time = 0;
};

struct CurvePoint {
  std::int64_t step = 0;
  std::int64_t time = 0;
  double value = 0;
};

/// Summary of the points of `width` consecutive steps, [first_step, first_step + width).
struct CoarsePoint {
  std::int64_t first_step = 0;
  std::int64_t width = 0;
  std::int64_t finite = 0;      ///< number of finite values; min, max and mean are of these
  std::int64_t non_finite = 0;  ///< number of NaN and infinite values
  double min = 0;
  double max = 0;
  double mean = 0;
};

enum class CheckpointKind : std::uint8_t {
  Full = 1,         ///< everything that a resume needs
  TeacherSnapshot,  ///< compact weights of the teacher, for looking back
};

enum class CheckpointState : std::uint8_t {
  Present = 1,
  Removing,  ///< decided to delete, the file may or may not be there; the next trainer finishes it
  Removed,
};

struct Checkpoint {
  std::int64_t step = 0;
  CheckpointKind kind = CheckpointKind::Full;
  std::string path;  ///< relative to the run's folder, without ".."
  std::int64_t size = 0;
  std::string sha256;
  std::string reason;  ///< why it is kept: "every 1000", "best knn", "last"
  CheckpointState state = CheckpointState::Present;
  std::int64_t created = 0;
};

/// A picture that is looked at again and again during the run.
struct Probe {
  std::string image;  ///< stable sample id
  std::int64_t position = 0;
  std::string source;                 ///< where it came from, for the caption
  std::vector<std::byte> image_file;  ///< a small PNG or JPEG, so that the record can be looked at elsewhere
};

/// What the model saw in one probe at one step: a compact array described by meta_json (shape, type, network,
/// layer).
struct ProbeSnapshot {
  std::int64_t step = 0;
  std::string kind;   ///< "attention_cls", "pca", "clusters", "prototypes"
  std::string image;  ///< a Probe's image
  std::string meta_json;
  std::vector<std::byte> data;
  std::int64_t time = 0;
};

enum class EventLevel : std::uint8_t { Info = 1, Warning, Error };

struct Event {
  std::int64_t number = 0;  ///< given by the record, ascending
  std::int64_t step = 0;
  std::int64_t time = 0;
  EventLevel level = EventLevel::Info;
  std::string kind;  ///< "collapse", "bad_image", "resumed"
  std::string text;  ///< one sentence for people
  std::string data_json;
};

enum class CommandKind : std::uint8_t { Pause = 1, Resume, Stop, StopNow, Checkpoint, Publish, Extend };

struct Command {
  std::int64_t number = 0;
  CommandKind kind = CommandKind::Pause;
  std::string arguments_json;
  std::int64_t created = 0;
  std::optional<std::int64_t> taken;  ///< when a trainer took it
  std::optional<std::int64_t> done;   ///< when it was carried out or given up
  bool succeeded = false;
  std::string result;  ///< what became of it, in words
};

struct Evaluation {
  std::int64_t step = 0;
  std::string protocol;  ///< "knn", "part_clusters"
  std::string network;   ///< "teacher", "student", "untrained", "raw_pixels"
  std::string metric;    ///< "top1", "nmi"
  double value = 0;
  std::string settings_json;  ///< all settings, data hash included; different settings are different rows
  std::int64_t time = 0;
};

struct Note {
  std::int64_t number = 0;
  std::int64_t time = 0;
  std::optional<std::int64_t> step;  ///< the moment that the note is about
  std::string text;
  std::int64_t size = 0;  ///< bytes of the whole text, of which `text` may be the beginning; the reader's
};

/// Names as stored: "full", "teacher_snapshot"; "present", ...; "info", ...; "pause", "stop_now", ...
IBOT_API std::string_view to_string(CheckpointKind kind);
IBOT_API std::string_view to_string(CheckpointState state);
IBOT_API std::string_view to_string(EventLevel level);
IBOT_API std::string_view to_string(CommandKind kind);
IBOT_API std::optional<CheckpointKind> parse_checkpoint_kind(std::string_view name);
IBOT_API std::optional<CheckpointState> parse_checkpoint_state(std::string_view name);
IBOT_API std::optional<EventLevel> parse_event_level(std::string_view name);
IBOT_API std::optional<CommandKind> parse_command_kind(std::string_view name);

}  // namespace ibot::record
