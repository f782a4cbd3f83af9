// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace_fixture.h"

#include <ibot/base/clock.h>

#include <QTest>

namespace ibot::gui_test {

WorkspaceFixture::WorkspaceFixture()
    : workspace(record::Workspace::create(dir / "workspace").value()),
      store(record::Store::open(workspace).value()) {}

void WorkspaceFixture::create(const std::string& id, const std::string& name, std::int64_t planned_steps,
                              const std::string& plan_json) {
  record::NewRun run;
  run.id = id;
  run.name = name;
  run.plan_json = plan_json;
  run.plan_hash = std::string(64, 'a');
  const std::string hash(64, 'b');
  run.hashes = {hash, hash, hash, hash, hash};
  run.planned_steps = planned_steps;
  store.create_run(run).value();
}

void WorkspaceFixture::start(const std::string& id, const std::string& name, std::int64_t planned_steps,
                             const std::string& plan_json) {
  create(id, name, planned_steps, plan_json);
  store.claim_run(id).value();
  store.set_state(id, record::State::Running).value();
}

void WorkspaceFixture::write(const std::string& id, const std::string& metric, std::int64_t first,
                             std::int64_t last, const std::function<double(std::int64_t)>& value) {
  record::RunUpdate update;
  for (std::int64_t step = first; step <= last; ++step)
    update.metrics.push_back({metric, step, value(step), base::now_micros()});
  update.step = last;
  store.write(id, update).value();
}

bool wait_until(const std::function<bool()>& condition) {
  return QTest::qWaitFor(condition, 10'000);
}

}  // namespace ibot::gui_test
