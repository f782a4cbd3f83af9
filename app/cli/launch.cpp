// SPDX-License-Identifier: GPL-3.0-or-later
#include "launch.h"

#include "crash_handler.h"
#include "detached.h"
#include "observers.h"
#include "record_sink.h"
#include "run_origin.h"

#include <ibot/base/clock.h>
#include <ibot/base/file.h>
#include <ibot/base/hash.h>
#include <ibot/base/text.h>
#include <ibot/compare/duplicates.h>
#include <ibot/train/trainer.h>

#include <nlohmann/json.hpp>

#include <atomic>
#include <csignal>
#include <set>
#include <thread>

namespace ibot::cli {
namespace {

std::atomic<train::Trainer*> g_trainer{nullptr};
std::atomic<int> g_signals{0};

// What the plan itself does not say of its hashes, so that a difference can be named later.
record::HashedTexts hashed_texts(const plan::Plan& plan, const std::string& content_hash,
                                 const NewRunArguments& arguments) {
  record::HashedTexts texts;
  texts.config = base::str("ranks: ", plan.ranks(), "\n");
  if (!arguments.init_sha256.empty()) texts.config += "weights: " + arguments.init_sha256 + "\n";
  for (const plan::ResolvedSection& section : plan.sections()) {
    if (!section.plugin) continue;
    texts.plugins += base::str(section.path, ": ", section.plugin->id, " ", section.plugin->version, " ",
                               section.plugin->library_sha256, "\n");
  }
  if (!content_hash.empty()) texts.data = "files: " + content_hash + "\n";
  texts.seed = base::str("seed: ", plan.run().seed, "\n");
  return texts;
}

}  // namespace

record::NewRun make_new_run(const plan::Plan& plan, const std::string& content_hash,
                            const NewRunArguments& arguments) {
  record::NewRun run;
  run.id = base::new_run_id();
  run.name = plan.run().name.empty() ? "run" : plan.run().name;
  run.parent = arguments.parent;
  nlohmann::json json = plan.to_json();
  json["yaml"] = plan.to_yaml();
  if (!arguments.init.empty()) {
    json["init"] = arguments.init;
    json["init_sha256"] = arguments.init_sha256;
  }
  run.plan_json = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  run.plan_hash = plan.hashes().plan;
  const std::string environment = environment_text(plan);
  run.hashes = compare::recorded_hashes(plan, content_hash, arguments.init_sha256);
  run.hashes.environment = base::sha256_hex(environment);
  run.hashed_texts = hashed_texts(plan, content_hash, arguments);
  run.hashed_texts.environment = environment;
  run.planned_steps = plan.derived().total_steps.value_or(0);
  return run;
}

base::Result<std::string> create_run(const record::Workspace& workspace, const PreparedPlan& prepared,
                                     const NewRunArguments& arguments) {
  IBOT_TRY(record::Store store, record::Store::open(workspace));
  const std::string content_hash = prepared.dataset ? prepared.dataset->content_hash() : "";
  NewRunArguments whole = arguments;
  if (!whole.init.empty() && whole.init_sha256.empty()) {
    IBOT_TRY(whole.init_sha256, base::sha256_file(whole.init));
  }
  const record::NewRun run = make_new_run(prepared.plan, content_hash, whole);
  IBOT_CHECK_OK(store.create_run(run));
  IBOT_CHECK_OK(workspace.create_run_folders(run.id));
  return run.id;
}

base::Status launch_trainer(const record::Workspace& workspace, const std::string& run,
                            const std::vector<std::string>& start,
                            const std::optional<record::ProcessIdentity>& before) {
  constexpr std::chrono::seconds kPatience{60};
  std::optional<record::ProcessIdentity> holder = before;
  if (!holder) {
    IBOT_TRY(record::Reader reader, record::Reader::open(workspace));
    IBOT_TRY(const record::Run row, reader.run(run));
    holder = row.process;
  }
  std::vector<std::string> arguments = {"trainer",     run,
                                        "--workspace", std::filesystem::absolute(workspace.folder()).string(),
                                        "--after",     record::to_text(*holder)};
  arguments.insert(arguments.end(), start.begin(), start.end());
  const base::Status started = start_detached(arguments, workspace.log_file(run), kPatience);
  if (!started) return started.error().with_context("the trainer of " + run);
  return {};
}

base::Status tidy_run(record::Store& store, record::Reader& reader, const record::Workspace& workspace,
                      const std::string& run) {
  const std::filesystem::path folder = workspace.run_folder(run);
  IBOT_TRY(const auto rows, reader.checkpoints(run));
  std::set<std::filesystem::path> recorded;
  for (const record::Checkpoint& row : rows) {
    if (row.state == record::CheckpointState::Present) recorded.insert(folder / row.path);
    if (row.state != record::CheckpointState::Removing) continue;
    IBOT_CHECK_OK(base::remove_file(folder / row.path));
    IBOT_CHECK_OK(store.set_checkpoint_state(run, row.step, row.kind, record::CheckpointState::Removed));
  }
  std::vector<std::filesystem::path> stale;
  for (const auto& place : {folder, workspace.checkpoints_folder(run), workspace.snapshots_folder(run)}) {
    std::error_code error;
    for (std::filesystem::directory_iterator entry(place, error), end; !error && entry != end;
         entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      const bool partial = name.find(".partial-") != std::string::npos;
      const bool unrecorded =
          name.starts_with("step-") && name.ends_with(".safetensors") && !recorded.contains(entry->path());
      if (partial || unrecorded) stale.push_back(entry->path());
    }
  }
  for (const std::filesystem::path& path : stale) IBOT_CHECK_OK(base::remove_file(path));
  return {};
}

base::Status run_trainer(const record::Workspace& workspace, const std::string& run, bool resume,
                         const std::optional<std::filesystem::path>& init,
                         const std::optional<std::filesystem::path>& from,
                         const std::optional<record::ProcessIdentity>& after) {
  IBOT_TRY(record::Store store, record::Store::open(workspace));
  IBOT_CHECK_OK(store.claim_run(run, record::current_process(), after));
  write_crash_lines();
  announce_ready();
  const auto fail = [&](const base::Error& error) {
    (void)store.set_state(
        run, record::State::Failed,
        {.exit_reason = std::string(base::to_string(error.code)), .error = error.to_text()});
    return error;
  };
  auto reader = record::Reader::open(workspace);
  if (!reader) return fail(reader.error());
  if (const base::Status tidied = tidy_run(store, *reader, workspace, run); !tidied)
    return fail(tidied.error());
  const auto yaml = recorded_yaml(*reader, run);
  if (!yaml) return fail(yaml.error());
  auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  auto prepared = prepare_recorded_plan(loader, *yaml, true);
  if (!prepared) return fail(prepared.error());
  if (const base::Status loaded = load_plugins(loader, prepared->plan); !loaded) return fail(loaded.error());
  const auto plan_rows = reader->plan(run);
  if (!plan_rows) return fail(plan_rows.error());

  train::TrainerRequest request{.plan = prepared->plan,
                                .registry = &loader.registry(),
                                .dataset = prepared->dataset.get(),
                                .sink = nullptr,
                                .run = run,
                                .run_folder = workspace.run_folder(run),
                                .segments = {},
                                .resume_from = from,
                                .saved_steps = {},
                                .init_from = init,
                                .observers = {}};
  std::vector<std::string> damaged;
  if (resume) {
    const auto origin = newest_origin(*reader, workspace, run);
    if (!origin) return fail(origin.error());
    request.resume_from = origin->checkpoint;
    request.init_from = origin->weights;
    request.saved_steps = origin->saved_steps;
    damaged = origin->damaged;
  }
  // The first segment's end was planned without the data set's size where that was unknown: the trainer knows
  // better.
  if (plan_rows->size() > 1) {
    for (const record::PlanSegment& segment : *plan_rows)
      request.segments.push_back({segment.from_step, segment.to_step});
  }
  RecordSink sink(std::move(store), run, plan_rows->front().plan_json, plan_rows->front().hash);
  request.sink = &sink;
  for (const std::string& path : damaged) {
    sink.event(train::Severity::Warning, "damaged", 0,
               path + " is damaged or gone; the run goes on from an older checkpoint", {});
  }
  auto observers = make_observers(prepared->plan, loader.registry(), *prepared->dataset);
  if (!observers) {
    (void)sink.phase(train::Phase::Failed, std::string(base::to_string(observers.error().code)),
                     observers.error().to_text());
    return observers.error();
  }
  for (const auto& observer : *observers) request.observers.push_back(observer.get());

  train::Trainer trainer(std::move(request));
  g_trainer = &trainer;
  struct sigaction action {};
  action.sa_handler = [](int) {
    if (train::Trainer* running = g_trainer.load()) running->request_stop(++g_signals > 1);
  };
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  const auto outcome = trainer.run();
  g_trainer = nullptr;
  (void)sink.store().checkpoint_log();
  if (!outcome) return outcome.error();
  return {};
}

}  // namespace ibot::cli
