// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/record/reader.h>
#include <ibot/record/store.h>
#include <ibot/test/temp_dir.h>

#include <filesystem>
#include <string>
#include <utility>

namespace ibot::record {

inline NewRun small_run(std::string id, std::int64_t planned_steps = 1000) {
  NewRun run;
  run.id = std::move(id);
  run.name = "run " + run.id;
  run.plan_json = R"({"steps": 1000})";
  run.plan_hash = "plan-hash";
  run.hashes = {"c", "p", "d", "s", "e"};
  run.planned_steps = planned_steps;
  return run;
}

/// "ok", or what SQLite finds wrong with the file and its foreign keys.
std::string integrity_of(const std::filesystem::path& file);

/// A workspace of its own with one writer.
class RecordFixture {
 public:
  RecordFixture()
      : workspace(Workspace::create(dir / "workspace").value()), store(Store::open(workspace).value()) {}

  Reader reader() const { return Reader::open(workspace).value(); }
  /// A run that this process trains.
  void start(const std::string& id) {
    store.create_run(small_run(id)).value();
    store.claim_run(id).value();
    store.set_state(id, State::Running).value();
  }

  test::TempDir dir;
  Workspace workspace;
  Store store;
};

}  // namespace ibot::record
