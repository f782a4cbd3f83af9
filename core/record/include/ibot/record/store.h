// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/record/file_system.h>
#include <ibot/record/rows.h>
#include <ibot/record/workspace.h>

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::record {

/// How long a run stays in the trash before it may be deleted without asking.
inline constexpr std::int64_t kTrashMicros = std::int64_t{30} * 24 * 3600 * 1'000'000;

struct StoreOptions {
  /// How long a write waits for another writer of the same record before it ends with Busy.
  std::chrono::milliseconds busy_timeout{5000};
  /// Instead of asking the system (tests).
  std::optional<FileSystem> file_system;
};

/// What a trainer has to say at one moment; written in one transaction.
struct RunUpdate {
  std::vector<MetricPoint> metrics;
  std::vector<Event> events;  ///< Event::number is ignored
  std::vector<std::string> log_lines;
  std::optional<std::int64_t> step;  ///< last finished step
};

/// Why a run ended.
struct Ending {
  std::string exit_reason;
  std::string error;
};

/// The writing side of a record. Several trainers and a window may each have one on the same workspace; every
/// call is one short
/// transaction, writers take turns (src/turns.h), and readers are never blocked.
///
/// Thread: one Store a thread. Errors of every call, beside those named: OutOfSpace (the disk is full: the
/// call wrote nothing, everything before it is there, and it may be repeated), Busy (another writer held the
/// record longer than the timeout), Io, PermissionDenied, Corrupt; NotFound where the run is not in the
/// record.
///
/// State changes, plans, checkpoints, commands and evaluations are on the disk when the call returns. Updates
/// and heartbeats may lose their last seconds in a power cut, not in a crash of the program; they never
/// damage the file.
class IBOT_API Store {
 public:
  /// Opens the record of a workspace, creates it if there is none, migrates it if it is older. Errors:
  /// Unsupported (the record is newer than this program), Incompatible (the file is another program's, or
  /// lies on a network file system), Corrupt, PermissionDenied. A file that is refused is left as it was.
  static base::Result<Store> open(const Workspace& workspace, const StoreOptions& options = {});
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  // --- runs

  /// Errors: AlreadyExists, InvalidArgument (id, JSON), NotFound (parent).
  base::Status create_run(const NewRun& run);
  /// Makes `process` the trainer of the run and the run `preparing`: the first act of train, resume and
  /// extend. A run whose trainer died is first written down as failed. Commands left over from before are
  /// closed in words. `after`: only if that process held the run last, so that of two trainers started for
  /// the same purpose one gets it. Errors: Busy (another trainer is alive, or has had it since `after`),
  /// InvalidArgument (no legal transition, in the trash).
  base::Status claim_run(std::string_view run, const ProcessIdentity& process = current_process(),
                         const std::optional<ProcessIdentity>& after = {});
  /// Errors: InvalidArgument, naming both states, if is_legal() says no. Ending the run closes open commands.
  base::Status set_state(std::string_view run, State to, const Ending& ending = {});
  /// Appends a plan segment that begins where the plan so far ends; planned_steps becomes its end.
  /// `segment.segment`, `created` and `from_step` are given by the record.
  base::Status extend_plan(std::string_view run, const PlanSegment& segment);

  // --- what people make of runs

  base::Status rename_run(std::string_view run, std::string_view name);
  /// Puts the run into a group of that name; empty: into none.
  base::Status set_folder(std::string_view run, std::string_view folder);
  base::Status add_tag(std::string_view run, std::string_view tag);
  base::Status remove_tag(std::string_view run, std::string_view tag);
  /// Returns the note's number. Errors: InvalidArgument (no text).
  base::Result<std::int64_t> add_note(std::string_view run, std::string_view text,
                                      std::optional<std::int64_t> step = {});
  /// Errors: InvalidArgument (no text), NotFound (no such note of the run).
  base::Status edit_note(std::string_view run, std::int64_t number, std::string_view text);
  base::Status remove_note(std::string_view run, std::int64_t number);
  /// Puts a removed note back as it was, number and time included. Errors: AlreadyExists.
  base::Status put_note(std::string_view run, const Note& note);

  // --- trash

  /// The run stays whole, but nobody trains it until it is restored. Errors: InvalidArgument, in words (a
  /// trainer is at work on it).
  base::Status trash_run(std::string_view run);
  base::Status restore_run(std::string_view run);
  /// Deletes for good the runs that were trashed at or before that time: first their rows, then their files.
  /// What a crash in between leaves is finished by the next call. Returns the ids. Their children stay and
  /// lose their parent.
  base::Result<std::vector<std::string>> delete_trashed(std::int64_t trashed_before);

  // --- what grows while a run trains

  /// Also the heartbeat: call it at least every kHeartbeatMicros, with an empty update if need be. Metrics
  /// replace those of the same (name, step), so that repeating an update changes nothing.
  base::Status write(std::string_view run, const RunUpdate& update);
  /// The file must be complete under its final name by now. Replaces the row of the same (step, kind).
  base::Status add_checkpoint(std::string_view run, const Checkpoint& checkpoint);
  /// Removing before the file is deleted, Removed after: a kill between leaves nothing that looks usable.
  base::Status set_checkpoint_state(std::string_view run, std::int64_t step, CheckpointKind kind,
                                    CheckpointState state);
  base::Status add_probe(std::string_view run, const Probe& probe);
  /// Errors: NotFound (the image is not a probe of the run).
  base::Status add_probe_snapshots(std::string_view run, std::span<const ProbeSnapshot> snapshots);
  base::Status add_evaluations(std::string_view run, std::span<const Evaluation> evaluations);

  // --- commands

  /// Leaves a command for the run's trainer and returns its number. Errors, in words: InvalidArgument (no
  /// trainer is there to take it, or it makes no sense now: `pause` of a paused run).
  base::Result<std::int64_t> put_command(std::string_view run, CommandKind kind,
                                         std::string_view arguments_json = {});
  /// The oldest waiting command, marked as taken so that nobody else gets it; nullopt if there is none. Cheap
  /// when there is none.
  base::Result<std::optional<Command>> take_command(std::string_view run);
  /// Says what became of a command. Before set_state() ends the run: ending closes what is still open as not
  /// done. Errors: NotFound (no such command, or closed already).
  base::Status finish_command(std::int64_t number, bool succeeded, std::string_view result);

  /// Moves what the write-ahead log holds into the database and empties it, as far as readers allow. For the
  /// end of a run; in between SQLite does it by itself.
  base::Status checkpoint_log();

 private:
  friend class Queue;
  struct Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ibot::record
