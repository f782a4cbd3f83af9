// SPDX-License-Identifier: GPL-3.0-or-later
#include "store_impl.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/record/liveness.h>

namespace ibot::record {
namespace {

using base::ErrorCode;
using base::str;
using Kind = Transaction::Kind;

base::Error no_trainer(const Run& run, const EffectiveStatus& status, CommandKind kind) {
  std::string hint = str("`ibot resume ", run.id, "` goes on from its last checkpoint");
  if (run.state == State::Created) hint = "It was never started";
  if (run.state == State::Completed) hint = str("`ibot extend ", run.id, "` goes on past its planned end");
  return {ErrorCode::InvalidArgument,
          str("run ", run.id, " has no trainer to take the command ", to_string(kind), ": it ",
              how_it_is(status)),
          "a run that is preparing, running, paused or finishing", hint};
}

}  // namespace

base::Status Store::Impl::close_commands(std::int64_t number, std::string_view result) {
  return database.run(
      "UPDATE commands SET done = ?, succeeded = 0, result = ? WHERE run = ? AND done IS NULL",
      base::now_micros(), result, number);
}

base::Result<std::int64_t> Store::put_command(std::string_view run, CommandKind kind,
                                              std::string_view arguments_json) {
  std::int64_t command = 0;
  const base::Status written =
      impl_->change(run, Kind::WriteDurable, [&](std::int64_t number) -> base::Status {
        IBOT_TRY(const auto loaded, load_run(impl_->database, run));
        const std::int64_t now = base::now_micros();
        const EffectiveStatus status = effective_status(loaded.run, now);
        if (!is_active(status.state)) return no_trainer(loaded.run, status, kind);
        // What the run will be when the commands that wait are done.
        bool paused = status.state == State::Paused;
        {
          IBOT_TRY(
              auto waiting,
              impl_->database.prepare(
                  "SELECT kind FROM commands WHERE run = ? AND done IS NULL ORDER BY number LIMIT 1000"));
          waiting.bind(number);
          for (;;) {
            IBOT_TRY(const bool row, waiting.next());
            if (!row) break;
            if (waiting.text(0) == to_string(CommandKind::Pause)) paused = true;
            if (waiting.text(0) == to_string(CommandKind::Resume)) paused = false;
          }
        }
        if (kind == CommandKind::Pause && paused) {
          return base::Error{ErrorCode::InvalidArgument,
                             str("run ", run, " is paused already, or about to be"), "", ""};
        }
        if (kind == CommandKind::Resume && !paused) {
          return base::Error{ErrorCode::InvalidArgument,
                             str("run ", run, " is not paused: it ", how_it_is(status)), "", ""};
        }
        if (!arguments_json.empty()) {
          IBOT_CHECK_OK(impl_->require_json(arguments_json, "the arguments of a command"));
        }
        IBOT_CHECK_OK(
            impl_->database.run("INSERT INTO commands(run, kind, arguments, created) VALUES(?, ?, ?, ?)",
                                number, to_string(kind), null_if_empty(arguments_json), now));
        command = impl_->database.last_insert_rowid();
        return {};
      });
  if (!written) return written.error();
  return command;
}

base::Result<std::optional<Command>> Store::take_command(std::string_view run) {
  Database& database = impl_->database;
  {
    // Without the write lock, because mostly nothing waits.
    IBOT_TRY(auto query,
             database.prepare("SELECT 1 FROM commands WHERE run = (SELECT number FROM runs WHERE id = ?) "
                              "AND done IS NULL AND taken IS NULL LIMIT 1"));
    query.bind(run);
    IBOT_TRY(const bool waits, query.next());
    if (!waits) return std::optional<Command>();
  }
  std::optional<Command> command;
  const base::Status written =
      impl_->change(run, Kind::WriteDurable, [&](std::int64_t number) -> base::Status {
        IBOT_TRY(auto query,
                 database.prepare(
                     str("SELECT ", kCommandColumns,
                         " FROM commands WHERE run = ? AND done IS NULL AND taken IS NULL ORDER BY number "
                         "LIMIT 1")));
        query.bind(number);
        IBOT_TRY(const bool found, query.next());
        if (!found) return {};  // another thread of this trainer was faster
        IBOT_TRY(command, command_from(query));
        command->taken = base::now_micros();
        return database.run("UPDATE commands SET taken = ? WHERE number = ?", command->taken,
                            command->number);
      });
  if (!written) return written.error();
  return command;
}

base::Status Store::finish_command(std::int64_t number, bool succeeded, std::string_view result) {
  Database& database = impl_->database;
  IBOT_TRY(auto transaction, Transaction::begin(database, Kind::WriteDurable));
  IBOT_CHECK_OK(database.run(
      "UPDATE commands SET done = ?, succeeded = ?, result = ? WHERE number = ? AND done IS NULL",
      base::now_micros(), succeeded, result, number));
  if (database.changes() != 1) {
    return base::Error{ErrorCode::NotFound, str("there is no open command ", number), "", ""};
  }
  std::int64_t run = 0;
  {
    IBOT_TRY(auto query, database.prepare("SELECT run FROM commands WHERE number = ?"));
    query.bind(number);
    IBOT_TRY([[maybe_unused]] const bool row, query.next());
    run = query.integer(0);
  }
  IBOT_CHECK_OK(impl_->touch(run));
  return transaction.commit();
}

}  // namespace ibot::record
