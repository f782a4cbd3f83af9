// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::record {
namespace {

using base::ErrorCode;
using testing::HasSubstr;

TEST(Commands, AreTakenOnceInOrder) {
  RecordFixture f;
  f.start("r");
  Store window = Store::open(f.workspace).value();
  const auto first = window.put_command("r", CommandKind::Checkpoint).value();
  const auto second = window.put_command("r", CommandKind::Extend, R"({"to_step":2000})").value();

  const auto taken = f.store.take_command("r").value();
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->number, first);
  EXPECT_EQ(taken->kind, CommandKind::Checkpoint);
  EXPECT_EQ(window.take_command("r").value()->number, second);
  EXPECT_EQ(f.store.take_command("r").value(), std::nullopt);

  ASSERT_TRUE(f.store.finish_command(first, true, "saved step 120"));
  EXPECT_EQ(f.store.finish_command(first, true, "again").error().code, ErrorCode::NotFound);
  Reader reader = f.reader();
  const Command command = reader.command(first).value();
  EXPECT_TRUE(command.succeeded);
  EXPECT_TRUE(command.done);
  EXPECT_EQ(command.result, "saved step 120");
  EXPECT_EQ(reader.commands("r").value().at(1).arguments_json, R"({"to_step":2000})");
  EXPECT_EQ(reader.command(999).error().code, ErrorCode::NotFound);
}

TEST(Commands, NeedATrainer) {
  RecordFixture f;
  ASSERT_TRUE(f.store.create_run(small_run("new")));
  EXPECT_THAT(f.store.put_command("new", CommandKind::Pause).error().to_text(), HasSubstr("never started"));

  f.start("done");
  ASSERT_TRUE(f.store.set_state("done", State::Finishing));
  ASSERT_TRUE(f.store.set_state("done", State::Completed));
  const auto ended = f.store.put_command("done", CommandKind::Extend).error();
  EXPECT_EQ(ended.code, ErrorCode::InvalidArgument);
  EXPECT_THAT(ended.to_text(), HasSubstr("is completed"));
  EXPECT_THAT(ended.hint, HasSubstr("ibot extend"));

  ASSERT_TRUE(f.store.create_run(small_run("dead")));
  ProcessIdentity gone = current_process();
  gone.start_mark += "0";
  ASSERT_TRUE(f.store.claim_run("dead", gone));
  const auto died = f.store.put_command("dead", CommandKind::Stop).error();
  EXPECT_THAT(died.message, HasSubstr("died"));
  EXPECT_THAT(died.hint, HasSubstr("ibot resume"));
  EXPECT_EQ(f.store.put_command("nobody", CommandKind::Stop).error().code, ErrorCode::NotFound);
}

TEST(Commands, PauseAndResumeCountWhatWaits) {
  RecordFixture f;
  f.start("r");
  EXPECT_THAT(f.store.put_command("r", CommandKind::Resume).error().message, HasSubstr("not paused"));
  ASSERT_TRUE(f.store.put_command("r", CommandKind::Pause));
  EXPECT_THAT(f.store.put_command("r", CommandKind::Pause).error().message, HasSubstr("paused already"));
  EXPECT_TRUE(f.store.put_command("r", CommandKind::Resume));
}

TEST(Commands, AreClosedWhenTheRunEnds) {
  RecordFixture f;
  f.start("r");
  const auto number = f.store.put_command("r", CommandKind::Publish).value();
  ASSERT_TRUE(f.store.set_state("r", State::Failed, {"error", "out of memory"}));
  const Command command = f.reader().command(number).value();
  EXPECT_TRUE(command.done);
  EXPECT_FALSE(command.succeeded);
  EXPECT_THAT(command.result, HasSubstr("ended first"));
}

// A `stop` meant for a trainer that died must not stop the one that resumes.
TEST(Commands, DoNotReachTheNextTrainer) {
  RecordFixture f;
  f.start("r");
  const auto number = f.store.put_command("r", CommandKind::StopNow).value();
  ASSERT_TRUE(f.store.set_state("r", State::Stopped));
  ASSERT_TRUE(f.store.claim_run("r"));
  EXPECT_EQ(f.store.take_command("r").value(), std::nullopt);
  EXPECT_TRUE(f.reader().command(number).value().done);
}

}  // namespace
}  // namespace ibot::record
