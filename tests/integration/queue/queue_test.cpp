// SPDX-License-Identifier: GPL-3.0-or-later
// The queue with the real program: workers and trainers are processes of their own, and get killed.
#include "launch.h"
#include "small_run.h"

#include <ibot/base/clock.h>
#include <ibot/base/file.h>
#include <ibot/record/queue.h>
#include <ibot/record/reader.h>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <memory>
#include <thread>

extern char** environ;

namespace ibot::test {
namespace {

using record::QueueItem;
using record::QueueState;
using testing::HasSubstr;

constexpr std::int64_t kStepsPerEpoch = 3;

// A child process of the program `ibot`.
class Program {
 public:
  Program(std::vector<std::string> arguments, const std::filesystem::path& output) {
    const std::string program =
        (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "ibot").string();
    arguments.insert(arguments.begin(), program);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 1, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    posix_spawn_file_actions_adddup2(&files, 1, 2);
    if (::posix_spawn(&pid_, program.c_str(), &files, nullptr, argv.data(), environ) != 0) pid_ = -1;
    posix_spawn_file_actions_destroy(&files);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() {
    if (pid_ > 0) kill_now();
  }

  // The exit code, or -1 if it was killed.
  int wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  void kill_now() {
    ::kill(pid_, SIGKILL);
    wait();
  }

 private:
  pid_t pid_ = -1;
};

class QueueProgram : public testing::Test {
 protected:
  QueueProgram()
      : workspace(record::Workspace::create(runs / "workspace").value()),
        store(record::Store::open(workspace).value()),
        reader(record::Reader::open(workspace).value()) {
    ::setenv("XDG_STATE_HOME", (runs / "state").c_str(), 1);
  }

  std::string add(const std::string& name, std::int64_t epochs, std::int64_t attempts,
                  std::vector<std::string> overrides = {}) {
    overrides.push_back("name=" + name);
    overrides.push_back("train.epochs=" + std::to_string(epochs));
    overrides.push_back("train.threads=1");
    const cli::PreparedPlan plan = runs.plan(overrides);
    const record::NewRun run = cli::make_new_run(plan.plan, plan.dataset->content_hash(), {});
    record::Queue(store).add_new(std::vector<record::NewQueuedRun>{{run, {"cpu", attempts}}}).value();
    return run.id;
  }
  std::unique_ptr<Program> worker() {
    const auto output = runs / ("worker-" + std::to_string(++workers) + ".txt");
    return std::make_unique<Program>(
        std::vector<std::string>{"queue", "run", "--workspace", workspace.folder().string()}, output);
  }
  std::string words(int worker) const {
    return base::read_text_file(runs / ("worker-" + std::to_string(worker) + ".txt")).value();
  }
  record::Run run(const std::string& id) { return reader.run(id).value(); }
  QueueItem item(const std::string& id) {
    const auto contents = reader.queue().value();
    for (const QueueItem& item : contents.items) {
      if (item.run == id) return item;
    }
    return {};
  }
  int events(const std::string& id, const std::string& kind) {
    const auto all = reader.events(id).value();
    return static_cast<int>(std::count_if(all.begin(), all.end(),
                                          [&](const record::Event& event) { return event.kind == kind; }));
  }
  bool is_saved(const std::string& id) {
    const auto rows = reader.checkpoints(id).value();
    return std::any_of(rows.begin(), rows.end(), [](const record::Checkpoint& row) {
      return row.kind == record::CheckpointKind::Full && row.state == record::CheckpointState::Present;
    });
  }
  static bool wait_for(const std::function<bool()>& condition) {
    const base::Stopwatch watch;
    while (watch.seconds() < 120) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }
  // It ran once, from its first step to its last.
  void expect_ran_once(const std::string& id, std::int64_t steps) {
    SCOPED_TRACE(id);
    EXPECT_EQ(run(id).state, record::State::Completed) << run(id).error;
    EXPECT_EQ(run(id).step, steps);
    EXPECT_EQ(item(id).state, QueueState::Done);
    EXPECT_EQ(item(id).attempts, 1);
    EXPECT_EQ(events(id, "resumed"), 0) << "a second trainer had it";
    EXPECT_EQ(events(id, "died"), 0);
    EXPECT_EQ(reader.curve(id, "loss").value().size(), static_cast<std::size_t>(steps));
  }

  SmallRuns runs;
  record::Workspace workspace;
  record::Store store;
  record::Reader reader;
  int workers = 0;
};

TEST_F(QueueProgram, KilledWorkerStartsNothingTwiceAndForgetsNothing) {
  constexpr std::int64_t kLong = 60;
  const std::string a = add("a", 2, 2);
  const std::string b = add("b", kLong, 2);
  const std::string c = add("c", 2, 2);
  {
    const auto first = worker();
    ASSERT_TRUE(wait_for([&] { return run(b).step >= 2; })) << words(1);
    {
      // Beside it there is no place for another one.
      const auto second = worker();
      EXPECT_NE(second->wait(), 0);
      EXPECT_THAT(words(2), HasSubstr("worked off already, by process"));
    }
    first->kill_now();
  }
  EXPECT_EQ(item(a).state, QueueState::Done);
  EXPECT_EQ(item(b).state, QueueState::Running);
  EXPECT_EQ(item(c).state, QueueState::Waiting);
  const record::ProcessIdentity trainer = run(b).process;

  const auto third = worker();
  ASSERT_EQ(third->wait(), 0) << words(3);
  EXPECT_EQ(run(b).process, trainer) << "the trainer that was there went on";
  expect_ran_once(a, 2 * kStepsPerEpoch);
  expect_ran_once(b, kLong * kStepsPerEpoch);
  expect_ran_once(c, 2 * kStepsPerEpoch);
  EXPECT_LE(*run(a).ended, *run(b).started);
  EXPECT_LE(*run(b).ended, *run(c).started);
  EXPECT_TRUE(reader.queue().value().workers.empty());
}

// Killed after it took the item and before it started the trainer.
TEST_F(QueueProgram, ItemWithoutATrainerIsStartedByTheNextWorker) {
  const std::string a = add("a", 2, 1);
  record::ProcessIdentity dead = record::current_process();
  dead.start_mark += "0";
  record::Queue queue(store);
  queue.take_lease("cpu", dead).value();
  ASSERT_TRUE(queue.next("cpu").value());
  const auto next = worker();
  ASSERT_EQ(next->wait(), 0) << words(1);
  expect_ran_once(a, 2 * kStepsPerEpoch);
}

TEST_F(QueueProgram, FailedRunIsResumedWhileItHasAttemptsAndThenTheQueueGoesOn) {
  const std::string killed = add("killed", 40, 2);
  const std::string broken = add("broken", 2, 2);
  const std::string last = add("last", 2, 1);
  // Its plan cannot be kept: the weights that it starts from are gone.
  {
    const cli::PreparedPlan plan = runs.plan({"name=broken", "train.epochs=2"});
    const record::NewRun lost =
        cli::make_new_run(plan.plan, plan.dataset->content_hash(), {.parent = {}, .init = runs / "gone"});
    record::Queue(store).add_new(std::vector<record::NewQueuedRun>{{lost, {"cpu", 2}}}).value();
    record::Queue(store).remove(item(broken).number).value();
    const auto number = item(lost.id).number;
    record::Queue(store).move(number, 2).value();
    const auto all = worker();
    ASSERT_TRUE(wait_for([&] { return is_saved(killed); })) << words(1);
    ::kill(static_cast<pid_t>(run(killed).process.pid), SIGKILL);
    ASSERT_EQ(all->wait(), 0) << words(1);
    EXPECT_EQ(item(lost.id).state, QueueState::Failed);
    EXPECT_EQ(item(lost.id).attempts, 2);
    EXPECT_THAT(item(lost.id).reason, HasSubstr("gone"));
  }
  EXPECT_EQ(run(killed).state, record::State::Completed);
  EXPECT_EQ(item(killed).state, QueueState::Done);
  EXPECT_EQ(item(killed).attempts, 2);
  EXPECT_EQ(events(killed, "died"), 1);
  EXPECT_EQ(events(killed, "resumed"), 1);
  EXPECT_EQ(reader.curve(killed, "loss").value().size(), static_cast<std::size_t>(40 * kStepsPerEpoch));
  EXPECT_EQ(item(broken).state, QueueState::Cancelled);
  expect_ran_once(last, 2 * kStepsPerEpoch);
}

TEST_F(QueueProgram, WeightsThatChangedSinceTheRunWasQueuedAreRefused) {
  const cli::PreparedPlan plan = runs.plan({"name=started", "train.epochs=2"});
  const std::filesystem::path weights = runs / "weights.safetensors";
  base::write_file_atomically(weights, std::string_view("other weights")).value();
  const record::NewRun started =
      cli::make_new_run(plan.plan, plan.dataset->content_hash(),
                        {.parent = {}, .init = weights, .init_sha256 = "as they were"});
  record::Queue(store).add_new(std::vector<record::NewQueuedRun>{{started, {"cpu", 1}}}).value();
  ASSERT_EQ(worker()->wait(), 0) << words(1);
  EXPECT_EQ(item(started.id).state, QueueState::Failed);
  EXPECT_THAT(item(started.id).reason, HasSubstr("have changed since the run"));
}

TEST_F(QueueProgram, RunStoppedOnRequestIsNotTriedAgain) {
  const std::string a = add("a", 200, 3, {"probes.every_steps=1000", "probes.pictures=2"});
  const std::string b = add("b", 2, 1);
  const auto all = worker();
  ASSERT_TRUE(wait_for([&] { return run(a).step >= 1; })) << words(1);
  store.put_command(a, record::CommandKind::Stop).value();
  ASSERT_EQ(all->wait(), 0) << words(1);
  EXPECT_EQ(run(a).state, record::State::Stopped);
  EXPECT_EQ(item(a).state, QueueState::Cancelled);
  EXPECT_EQ(item(a).attempts, 1);
  expect_ran_once(b, 2 * kStepsPerEpoch);
  // Where it stopped, its probe pictures were looked at.
  const auto probes = reader.probes(a).value();
  ASSERT_FALSE(probes.empty());
  EXPECT_EQ(reader.probe_steps(a, "pca", probes.front().image).value().back(), run(a).step);
}

TEST_F(QueueProgram, WorkspaceThatIsMovedTakesItsQueueAlong) {
  const std::string a = add("a", 200, 2);
  const std::string b = add("b", 2, 1);
  const std::filesystem::path before = workspace.folder(), after = runs / "moved";
  const auto first = worker();
  ASSERT_TRUE(wait_for([&] { return is_saved(a); })) << words(1);
  std::filesystem::rename(before, after);
  EXPECT_EQ(first->wait(), 3) << words(1);
  EXPECT_THAT(words(1), HasSubstr("is gone: it was moved or deleted"));
  EXPECT_FALSE(std::filesystem::exists(before)) << "nothing is made where it was";
  ::kill(static_cast<pid_t>(run(a).process.pid), SIGKILL);

  workspace = record::Workspace::open(after).value();
  store = record::Store::open(workspace).value();
  reader = record::Reader::open(workspace).value();
  EXPECT_EQ(item(a).state, QueueState::Running);
  EXPECT_EQ(item(b).state, QueueState::Waiting);
  EXPECT_EQ(item(b).attempts, 0);
  const auto second = worker();
  ASSERT_EQ(second->wait(), 0) << words(2);
  EXPECT_EQ(run(a).state, record::State::Completed) << run(a).error;
  expect_ran_once(b, 2 * kStepsPerEpoch);
}

TEST_F(QueueProgram, DetachedWorkerIsThereAndStopsWhenAsked) {
  const std::string a = add("a", 300, 1);
  const std::string folder = workspace.folder().string();
  Program start({"queue", "run", "--detach", "--workspace", folder}, runs / "start.txt");
  ASSERT_EQ(start.wait(), 0) << base::read_text_file(runs / "start.txt").value();
  ASSERT_EQ(reader.queue().value().workers.size(), 1U);
  ASSERT_TRUE(wait_for([&] { return run(a).step >= 1; }));
  Program stop({"queue", "stop", "--workspace", folder}, runs / "stop.txt");
  ASSERT_EQ(stop.wait(), 0) << base::read_text_file(runs / "stop.txt").value();
  EXPECT_TRUE(reader.queue().value().workers.empty());
  EXPECT_TRUE(record::is_active(run(a).state)) << "the run in hand goes on";
  EXPECT_EQ(item(a).state, QueueState::Running);
  store.put_command(a, record::CommandKind::StopNow).value();
  ASSERT_TRUE(wait_for([&] { return run(a).state == record::State::Stopped; }));
}

TEST_F(QueueProgram, RecipeIsQueuedOncePerSeed) {
  const std::string folder = workspace.folder().string();
  const std::string recipe = (source_dir() / "experiments/smoke/smoke.yaml").string();
  Program add({"queue", "add", recipe, "--seeds", "0,3", "--set", "data.kind=folder", "--set",
               "data.split=train", "--set", "data.path=" + (runs / "parts").string(), "--retry", "2",
               "--folder", "pair", "--workspace", folder},
              runs / "add.txt");
  ASSERT_EQ(add.wait(), 0) << base::read_text_file(runs / "add.txt").value();
  const auto items = reader.queue().value().items;
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(run(items[0].run).name, "smoke s0");
  EXPECT_EQ(run(items[1].run).name, "smoke s3");
  EXPECT_EQ(run(items[1].run).folder, "pair");
  EXPECT_NE(run(items[0].run).hashes.seed, run(items[1].run).hashes.seed);
  EXPECT_EQ(run(items[0].run).hashes.config, run(items[1].run).hashes.config);
  EXPECT_EQ(items[0].most_attempts, 3);
}

TEST_F(QueueProgram, WordsSpeakAsTheProgramWasCalledAndNumbersAreFinite) {
  const auto said = [&](std::vector<std::string> words, int code) {
    Program program(std::move(words), runs / "said.txt");
    EXPECT_EQ(program.wait(), code);
    return base::read_text_file(runs / "said.txt").value();
  };
  const std::string folder = workspace.folder().string();
  EXPECT_THAT(said({"show", "nobody", "-w", folder}, 3), HasSubstr("`ibot runs` lists them"));
  ::setenv("IBOT_COMMAND", "./workbench run", 1);
  EXPECT_THAT(said({"show", "nobody", "-w", folder}, 3), HasSubstr("`./workbench run runs` lists them"));
  ::unsetenv("IBOT_COMMAND");
  EXPECT_THAT(said({"demo", "--minutes", "nan"}, 2), HasSubstr("a finite number is needed, not nan"));
  EXPECT_THAT(said({"demo", "--minutes", "inf"}, 2), HasSubstr("inf not in range"));
}

TEST_F(QueueProgram, ARecipeWhoseEvaluatorFindsNoPicturesIsPlannedButNotStarted) {
  const std::string folder = workspace.folder().string();
  const std::filesystem::path recipe = runs / "recipe.yaml";
  const std::string text = "base: " + (source_dir() / "experiments/smoke/smoke.yaml").string() +
                           "\ndata: {kind: folder, split: train, path: " + (runs / "parts").string() +
                           "}\nevaluators:\n  - plugin: knn\n    val_path: " + (runs / "nowhere").string() +
                           "\n";
  base::write_file_atomically(recipe, std::string_view(text)).value();
  const auto before = reader.runs().value().size();
  const auto said = [&](std::vector<std::string> words, int code) {
    words.insert(words.end(), {"--workspace", folder});
    Program program(words, runs / "said.txt");
    EXPECT_EQ(program.wait(), code) << words.front();
    return base::read_text_file(runs / "said.txt").value();
  };
  const std::string place = recipe.string() + ":5:";
  const auto warns =
      testing::AllOf(testing::HasSubstr(place),
                     testing::HasSubstr("evaluators.knn.val_path: the pictures that knn evaluates"),
                     testing::HasSubstr("there is no folder"));
  EXPECT_THAT(said({"plan", recipe.string()}, 0), warns);
  EXPECT_THAT(said({"matrix", "--base", recipe.string(), "--seeds", "0,1"}, 0), warns);
  for (const std::vector<std::string>& start :
       {std::vector<std::string>{"train", recipe.string(), "--detach"},
        std::vector<std::string>{"queue", "add", recipe.string()},
        std::vector<std::string>{"matrix", "--base", recipe.string(), "--seeds", "0,1", "--queue"}})
    EXPECT_THAT(said(start, 3), testing::HasSubstr("evaluators.knn.val_path: there is no folder"));
  EXPECT_EQ(reader.runs().value().size(), before) << "nothing was recorded";
  EXPECT_TRUE(reader.queue().value().items.empty());
}

}  // namespace
}  // namespace ibot::test
