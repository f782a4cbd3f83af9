// SPDX-License-Identifier: GPL-3.0-or-later
#include "reader_impl.h"

#include <ibot/base/text.h>

#include <algorithm>
#include <unordered_map>

namespace ibot::record {

using base::ErrorCode;
using base::str;
using Kind = Transaction::Kind;

constexpr std::int64_t kMaxRows = 100'000;
constexpr std::int64_t kMostCharacters = 1'000'000'000;

Reader::Reader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

ReadMode Reader::mode() const {
  return impl_->mode;
}

const std::string& Reader::mode_text() const {
  return impl_->mode_text;
}

base::Result<std::int64_t> Reader::change_counter() {
  return impl_->database.query_integer("PRAGMA data_version");
}

base::Result<std::int64_t> Reader::Impl::number_of(std::string_view run) {
  {
    IBOT_TRY(auto query, database.prepare("SELECT number FROM runs WHERE id = ?"));
    query.bind(run);
    IBOT_TRY(const bool found, query.next());
    if (found) return query.integer(0);
  }
  IBOT_TRY(const auto loaded, load_run(database, run));  // for its message
  return loaded.number;
}

namespace {

// Tags and last values of many runs are read in one pass each, in the order of their keys.
base::Status add_tags(Database& database, std::unordered_map<std::int64_t, Run*>& by_number) {
  IBOT_TRY(auto query, database.prepare("SELECT run, tag FROM tags ORDER BY run, tag LIMIT ?"));
  query.bind(kMaxRows);
  for (;;) {
    IBOT_TRY(const bool row, query.next());
    if (!row) return {};
    const auto run = by_number.find(query.integer(0));
    if (run != by_number.end()) run->second->tags.push_back(query.text(1));
  }
}

base::Status add_last_values(Database& database, std::int64_t number, Run& run) {
  IBOT_TRY(auto query,
           database.prepare("SELECT names.name, last.step, last.time, last.value FROM metric_last AS last "
                            "JOIN metric_names AS names ON names.number = last.name WHERE last.run = ? "
                            "LIMIT ?"));
  query.bind(number, kMaxRows);
  IBOT_TRY(run.last_values, collect<LastValue>(query, [](const Statement& row) {
             return LastValue{row.text(0), row.integer(1), row.integer(2), row.number(3)};
           }));
  std::sort(run.last_values.begin(), run.last_values.end(),
            [](const LastValue& a, const LastValue& b) { return a.name < b.name; });
  return {};
}

Note note_from(const Statement& row) {
  return {row.integer(0), row.integer(1), row.optional_integer(2), row.text(3), row.integer(4)};
}

}  // namespace

base::Result<std::vector<Run>> Reader::runs(const RunQuery& wanted) {
  Database& database = impl_->database;
  IBOT_TRY(auto transaction, Transaction::begin(database, Kind::Read));
  IBOT_TRY(auto query,
           database.prepare(str(
               "SELECT ", kRunColumns, " FROM ", kRunTables,
               " WHERE runs.changed > ?1 AND (?2 IS NULL OR EXISTS(SELECT 1 FROM tags "
               "WHERE tags.run = runs.number AND tags.tag = ?2)) "
               "AND (?4 OR labels.trashed IS NULL) ORDER BY runs.created DESC, runs.number DESC LIMIT ?3")));
  query.bind(wanted.changed_since, wanted.tag, std::min(std::max<std::int64_t>(wanted.limit, 0), kMaxRows),
             wanted.trash);
  IBOT_TRY(auto numbered, collect<NumberedRun>(query, run_from));
  std::unordered_map<std::int64_t, Run*> by_number;
  for (NumberedRun& run : numbered) {
    by_number.emplace(run.number, &run.run);
    if (wanted.last_values) IBOT_CHECK_OK(add_last_values(database, run.number, run.run));
  }
  if (wanted.tags) IBOT_CHECK_OK(add_tags(database, by_number));
  std::vector<Run> runs;
  runs.reserve(numbered.size());
  for (NumberedRun& run : numbered) runs.push_back(std::move(run.run));
  return runs;
}

base::Result<Run> Reader::run(std::string_view id) {
  Database& database = impl_->database;
  IBOT_TRY(auto transaction, Transaction::begin(database, Kind::Read));
  IBOT_TRY(auto loaded, load_run(database, id));
  IBOT_CHECK_OK(add_last_values(database, loaded.number, loaded.run));
  IBOT_TRY(auto tags, database.prepare("SELECT tag FROM tags WHERE run = ? ORDER BY tag LIMIT 1000"));
  tags.bind(loaded.number);
  IBOT_TRY(loaded.run.tags, collect<std::string>(tags, [](const Statement& row) { return row.text(0); }));
  return std::move(loaded.run);
}

base::Result<std::vector<DeletedRun>> Reader::deleted_runs(std::int64_t changed_since) {
  IBOT_TRY(auto query, impl_->database.prepare("SELECT id, deleted, changed FROM deleted_runs "
                                               "WHERE changed > ? ORDER BY changed LIMIT ?"));
  query.bind(changed_since, kMaxRows);
  return collect<DeletedRun>(query, [](const Statement& row) {
    return DeletedRun{row.text(0), row.integer(1), row.integer(2)};
  });
}

base::Result<std::string> Reader::find_run(std::string_view text) {
  IBOT_TRY(auto query, impl_->database.prepare(
                           "SELECT id, name, trashed FROM runs LEFT JOIN run_labels ON run_labels.run = "
                           "runs.number ORDER BY number DESC LIMIT 100000"));
  std::vector<std::string> candidates, trashed;
  std::vector<std::string> known;
  for (;;) {
    IBOT_TRY(const bool row, query.next());
    if (!row) break;
    std::string id = query.text(0);
    std::string name = query.text(1);
    if (!is_valid_run_id(id)) return unknown_value("form of run id", id);
    if (id == text) return id;
    const std::string_view view = id;
    if (!text.empty() && (name == text || view.starts_with(text) || view.ends_with(text)))
      (query.is_null(2) ? candidates : trashed).push_back(id);
    known.push_back(std::move(id));
    known.push_back(std::move(name));
  }
  if (candidates.empty()) candidates = std::move(trashed);
  if (candidates.size() == 1) return candidates.front();
  if (candidates.empty()) {
    const auto nearest = base::nearest_name(text, known);
    return base::Error{
        ErrorCode::NotFound, str("there is no run ", base::quote_untrusted(text), " in this record"), "",
        nearest ? "Did you mean " + base::quote_untrusted(*nearest) + "?" : "`ibot runs` lists them"};
  }
  const std::size_t count = candidates.size();
  candidates.resize(std::min<std::size_t>(count, 5));
  return base::Error{ErrorCode::InvalidArgument, str(base::quote_untrusted(text), " fits ", count, " runs"),
                     base::join_choices(candidates), "Give more of the id"};
}

base::Result<std::vector<PlanSegment>> Reader::plan(std::string_view run) {
  IBOT_TRY(const std::int64_t number, impl_->number_of(run));
  IBOT_TRY(auto query,
           impl_->database.prepare("SELECT segment, from_step, to_step, plan, hash, created "
                                   "FROM plan_segments WHERE run = ? ORDER BY segment LIMIT 10000"));
  query.bind(number);
  return collect<PlanSegment>(query, [](const Statement& row) {
    return PlanSegment{row.integer(0), row.integer(1), row.integer(2),
                       row.text(3),    row.text(4),    row.integer(5)};
  });
}

base::Result<HashedTexts> Reader::hashed_texts(std::string_view run) {
  IBOT_TRY(const std::int64_t number, impl_->number_of(run));
  IBOT_TRY(auto query,
           impl_->database.prepare(
               "SELECT config, plugins, data, seed, environment FROM hashed_texts WHERE run = ?"));
  query.bind(number);
  IBOT_TRY(const bool found, query.next());
  if (!found) return HashedTexts{};
  return HashedTexts{query.text(0), query.text(1), query.text(2), query.text(3), query.text(4)};
}

base::Result<std::vector<std::string>> Reader::children(std::string_view run) {
  IBOT_TRY(const std::int64_t number, impl_->number_of(run));
  IBOT_TRY(auto query,
           impl_->database.prepare("SELECT id FROM runs WHERE parent = ? ORDER BY number LIMIT ?"));
  query.bind(number, kMaxRows);
  return collect<std::string>(query, [](const Statement& row) { return row.text(0); });
}

base::Result<QueueContents> Reader::queue() {
  Database& database = impl_->database;
  IBOT_TRY(auto transaction, Transaction::begin(database, Kind::Read));
  IBOT_TRY(auto items,
           database.prepare(
               str("SELECT ", kQueueColumns, " FROM ", kQueueTables,
                   " ORDER BY CASE queue_items.state WHEN 'running' THEN 1 WHEN 'waiting' THEN 2 ELSE 3 "
                   "END, CASE queue_items.state WHEN 'waiting' THEN position ELSE -queue_items.ended END, "
                   "queue_items.number LIMIT ?")));
  items.bind(kMaxRows);
  QueueContents contents;
  IBOT_TRY(contents.items, collect<QueueItem>(items, queue_item_from));
  IBOT_TRY(auto workers, database.prepare(str("SELECT ", kWorkerColumns,
                                              " FROM queue_workers ORDER BY device LIMIT 1000")));
  IBOT_TRY(contents.workers, collect<QueueWorker>(workers, queue_worker_from));
  return contents;
}

base::Result<std::vector<Note>> Reader::notes(std::string_view run, std::int64_t characters) {
  IBOT_TRY(const std::int64_t number, impl_->number_of(run));
  IBOT_TRY(auto query,
           impl_->database.prepare(
               "SELECT number, time, step, substr(text, 1, ?2), length(CAST(text AS BLOB)) FROM notes "
               "WHERE run = ?1 ORDER BY number LIMIT ?3"));
  // SQLite adds one to the length: the largest integer would wrap around.
  query.bind(number, std::clamp<std::int64_t>(characters, 0, kMostCharacters), kMaxRows);
  return collect<Note>(query, note_from);
}

base::Result<std::int64_t> Reader::note_count(std::string_view run) {
  IBOT_TRY(const std::int64_t number, impl_->number_of(run));
  IBOT_TRY(auto query, impl_->database.prepare("SELECT count(*) FROM notes WHERE run = ?"));
  query.bind(number);
  IBOT_TRY([[maybe_unused]] const bool row, query.next());
  return query.integer(0);
}

base::Result<Note> Reader::note(std::string_view run, std::int64_t note_number) {
  IBOT_TRY(const std::int64_t number, impl_->number_of(run));
  IBOT_TRY(auto query,
           impl_->database.prepare("SELECT number, time, step, text, length(CAST(text AS BLOB)) FROM notes "
                                   "WHERE run = ? AND number = ?"));
  query.bind(number, note_number);
  IBOT_TRY(const bool found, query.next());
  if (found) return note_from(query);
  return base::Error{ErrorCode::NotFound, str("run ", run, " has no note ", note_number), "",
                     "It was removed meanwhile"};
}

}  // namespace ibot::record
