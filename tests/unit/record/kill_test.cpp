// SPDX-License-Identifier: GPL-3.0-or-later
// A real trainer process, killed with SIGKILL at random moments, again and again on the same record.
#include "fixture.h"

#include <ibot/base/random.h>
#include <ibot/base/text.h>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

namespace ibot::record {
namespace {

constexpr int kKills = 40;
constexpr std::int64_t kBatch = 20;

// Takes the run over, writes batches from `from` on and reports each commit down the pipe, until it is
// killed.
[[noreturn]] void train(const Workspace& workspace, std::int64_t from, int pipe) {
  auto store = Store::open(workspace);
  if (!store || !store->claim_run("r") || !store->set_state("r", State::Running)) ::_exit(1);
  for (std::int64_t step = from;; step += kBatch) {
    RunUpdate update;
    for (std::int64_t i = step; i < step + kBatch; ++i)
      update.metrics.push_back({"loss", i, 0.5 * static_cast<double>(i), i});
    update.step = step + kBatch;
    if (!store->write("r", update)) ::_exit(2);
    const std::int64_t written = step + kBatch;
    if (::write(pipe, &written, sizeof written) != sizeof written) ::_exit(3);
    if (step / kBatch % 5 == 4 && !store->checkpoint_log()) ::_exit(4);
  }
}

// Starts a trainer, waits for some commits, kills it after a while, and returns up to which step its commits
// were acknowledged.
std::int64_t train_and_kill(const Workspace& workspace, std::int64_t from, std::uint64_t commits,
                            unsigned micros) {
  int pipe[2];
  EXPECT_EQ(::pipe(pipe), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(pipe[0]);
    train(workspace, from, pipe[1]);
  }
  ::close(pipe[1]);
  std::int64_t written = from;
  const auto hear = [&] { return ::read(pipe[0], &written, sizeof written) == sizeof written; };
  for (std::uint64_t i = 0; i < commits; ++i) EXPECT_TRUE(hear());
  ::usleep(micros);
  ::kill(child, SIGKILL);
  while (hear()) continue;
  ::close(pipe[0]);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the trainer ended by itself with " << WEXITSTATUS(status);
  return written;
}

TEST(RecordKill, EveryAcknowledgedRowIsThere) {
  RecordFixture f;
  f.store.create_run(small_run("r")).value();
  base::RandomStream random(1, base::Purpose::Test, 0, 0);
  std::int64_t acknowledged = 0;
  for (int kill = 0; kill < kKills; ++kill) {
    SCOPED_TRACE(base::str("kill ", kill));
    // Sometimes while it still opens the record, sometimes in the middle of its work.
    const std::uint64_t commits = random.below(2) * random.below(12);
    const auto micros = static_cast<unsigned>(random.below(3000));
    acknowledged = std::max(acknowledged, train_and_kill(f.workspace, acknowledged, commits, micros));
    ASSERT_EQ(integrity_of(f.workspace.record_file()), "ok");
    Reader reader = f.reader();
    const auto curve = reader.curve("r", "loss").value();
    ASSERT_GE(static_cast<std::int64_t>(curve.size()), acknowledged);
    ASSERT_EQ(curve.size() % kBatch, 0U) << "a batch is whole or absent";
    for (std::size_t i = 0; i < curve.size(); ++i) ASSERT_EQ(curve[i].value, 0.5 * static_cast<double>(i));
  }
  EXPECT_GT(acknowledged, 0);
  const auto coarse = f.reader().coarse_curve("r", "loss").value();
  std::int64_t points = 0;
  for (const CoarsePoint& point : coarse) points += point.finite;
  EXPECT_EQ(points, static_cast<std::int64_t>(f.reader().curve("r", "loss").value().size()));
}

}  // namespace
}  // namespace ibot::record
