// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "database.h"
#include "row_reading.h"

#include <ibot/record/liveness.h>
#include <ibot/record/store.h>

#include <map>

namespace ibot::record {

/// The database of a workspace, for a writer: created or brought up to date, taking turns with other writers.
/// Errors: as Store::open().
base::Result<Database> open_for_writing(const Workspace& workspace, const StoreOptions& options);

struct Store::Impl {
  Workspace workspace;
  Database database;
  // Runs whose trainer this process is: a trainer that was taken for dead and replaced must not write on.
  std::map<std::string, ProcessIdentity, std::less<>> claimed;

  Impl(Workspace where, Database opened) : workspace(std::move(where)), database(std::move(opened)) {}

  /// The run's key in the tables. Errors: NotFound; Cancelled if another trainer took over a run claimed
  /// here.
  base::Result<std::int64_t> number_of(std::string_view run);
  /// Within a transaction. Returns the run's key. Errors: as create_run().
  base::Result<std::int64_t> insert_run(const NewRun& run);
  /// Makes followers see that the run changed.
  base::Status touch(std::int64_t number);
  /// Errors: InvalidArgument, naming `what`.
  base::Status require_json(std::string_view json, std::string_view what);
  base::Status close_commands(std::int64_t number, std::string_view result);
  base::Status add_event(std::int64_t number, const Event& event);
  base::Status write_metrics(std::int64_t number, std::span<const MetricPoint> points);
  /// Deletes a run that is still in the trash; false if it is not. Its files are left for the next call.
  base::Result<bool> delete_rows(const std::string& run, std::int64_t trashed_before);
  base::Status delete_left_files();
  base::Status append_log(std::int64_t number, std::span<const std::string> lines);

  /// One transaction around `body(number)`; followers are told.
  template <class Body>
  base::Status change(std::string_view run, Transaction::Kind kind, Body&& body) {
    IBOT_TRY(auto transaction, Transaction::begin(database, kind));
    IBOT_TRY(const std::int64_t number, number_of(run));
    IBOT_CHECK_OK(body(number));
    IBOT_CHECK_OK(touch(number));
    return transaction.commit();
  }
};

/// What `changed` becomes with the next change. Deleted runs count too, so that it never goes back.
inline constexpr char kNextChange[] =
    "1 + max((SELECT coalesce(max(changed), 0) FROM runs), (SELECT coalesce(max(changed), 0) FROM "
    "deleted_runs))";

/// After "it": "is running", "died: process 4711 is gone".
inline std::string how_it_is(const EffectiveStatus& status) {
  return status.died ? status.text : "is " + status.text;
}

/// NULL where the text is empty.
inline std::optional<std::string_view> null_if_empty(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace ibot::record
