// SPDX-License-Identifier: GPL-3.0-or-later
#include "label.h"
#include "reader_impl.h"
#include "store_impl.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/record/study.h>

#include <algorithm>
#include <set>

namespace ibot::record {
namespace {

using base::ErrorCode;
using base::str;
using Kind = Transaction::Kind;

constexpr std::int64_t kMostStudies = 10'000;
constexpr std::int64_t kMostLevels = 1'000'000;

base::Status check(const Study& study) {
  if (base::trim(study.name).empty())
    return base::Error{ErrorCode::InvalidArgument, "a study needs a name", "", ""};
  if (!study.better.empty() && study.better != "higher" && study.better != "lower") {
    return base::Error{ErrorCode::InvalidArgument, "unknown direction " + base::quote_untrusted(study.better),
                       "higher or lower", ""};
  }
  std::set<std::string> seen;
  for (const StudyRun& run : study.runs) {
    if (!seen.insert(run.run).second)
      return base::Error{ErrorCode::InvalidArgument, "the run " + run.run + " stands in the study twice", "",
                         ""};
  }
  if (!study.baseline.empty() && !seen.contains(study.baseline)) {
    return base::Error{
        ErrorCode::InvalidArgument,
        "the baseline " + base::quote_untrusted(study.baseline) + " is none of the study's runs", "", ""};
  }
  return {};
}

// How the runs are judged: what must not change silently once they have ended.
struct Judging {
  std::string metric, better, rule, baseline;
  bool operator==(const Judging&) const = default;
};

struct Known {
  std::int64_t number = 0;
  Judging judging;
  std::optional<std::int64_t> settled;
};

base::Result<std::optional<Known>> find_study(Database& database, std::string_view name) {
  IBOT_TRY(auto query,
           database.prepare(
               "SELECT studies.number, metric, better, rule, coalesce(runs.id, ''), settled FROM studies "
               "LEFT JOIN runs ON runs.number = studies.baseline WHERE studies.name = ?"));
  query.bind(name);
  IBOT_TRY(const bool found, query.next());
  if (!found) return std::optional<Known>();
  return std::optional<Known>(Known{query.integer(0),
                                    {query.text(1), query.text(2), query.text(3), query.text(4)},
                                    query.optional_integer(5)});
}

base::Result<std::set<std::string>> runs_of(Database& database, std::int64_t number) {
  IBOT_TRY(auto query,
           database.prepare("SELECT runs.id FROM study_runs JOIN runs ON runs.number = study_runs.run WHERE "
                            "study_runs.study = ?"));
  query.bind(number);
  std::set<std::string> runs;
  for (;;) {
    IBOT_TRY(const bool found, query.next());
    if (!found) return runs;
    runs.insert(query.text(0));
  }
}

base::Result<std::int64_t> run_number(Database& database, const std::string& id) {
  IBOT_TRY(const auto loaded, load_run(database, id));
  return loaded.number;
}

base::Status write_runs(Database& database, std::int64_t number, const Study& study) {
  IBOT_CHECK_OK(database.run("DELETE FROM study_runs WHERE study = ?", number));
  IBOT_CHECK_OK(database.run("DELETE FROM study_levels WHERE study = ?", number));
  std::int64_t position = 0;
  for (const StudyRun& run : study.runs) {
    IBOT_TRY(const std::int64_t member, run_number(database, run.run));
    IBOT_CHECK_OK(database.run("INSERT INTO study_runs(study, run, position) VALUES(?, ?, ?)", number, member,
                               ++position));
    for (const auto& [factor, level] : run.levels) {
      IBOT_CHECK_OK(database.run("INSERT INTO study_levels(study, run, factor, level) VALUES(?, ?, ?, ?)",
                                 number, member, factor, level));
    }
  }
  return {};
}

struct NumberedStudy {
  std::int64_t number = 0;
  Study study;
};

base::Status add_runs(Database& database, std::vector<NumberedStudy>& studies) {
  const auto study_of = [&](std::int64_t number) -> Study* {
    const auto found = std::find_if(studies.begin(), studies.end(),
                                    [&](const NumberedStudy& study) { return study.number == number; });
    return found == studies.end() ? nullptr : &found->study;
  };
  {
    IBOT_TRY(auto query,
             database.prepare(
                 "SELECT study, runs.id FROM study_runs JOIN runs ON runs.number = study_runs.run ORDER "
                 "BY study, position, runs.number LIMIT ?"));
    query.bind(kMostLevels);
    for (;;) {
      IBOT_TRY(const bool row, query.next());
      if (!row) break;
      if (Study* study = study_of(query.integer(0))) study->runs.push_back({query.text(1), {}});
    }
  }
  IBOT_TRY(auto query, database.prepare("SELECT study, runs.id, factor, level FROM study_levels JOIN runs ON "
                                        "runs.number = study_levels.run ORDER BY study, runs.id LIMIT ?"));
  query.bind(kMostLevels);
  for (;;) {
    IBOT_TRY(const bool row, query.next());
    if (!row) return {};
    Study* study = study_of(query.integer(0));
    if (study == nullptr) continue;
    const std::string id = query.text(1);
    const auto run = std::find_if(study->runs.begin(), study->runs.end(),
                                  [&](const StudyRun& one) { return one.run == id; });
    if (run != study->runs.end()) run->levels.emplace(query.text(2), query.text(3));
  }
}

}  // namespace

struct Studies::Impl {
  Database database;
};

Studies::Studies(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Studies::Studies(Studies&&) noexcept = default;
Studies& Studies::operator=(Studies&&) noexcept = default;
Studies::~Studies() = default;

base::Result<Studies> Studies::open(const Workspace& workspace) {
  IBOT_TRY(auto database, open_for_writing(workspace, {}));
  return Studies(std::make_unique<Impl>(Impl{std::move(database)}));
}

base::Status Studies::put(const Study& study) {
  IBOT_CHECK_OK(check(study));
  Database& database = impl_->database;
  IBOT_TRY(auto transaction, Transaction::begin(database, Kind::WriteDurable));
  const std::int64_t now = base::now_micros();
  const std::string name(base::trim(study.name));
  IBOT_TRY(const auto known, find_study(database, name));
  if (!known) IBOT_CHECK_OK(check_label(name, "name"));
  std::optional<std::int64_t> baseline;
  if (!study.baseline.empty()) {
    IBOT_TRY(baseline, run_number(database, study.baseline));
  }
  const Judging judging{study.metric, study.better, study.rule, study.baseline};
  std::optional<std::int64_t> settled;
  if (!study.metric.empty()) settled = now;
  if (known && known->judging == judging) {
    std::set<std::string> runs;
    for (const StudyRun& run : study.runs) runs.insert(run.run);
    // Whoever leaves out the runs that did not please has not settled anything before.
    IBOT_TRY(const std::set<std::string> before, runs_of(database, known->number));
    if (runs == before) settled = known->settled;
  }
  std::int64_t number = 0;
  if (known) {
    number = known->number;
    IBOT_CHECK_OK(database.run(
        "UPDATE studies SET question = ?, notes = ?, metric = ?, better = ?, rule = ?, baseline "
        "= ?, settled = ?, changed = ? WHERE number = ?",
        study.question, study.notes, study.metric, study.better, study.rule, baseline, settled, now, number));
  } else {
    IBOT_CHECK_OK(
        database.run("INSERT INTO studies(name, question, notes, metric, better, rule, baseline, settled, "
                     "created, changed) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                     name, study.question, study.notes, study.metric, study.better, study.rule, baseline,
                     settled, now, now));
    number = database.last_insert_rowid();
  }
  IBOT_CHECK_OK(write_runs(database, number, study));
  return transaction.commit();
}

base::Status Studies::remove(std::string_view name) {
  Database& database = impl_->database;
  IBOT_TRY(auto transaction, Transaction::begin(database, Kind::WriteDurable));
  IBOT_CHECK_OK(database.run("DELETE FROM studies WHERE name = ?", base::trim(name)));
  if (database.changes() == 0) {
    return base::Error{ErrorCode::NotFound, "there is no study " + base::quote_untrusted(name), "",
                       "`ibot study list` lists them"};
  }
  return transaction.commit();
}

base::Result<std::vector<Study>> read_studies(const Workspace& workspace) {
  IBOT_TRY(auto opened, open_for_reading(workspace, {}));
  Database& database = opened.database;
  IBOT_TRY(auto transaction, Transaction::begin(database, Kind::Read));
  IBOT_TRY(
      auto query,
      database.prepare(
          "SELECT studies.number, studies.name, question, notes, metric, better, rule, coalesce(runs.id, "
          "''), settled, studies.created, studies.changed FROM studies LEFT JOIN runs ON runs.number = "
          "studies.baseline ORDER BY studies.name LIMIT ?"));
  query.bind(kMostStudies);
  IBOT_TRY(auto numbered,
           collect<NumberedStudy>(query, [](const Statement& row) -> base::Result<NumberedStudy> {
             NumberedStudy made;
             made.number = row.integer(0);
             made.study = {row.text(1),
                           row.text(2),
                           row.text(3),
                           row.text(4),
                           row.text(5),
                           row.text(6),
                           row.text(7),
                           {},
                           row.optional_integer(8),
                           row.integer(9),
                           row.integer(10)};
             return made;
           }));
  IBOT_CHECK_OK(add_runs(database, numbered));
  std::vector<Study> studies;
  for (NumberedStudy& study : numbered) studies.push_back(std::move(study.study));
  return studies;
}

base::Result<Study> read_study(const Workspace& workspace, std::string_view name) {
  IBOT_TRY(auto all, read_studies(workspace));
  std::vector<std::string> names;
  for (Study& study : all) {
    if (study.name == name) return std::move(study);
    names.push_back(study.name);
  }
  const auto nearest = base::nearest_name(name, names);
  return base::Error{ErrorCode::NotFound, "there is no study " + base::quote_untrusted(name),
                     base::join_choices(names),
                     nearest ? "Did you mean " + *nearest + "?" : "`ibot study put NAME RUN ...` makes one"};
}

}  // namespace ibot::record
