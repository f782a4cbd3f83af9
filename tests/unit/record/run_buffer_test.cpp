// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixture.h"

#include <ibot/base/clock.h>
#include <ibot/record/run_buffer.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::record {
namespace {

TEST(RunBuffer, WritesInOneGo) {
  RecordFixture f;
  f.start("r");
  RunBuffer buffer("r");
  EXPECT_FALSE(buffer.is_due(base::now_micros()));
  buffer.metric("loss", 1, 0.5);
  buffer.event({0, 1, 0, EventLevel::Info, "note", "hello", ""});
  buffer.log_line("step 1");
  buffer.step(1);
  EXPECT_TRUE(buffer.is_due(base::now_micros() + 10'000'000));
  ASSERT_TRUE(buffer.flush(f.store));
  EXPECT_EQ(buffer.waiting(), 0U);
  Reader reader = f.reader();
  EXPECT_EQ(reader.curve("r", "loss").value().size(), 1U);
  EXPECT_EQ(reader.events("r").value().at(0).text, "hello");
  EXPECT_EQ(reader.log_tail("r").value().at(0), "step 1");
  EXPECT_EQ(reader.run("r").value().step, 1);
}

TEST(RunBuffer, KeepsWhatCouldNotBeWrittenUpToItsCapacity) {
  RecordFixture f;
  RunBuffer::Options options;
  options.capacity = 100;
  options.flush_points = 10;
  RunBuffer buffer("r", options);
  for (int i = 0; i < 10; ++i) buffer.metric("loss", i, i);
  EXPECT_TRUE(buffer.is_due(base::now_micros()));
  ASSERT_FALSE(buffer.flush(f.store));  // there is no such run yet
  EXPECT_EQ(buffer.waiting(), 10U);
  // The next tries are due after 2, 4, 8, 16, 30, 30 seconds, however much waits.
  for (const std::int64_t pause : {2, 4, 8, 16, 30, 30}) {
    EXPECT_FALSE(buffer.is_due(base::now_micros() + pause * 1'000'000 - 500'000));
    EXPECT_TRUE(buffer.is_due(base::now_micros() + pause * 1'000'000));
    ASSERT_FALSE(buffer.flush(f.store));
  }
  for (int i = 10; i < 150; ++i) buffer.metric("loss", i, i);
  EXPECT_LE(buffer.waiting(), 100U);
  EXPECT_EQ(buffer.lost() + static_cast<std::int64_t>(buffer.waiting()), 150);

  f.start("r");
  const auto kept = buffer.waiting();
  ASSERT_TRUE(buffer.flush(f.store));
  Reader reader = f.reader();
  const auto curve = reader.curve("r", "loss").value();
  EXPECT_EQ(curve.size(), kept);
  EXPECT_EQ(curve.back().step, 149);  // the newest are kept
  const auto events = reader.events("r").value();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].kind, "metrics_lost");
}

// One bad value must not block all later ones.
TEST(RunBuffer, GivesUpWhatCanNeverBeWritten) {
  RecordFixture f;
  f.start("r");
  RunBuffer buffer("r");
  buffer.metric("loss", 1, 0.5);
  buffer.event({0, 1, 0, EventLevel::Info, "kind", "text", "{not JSON"});
  EXPECT_EQ(buffer.flush(f.store).error().code, base::ErrorCode::InvalidArgument);
  EXPECT_EQ(buffer.lost(), 1);
  buffer.metric("loss", 2, 0.25);
  ASSERT_TRUE(buffer.flush(f.store));
  EXPECT_EQ(f.reader().curve("r", "loss").value().at(0).step, 2);
  EXPECT_EQ(f.reader().events("r").value().at(0).kind, "metrics_lost");
}

}  // namespace
}  // namespace ibot::record
