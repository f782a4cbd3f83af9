// SPDX-License-Identifier: GPL-3.0-or-later
// Curves, and what else a run leaves while it trains.
#include "reader_impl.h"
#include "schema.h"

#include <ibot/base/text.h>

#include <algorithm>

namespace ibot::record {
namespace {

using base::ErrorCode;
using base::str;

constexpr std::int64_t kMaxPoints = 10'000'000;
constexpr std::int64_t kMaxRows = 100'000;

std::int64_t bounded(std::int64_t limit) {
  return std::clamp<std::int64_t>(limit, 0, kMaxPoints);
}

// The metric's key, or nullopt if no run has such a metric.
base::Result<std::optional<std::int64_t>> metric_number(Database& database, std::string_view metric) {
  IBOT_TRY(auto query, database.prepare("SELECT number FROM metric_names WHERE name = ?"));
  query.bind(metric);
  IBOT_TRY(const bool found, query.next());
  return found ? std::optional(query.integer(0)) : std::nullopt;
}

base::Result<Checkpoint> checkpoint_from(const Statement& row) {
  Checkpoint checkpoint;
  checkpoint.step = row.integer(0);
  const std::string kind_name = row.text(1);
  const auto kind = parse_checkpoint_kind(kind_name);
  if (!kind) return unknown_value("kind of checkpoint", kind_name);
  checkpoint.kind = *kind;
  checkpoint.path = row.text(2);
  if (!is_safe_relative_path(checkpoint.path))
    return unknown_value("form of checkpoint path", checkpoint.path);
  checkpoint.size = row.integer(3);
  checkpoint.sha256 = row.text(4);
  checkpoint.reason = row.text(5);
  const std::string state_name = row.text(6);
  const auto state = parse_checkpoint_state(state_name);
  if (!state) return unknown_value("state of a checkpoint", state_name);
  checkpoint.state = *state;
  checkpoint.created = row.integer(7);
  return checkpoint;
}

base::Result<Event> event_from(const Statement& row) {
  const std::string level_name = row.text(3);
  const auto level = parse_event_level(level_name);
  if (!level) return unknown_value("level of an event", level_name);
  return Event{row.integer(0), row.integer(1), row.integer(2), *level, row.text(4), row.text(5), row.text(6)};
}

}  // namespace

base::Result<std::vector<std::string>> Reader::metric_names(std::string_view run) {
  IBOT_TRY(const std::int64_t number, impl_->number_of(run));
  IBOT_TRY(auto query,
           impl_->database.prepare("SELECT names.name FROM metric_last AS last JOIN metric_names AS names "
                                   "ON names.number = last.name WHERE last.run = ? ORDER BY names.name "
                                   "LIMIT 100000"));
  query.bind(number);
  return collect<std::string>(query, [](const Statement& row) { return row.text(0); });
}

base::Result<std::vector<CurvePoint>> Reader::curve(std::string_view run, std::string_view metric,
                                                    std::int64_t after_step, std::int64_t limit) {
  IBOT_TRY(const std::int64_t number, impl_->number_of(run));
  IBOT_TRY(const auto name, metric_number(impl_->database, metric));
  if (!name) return std::vector<CurvePoint>();
  IBOT_TRY(auto query,
           impl_->database.prepare("SELECT step, time, value FROM metrics WHERE run = ? AND name = ? "
                                   "AND step > ? ORDER BY step LIMIT ?"));
  query.bind(number, *name, after_step, bounded(limit));
  return collect<CurvePoint>(query, [](const Statement& row) {
    return CurvePoint{row.integer(0), row.integer(1), row.number(2)};
  });
}

base::Result<std::vector<CoarsePoint>> Reader::coarse_curve(std::string_view run, std::string_view metric,
                                                            std::int64_t limit, std::int64_t from_step,
                                                            std::int64_t to_step) {
  IBOT_TRY(const std::int64_t number, impl_->number_of(run));
  IBOT_TRY(const auto name, metric_number(impl_->database, metric));
  if (!name) return std::vector<CoarsePoint>();
  limit = bounded(limit);
  IBOT_TRY(auto query, impl_->database.prepare(
                           "SELECT first_step, width, finite, non_finite, min, max, mean FROM metric_coarse "
                           "WHERE run = ? AND name = ? AND width = ? AND first_step > ? AND first_step <= ? "
                           "ORDER BY first_step LIMIT ?"));
  std::vector<CoarsePoint> points;
  for (const std::int64_t width : kCoarseWidths) {
    // One more than allowed, to see whether the next wider level is needed. A bucket that holds from_step may
    // begin before it.
    query.bind(number, *name, width, std::max<std::int64_t>(from_step, 0) - width, to_step, limit + 1);
    IBOT_TRY(points, collect<CoarsePoint>(query, [](const Statement& row) {
               return CoarsePoint{row.integer(0), row.integer(1), row.integer(2), row.integer(3),
                                  row.number(4),  row.number(5),  row.number(6)};
             }));
    if (static_cast<std::int64_t>(points.size()) <= limit) return points;
    query.reset();
  }
  points.resize(static_cast<std::size_t>(limit));
  return points;
}

base::Result<std::vector<Checkpoint>> Reader::checkpoints(std::string_view run) {
  IBOT_TRY(const std::int64_t number, impl_->number_of(run));
  IBOT_TRY(auto query,
           impl_->database.prepare("SELECT step, kind, path, size, sha256, reason, state, created "
                                   "FROM checkpoints WHERE run = ? ORDER BY step, kind LIMIT ?"));
  query.bind(number, kMaxRows);
  return collect<Checkpoint>(query, checkpoint_from);
}

base::Result<std::vector<Event>> Reader::events(std::string_view run, std::int64_t after_number,
                                                std::int64_t limit) {
  IBOT_TRY(const std::int64_t number, impl_->number_of(run));
  IBOT_TRY(auto query,
           impl_->database.prepare("SELECT number, step, time, level, kind, text, data FROM events "
                                   "WHERE run = ? AND number > ? ORDER BY number LIMIT ?"));
  query.bind(number, after_number, bounded(limit));
  return collect<Event>(query, event_from);
}

base::Result<std::vector<Evaluation>> Reader::evaluations(std::string_view run) {
  IBOT_TRY(const std::int64_t number, impl_->number_of(run));
  IBOT_TRY(auto query,
           impl_->database.prepare("SELECT step, protocol, network, metric, value, settings, time "
                                   "FROM evaluations WHERE run = ? "
                                   "ORDER BY step, protocol, network, metric, settings LIMIT ?"));
  query.bind(number, kMaxRows);
  return collect<Evaluation>(query, [](const Statement& row) {
    return Evaluation{row.integer(0), row.text(1), row.text(2),   row.text(3),
                      row.number(4),  row.text(5), row.integer(6)};
  });
}

base::Result<std::vector<std::string>> Reader::log_tail(std::string_view run) {
  IBOT_TRY(const std::int64_t number, impl_->number_of(run));
  IBOT_TRY(auto query,
           impl_->database.prepare("SELECT text FROM log_tail WHERE run = ? ORDER BY line LIMIT 1000"));
  query.bind(number);
  return collect<std::string>(query, [](const Statement& row) { return row.text(0); });
}

base::Result<std::vector<Command>> Reader::commands(std::string_view run) {
  IBOT_TRY(const std::int64_t number, impl_->number_of(run));
  IBOT_TRY(auto query, impl_->database.prepare(str("SELECT ", kCommandColumns,
                                                   " FROM commands WHERE run = ? ORDER BY number LIMIT ?")));
  query.bind(number, kMaxRows);
  return collect<Command>(query, command_from);
}

base::Result<Command> Reader::command(std::int64_t number) {
  IBOT_TRY(auto query,
           impl_->database.prepare(str("SELECT ", kCommandColumns, " FROM commands WHERE number = ?")));
  query.bind(number);
  IBOT_TRY(const bool found, query.next());
  if (!found) return base::Error{ErrorCode::NotFound, str("there is no command ", number), "", ""};
  return command_from(query);
}

base::Result<std::vector<Probe>> Reader::probes(std::string_view run, bool with_files) {
  IBOT_TRY(const std::int64_t number, impl_->number_of(run));
  IBOT_TRY(auto query,
           impl_->database.prepare("SELECT image, position, source, CASE WHEN ?2 THEN image_file END "
                                   "FROM probes WHERE run = ?1 ORDER BY position, image LIMIT 10000"));
  query.bind(number, with_files);
  return collect<Probe>(query, [](const Statement& row) {
    return Probe{row.text(0), row.integer(1), row.text(2), row.blob(3)};
  });
}

base::Result<std::vector<std::int64_t>> Reader::probe_steps(std::string_view run, std::string_view kind,
                                                            std::string_view image) {
  IBOT_TRY(const std::int64_t number, impl_->number_of(run));
  IBOT_TRY(auto query, impl_->database.prepare("SELECT step FROM probe_snapshots WHERE run = ? AND kind = ? "
                                               "AND image = ? ORDER BY step LIMIT ?"));
  query.bind(number, kind, image, kMaxRows);
  return collect<std::int64_t>(query, [](const Statement& row) { return row.integer(0); });
}

base::Result<ProbeSnapshot> Reader::probe_snapshot(std::string_view run, std::string_view kind,
                                                   std::string_view image, std::int64_t at_step) {
  IBOT_TRY(const std::int64_t number, impl_->number_of(run));
  IBOT_TRY(auto query,
           impl_->database.prepare("SELECT step, kind, image, meta, data, time FROM probe_snapshots "
                                   "WHERE run = ? AND kind = ? AND image = ? AND step <= ? "
                                   "ORDER BY step DESC LIMIT 1"));
  query.bind(number, kind, image, at_step);
  IBOT_TRY(const bool found, query.next());
  if (!found) {
    return base::Error{ErrorCode::NotFound,
                       str("run ", run, " has no ", base::quote_untrusted(kind), " of the probe ",
                           base::quote_untrusted(image), " up to step ", at_step),
                       "", ""};
  }
  return ProbeSnapshot{query.integer(0), query.text(1), query.text(2),
                       query.text(3),    query.blob(4), query.integer(5)};
}

}  // namespace ibot::record
