// SPDX-License-Identifier: GPL-3.0-or-later
#include "database.h"
#include "reader_impl.h"
#include "row_reading.h"

#include <ibot/base/file.h>
#include <ibot/base/text.h>
#include <ibot/record/extract.h>
#include <ibot/record/reader.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace ibot::record {
namespace {

using base::ErrorCode;
using base::str;
namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kBusyTimeout{5000};

base::Status remove_other_runs(Database& database, std::span<const std::string> runs,
                               std::string_view study) {
  IBOT_CHECK_OK(database.execute("CREATE TEMP TABLE kept(id TEXT PRIMARY KEY)"));
  for (const std::string& run : runs)
    IBOT_CHECK_OK(database.run("INSERT OR IGNORE INTO kept VALUES(?)", run));
  // A parent that stays behind is no longer there to refer to; its id stands in the plan.
  IBOT_CHECK_OK(database.execute(
      "UPDATE runs SET parent = NULL, parent_step = NULL WHERE parent IN (SELECT number FROM runs WHERE id "
      "NOT IN "
      "(SELECT id FROM kept)); DELETE FROM runs WHERE id NOT IN (SELECT id FROM kept); DROP TABLE kept;"));
  IBOT_CHECK_OK(database.run("DELETE FROM studies WHERE name <> ?", study));
  IBOT_CHECK_OK(database.run("INSERT OR IGNORE INTO tags(run, tag) SELECT number, ? FROM runs", kExtractTag));
  IBOT_CHECK_OK(
      database.execute("DELETE FROM commands; DELETE FROM log_tail; DELETE FROM deleted_runs; "
                       "DELETE FROM queue_items; DELETE FROM queue_workers; "
                       "UPDATE run_labels SET trashed = NULL; "
                       "UPDATE runs SET host = '', pid = 0, process_mark = '';"));
  return {};
}

base::Status thin_metrics(Database& database, std::int64_t points) {
  IBOT_TRY(const std::int64_t last, database.query_integer("SELECT coalesce(max(step), 0) FROM metrics"));
  const std::int64_t stride = std::max<std::int64_t>(1, last / std::max<std::int64_t>(1, points));
  // Rare ones (evaluations, health) are kept whole: their steps need not be multiples of anything.
  return database.run(
      "DELETE FROM metrics WHERE step % ?1 <> 0 AND step < (SELECT max(step) FROM metrics AS m WHERE m.run = "
      "metrics.run AND m.name = metrics.name) AND name IN (SELECT name FROM metrics GROUP BY name HAVING "
      "count(*) > ?2)",
      stride, points);
}

std::set<std::int64_t> spaced(const std::vector<std::int64_t>& steps, std::int64_t count) {
  const auto total = static_cast<std::int64_t>(steps.size());
  if (total <= count) return {steps.begin(), steps.end()};
  std::set<std::int64_t> kept = {steps.front(), steps.back()};
  for (std::int64_t i = 1; i + 1 < count; ++i) {
    const double place = std::pow(static_cast<double>(total), static_cast<double>(i) / (count - 1.0)) - 1;
    kept.insert(steps[static_cast<std::size_t>(std::clamp<std::int64_t>(std::llround(place), 0, total - 1))]);
  }
  return kept;
}

base::Status thin_probes(Database& database, std::int64_t moments) {
  std::vector<std::int64_t> steps;
  {
    IBOT_TRY(auto query, database.prepare("SELECT DISTINCT step FROM probe_snapshots ORDER BY step"));
    IBOT_TRY(steps, collect<std::int64_t>(query, [](const Statement& row) -> base::Result<std::int64_t> {
               return row.integer(0);
             }));
  }
  const std::set<std::int64_t> kept = spaced(steps, std::max<std::int64_t>(2, moments));
  for (const std::int64_t step : steps) {
    if (!kept.contains(step)) IBOT_CHECK_OK(database.run("DELETE FROM probe_snapshots WHERE step = ?", step));
  }
  return {};
}

// Where a picture lay on the sender's machine helps nobody else: it is named below the folder that all probes
// have in common.
base::Status shorten_sources(Database& database) {
  struct Source {
    std::string image;
    fs::path path;
  };
  std::vector<Source> sources;
  {
    IBOT_TRY(auto query, database.prepare("SELECT image, source FROM probes"));
    IBOT_TRY(sources, collect<Source>(query, [](const Statement& row) -> base::Result<Source> {
               return Source{row.text(0), row.text(1)};
             }));
  }
  if (sources.empty()) return {};
  fs::path common = sources.front().path.parent_path();
  for (const Source& source : sources) {
    fs::path shared;
    for (auto a = common.begin(), b = source.path.begin();
         a != common.end() && b != source.path.end() && *a == *b; ++a, ++b)
      shared /= *a;
    common = shared;
  }
  for (const Source& source : sources) {
    const fs::path below = common.empty() ? source.path : source.path.lexically_relative(common);
    IBOT_CHECK_OK(database.run("UPDATE probes SET source = ? WHERE image = ?", below.string(), source.image));
  }
  return {};
}

// Of the files that the record names, some compact teachers; it forgets the others. They were kept at moments
// that are spaced logarithmically, so every so-and-so-many of them are as well.
base::Status take_weights(Database& database, const Workspace& source, const Workspace& target,
                          std::string_view run, std::int64_t snapshots) {
  struct File {
    std::int64_t step;
    std::string path;
  };
  IBOT_TRY(const auto loaded, load_run(database, run));
  const std::int64_t number = loaded.number;
  std::vector<File> files;
  {
    IBOT_TRY(auto query, database.prepare("SELECT step, path FROM checkpoints WHERE kind = "
                                          "'teacher_snapshot' AND state = 'present' AND run = ? ORDER BY "
                                          "step"));
    query.bind(number);
    IBOT_TRY(files, collect<File>(query, [](const Statement& row) -> base::Result<File> {
               return File{row.integer(0), row.text(1)};
             }));
  }
  const auto total = static_cast<std::int64_t>(files.size());
  std::set<std::int64_t> kept;
  for (std::int64_t i = 0; i < std::min(snapshots, total); ++i) {
    // One: the newest. More: the oldest as well.
    const std::int64_t back = snapshots < 2 ? 0 : i * (total - 1) / (std::min(snapshots, total) - 1);
    kept.insert(files[static_cast<std::size_t>(total - 1 - back)].step);
  }
  for (const File& file : files) {
    if (!kept.contains(file.step)) {
      IBOT_CHECK_OK(database.run("DELETE FROM checkpoints WHERE run = ? AND step = ?", number, file.step));
      continue;
    }
    if (!is_safe_relative_path(file.path)) {
      return base::Error{ErrorCode::Corrupt, "the record names a file outside of its run: " + file.path, "",
                         ""};
    }
    const fs::path from = source.run_folder(run) / file.path;
    const fs::path to = target.run_folder(run) / file.path;
    std::error_code error;
    fs::create_directories(to.parent_path(), error);
    if (!error) fs::copy_file(from, to, error);
    if (error) return base::error_from_errno(error.value(), "copy " + from.string() + " to " + to.string());
  }
  return database.run(
      "DELETE FROM checkpoints WHERE run = ? AND (kind <> 'teacher_snapshot' OR state <> 'present')", number);
}

base::Status extract_into(const Workspace& source, std::span<const std::string> runs, const fs::path& folder,
                          const ExtractOptions& options) {
  IBOT_TRY(const Workspace target, Workspace::create(folder));
  {
    // A large record takes longer than a question from a window may.
    ReaderOptions patient;
    patient.deadline_micros = std::int64_t{3600} * 1'000'000;
    IBOT_TRY(auto original, open_for_reading(source, patient));
    // VACUUM INTO only reads what it copies, and yet counts as writing.
    IBOT_CHECK_OK(original.database.execute("PRAGMA query_only = OFF"));
    IBOT_CHECK_OK(original.database.run("VACUUM INTO ?", target.record_file().string()));
  }
  IBOT_TRY(auto copy, Database::open(target.record_file(), Database::Mode::ReadWriteCreate, kBusyTimeout));
  IBOT_CHECK_OK(copy.execute("PRAGMA foreign_keys = ON"));
  IBOT_CHECK_OK(remove_other_runs(copy, runs, options.study));
  IBOT_CHECK_OK(thin_metrics(copy, options.points));
  IBOT_CHECK_OK(thin_probes(copy, options.probe_moments));
  IBOT_CHECK_OK(shorten_sources(copy));
  for (const std::string& run : runs)
    IBOT_CHECK_OK(take_weights(copy, source, target, run, options.snapshots));
  // One file: a record with a log beside it cannot be read where nothing can be written.
  return copy.execute("PRAGMA journal_mode = DELETE; VACUUM;");
}

}  // namespace

base::Result<ExtractReport> extract_run(const Workspace& source, std::string_view run, const fs::path& folder,
                                        const ExtractOptions& options) {
  const std::string one(run);
  return extract_runs(source, std::span(&one, 1), folder, options);
}

base::Result<ExtractReport> extract_runs(const Workspace& source, std::span<const std::string> runs,
                                         const fs::path& folder, const ExtractOptions& options) {
  {
    IBOT_TRY(auto reader, Reader::open(source));
    for (const std::string& run : runs) IBOT_CHECK_OK(reader.run(run));
  }
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_empty(folder, error)) {
    return base::Error{ErrorCode::AlreadyExists, "there is something in " + folder.string() + " already",
                       "an empty folder, or one that does not exist yet", ""};
  }
  if (const base::Status status = extract_into(source, runs, folder, options); !status) {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error))
      fs::remove_all(entry.path(), error);
    return status.error();
  }
  ExtractReport report;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder, error)) {
    if (entry.is_regular_file()) report.bytes += entry.file_size();
  }
  return report;
}

}  // namespace ibot::record
