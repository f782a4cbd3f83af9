// SPDX-License-Identifier: GPL-3.0-or-later
// A trainer is killed at 40 moments. Each time the record is whole, what was written is true, and the run
// that goes on ends as the one that nobody killed.
#include "launch.h"
#include "small_run.h"

#include <ibot/record/reader.h>

#include <gtest/gtest.h>
#include <spawn.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <set>

extern char** environ;

namespace ibot::test {
namespace {

constexpr std::int64_t kSteps = 12;
constexpr const char* kMetrics[] = {"loss", "cls", "patch", "gradient_norm", "lr", "teacher_momentum"};

struct Moments {
  const char* name;
  int count;
};
constexpr Moments kMoments[] = {{"operator", 9}, {"record", 11}, {"create", 3},      {"write", 5},
                                {"sync", 4},     {"rename", 3},  {"sync_folder", 2}, {"remove", 3}};

using Curves = std::map<std::string, std::map<std::int64_t, double>>;

// The exit status of a doomed trainer, as waitpid gives it.
int train_doomed(const record::Workspace& workspace, const std::string& run, const std::string& moment,
                 const std::string& argument) {
  const std::string program =
      (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "doomed_trainer").string();
  std::vector<std::string> words = {program, workspace.folder().string(), run, moment, argument};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  if (::posix_spawn(&child, program.c_str(), nullptr, nullptr, argv.data(), environ) != 0) return -1;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

std::string integrity(const std::filesystem::path& database) {
  sqlite3* handle = nullptr;
  std::string answer;
  if (sqlite3_open_v2(database.c_str(), &handle, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK) {
    sqlite3_exec(
        handle, "PRAGMA integrity_check",
        [](void* text, int, char** values, char**) {
          *static_cast<std::string*>(text) += values[0];
          return 0;
        },
        &answer, nullptr);
  }
  sqlite3_close(handle);
  return answer;
}

Curves curves(record::Reader& reader, const std::string& run) {
  Curves result;
  for (const char* name : kMetrics) {
    const auto points = reader.curve(run, name);
    if (!points) continue;  // killed before the first was written
    for (const record::CurvePoint& point : *points) result[name][point.step] = point.value;
  }
  return result;
}

// Every point is the one of the undisturbed run, and there is no gap up to the last.
void expect_true_beginning(const Curves& found, const Curves& expected) {
  for (const auto& [name, points] : found) {
    std::int64_t next = 1;
    for (const auto& [step, value] : points) {
      EXPECT_EQ(step, next++) << name;
      EXPECT_TRUE(same_bits(value, expected.at(name).at(step))) << name << " of step " << step;
    }
  }
}

std::set<std::string> present_files(record::Reader& reader, const std::string& run) {
  std::set<std::string> paths;
  const std::vector<record::Checkpoint> rows = reader.checkpoints(run).value();
  for (const record::Checkpoint& row : rows) {
    EXPECT_NE(row.state, record::CheckpointState::Removing) << row.path;
    if (row.state == record::CheckpointState::Present) paths.insert(row.path);
  }
  return paths;
}

std::set<std::string> files_below(const std::filesystem::path& folder) {
  std::set<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) paths.insert(std::filesystem::relative(entry.path(), folder).string());
  }
  return paths;
}

TEST(Kill, LosesNothingAtFortyMoments) {
  SmallRuns runs;
  ASSERT_EQ(::setenv("XDG_STATE_HOME", (runs / "state").c_str(), 1), 0);
  ASSERT_EQ(::setenv("OMP_WAIT_POLICY", "passive", 1), 0);
  const cli::PreparedPlan plan = runs.plan({"checkpoints.keep_last=1"});
  const record::Workspace workspace = record::Workspace::create(runs / "workspace").value();
  const auto new_run = [&] { return cli::create_run(workspace, plan, {}).value(); };

  const std::string reference = new_run();
  ASSERT_EQ(train_doomed(workspace, reference, "count", runs / "counts"), 0);
  std::map<std::string, std::int64_t> counts;
  {
    std::ifstream in(runs / "counts");
    std::string name;
    std::int64_t count = 0;
    while (in >> name >> count) counts[name] = count;
  }
  auto first_reader = record::Reader::open(workspace).value();
  const Curves expected = curves(first_reader, reference);
  ASSERT_EQ(expected.size(), std::size(kMetrics));
  ASSERT_EQ(expected.at("loss").size(), static_cast<std::size_t>(kSteps));

  int killed = 0;
  for (const Moments& moments : kMoments) {
    ASSERT_GT(counts[moments.name], 0) << moments.name;
    for (int i = 0; i < moments.count; ++i) {
      const std::int64_t at = 1 + i * counts[moments.name] / moments.count;
      SCOPED_TRACE(std::string(moments.name) + " " + std::to_string(at));
      const std::string run = new_run();
      const int status = train_doomed(workspace, run, moments.name, std::to_string(at));
      ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
      ++killed;

      ASSERT_EQ(integrity(workspace.record_file()), "ok");
      auto reader = record::Reader::open(workspace).value();
      const Curves before = curves(reader, run);
      expect_true_beginning(before, expected);
      std::int64_t saved = 0;
      const std::vector<record::Checkpoint> rows = reader.checkpoints(run).value();
      for (const record::Checkpoint& row : rows) {
        if (row.kind == record::CheckpointKind::Full) saved = std::max(saved, row.step);
      }
      if (saved > 0) {
        ASSERT_TRUE(before.contains("loss"));
        EXPECT_GE(before.at("loss").rbegin()->first, saved) << "a checkpoint is ahead of its metrics";
      }

      const base::Status resumed = cli::run_trainer(workspace, run, true, {}, {});
      ASSERT_TRUE(resumed) << resumed.error().to_text();
      EXPECT_EQ(reader.run(run).value().state, record::State::Completed);
      const Curves after = curves(reader, run);
      expect_true_beginning(after, expected);
      EXPECT_EQ(after.at("loss").size(), static_cast<std::size_t>(kSteps));
      expect_same_tensors(checkpoint_path(workspace.run_folder(run), kSteps),
                          checkpoint_path(workspace.run_folder(reference), kSteps));
      EXPECT_EQ(files_below(workspace.run_folder(run)), present_files(reader, run));
    }
  }
  EXPECT_EQ(killed, 40);
}

// Silently going on from random weights would be worse than an error.
TEST(Kill, BeforeTheFirstCheckpointKeepsTheWeightsItWasGiven) {
  SmallRuns runs;
  ASSERT_EQ(::setenv("XDG_STATE_HOME", (runs / "state").c_str(), 1), 0);
  const record::Workspace workspace = record::Workspace::create(runs / "workspace").value();
  const std::string given = runs / "gone.safetensors";
  std::ofstream(given) << "weights";  // what they are is part of the run's hash
  const std::string run = cli::create_run(workspace, runs.plan({}), {.parent = {}, .init = given}).value();
  std::filesystem::remove(given);
  const base::Status resumed = cli::run_trainer(workspace, run, true, {}, {});
  ASSERT_FALSE(resumed);
  EXPECT_EQ(resumed.error().code, base::ErrorCode::NotFound);
  EXPECT_NE(resumed.error().message.find("gone.safetensors"), std::string::npos) << resumed.error().message;
}

}  // namespace
}  // namespace ibot::test
