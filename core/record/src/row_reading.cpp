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
