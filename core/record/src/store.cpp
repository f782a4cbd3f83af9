// SPDX-License-Identifier: GPL-3.0-or-later
#include "label.h"
#include "schema.h"
#include "store_impl.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/record/liveness.h>

namespace ibot::record {

using base::ErrorCode;
using base::str;
using Kind = Transaction::Kind;

// A log that grew while a reader held it back is cut to this size when it is folded.
constexpr const char* kSettings = "PRAGMA journal_size_limit = 67108864";

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

base::Result<Database> open_for_writing(const Workspace& workspace, const StoreOptions& options) {
  FileSystem file_system;
  if (options.file_system) {
    file_system = *options.file_system;
  } else {
    IBOT_TRY(file_system, file_system_of(workspace.folder()));
  }
  if (file_system.network) {
    return base::Error{
        ErrorCode::Incompatible,
        str("the workspace ", workspace.folder().string(), " lies on a network file system (",
            file_system.type, "), where a record cannot be written safely"),
        "a disk of this machine",
        "Choose a local workspace; a finished record can be read where it lies and copied anywhere"};
  }
  std::error_code ignored;
  if (std::filesystem::exists(workspace.folder() / "bundle.json", ignored)) {
    return base::Error{
        ErrorCode::PermissionDenied,
        "the workspace " + workspace.folder().string() + " is an opened bundle, which is only read", "",
        "`ibot bundle merge` takes its runs over into a workspace of your own"};
  }
  const std::string file = workspace.record_file().string();
  IBOT_TRY(auto database,
           Database::open(workspace.record_file(), Database::Mode::ReadWriteCreate, options.busy_timeout));
  if (database.is_read_only()) {
    return base::Error{ErrorCode::PermissionDenied,
                       "cannot write the record " + file + ": the file is read-only", "",
                       "Check the owner and mode of the file and its folder"};
  }
  database.fold_log_on_close(false);
  IBOT_TRY(auto turns, Turns::open(workspace.folder(), options.busy_timeout));
  IBOT_CHECK_OK(turns.take());
  IBOT_CHECK_OK(prepare_schema(database, Access::Write));
  IBOT_CHECK_OK(database.execute(kSettings));
  turns.give_back();
  database.use_turns(std::move(turns));
  database.fold_log_on_close(true);
  return database;
}

base::Result<Store> Store::open(const Workspace& workspace, const StoreOptions& options) {
  IBOT_TRY(auto database, open_for_writing(workspace, options));
  return Store(std::make_unique<Impl>(workspace, std::move(database)));
}

base::Result<std::int64_t> Store::Impl::number_of(std::string_view run) {
  IBOT_TRY(auto query, database.prepare("SELECT number, host, pid, process_mark FROM runs WHERE id = ?"));
  query.bind(run);
  IBOT_TRY(const bool found, query.next());
  if (!found) {
    IBOT_TRY(const auto loaded, load_run(database, run));  // for its message
    return loaded.number;
  }
  if (const auto held = claimed.find(run); held != claimed.end()) {
    const ProcessIdentity holder{query.text(1), query.integer(2), query.text(3)};
    if (holder != held->second) {
      return base::Error{ErrorCode::Cancelled,
                         str("run ", run, " was taken over by process ", holder.pid, " on ",
                             base::quote_untrusted(holder.host), ": this one was taken for dead"),
                         "", "Nothing more is written from here"};
    }
  }
  return query.integer(0);
}

base::Status Store::Impl::touch(std::int64_t number) {
  return database.run(str("UPDATE runs SET changed = ", kNextChange, " WHERE number = ?"), number);
}

base::Status Store::Impl::require_json(std::string_view json, std::string_view what) {
  IBOT_TRY(auto query, database.prepare("SELECT json_valid(?)"));
  query.bind(json);
  IBOT_TRY([[maybe_unused]] const bool row, query.next());
  if (query.integer(0) == 1) return {};
  return base::Error{ErrorCode::InvalidArgument, str(what, " is not JSON: ", base::quote_untrusted(json)),
                     "one JSON value", ""};
}

base::Result<std::int64_t> Store::Impl::insert_run(const NewRun& run) {
  if (!is_valid_run_id(run.id)) {
    return base::Error{ErrorCode::InvalidArgument, "not a run id: " + base::quote_untrusted(run.id),
                       "1 to 64 characters of A-Z a-z 0-9 . _ -", ""};
  }
  IBOT_CHECK_OK(check_label(run.name, "name"));
  IBOT_CHECK_OK(check_label(run.folder, "folder"));
  IBOT_CHECK_OK(require_json(run.plan_json, "the plan"));
  {
    IBOT_TRY(auto query, database.prepare("SELECT 1 FROM runs WHERE id = ?1 UNION ALL "
                                          "SELECT 1 FROM deleted_runs WHERE id = ?1"));
    query.bind(run.id);
    IBOT_TRY(const bool exists, query.next());
    if (exists)
      return base::Error{ErrorCode::AlreadyExists, "there is or was a run " + run.id, "a new id", ""};
  }
  std::optional<std::int64_t> parent;
  std::optional<std::int64_t> parent_step;
  if (run.parent) {
    IBOT_TRY(const auto loaded, load_run(database, run.parent->run));
    parent = loaded.number;
    parent_step = run.parent->step;
  }
  const std::int64_t now = base::now_micros();
  const Hashes& hashes = run.hashes;
  IBOT_CHECK_OK(database.run(
      str("INSERT INTO runs(id, name, parent, parent_step, hash_config, hash_plugins, hash_data, hash_seed, "
          "hash_environment, state, planned_steps, created, changed) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, "
          "'created', ?, ?, ",
          kNextChange, ")"),
      run.id, run.name, parent, parent_step, hashes.config, hashes.plugins, hashes.data, hashes.seed,
      hashes.environment, run.planned_steps, now));
  const std::int64_t number = database.last_insert_rowid();
  IBOT_CHECK_OK(
      database.run("INSERT INTO run_labels(run, colour, folder) SELECT ?, 1 + coalesce(max(colour), -1), ? "
                   "FROM run_labels",
                   number, base::trim(run.folder)));
  const HashedTexts& texts = run.hashed_texts;
  IBOT_CHECK_OK(database.run(
      "INSERT INTO hashed_texts(run, config, plugins, data, seed, environment) VALUES(?, ?, ?, ?, ?, ?)",
      number, texts.config, texts.plugins, texts.data, texts.seed, texts.environment));
  IBOT_CHECK_OK(
      database.run("INSERT INTO plan_segments(run, segment, from_step, to_step, plan, hash, created) "
                   "VALUES(?, 0, 0, ?, ?, ?, ?)",
                   number, run.planned_steps, run.plan_json, run.plan_hash, now));
  return number;
}

base::Status Store::create_run(const NewRun& run) {
  IBOT_TRY(auto transaction, Transaction::begin(impl_->database, Kind::WriteDurable));
  IBOT_TRY([[maybe_unused]] const std::int64_t number, impl_->insert_run(run));
  return transaction.commit();
}

base::Status Store::claim_run(std::string_view run, const ProcessIdentity& process,
                              const std::optional<ProcessIdentity>& after) {
  impl_->claimed.erase(std::string(run));
  const base::Status written =
      impl_->change(run, Kind::WriteDurable, [&](std::int64_t number) -> base::Status {
        IBOT_TRY(auto loaded, load_run(impl_->database, run));
        if (after && loaded.run.process != *after) {
          return base::Error{ErrorCode::Busy,
                             str("run ", run, " was taken by process ", loaded.run.process.pid,
                                 " in the meantime: this trainer is not needed"),
                             "", ""};
        }
        if (loaded.run.trashed) {
          return base::Error{ErrorCode::InvalidArgument, str("run ", run, " is in the trash"),
                             "a run that is not in the trash",
                             str("`ibot restore ", run, "` brings it back")};
        }
        const std::int64_t now = base::now_micros();
        State state = loaded.run.state;
        if (is_active(state)) {
          const EffectiveStatus status = effective_status(loaded.run, now);
          if (!status.died) {
            return base::Error{ErrorCode::Busy,
                               str("run ", run, " is ", status.text, " in process ", loaded.run.process.pid,
                                   " on ", base::quote_untrusted(loaded.run.process.host)),
                               "a run without a living trainer",
                               str("Stop it first with `ibot stop ", run, "`")};
          }
          IBOT_CHECK_OK(impl_->add_event(number, Event{0, loaded.run.step, now, EventLevel::Error, "died",
                                                       "the trainer " + status.text, ""}));
          state = State::Failed;
        }
        if (!is_legal(state, State::Preparing)) {
          return base::Error{ErrorCode::InvalidArgument,
                             str("run ", run, " cannot go from ", to_string(state), " to preparing"), "", ""};
        }
        IBOT_CHECK_OK(impl_->close_commands(number, "not done: the trainer it was for had ended"));
        return impl_->database.run(
            "UPDATE runs SET state = 'preparing', host = ?, pid = ?, process_mark = ?, heartbeat = ?, "
            "started = coalesce(started, ?), ended = NULL, exit_reason = '', error = '' WHERE number = ?",
            process.host, process.pid, process.start_mark, now, now, number);
      });
  if (!written) return written;
  impl_->claimed.insert_or_assign(std::string(run), process);
  return {};
}

base::Status Store::set_state(std::string_view run, State to, const Ending& ending) {
  return impl_->change(run, Kind::WriteDurable, [&](std::int64_t number) -> base::Status {
    IBOT_TRY(const auto loaded, load_run(impl_->database, run));
    const State from = loaded.run.state;
    if (!is_legal(from, to)) {
      return base::Error{ErrorCode::InvalidArgument,
                         str("run ", run, " cannot go from ", to_string(from), " to ", to_string(to)), "",
                         is_ended(from) ? "It is over; resume or extend it" : ""};
    }
    const std::int64_t now = base::now_micros();
    std::optional<std::int64_t> ended;
    if (is_ended(to)) {
      ended = now;
      IBOT_CHECK_OK(impl_->close_commands(number, "not done: the run ended first"));
    }
    return impl_->database.run(
        "UPDATE runs SET state = ?, heartbeat = ?, ended = ?, exit_reason = ?, error = ? WHERE number = ?",
        to_string(to), now, ended, ending.exit_reason, ending.error, number);
  });
}

base::Status Store::extend_plan(std::string_view run, const PlanSegment& segment) {
  return impl_->change(run, Kind::WriteDurable, [&](std::int64_t number) -> base::Status {
    IBOT_CHECK_OK(impl_->require_json(segment.plan_json, "the plan"));
    IBOT_TRY(const auto loaded, load_run(impl_->database, run));
    const std::int64_t from = loaded.run.planned_steps;
    if (segment.to_step <= from) {
      return base::Error{ErrorCode::InvalidArgument,
                         str("run ", run, " cannot be extended to step ", segment.to_step),
                         str("more than ", from), "That many steps are planned already"};
    }
    IBOT_CHECK_OK(impl_->database.run(
        "INSERT INTO plan_segments(run, segment, from_step, to_step, plan, hash, created) "
        "SELECT ?1, 1 + max(segment), ?2, ?3, ?4, ?5, ?6 FROM plan_segments WHERE run = ?1",
        number, from, segment.to_step, segment.plan_json, segment.hash, base::now_micros()));
    return impl_->database.run("UPDATE runs SET planned_steps = ? WHERE number = ?", segment.to_step, number);
  });
}

base::Status Store::checkpoint_log() {
  return impl_->database.fold_log();
}

}  // namespace ibot::record
