// SPDX-License-Identifier: GPL-3.0-or-later
#include "many_runs.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/record/store.h>

#include <nlohmann/json.hpp>
#include <sqlite3.h>

#include <array>
#include <memory>
#include <utility>

namespace ibot::gui_test {
namespace {

using base::str;
using record::NewRun;
using record::Store;
using record::Workspace;

base::Status execute(sqlite3* database, const std::string& sql) {
  char* message = nullptr;
  if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &message) == SQLITE_OK) return {};
  base::Error error{base::ErrorCode::Io, message != nullptr ? message : "SQLite failed", "", ""};
  sqlite3_free(message);
  return error;
}

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') result += '\'';
    result += c;
  }
  return result + "'";
}

// Everything that a run has beside its points.
std::string run_sql(int number, int points) {
  const std::string hash(64, 'a');
  const std::int64_t created = std::int64_t{1'790'000'000} * 1'000'000 + std::int64_t{number} * 60'000'000;
  const std::int64_t key = number + 2;  // 1 is the template
  std::string sql =
      str("INSERT INTO runs(number, id, name, hash_config, hash_plugins, hash_data, hash_seed, "
          "hash_environment, state, step, planned_steps, created, started, ended, changed) VALUES(",
          key, ", 'run-", 1000 + number, "', 'mask study ", number, "', '", hash, "', '", hash, "', '", hash,
          "', '", hash, "', '", hash, "', '", number % 9 == 8 ? "failed" : "completed", "', ", points, ", ",
          points, ", ", created, ", ", created, ", ", created + 50'000'000, ", ", key, ");");
  sql += str("INSERT INTO run_labels(run, colour, folder) VALUES(", key, ", ", number, ", '",
             number % 3 == 0   ? "masks/block"
             : number % 3 == 1 ? "masks/random"
                               : "",
             "');");
  sql += str("INSERT INTO plan_segments(run, segment, from_step, to_step, plan, hash, created) VALUES(", key,
             ", 0, 0, ", points, ", ", quoted(plan_of(number)), ", '", hash, "', ", created, ");");
  if (number % 4 == 0) sql += str("INSERT INTO tags(run, tag) VALUES(", key, ", 'keep');");
  if (number % 7 == 0) sql += str("INSERT INTO tags(run, tag) VALUES(", key, ", 'paper');");
  const std::array<std::pair<const char*, double>, 2> figures = {
      {{"teacher", 30.0 + number % 29}, {"raw_pixels", 26.4}}};
  for (const auto& [network, value] : figures) {
    sql += str("INSERT INTO evaluations(run, step, protocol, network, metric, settings, value, time) VALUES(",
               key, ", ", points, ", 'knn', '", network, "', 'top1', '{}', ", value, ", ", created, ");");
  }
  sql += str("INSERT INTO metric_last(run, name, step, time, value) VALUES(", key, ", 1, ", points, ", ",
             created, ", ", 5.0 + number % 17 / 10.0, "), (", key, ", 2, ", points, ", ", created, ", ",
             30.0 + number % 29, ");");
  return sql;
}

}  // namespace

std::string plan_of(int number) {
  nlohmann::json values = nlohmann::json::object();
  for (int i = 0; i < 90; ++i) values[str("section_", i / 10, ".some_parameter_", i % 10)] = i * 0.5;
  for (int i = 0; i < 12; ++i) values[str("data.choice_", i)] = str("a text of some length ", i);
  constexpr std::array kMasks = {"block", "random", "none"};
  constexpr std::array kRates = {0.0005, 0.001, 0.002, 0.004};
  values["name"] = str("mask study ", number);
  values["mask.plugin"] = kMasks[static_cast<std::size_t>(number) % kMasks.size()];
  values["optimizer.lr"] = kRates[static_cast<std::size_t>(number / 3) % kRates.size()];
  values["seed"] = number % 5;
  values["train.batch_size"] = 64;
  const nlohmann::json written = {{"kind", "file"}};
  nlohmann::json origins = {
      {"mask.plugin", written}, {"optimizer.lr", written}, {"seed", written}, {"name", written}};
  return nlohmann::json({{"values", values},
                         {"origins", origins},
                         {"plugins", {{"mask", {{"id", values["mask.plugin"]}, {"version", "1.0.0"}}}}},
                         {"yaml", str("name: mask study ", number, "\nseed: ", number % 5, "\n",
                                      std::string(2000, '#'), "\n")}})
      .dump();
}

base::Status make_many_runs(const std::filesystem::path& folder, int runs, int points) {
  IBOT_TRY(const Workspace workspace, Workspace::create(folder));
  {
    IBOT_TRY(Store store, Store::open(workspace));
    NewRun run;
    run.id = "template";
    run.name = "template";
    run.plan_json = plan_of(0);
    run.planned_steps = points;
    IBOT_CHECK_OK(store.create_run(run));
    IBOT_CHECK_OK(store.trash_run("template"));
    IBOT_CHECK_OK(store.write("template", {{{"loss", 0, 1.0, 0}, {"knn/top1", 0, 1.0, 0}}, {}, {}, {}}));
  }
  sqlite3* opened = nullptr;
  if (sqlite3_open(workspace.record_file().c_str(), &opened) != SQLITE_OK)
    return base::Error{base::ErrorCode::Io, "cannot open the record", "", ""};
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> database(opened, &sqlite3_close);
  IBOT_CHECK_OK(execute(opened, "PRAGMA synchronous = OFF; BEGIN;"));
  for (int number = 0; number < runs; ++number) IBOT_CHECK_OK(execute(opened, run_sql(number, points)));
  // A falling curve with some noise, and its summaries.
  IBOT_CHECK_OK(execute(
      opened,
      str("WITH RECURSIVE steps(s) AS MATERIALIZED (SELECT 1 UNION ALL SELECT s + 1 FROM steps WHERE s < ",
          points,
          ") INSERT INTO metrics(run, name, step, time, value) SELECT number, 1, s, s, "
          "8.0 / (1 + s * 0.001) + (s * 7919 % 101 + number % 13) * 0.005 FROM runs CROSS JOIN steps WHERE "
          "number > 1;")));
  IBOT_CHECK_OK(
      execute(opened,
              "INSERT INTO metric_coarse(run, name, width, first_step, finite, non_finite, min, max, mean) "
              "SELECT run, name, 64, step / 64 * 64, count(*), 0, min(value), max(value), avg(value) "
              "FROM metrics WHERE run > 1 GROUP BY run, name, step / 64;"));
  return execute(opened, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE);");
}

}  // namespace ibot::gui_test
