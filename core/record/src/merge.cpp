// SPDX-License-Identifier: GPL-3.0-or-later
// Runs of another record, taken over with all that was recorded of them.
#include "schema.h"
#include "store_impl.h"

#include <ibot/base/file.h>
#include <ibot/base/hash.h>
#include <ibot/base/text.h>
#include <ibot/record/merge.h>

#include <algorithm>

namespace ibot::record {
namespace {

using base::ErrorCode;
using base::str;
using Kind = Transaction::Kind;
namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kBusyTimeout{5000};
constexpr std::int64_t kMostRuns = 100'000;

// Brings the other record up to date and sees that its tables are ours, before anything of it is believed.
base::Status check_source(const fs::path& file) {
  IBOT_TRY(auto source, Database::open(file, Database::Mode::ReadWriteCreate, kBusyTimeout));
  source.fold_log_on_close(false);
  IBOT_CHECK_OK(prepare_schema(source, Access::Write));
  source.fold_log_on_close(true);
  return {};
}

// Detaches whatever happens in between.
class Attached {
 public:
  static base::Result<Attached> attach(Database& database, const fs::path& file) {
    IBOT_CHECK_OK(database.run("ATTACH ? AS other", file.string()));
    return Attached(&database);
  }
  Attached(Attached&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Attached& operator=(Attached&&) = delete;
  ~Attached() {
    if (database_ != nullptr) (void)database_->execute("DETACH other");
  }

 private:
  explicit Attached(Database* database) : database_(database) {}
  Database* database_;
};

base::Result<std::vector<std::string>> texts_of(Database& database, std::string_view sql) {
  IBOT_TRY(auto query, database.prepare(sql));
  query.bind(kMostRuns);
  return collect<std::string>(query, [](const Statement& row) { return row.text(0); });
}

// What refers to a run by its number, and is copied as it is: the table, its other columns.
struct Copied {
  const char* table;
  const char* columns;
};
constexpr Copied kCopied[] = {
    {"hashed_texts", "config, plugins, data, seed, environment"},
    {"plan_segments", "segment, from_step, to_step, plan, hash, created"},
    {"checkpoints", "step, kind, path, size, sha256, reason, state, created"},
    {"probes", "image, position, source, image_file"},
    {"probe_snapshots", "kind, image, step, time, meta, data"},
    {"events", "step, time, level, kind, text, data"},
    {"evaluations", "step, protocol, network, metric, settings, value, time"},
    {"tags", "tag"},
    {"notes", "time, step, text"},
};
// The same with the number of a metric's name among them.
constexpr Copied kMetrics[] = {
    {"metrics", "step, time, value"},
    {"metric_last", "step, time, value"},
    {"metric_coarse", "width, first_step, finite, non_finite, min, max, mean"},
};

base::Result<std::int64_t> copy_run_row(Database& database, const std::string& id) {
  IBOT_CHECK_OK(database.run(str("INSERT INTO runs(id, name, parent_step, hash_config, hash_plugins, "
                                 "hash_data, hash_seed, hash_environment, "
                                 "state, host, pid, process_mark, heartbeat, step, planned_steps, created, "
                                 "started, ended, exit_reason, error, "
                                 "changed) SELECT id, name, parent_step, hash_config, hash_plugins, "
                                 "hash_data, hash_seed, hash_environment, "
                                 "state, host, pid, process_mark, heartbeat, step, planned_steps, created, "
                                 "started, ended, exit_reason, error, ",
                                 kNextChange, " FROM other.runs WHERE id = ?"),
                             id));
  const std::int64_t number = database.last_insert_rowid();
  IBOT_CHECK_OK(
      database.run("INSERT INTO run_labels(run, colour, folder) SELECT ?1, 1 + coalesce((SELECT max(colour) "
                   "FROM main.run_labels), "
                   "-1), coalesce((SELECT folder FROM other.run_labels JOIN other.runs ON other.runs.number "
                   "= other.run_labels.run "
                   "WHERE other.runs.id = ?2), '')",
                   number, id));
  return number;
}

base::Status copy_rows(Database& database, const std::string& id, std::int64_t number) {
  constexpr const char* kTheirs = "(SELECT number FROM other.runs WHERE id = ?2)";
  for (const auto& [table, columns] : kCopied) {
    IBOT_CHECK_OK(database.run(str("INSERT INTO main.", table, "(run, ", columns, ") SELECT ?1, ", columns,
                                   " FROM other.", table, " WHERE run = ", kTheirs),
                               number, id));
  }
  IBOT_CHECK_OK(
      database.execute("INSERT OR IGNORE INTO main.metric_names(name) SELECT name FROM other.metric_names"));
  for (const auto& [table, columns] : kMetrics) {
    IBOT_CHECK_OK(
        database.run(str("INSERT INTO main.", table, "(run, name, ", columns, ") SELECT ?1, ours.number, ",
                         columns, " FROM other.", table,
                         " AS source JOIN other.metric_names AS theirs ON theirs.number = source.name "
                         "JOIN main.metric_names AS "
                         "ours ON ours.name = theirs.name WHERE source.run = ",
                         kTheirs),
                     number, id));
  }
  return {};
}

// Once all runs are there.
base::Status copy_parents(Database& database, const std::vector<std::string>& added) {
  for (const std::string& id : added) {
    IBOT_CHECK_OK(database.run(
        "UPDATE runs SET parent = (SELECT ours.number FROM other.runs AS child JOIN other.runs AS theirs ON "
        "theirs.number = child.parent JOIN main.runs AS ours ON ours.id = theirs.id WHERE child.id = ?1) "
        "WHERE id = ?1",
        id));
    IBOT_CHECK_OK(database.run("UPDATE runs SET parent_step = NULL WHERE id = ? AND parent IS NULL", id));
  }
  return {};
}

base::Result<std::vector<std::string>> copy_studies(Database& database) {
  IBOT_TRY(
      const auto names,
      texts_of(database,
               "SELECT name FROM other.studies WHERE name NOT IN (SELECT name FROM main.studies) ORDER BY "
               "name LIMIT ?"));
  constexpr const char* kNumbers =
      " FROM other.studies AS theirs JOIN main.studies AS ours ON ours.name = theirs.name JOIN other.";
  for (const std::string& name : names) {
    IBOT_CHECK_OK(
        database.run("INSERT INTO main.studies(name, question, notes, metric, better, rule, baseline, "
                     "settled, created, changed) "
                     "SELECT name, question, notes, metric, better, rule, (SELECT ours.number FROM "
                     "other.runs AS theirs JOIN "
                     "main.runs AS ours ON ours.id = theirs.id WHERE theirs.number = baseline), settled, "
                     "created, changed FROM "
                     "other.studies WHERE name = ?",
                     name));
    for (const auto& [table, columns] :
         {Copied{"study_runs", "position"}, Copied{"study_levels", "factor, level"}}) {
      IBOT_CHECK_OK(database.run(
          str("INSERT INTO main.", table, "(study, run, ", columns, ") SELECT ours.number, here.number, ",
              columns, kNumbers, table,
              " AS source ON source.study = theirs.number JOIN other.runs AS there ON there.number = "
              "source.run JOIN main.runs AS here ON here.id = there.id WHERE theirs.name = ?"),
          name));
    }
  }
  return names;
}

struct File {
  std::string path, sha256;
};

base::Result<std::vector<File>> files_of(Database& database, const std::string& id) {
  IBOT_TRY(auto query,
           database.prepare("SELECT path, sha256 FROM other.checkpoints WHERE state = 'present' AND run = "
                            "(SELECT number FROM other.runs WHERE id = ?) LIMIT 100000"));
  query.bind(id);
  return collect<File>(query, [](const Statement& row) { return File{row.text(0), row.text(1)}; });
}

// The files that the record names, each only if it is what the record says.
base::Status copy_files(Database& database, const Workspace& source, const Workspace& target,
                        const std::string& id) {
  IBOT_CHECK_OK(target.create_run_folders(id));
  IBOT_TRY(const auto files, files_of(database, id));
  for (const File& file : files) {
    if (!is_safe_relative_path(file.path)) {
      return base::Error{
          ErrorCode::Corrupt,
          str("the run ", id, " names a file outside of its folder: ", base::quote_untrusted(file.path)), "",
          "Nothing was merged"};
    }
    const fs::path from = source.run_folder(id) / file.path;
    IBOT_TRY(const std::string found, base::sha256_file(from));
    if (found != file.sha256) {
      return base::Error{ErrorCode::Corrupt,
                         str("the file ", file.path, " of the run ", id, " is not what its record says"),
                         "SHA-256 " + file.sha256, "Nothing was merged; ask for the file again"};
    }
    const fs::path to = target.run_folder(id) / file.path;
    std::error_code error;
    fs::create_directories(to.parent_path(), error);
    if (!error) fs::copy_file(from, to, fs::copy_options::overwrite_existing, error);
    if (error) return base::error_from_errno(error.value(), "copy " + from.string() + " to " + to.string());
  }
  return {};
}

}  // namespace

base::Result<MergeReport> merge_record(const Workspace& source, const Workspace& target) {
  IBOT_CHECK_OK(check_source(source.record_file()));
  IBOT_TRY(auto database, open_for_writing(target, {}));
  MergeReport report;
  const auto clean_up = [&] {
    std::error_code ignored;
    for (const std::string& id : report.added) fs::remove_all(target.run_folder(id), ignored);
  };
  IBOT_TRY(const auto attached, Attached::attach(database, source.record_file()));
  const auto merge = [&]() -> base::Status {
    IBOT_TRY(auto transaction, Transaction::begin(database, Kind::WriteDurable));
    IBOT_TRY(report.known,
             texts_of(database, "SELECT id FROM other.runs WHERE id IN (SELECT id FROM main.runs) LIMIT ?"));
    IBOT_TRY(report.deleted,
             texts_of(database,
                      "SELECT id FROM other.runs WHERE id IN (SELECT id FROM main.deleted_runs) LIMIT ?"));
    IBOT_TRY(const auto ids,
             texts_of(database,
                      "SELECT id FROM other.runs WHERE id NOT IN (SELECT id FROM main.runs) AND id NOT IN "
                      "(SELECT id FROM main.deleted_runs) ORDER BY created, number LIMIT ?"));
    for (const std::string& id : ids) {
      if (!is_valid_run_id(id)) return unknown_value("form of run id", id);
      IBOT_TRY(const std::int64_t number, copy_run_row(database, id));
      IBOT_CHECK_OK(copy_rows(database, id, number));
      report.added.push_back(id);
      IBOT_CHECK_OK(copy_files(database, source, target, id));
    }
    IBOT_CHECK_OK(copy_parents(database, report.added));
    IBOT_TRY(report.studies, copy_studies(database));
    return transaction.commit();
  };
  if (const base::Status merged = merge(); !merged) {
    clean_up();
    return merged.error();
  }
  return report;
}

}  // namespace ibot::record
