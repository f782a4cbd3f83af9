// SPDX-License-Identifier: GPL-3.0-or-later
// What grows while a run trains: metrics, events, log lines, checkpoints, probes, evaluations.
#include "schema.h"
#include "store_impl.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>

#include <algorithm>
#include <set>
#include <unordered_map>

namespace ibot::record {
namespace {

using base::ErrorCode;
using base::str;
using Kind = Transaction::Kind;

constexpr std::size_t kLogTailLines = 200;
constexpr std::size_t kLogLineBytes = 2000;

constexpr char kSummariseMetrics[] =
    "REPLACE INTO metric_coarse(run, name, width, first_step, finite, non_finite, min, max, mean) "
    "SELECT ?1, ?2, ?4, ?3, count(x), count(*) - count(x), min(x), max(x), avg(x) FROM ("
    "SELECT CASE WHEN value BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308 THEN value END AS x "
    "FROM metrics WHERE run = ?1 AND name = ?2 AND step >= ?3 AND step < ?3 + ?4)";

constexpr char kSummariseSummaries[] =
    "REPLACE INTO metric_coarse(run, name, width, first_step, finite, non_finite, min, max, mean) "
    "SELECT ?1, ?2, ?4, ?3, sum(finite), sum(non_finite), min(min), max(max), "
    "total(mean * finite) / nullif(sum(finite), 0) "
    "FROM metric_coarse WHERE run = ?1 AND name = ?2 AND width = ?5 AND first_step >= ?3 AND first_step < ?3 "
    "+ ?4";

base::Status check_step(std::int64_t step, std::string_view what) {
  if (step >= 0) return {};
  return base::Error{ErrorCode::InvalidArgument, str("the step of ", what, " is ", step), "0 or more", ""};
}

base::Result<std::int64_t> number_of_name(Database& database, const std::string& name) {
  IBOT_TRY(auto query, database.prepare("SELECT number FROM metric_names WHERE name = ?"));
  query.bind(name);
  IBOT_TRY(const bool found, query.next());
  if (found) return query.integer(0);
  IBOT_CHECK_OK(database.run("INSERT INTO metric_names(name) VALUES(?)", name));
  return database.last_insert_rowid();
}

}  // namespace

base::Status Store::Impl::write_metrics(std::int64_t number, std::span<const MetricPoint> points) {
  if (points.empty()) return {};
  struct Newest {
    const MetricPoint* point;
    std::int64_t name;
  };
  // Only for this transaction: a number kept longer could be one that was rolled back.
  std::unordered_map<std::string_view, Newest> newest;
  std::set<std::pair<std::int64_t, std::int64_t>> touched;  // (name, first step of a bucket)
  {
    IBOT_TRY(auto insert,
             database.prepare("INSERT INTO metrics(run, name, step, time, value) VALUES(?, ?, ?, ?, ?) "
                              "ON CONFLICT DO UPDATE SET time = excluded.time, value = excluded.value"));
    for (const MetricPoint& point : points) {
      IBOT_CHECK_OK(check_step(point.step, point.name));
      auto found = newest.find(point.name);
      if (found == newest.end()) {
        IBOT_TRY(const std::int64_t name, number_of_name(database, point.name));
        found = newest.emplace(point.name, Newest{&point, name}).first;
      }
      if (point.step >= found->second.point->step) found->second.point = &point;
      IBOT_CHECK_OK(insert.bind(number, found->second.name, point.step, point.time, point.value).run());
      touched.emplace(found->second.name, point.step / kCoarseWidths[0] * kCoarseWidths[0]);
    }
  }
  for (const auto& [name, last] : newest) {
    IBOT_CHECK_OK(
        database.run("INSERT INTO metric_last(run, name, step, time, value) VALUES(?, ?, ?, ?, ?) ON "
                     "CONFLICT DO UPDATE SET "
                     "step = excluded.step, time = excluded.time, value = excluded.value WHERE excluded.step "
                     ">= metric_last.step",
                     number, last.name, last.point->step, last.point->time, last.point->value));
  }
  // Each summary is computed anew from what lies below it, never added to: writing a point twice changes
  // nothing.
  for (std::size_t level = 0; level < std::size(kCoarseWidths); ++level) {
    const std::int64_t width = kCoarseWidths[level];
    std::set<std::pair<std::int64_t, std::int64_t>> above;
    for (const auto& [name, first] : touched) {
      IBOT_CHECK_OK(level == 0 ? database.run(kSummariseMetrics, number, name, first, width)
                               : database.run(kSummariseSummaries, number, name, first, width,
                                              kCoarseWidths[level - 1]));
      if (level + 1 < std::size(kCoarseWidths)) {
        above.emplace(name, first / kCoarseWidths[level + 1] * kCoarseWidths[level + 1]);
      }
    }
    touched = std::move(above);
  }
  return {};
}

base::Status Store::Impl::add_event(std::int64_t number, const Event& event) {
  if (!event.data_json.empty()) IBOT_CHECK_OK(require_json(event.data_json, "the data of an event"));
  return database.run(
      "INSERT INTO events(run, step, time, level, kind, text, data) VALUES(?, ?, ?, ?, ?, ?, ?)", number,
      event.step, event.time, to_string(event.level), event.kind, event.text, null_if_empty(event.data_json));
}

base::Status Store::Impl::append_log(std::int64_t number, std::span<const std::string> lines) {
  if (lines.empty()) return {};
  std::int64_t line = 0;
  {
    IBOT_TRY(auto query, database.prepare("SELECT coalesce(max(line), 0) FROM log_tail WHERE run = ?"));
    query.bind(number);
    IBOT_TRY([[maybe_unused]] const bool row, query.next());
    line = query.integer(0);
  }
  const std::size_t skipped = lines.size() - std::min(lines.size(), kLogTailLines);
  line += static_cast<std::int64_t>(skipped);
  for (const std::string& text : lines.subspan(skipped)) {
    IBOT_CHECK_OK(database.run("INSERT INTO log_tail(run, line, text) VALUES(?, ?, ?)", number, ++line,
                               std::string_view(text).substr(0, kLogLineBytes)));
  }
  return database.run("DELETE FROM log_tail WHERE run = ? AND line <= ?", number,
                      line - static_cast<std::int64_t>(kLogTailLines));
}

base::Status Store::write(std::string_view run, const RunUpdate& update) {
  return impl_->change(run, Kind::Write, [&](std::int64_t number) -> base::Status {
    IBOT_CHECK_OK(impl_->write_metrics(number, update.metrics));
    for (const Event& event : update.events) IBOT_CHECK_OK(impl_->add_event(number, event));
    IBOT_CHECK_OK(impl_->append_log(number, update.log_lines));
    return impl_->database.run("UPDATE runs SET heartbeat = ?, step = coalesce(?, step) WHERE number = ?",
                               base::now_micros(), update.step, number);
  });
}

base::Status Store::add_checkpoint(std::string_view run, const Checkpoint& checkpoint) {
  IBOT_CHECK_OK(check_step(checkpoint.step, "a checkpoint"));
  if (!is_safe_relative_path(checkpoint.path)) {
    return base::Error{
        ErrorCode::InvalidArgument,
        "the path of a checkpoint leaves its run's folder: " + base::quote_untrusted(checkpoint.path),
        "a relative path without \"..\"", ""};
  }
  return impl_->change(run, Kind::WriteDurable, [&](std::int64_t number) {
    return impl_->database.run(
        "INSERT INTO checkpoints(run, step, kind, path, size, sha256, reason, state, created) "
        "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET path = excluded.path, size = "
        "excluded.size, "
        "sha256 = excluded.sha256, reason = excluded.reason, state = excluded.state, created = "
        "excluded.created",
        number, checkpoint.step, to_string(checkpoint.kind), checkpoint.path, checkpoint.size,
        checkpoint.sha256, checkpoint.reason, to_string(checkpoint.state), base::now_micros());
  });
}

base::Status Store::set_checkpoint_state(std::string_view run, std::int64_t step, CheckpointKind kind,
                                         CheckpointState state) {
  return impl_->change(run, Kind::WriteDurable, [&](std::int64_t number) -> base::Status {
    IBOT_CHECK_OK(
        impl_->database.run("UPDATE checkpoints SET state = ? WHERE run = ? AND step = ? AND kind = ?",
                            to_string(state), number, step, to_string(kind)));
    if (impl_->database.changes() == 1) return {};
    return base::Error{ErrorCode::NotFound,
                       str("run ", run, " has no ", to_string(kind), " checkpoint of step ", step), "", ""};
  });
}

base::Status Store::add_probe(std::string_view run, const Probe& probe) {
  return impl_->change(run, Kind::Write, [&](std::int64_t number) {
    return impl_->database.run(
        "INSERT INTO probes(run, image, position, source, image_file) VALUES(?, ?, ?, ?, ?) ON CONFLICT DO "
        "UPDATE SET "
        "position = excluded.position, source = excluded.source, image_file = excluded.image_file",
        number, probe.image, probe.position, probe.source, probe.image_file);
  });
}

base::Status Store::add_probe_snapshots(std::string_view run, std::span<const ProbeSnapshot> snapshots) {
  return impl_->change(run, Kind::Write, [&](std::int64_t number) -> base::Status {
    for (const ProbeSnapshot& snapshot : snapshots) {
      IBOT_CHECK_OK(check_step(snapshot.step, "a probe snapshot"));
      IBOT_CHECK_OK(impl_->require_json(snapshot.meta_json, "the description of a probe snapshot"));
      IBOT_CHECK_OK(impl_->database.run(
          "INSERT INTO probe_snapshots(run, kind, image, step, time, meta, data) SELECT ?1, ?2, ?3, ?4, ?5, "
          "?6, ?7 "
          "WHERE EXISTS(SELECT 1 FROM probes WHERE run = ?1 AND image = ?3) "
          "ON CONFLICT DO UPDATE SET time = excluded.time, meta = excluded.meta, data = excluded.data",
          number, snapshot.kind, snapshot.image, snapshot.step, snapshot.time, snapshot.meta_json,
          snapshot.data));
      if (impl_->database.changes() == 1) continue;
      return base::Error{ErrorCode::NotFound,
                         str("run ", run, " has no probe ", base::quote_untrusted(snapshot.image)), "",
                         "Add the probe before its snapshots"};
    }
    return {};
  });
}

base::Status Store::add_evaluations(std::string_view run, std::span<const Evaluation> evaluations) {
  return impl_->change(run, Kind::WriteDurable, [&](std::int64_t number) -> base::Status {
    for (const Evaluation& evaluation : evaluations) {
      IBOT_CHECK_OK(check_step(evaluation.step, "an evaluation"));
      IBOT_CHECK_OK(impl_->require_json(evaluation.settings_json, "the settings of an evaluation"));
      IBOT_CHECK_OK(impl_->database.run(
          "INSERT INTO evaluations(run, step, protocol, network, metric, settings, value, time) "
          "VALUES(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value, time = "
          "excluded.time",
          number, evaluation.step, evaluation.protocol, evaluation.network, evaluation.metric,
          evaluation.settings_json, evaluation.value, evaluation.time));
    }
    return {};
  });
}

}  // namespace ibot::record
