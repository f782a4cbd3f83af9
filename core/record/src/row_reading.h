// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "database.h"

#include <ibot/record/queue.h>
#include <ibot/record/rows.h>

// How rows become plain values, shared by Store and Reader. The column lists and the functions that read them
// stand together, so that their order has one place. A value that the schema does not allow makes the record
// Corrupt.

namespace ibot::record {

/// Select from kRunTables; tags and last values are not filled in.
inline constexpr char kRunColumns[] =
    "runs.number, runs.id, runs.name, parents.id, runs.parent_step, runs.hash_config, runs.hash_plugins, "
    "runs.hash_data, runs.hash_seed, runs.hash_environment, runs.state, runs.host, runs.pid, "
    "runs.process_mark, "
    "runs.heartbeat, runs.step, runs.planned_steps, runs.created, runs.started, runs.ended, "
    "runs.exit_reason, "
    "runs.error, runs.changed, coalesce(labels.colour, 0), coalesce(labels.folder, ''), labels.trashed";
inline constexpr char kRunTables[] =
    "runs LEFT JOIN runs AS parents ON parents.number = runs.parent "
    "LEFT JOIN run_labels AS labels ON labels.run = runs.number";

struct NumberedRun {
  std::int64_t number = 0;
  Run run;
};

base::Result<NumberedRun> run_from(const Statement& row);
/// Errors: NotFound with the nearest id.
base::Result<NumberedRun> load_run(Database& database, std::string_view id);

inline constexpr char kCommandColumns[] = "number, kind, arguments, created, taken, done, succeeded, result";
base::Result<Command> command_from(const Statement& row);

/// Select from kQueueTables.
inline constexpr char kQueueColumns[] =
    "queue_items.number, runs.id, device, queue_items.state, attempts, most_attempts, added, "
    "queue_items.started, queue_items.ended, reason, before_host, before_pid, before_mark";
inline constexpr char kQueueTables[] = "queue_items JOIN runs ON runs.number = queue_items.run";
base::Result<QueueItem> queue_item_from(const Statement& row);
/// The item of a run that waits or runs.
base::Result<std::optional<std::int64_t>> open_queue_item(Database& database, std::int64_t run);

inline constexpr char kWorkerColumns[] = "device, host, pid, process_mark, heartbeat, started, stopping";
base::Result<QueueWorker> queue_worker_from(const Statement& row);

base::Error unknown_value(std::string_view what, std::string_view value);

}  // namespace ibot::record
