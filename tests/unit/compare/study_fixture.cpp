// SPDX-License-Identifier: GPL-3.0-or-later
#include "study_fixture.h"

#include <ibot/base/hash.h>

#include <algorithm>

namespace ibot::compare::test {

StudyFixture::StudyFixture()
    : workspace(record::Workspace::create(dir / "workspace").value()),
      store(record::Store::open(workspace).value()) {}

void StudyFixture::add(const MadeRun& made) {
  std::map<std::string, nlohmann::json> values = {
      {"mask.plugin", "none"},         {"optimizer.lr", 0.001},           {"head.shared", true},
      {"losses.ibot_cls.weight", 1.0}, {"losses.ibot_patch.weight", 1.0}, {"data.path", "pictures"}};
  for (const auto& [key, value] : made.values) values[key] = value;
  record::NewRun run;
  run.id = made.id;
  run.name = made.name.empty() ? made.id : made.name;
  run.folder = made.folder;
  run.planned_steps = kSteps;
  nlohmann::json config = nlohmann::json::object();
  for (const auto& [key, value] : values) {
    if (!key.starts_with("data.")) config[key] = value;
  }
  run.hashes = {base::sha256_hex(config.dump()), made.plugins, made.data, std::to_string(made.seed),
                base::sha256_hex(made.environment)};
  run.hashed_texts.environment = made.environment;
  run.hashed_texts.config = made.config_text;
  if (!made.files.empty()) run.hashed_texts.data = "files: " + made.files + "\n";
  values["seed"] = made.seed;
  values["name"] = run.name;
  const nlohmann::json plan = {
      {"values", values},
      {"plugins", {{"mask", {{"kind", "masking"}, {"id", values["mask.plugin"]}, {"version", "1.0.0"}}}}}};
  run.plan_json = plan.dump();
  run.plan_hash = base::sha256_hex(run.plan_json);
  store.create_run(run).value();
  if (!made.ended) return;
  store.claim_run(made.id).value();
  store.set_state(made.id, record::State::Running).value();
  record::RunUpdate update;
  for (std::int64_t step = 10; step <= kSteps; step += 10)
    update.metrics.push_back({"loss", step, 9.0 - static_cast<double>(step) / 50 + made.seed * 0.01, step});
  update.step = kSteps;
  store.write(made.id, update).value();
  std::vector<record::Evaluation> rows;
  for (const auto& [name, value] : made.evaluations) {
    const std::size_t slash = name.find('/');
    rows.push_back({.step = kSteps,
                    .protocol = name.substr(0, slash),
                    .network = "teacher",
                    .metric = name.substr(slash + 1),
                    .value = value,
                    .settings_json = made.settings,
                    .time = 1});
  }
  store.add_evaluations(made.id, rows).value();
  store.set_state(made.id, record::State::Finishing).value();
  store.set_state(made.id, record::State::Completed, {"planned end", ""}).value();
}

void StudyFixture::add_masks() {
  const std::map<std::string, std::vector<double>> figures = {
      {"none", {40.0, 41.2, 42.1}}, {"random", {44.3, 45.1, 46.3}}, {"block", {40.9, 40.8, 42.6}}};
  for (const char* mask : {"none", "random", "block"}) {
    for (int seed = 0; seed < 3; ++seed) {
      MadeRun run{.id = std::string(mask) + "-" + std::to_string(seed)};
      run.name = std::string("mask=") + mask + " s" + std::to_string(seed);
      run.values = {{"mask.plugin", mask}};
      // A key that only some masks have.
      if (std::string_view(mask) != "none") run.values["mask.ratio"] = {0.0, 0.3};
      run.seed = seed;
      run.folder = "masks";
      run.evaluations = {{"knn/top1", figures.at(mask)[static_cast<std::size_t>(seed)]}};
      add(run);
    }
  }
}

std::vector<record::Run> StudyFixture::runs() const {
  auto all = reader().runs().value();
  std::reverse(all.begin(), all.end());
  return all;
}

}  // namespace ibot::compare::test
