// SPDX-License-Identifier: GPL-3.0-or-later
#include "launch.h"

#include "observers.h"
#include "record_sink.h"

#include <ibot/base/clock.h>
#include <ibot/base/file.h>
#include <ibot/base/hash.h>
#include <ibot/base/log.h>
#include <ibot/base/text.h>
#include <ibot/train/trainer.h>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>

namespace ibot::cli {
namespace {

std::atomic<train::Trainer*> g_trainer{nullptr};
std::atomic<int> g_signals{0};

// The newest full checkpoint whose file is there and is what the record says.
base::Result<std::filesystem::path> newest_checkpoint(record::Reader& reader,
                                                      const record::Workspace& workspace,
                                                      const std::string& run) {
  IBOT_TRY(const auto checkpoints, reader.checkpoints(run));
  for (auto row = checkpoints.rbegin(); row != checkpoints.rend(); ++row) {
    if (row->kind != record::CheckpointKind::Full || row->state != record::CheckpointState::Present) continue;
    const std::filesystem::path path = workspace.run_folder(run) / row->path;
    const auto hash = base::sha256_file(path);
    if (hash && hash.value() == row->sha256) return path;
    base::log_warning(path.filename().string() + " is damaged or gone; looking for an older checkpoint");
  }
  return base::Error{base::ErrorCode::NotFound, "the run " + run + " has no checkpoint to go on from", "",
                     "Start it afresh with `ibot train`"};
}

}  // namespace

base::Result<std::string> create_run(const record::Workspace& workspace, const PreparedPlan& prepared,
                                     const NewRunArguments& arguments) {
  const plan::Plan& plan = prepared.plan;
  IBOT_TRY(record::Store store, record::Store::open(workspace));
  record::NewRun run;
  run.id = base::new_run_id();
  run.name = plan.run().name.empty() ? "run" : plan.run().name;
  run.parent = arguments.parent;
  nlohmann::json json = plan.to_json();
  json["yaml"] = plan.to_yaml();
  run.plan_json = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  run.plan_hash = plan.hashes().plan;
  const std::string data = prepared.dataset ? prepared.dataset->content_hash() : "";
  const std::string environment = environment_text(plan);
  run.hashes = {.config = plan.hashes().config,
                .plugins = plan.hashes().plugins,
                .data = base::sha256_hex(plan.hashes().data + data),
                .seed = plan.hashes().seed,
                .environment = base::sha256_hex(environment)};
  run.hashed_texts.environment = environment;
  run.planned_steps = plan.derived().total_steps.value_or(0);
  IBOT_CHECK_OK(store.create_run(run));
  IBOT_CHECK_OK(workspace.create_run_folders(run.id));
  return run.id;
}

base::Status launch_trainer(const record::Workspace& workspace, const std::string& run,
                            const std::vector<std::string>& start) {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return base::error_from_errno(error.value(), "find this program");
  std::vector<std::string> arguments = {program.string(), "trainer", run, "--workspace",
                                        std::filesystem::absolute(workspace.folder()).string()};
  arguments.insert(arguments.end(), start.begin(), start.end());
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);

  const std::string log = workspace.log_file(run).string();
  // Twice forked, so that the trainer is nobody's child: it neither dies with this process nor waits to be
  // reaped.
  const pid_t child = ::fork();
  if (child < 0) return base::error_from_errno(errno, "start the trainer");
  if (child == 0) {
    ::setsid();
    const pid_t trainer = ::fork();
    if (trainer != 0) ::_exit(trainer < 0 ? 1 : 0);
    const int input = ::open("/dev/null", O_RDONLY);
    const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (input < 0 || output < 0) ::_exit(1);
    ::dup2(input, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return base::Error{base::ErrorCode::Io, "the trainer could not be started", "", ""};
  }
  return {};
}

base::Status run_trainer(const record::Workspace& workspace, const std::string& run, bool resume,
                         const std::optional<std::filesystem::path>& init,
                         const std::optional<std::filesystem::path>& from) {
  IBOT_TRY(record::Store store, record::Store::open(workspace));
  IBOT_CHECK_OK(store.claim_run(run));
  const auto fail = [&](const base::Error& error) {
    (void)store.set_state(
        run, record::State::Failed,
        {.exit_reason = std::string(base::to_string(error.code)), .error = error.to_text()});
    return error;
  };
  auto reader = record::Reader::open(workspace);
  if (!reader) return fail(reader.error());
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
                                .init_from = init,
                                .observers = {}};
  if (resume) {
    auto checkpoint = newest_checkpoint(*reader, workspace, run);
    if (!checkpoint) return fail(checkpoint.error());
    request.resume_from = *checkpoint;
  }
  // The first segment's end was planned without the data set's size where that was unknown: the trainer knows
  // better.
  if (plan_rows->size() > 1) {
    for (const record::PlanSegment& segment : *plan_rows)
      request.segments.push_back({segment.from_step, segment.to_step});
  }
  RecordSink sink(std::move(store), run, plan_rows->front().plan_json, plan_rows->front().hash);
  request.sink = &sink;
  auto observers = make_observers(prepared->plan, loader.registry(), *prepared->dataset);
  if (!observers) {
    (void)sink.phase(train::Phase::Failed, "observers", observers.error().to_text());
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
