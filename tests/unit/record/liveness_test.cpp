// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/record/liveness.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ibot::record {
namespace {

constexpr std::int64_t kNow = 1'000'000'000;

Run running_run(std::int64_t heartbeat) {
  Run run;
  run.state = State::Running;
  run.heartbeat = heartbeat;
  run.process = {"elsewhere", 4711, "boot/pid:[1]/99"};
  return run;
}

EffectiveStatus judged(const Run& run, Aliveness aliveness) {
  return effective_status(run, kNow, [&](const ProcessIdentity&) { return aliveness; });
}

TEST(Liveness, ProcessItselfIsAlive) {
  EXPECT_EQ(judge_process(current_process()), Aliveness::Alive);
}

TEST(Liveness, ZombieAndReapedProcessAreGone) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);  // a zombie from here on
  ProcessIdentity process = current_process();
  process.pid = child;
  EXPECT_EQ(judge_process(process), Aliveness::Gone);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_EQ(judge_process(process), Aliveness::Gone);
}

TEST(Liveness, ReusedPidIsGone) {
  ProcessIdentity process = current_process();
  process.start_mark += "0";  // the same pid, started at another time
  EXPECT_EQ(judge_process(process), Aliveness::Gone);
}

TEST(Liveness, OtherMachineIsUnknown) {
  ProcessIdentity process = current_process();
  process.host += "-other";
  EXPECT_EQ(judge_process(process), Aliveness::Unknown);
  process = current_process();
  process.start_mark = "nonsense";
  EXPECT_EQ(judge_process(process), Aliveness::Unknown);
}

TEST(Liveness, GoneProcessIsSeenAsDiedAtOnce) {
  const auto status = judged(running_run(kNow - 1'000'000), Aliveness::Gone);
  EXPECT_TRUE(status.died);
  EXPECT_EQ(status.state, State::Failed);
  EXPECT_THAT(status.text, testing::HasSubstr("process 4711 is gone"));
}

TEST(Liveness, UnknownProcessDiesOfSilence) {
  EXPECT_FALSE(judged(running_run(kNow - kSilenceMicros), Aliveness::Unknown).died);
  const auto status = judged(running_run(kNow - kSilenceMicros - 1), Aliveness::Unknown);
  EXPECT_TRUE(status.died);
  EXPECT_THAT(status.text, testing::HasSubstr("elsewhere"));
}

TEST(Liveness, LivingProcessIsOnlySilent) {
  const auto status = judged(running_run(kNow - 2 * kSilenceMicros), Aliveness::Alive);
  EXPECT_FALSE(status.died);
  EXPECT_TRUE(status.silent);
  EXPECT_EQ(status.state, State::Running);
}

TEST(Liveness, EndedRunNeedsNoProcess) {
  auto run = running_run(0);
  run.state = State::Completed;
  EXPECT_EQ(judged(run, Aliveness::Gone).state, State::Completed);
  EXPECT_FALSE(judged(run, Aliveness::Gone).died);
}

}  // namespace
}  // namespace ibot::record
