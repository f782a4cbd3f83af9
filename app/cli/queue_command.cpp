// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"
#include "detached.h"
#include "earlier_runs.h"
#include "launch.h"
#include "networks.h"
#include "plugin_check.h"
#include "queue_worker.h"
#include "session.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/record/queue.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <csignal>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <set>
#include <thread>

namespace ibot::cli {
namespace {

using record::QueueItem;
using record::QueueState;

constexpr std::int64_t kDefaultRetries = 1;

struct QueueArguments {
  std::string workspace, what, device, name, folder, init;
  std::vector<std::string> overrides;
  std::vector<std::int64_t> seeds, numbers;
  std::int64_t retries = kDefaultRetries, item = 0, place = 1;
  bool json = false, detach = false, keep_open = false;
};

bool is_recipe(const std::string& what) {
  std::error_code ignored;
  return what.ends_with(".yaml") || what.ends_with(".yml") || std::filesystem::is_regular_file(what, ignored);
}

record::NewQueueItem new_item(const QueueArguments& arguments, const std::string& device) {
  return {record::queue_slot(device), arguments.retries + 1};
}

base::Status report_added(const QueueArguments& arguments, const std::vector<std::string>& runs,
                          const std::vector<std::int64_t>& numbers) {
  if (arguments.json) {
    nlohmann::json list = nlohmann::json::array();
    for (std::size_t i = 0; i < runs.size(); ++i) list.push_back({{"number", numbers[i]}, {"run", runs[i]}});
    print_json(list);
    return {};
  }
  for (std::size_t i = 0; i < runs.size(); ++i) print(base::str("item ", numbers[i], ": run ", runs[i]));
  return {};
}

base::Result<record::NewQueuedRun> plan_run(plugin::Loader& loader, const QueueArguments& arguments,
                                            std::optional<std::int64_t> seed) {
  PlanArguments plan{arguments.what, arguments.overrides};
  if (!arguments.device.empty())
    plan.overrides.push_back("train.device=" + nlohmann::json(arguments.device).dump());
  if (!arguments.name.empty()) plan.overrides.push_back("name=" + nlohmann::json(arguments.name).dump());
  if (seed) plan.overrides.push_back(base::str("seed=", *seed));
  IBOT_TRY(const PreparedPlan prepared, prepare_plan(loader, plan, true));
  IBOT_CHECK_OK(plan::require_places(prepared.missing));
  // The worker may run on another machine that shares the folder.
  IBOT_CHECK_OK(require_sound(loader, prepared.plan, params::Severity::Warning));
  NewRunArguments origin;
  if (!arguments.init.empty()) {
    IBOT_TRY(origin.init_sha256, check_start_weights(loader, prepared.plan, arguments.init));
    origin.init = std::filesystem::absolute(arguments.init).string();
  }
  record::NewRun run = make_new_run(prepared.plan, prepared.dataset->content_hash(), origin);
  std::cerr << to_text(earlier_runs(arguments.workspace, run.hashes));
  if (seed) run.name += base::str(" s", *seed);
  run.folder = arguments.folder;
  return record::NewQueuedRun{std::move(run), new_item(arguments, prepared.plan.train().device)};
}

base::Status add_recipe(const QueueArguments& arguments) {
  auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  std::vector<std::optional<std::int64_t>> seeds(arguments.seeds.begin(), arguments.seeds.end());
  if (seeds.empty()) seeds.emplace_back();
  std::vector<record::NewQueuedRun> runs;
  std::vector<std::string> ids;
  for (const auto& seed : seeds) {
    IBOT_TRY(record::NewQueuedRun run, plan_run(loader, arguments, seed));
    ids.push_back(run.run.id);
    runs.push_back(std::move(run));
  }
  IBOT_TRY(const record::Workspace workspace, record::Workspace::create(arguments.workspace));
  IBOT_TRY(record::Store store, record::Store::open(workspace));
  IBOT_TRY(const auto numbers, record::Queue(store).add_new(runs));
  return report_added(arguments, ids, numbers);
}

base::Status add_run(const QueueArguments& arguments) {
  if (!arguments.seeds.empty() || !arguments.overrides.empty() || !arguments.name.empty() ||
      !arguments.device.empty() || !arguments.init.empty()) {
    return base::Error{base::ErrorCode::InvalidArgument,
                       "a recorded run keeps its plan: --set, --seeds, --name, --device and --init are for "
                       "recipes",
                       "", "`ibot branch` starts a new run from one of its checkpoints"};
  }
  IBOT_TRY(OpenedRun opened, open_run(arguments.workspace, arguments.what));
  IBOT_TRY(const auto segments, opened.reader.plan(opened.id));
  const auto json =
      segments.empty() ? nlohmann::json() : nlohmann::json::parse(segments.front().plan_json, nullptr, false);
  const auto device = json.is_object() ? json.value("/values/train.device"_json_pointer, std::string("cpu"))
                                       : std::string("cpu");
  IBOT_TRY(record::Store store, record::Store::open(opened.workspace));
  IBOT_TRY(const std::int64_t number, record::Queue(store).add(opened.id, new_item(arguments, device)));
  if (!arguments.folder.empty()) IBOT_CHECK_OK(store.set_folder(opened.id, arguments.folder));
  return report_added(arguments, {opened.id}, {number});
}

std::string worker_sentence(const record::QueueWorker& worker) {
  const record::Life life = record::judge_life(worker.process, worker.heartbeat, base::now_micros());
  if (life.died) return "no worker (the last one, " + life.text + ")";
  return base::str("process ", worker.process.pid, " works on it",
                   worker.stopping ? " and is about to stop" : "", life.text.empty() ? "" : ", but is ",
                   life.text);
}

base::Status list(const QueueArguments& arguments) {
  IBOT_TRY(const record::Workspace workspace, record::Workspace::open(arguments.workspace));
  IBOT_TRY(record::Reader reader, record::Reader::open(workspace));
  IBOT_TRY(const record::QueueContents contents, reader.queue());
  const std::int64_t now = base::now_micros();
  nlohmann::json items = nlohmann::json::array();
  std::set<std::string> devices;
  for (const QueueItem& item : contents.items) {
    IBOT_TRY(const record::Run run, reader.run(item.run));
    const std::string sentence = record::queue_sentence(item, run, now);
    if (item.state == QueueState::Waiting || item.state == QueueState::Running) devices.insert(item.device);
    if (arguments.json) {
      items.push_back({{"number", item.number},
                       {"run", item.run},
                       {"name", run.name},
                       {"device", item.device},
                       {"state", record::to_string(item.state)},
                       {"status", sentence},
                       {"attempts", item.attempts},
                       {"most_attempts", item.most_attempts},
                       {"reason", item.reason}});
      continue;
    }
    std::string line = std::to_string(item.number);
    line.resize(std::max<std::size_t>(line.size() + 1, 5), ' ');
    line += item.run + "  " + run.name;
    line.resize(std::max<std::size_t>(line.size() + 2, 56), ' ');
    line += item.device;
    line.resize(std::max<std::size_t>(line.size() + 2, 64), ' ');
    print(line + sentence);
  }
  nlohmann::json workers = nlohmann::json::array();
  for (const record::QueueWorker& worker : contents.workers) {
    devices.erase(worker.device);
    const bool alive = !record::judge_life(worker.process, worker.heartbeat, now).died;
    workers.push_back({{"device", worker.device}, {"pid", worker.process.pid}, {"alive", alive}});
    if (!arguments.json) print(worker.device + ": " + worker_sentence(worker));
  }
  for (const std::string& device : devices) {
    if (!arguments.json) print(device + ": no worker; `ibot queue run` starts one");
  }
  if (arguments.json) print_json({{"items", items}, {"workers", workers}});
  if (!arguments.json && contents.items.empty())
    print("the queue is empty: `ibot queue add RECIPE` fills it");
  return {};
}

// A change that people make, of one or more items.
base::Status change(const QueueArguments& arguments,
                    const std::function<base::Status(record::Queue&, std::int64_t)>& action) {
  IBOT_TRY(const record::Workspace workspace, record::Workspace::open(arguments.workspace));
  IBOT_TRY(record::Store store, record::Store::open(workspace));
  record::Queue queue(store);
  for (const std::int64_t number : arguments.numbers) IBOT_CHECK_OK(action(queue, number));
  return list(arguments);
}

// The device that is meant where none was named.
base::Result<std::string> device_of(const record::Workspace& workspace, const QueueArguments& arguments) {
  if (!arguments.device.empty()) return record::queue_slot(arguments.device);
  IBOT_TRY(record::Reader reader, record::Reader::open(workspace));
  IBOT_TRY(const record::QueueContents contents, reader.queue());
  std::set<std::string> devices;
  for (const QueueItem& item : contents.items) {
    if (item.state == QueueState::Waiting || item.state == QueueState::Running) devices.insert(item.device);
  }
  if (devices.empty()) return std::string("cpu");
  if (devices.size() == 1) return *devices.begin();
  const std::vector<std::string> names(devices.begin(), devices.end());
  return base::Error{base::ErrorCode::InvalidArgument, "the queue has runs for several devices",
                     "--device " + base::join_choices(names), "Each device has a worker of its own"};
}

std::atomic<int> g_signals{0};

base::Status work(const record::Workspace& workspace, const QueueArguments& arguments,
                  const std::string& device) {
  struct sigaction action {};
  action.sa_handler = [](int) { ++g_signals; };
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  WorkerOptions options;
  options.device = device;
  options.keep_open = arguments.keep_open;
  options.stop = [] { return g_signals > 0; };
  options.ready = announce_ready;
  options.say = [](const std::string& line) { print(base::format_time(base::now_micros()) + "  " + line); };
  return run_queue(workspace, options);
}

std::filesystem::path worker_log(const record::Workspace& workspace, std::string device) {
  std::replace_if(
      device.begin(), device.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '-');
  return workspace.folder() / ("queue-" + device + ".log");
}

base::Status run(const QueueArguments& arguments) {
  IBOT_TRY(const record::Workspace workspace, record::Workspace::open(arguments.workspace));
  IBOT_TRY(const std::string device, device_of(workspace, arguments));
  if (!arguments.detach) return work(workspace, arguments, device);
  constexpr std::chrono::seconds kPatience{30};
  std::vector<std::string> words = {"queue",       "run",
                                    "--workspace", std::filesystem::absolute(workspace.folder()).string(),
                                    "--device",    device};
  if (arguments.keep_open) words.emplace_back("--keep-open");
  const std::filesystem::path log = worker_log(workspace, device);
  if (const base::Status started = start_detached(words, log, kPatience); !started)
    return started.error().with_context("the worker of " + device);
  print(base::str("a worker takes the queue of ", device, "; what it does is in ", log.string()));
  return {};
}

base::Status stop(const QueueArguments& arguments) {
  IBOT_TRY(const record::Workspace workspace, record::Workspace::open(arguments.workspace));
  IBOT_TRY(record::Store store, record::Store::open(workspace));
  IBOT_TRY(record::Reader reader, record::Reader::open(workspace));
  IBOT_TRY(record::QueueContents contents, reader.queue());
  std::string device = record::queue_slot(arguments.device);
  if (device.empty()) device = contents.workers.size() == 1 ? contents.workers.front().device : "cpu";
  IBOT_CHECK_OK(record::Queue(store).stop_worker(device));
  const base::Stopwatch watch;
  while (watch.seconds() < 90) {
    IBOT_TRY(contents, reader.queue());
    const bool there =
        std::any_of(contents.workers.begin(), contents.workers.end(), [&](const record::QueueWorker& worker) {
          return worker.device == device && worker.stopping &&
                 !record::judge_life(worker.process, worker.heartbeat, base::now_micros()).died;
        });
    if (!there) {
      print("the worker of " + device + " has ended; a run in hand goes on by itself");
      return {};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return base::Error{base::ErrorCode::Busy,
                     "the worker of " + device + " was asked to stop and has not ended yet", "",
                     "`ibot queue list` says whether it lives"};
}

using Arguments = std::shared_ptr<QueueArguments>;

CLI::App* add(CLI::App* parent, const char* name, const char* help, const Arguments& arguments) {
  CLI::App* command = parent->add_subcommand(name, help);
  add_workspace_option(command, arguments->workspace);
  return command;
}

void add_numbers(CLI::App* command, const Arguments& arguments) {
  command->add_option("items", arguments->numbers, "Numbers of items, as `ibot queue list` shows them")
      ->required();
}

void add_add(CLI::App* parent) {
  auto arguments = std::make_shared<QueueArguments>();
  CLI::App* command = add(parent, "add", "Append a recipe, or a recorded run that has steps left", arguments);
  command->footer(
      "Examples:\n  ibot queue add recipe.yaml --seeds 0,1,2 --set mask.plugin=random\n"
      "  ibot queue add recipe.yaml --init backbone.safetensors\n"
      "  ibot queue add 20261123-101500-1f2e3d --retry 3");
  command->add_option("what", arguments->what, "YAML file; or a run's id, name or the beginning of an id")
      ->required();
  command->add_option("--set", arguments->overrides, "key=value, over the recipe; may be repeated");
  command->add_option("--seeds", arguments->seeds, "One run for each of these seeds")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_option("--init", arguments->init,
                      "Start from a backbone's weights (safetensors), which must stay there until then");
  command->add_option("--name", arguments->name, "Name of the run");
  command->add_option("--folder", arguments->folder, "Folder to put it into");
  command->add_option("--device", arguments->device, "cpu, cuda or cuda:N, over the recipe");
  command->add_option("--retry", arguments->retries, "How often a run that failed is resumed")
      ->capture_default_str()
      ->check(CLI::Range(0, 99));
  command->add_flag("--json", arguments->json, "Print items and runs as JSON");
  on_run(command,
         [arguments] { return is_recipe(arguments->what) ? add_recipe(*arguments) : add_run(*arguments); });
}

void add_changes(CLI::App* parent) {
  {
    auto arguments = std::make_shared<QueueArguments>();
    CLI::App* command = add(parent, "list", "What runs, what waits, what became of the rest", arguments);
    command->add_flag("--json", arguments->json, "As JSON");
    on_run(command, [arguments] { return list(*arguments); });
  }
  {
    auto arguments = std::make_shared<QueueArguments>();
    CLI::App* command = add(parent, "move", "Give a waiting item another place; 1 is next", arguments);
    command->footer("Example:\n  ibot queue move 7 1");
    command->add_option("item", arguments->item, "Its number, as `ibot queue list` shows it")->required();
    command->add_option("place", arguments->place, "Among those that wait for its device")
        ->required()
        ->check(CLI::PositiveNumber);
    on_run(command, [arguments] {
      arguments->numbers = {arguments->item};
      return change(*arguments, [&](record::Queue& queue, std::int64_t number) {
        return queue.move(number, arguments->place);
      });
    });
  }
  {
    auto arguments = std::make_shared<QueueArguments>();
    CLI::App* command =
        add(parent, "remove", "Take waiting items out, or ended ones off the list", arguments);
    command->footer("Example:\n  ibot queue remove 7 8\nThe runs stay in the record.");
    add_numbers(command, arguments);
    on_run(command, [arguments] {
      return change(*arguments,
                    [](record::Queue& queue, std::int64_t number) { return queue.remove(number); });
    });
  }
  {
    auto arguments = std::make_shared<QueueArguments>();
    CLI::App* command = add(parent, "retry", "Let failed or cancelled items wait again", arguments);
    command->footer("Example:\n  ibot queue retry 7");
    add_numbers(command, arguments);
    on_run(command, [arguments] {
      return change(*arguments,
                    [](record::Queue& queue, std::int64_t number) { return queue.retry(number); });
    });
  }
}

void add_workers(CLI::App* parent) {
  {
    auto arguments = std::make_shared<QueueArguments>();
    CLI::App* command =
        add(parent, "run", "Work the queue of a device off, one run after the other", arguments);
    command->footer(
        "Examples:\n  ibot queue run\n  ibot queue run --detach --device cuda:1 --keep-open\n"
        "Ctrl+C ends the worker; the run in hand goes on, and the next worker takes it up.");
    command->add_option("--device", arguments->device,
                        "Whose queue; may be left out where only one has runs");
    command->add_flag("-d,--detach", arguments->detach, "In a process of its own; return at once");
    command->add_flag("--keep-open", arguments->keep_open, "Wait for more when the queue is empty");
    on_run(command, [arguments] { return run(*arguments); });
  }
  {
    auto arguments = std::make_shared<QueueArguments>();
    CLI::App* command = add(parent, "stop", "End the worker of a device; the run in hand goes on", arguments);
    command->add_option("--device", arguments->device, "Whose worker; may be left out where there is one");
    on_run(command, [arguments] { return stop(*arguments); });
  }
}

}  // namespace

void add_queue(CLI::App& app) {
  CLI::App* queue = app.add_subcommand("queue", "Runs that wait: add, list, move, remove, retry, run, stop");
  queue->require_subcommand(1);
  queue->footer(
      "Examples:\n  ibot queue add recipe.yaml --seeds 0,1,2\n  ibot queue run --detach\n  ibot queue list");
  add_add(queue);
  add_changes(queue);
  add_workers(queue);
}

}  // namespace ibot::cli
