// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixture.h"

#include <ibot/base/file.h>
#include <ibot/record/crash_line.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

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

ProcessIdentity gone_process() {
  ProcessIdentity process = current_process();
  process.start_mark += "0";
  return process;
}

TEST(Liveness, ADeadTrainerTakesNoCommand) {
  RecordFixture f;
  f.store.create_run(small_run("a")).value();
  f.store.claim_run("a", gone_process()).value();
  const auto refused = f.store.put_command("a", CommandKind::Stop);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("to take the command stop: it died: process "));
}

TEST(CrashLine, OfADeadTrainerIsPartOfItsState) {
  RecordFixture f;
  f.store.create_run(small_run("a")).value();
  f.store.claim_run("a", gone_process()).value();
  ASSERT_TRUE(f.workspace.create_run_folders("a"));
  const record::Run run = f.reader().run("a").value();
  const auto said = [&](std::string_view log) {
    base::write_file_atomically(f.workspace.log_file("a"), log).value();
    return effective_status(f.workspace, run, kNow).text;
  };
  const std::string silent = effective_status(run, kNow).text;
  EXPECT_EQ(effective_status(f.workspace, run, kNow).text, silent) << "no log";
  const std::string line(crash_line(SIGSEGV));
  EXPECT_EQ(said("step 1\n" + line), silent + "; it " + line.substr(0, line.size() - 1));
  EXPECT_EQ(said(line + "2 replicas of the student\n"), silent) << "of an earlier trainer";
  EXPECT_EQ(said("crashed: \x1b[31mSIGSEGV\n"), silent) << "not a line of ours";
  EXPECT_EQ(crash_line(SIGTERM), "");
}

}  // namespace
}  // namespace ibot::record
