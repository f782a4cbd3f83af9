// SPDX-License-Identifier: GPL-3.0-or-later
#include "row_reading.h"

#include <ibot/base/text.h>
#include <ibot/record/workspace.h>

namespace ibot::record {

using base::ErrorCode;
using base::str;

base::Error unknown_value(std::string_view what, std::string_view value) {
  return {ErrorCode::Corrupt, str("the record holds an unknown ", what, ": ", base::quote_untrusted(value)),
          "", "The file was changed by another program; put the record back from a copy"};
}

base::Result<NumberedRun> run_from(const Statement& row) {
  NumberedRun numbered;
  int column = 0;
  numbered.number = row.integer(column++);
  Run& run = numbered.run;
  run.id = row.text(column++);
  if (!is_valid_run_id(run.id)) return unknown_value("form of run id", run.id);
  run.name = row.text(column++);
  if (!row.is_null(column)) run.parent = Lineage{row.text(column), row.integer(column + 1)};
  column += 2;
  for (std::string* hash : {&run.hashes.config, &run.hashes.plugins, &run.hashes.data, &run.hashes.seed,
                            &run.hashes.environment}) {
    *hash = row.text(column++);
  }
  const std::string state_name = row.text(column++);
  const auto state = parse_state(state_name);
  if (!state) return unknown_value("run state", state_name);
  run.state = *state;
  run.process.host = row.text(column++);
  run.process.pid = row.integer(column++);
  run.process.start_mark = row.text(column++);
  run.heartbeat = row.integer(column++);
  run.step = row.integer(column++);
  run.planned_steps = row.integer(column++);
  run.created = row.integer(column++);
  run.started = row.optional_integer(column++);
  run.ended = row.optional_integer(column++);
  run.exit_reason = row.text(column++);
  run.error = row.text(column++);
  run.changed = row.integer(column++);
  run.colour = row.integer(column++);
  run.folder = row.text(column++);
  run.trashed = row.optional_integer(column++);
  return numbered;
}

base::Result<NumberedRun> load_run(Database& database, std::string_view id) {
  IBOT_TRY(auto query,
           database.prepare(str("SELECT ", kRunColumns, " FROM ", kRunTables, " WHERE runs.id = ?")));
  query.bind(id);
  IBOT_TRY(const bool found, query.next());
  if (found) return run_from(query);
  IBOT_TRY(auto all, database.prepare("SELECT id FROM runs ORDER BY number DESC LIMIT 1000"));
  IBOT_TRY(const auto known, collect<std::string>(all, [](const Statement& row) { return row.text(0); }));
  const auto nearest = base::nearest_name(id, known);
  return base::Error{
      ErrorCode::NotFound,
      str("there is no run ", base::quote_untrusted(id), " in the record ", database.file()), "",
      nearest ? "Did you mean " + base::quote_untrusted(*nearest) + "?" : "`ibot runs` lists them"};
}

base::Result<QueueItem> queue_item_from(const Statement& row) {
  QueueItem item;
  item.number = row.integer(0);
  item.run = row.text(1);
  if (!is_valid_run_id(item.run)) return unknown_value("form of run id", item.run);
  item.device = row.text(2);
  const std::string state_name = row.text(3);
  const auto state = parse_queue_state(state_name);
  if (!state) return unknown_value("state in the queue", state_name);
  item.state = *state;
  item.attempts = row.integer(4);
  item.most_attempts = row.integer(5);
  item.added = row.integer(6);
  item.started = row.optional_integer(7);
  item.ended = row.optional_integer(8);
  item.reason = row.text(9);
  item.before = {row.text(10), row.integer(11), row.text(12)};
  return item;
}

base::Result<std::optional<std::int64_t>> open_queue_item(Database& database, std::int64_t run) {
  IBOT_TRY(auto query,
           database.prepare("SELECT number FROM queue_items WHERE run = ? AND state IN ('waiting', "
                            "'running')"));
  query.bind(run);
  IBOT_TRY(const bool found, query.next());
  return found ? std::optional(query.integer(0)) : std::nullopt;
}

base::Result<QueueWorker> queue_worker_from(const Statement& row) {
  return QueueWorker{row.text(0),
                     {row.text(1), row.integer(2), row.text(3)},
                     row.integer(4),
                     row.integer(5),
                     row.integer(6) != 0};
}

base::Result<Command> command_from(const Statement& row) {
  Command command;
  command.number = row.integer(0);
  const std::string kind_name = row.text(1);
  const auto kind = parse_command_kind(kind_name);
  if (!kind) return unknown_value("command", kind_name);
  command.kind = *kind;
  command.arguments_json = row.text(2);
  command.created = row.integer(3);
  command.taken = row.optional_integer(4);
  command.done = row.optional_integer(5);
  command.succeeded = row.integer(6) != 0;
  command.result = row.text(7);
  return command;
}

}  // namespace ibot::record
