// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/record/file_system.h>
#include <ibot/record/queue.h>
#include <ibot/record/rows.h>
#include <ibot/record/workspace.h>

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::record {

struct ReaderOptions {
  /// A query that takes longer is given up with Io: a damaged file must not hang a window.
  std::int64_t deadline_micros = 30'000'000;
  /// Instead of asking the system (tests).
  std::optional<FileSystem> file_system;
};

/// How a record was opened.
enum class ReadMode : std::uint8_t {
  Live = 1,   ///< follows the writers
  Immutable,  ///< folder not writable and no log beside the database: read as it lies
  Copy,       ///< from a temporary copy made when it was opened; also where an earlier version wrote it
};

struct RunQuery {
  std::int64_t changed_since = 0;  ///< only runs with a greater Run::changed
  std::optional<std::string> tag;
  bool trash = true;  ///< those in the trash too
  bool tags = true;
  bool last_values = true;
  std::int64_t limit = 100'000;
};

/// The reading side of a record: any number of them beside any number of writers, in any process. Every call
/// is one short read that leaves no transaction open, so the writers' log can always be folded back.
///
/// The database is untrusted: its schema must be exactly one that this program wrote, triggers and views are
/// off, queries have a deadline and a bound on their rows. Lists come in the order named; times in
/// microseconds.
///
/// Thread: one Reader a thread. Errors of every call, beside those named: Corrupt, Io, Busy; NotFound where
/// the run is not in the record.
class IBOT_API Reader {
 public:
  /// Changes nothing in the record. Where a live opening is impossible (read-only folder, network file
  /// system) or the record is of an earlier version, it falls back to Immutable or Copy; mode_text() says so.
  /// Errors: NotFound, Unsupported (newer; this program must be updated), Incompatible (not ours), Corrupt,
  /// PermissionDenied.
  static base::Result<Reader> open(const Workspace& workspace, const ReaderOptions& options = {});
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  ReadMode mode() const;
  /// One sentence for people; empty for Live.
  const std::string& mode_text() const;
  /// Differs from the last call's value if anybody committed since. Costs microseconds.
  base::Result<std::int64_t> change_counter();

  // --- runs

  /// Newest first.
  base::Result<std::vector<Run>> runs(const RunQuery& query = {});
  base::Result<Run> run(std::string_view id);
  /// Runs that were deleted, of a greater DeletedRun::changed, ascending by it.
  base::Result<std::vector<DeletedRun>> deleted_runs(std::int64_t changed_since = 0);
  /// The id that a person means by an id, a name, or the beginning or end of an id; runs in the trash only
  /// where no other fits. Errors: NotFound with the nearest name, InvalidArgument with the candidates if
  /// there are several.
  base::Result<std::string> find_run(std::string_view text);
  base::Result<std::vector<PlanSegment>> plan(std::string_view run);
  base::Result<HashedTexts> hashed_texts(std::string_view run);
  /// Runs whose parent is this one, oldest first.
  base::Result<std::vector<std::string>> children(std::string_view run);
  /// At most `characters` of each text, so that a huge note holds nobody up; Note::size says how long it is.
  base::Result<std::vector<Note>> notes(std::string_view run,
                                        std::int64_t characters = std::numeric_limits<std::int64_t>::max());
  base::Result<std::int64_t> note_count(std::string_view run);
  /// The whole of one note. Errors: NotFound.
  base::Result<Note> note(std::string_view run, std::int64_t number);

  base::Result<QueueContents> queue();

  // --- curves

  base::Result<std::vector<std::string>> metric_names(std::string_view run);
  /// Points with after_step < step, ascending, at most `limit`: ask again from the last one to follow a live
  /// run.
  base::Result<std::vector<CurvePoint>> curve(std::string_view run, std::string_view metric,
                                              std::int64_t after_step = -1, std::int64_t limit = 1'000'000);
  /// The finest summary of [from_step, to_step] that has at most `limit` points; empty if the metric has none
  /// there.
  base::Result<std::vector<CoarsePoint>> coarse_curve(
      std::string_view run, std::string_view metric, std::int64_t limit = 2000, std::int64_t from_step = 0,
      std::int64_t to_step = std::numeric_limits<std::int64_t>::max());

  // --- what else a run left

  /// Ascending by step. Paths are checked: one that leaves the run's folder makes the record Corrupt.
  base::Result<std::vector<Checkpoint>> checkpoints(std::string_view run);
  /// Events with a greater number, ascending.
  base::Result<std::vector<Event>> events(std::string_view run, std::int64_t after_number = 0,
                                          std::int64_t limit = 10'000);
  base::Result<std::vector<Evaluation>> evaluations(std::string_view run);
  /// The last lines of the log.
  base::Result<std::vector<std::string>> log_tail(std::string_view run);
  base::Result<std::vector<Command>> commands(std::string_view run);
  base::Result<Command> command(std::int64_t number);

  /// By position; image_file only where asked for.
  base::Result<std::vector<Probe>> probes(std::string_view run, bool with_files = true);
  /// Steps at which a probe was looked at, ascending.
  base::Result<std::vector<std::int64_t>> probe_steps(std::string_view run, std::string_view kind,
                                                      std::string_view image);
  /// The newest snapshot at or before `at_step`. Errors: NotFound.
  base::Result<ProbeSnapshot> probe_snapshot(std::string_view run, std::string_view kind,
                                             std::string_view image,
                                             std::int64_t at_step = std::numeric_limits<std::int64_t>::max());

 private:
  struct Impl;
  explicit Reader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ibot::record
