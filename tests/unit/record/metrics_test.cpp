// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace ibot::record {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

RunUpdate points(const std::string& name, std::int64_t from, std::int64_t to, double (*value)(std::int64_t)) {
  RunUpdate update;
  for (std::int64_t step = from; step < to; ++step)
    update.metrics.push_back({name, step, value(step), 1000 + step});
  return update;
}

double identity(std::int64_t step) {
  return static_cast<double>(step);
}

TEST(Metrics, CurveIsReadInPieces) {
  RecordFixture f;
  f.start("r");
  ASSERT_TRUE(f.store.write("r", points("loss", 0, 10, identity)));
  Reader reader = f.reader();
  auto curve = reader.curve("r", "loss").value();
  ASSERT_EQ(curve.size(), 10U);
  EXPECT_EQ(curve[3].value, 3.0);
  EXPECT_EQ(curve[3].time, 1003);
  ASSERT_TRUE(f.store.write("r", points("loss", 10, 12, identity)));
  curve = reader.curve("r", "loss", curve.back().step).value();
  ASSERT_EQ(curve.size(), 2U);
  EXPECT_EQ(curve[0].step, 10);
  EXPECT_EQ(reader.curve("r", "loss", -1, 3).value().size(), 3U);
  EXPECT_TRUE(reader.curve("r", "no such metric").value().empty());
  EXPECT_EQ(reader.curve("none", "loss").error().code, base::ErrorCode::NotFound);
}

// A resumed run computes steps again that are already there.
TEST(Metrics, WritingAgainChangesNothing) {
  RecordFixture f;
  f.start("r");
  ASSERT_TRUE(f.store.write("r", points("loss", 0, 200, identity)));
  ASSERT_TRUE(f.store.write("r", points("loss", 100, 150, identity)));
  Reader reader = f.reader();
  EXPECT_EQ(reader.curve("r", "loss").value().size(), 200U);
  const auto last = reader.run("r").value().last_values;
  ASSERT_EQ(last.size(), 1U);
  EXPECT_EQ(last[0].step, 199);
  EXPECT_EQ(last[0].value, 199.0);
  const auto coarse = reader.coarse_curve("r", "loss").value();
  ASSERT_EQ(coarse.size(), 4U);
  EXPECT_EQ(coarse[1].first_step, 64);
  EXPECT_EQ(coarse[1].finite, 64);
  EXPECT_EQ(coarse[1].min, 64.0);
  EXPECT_EQ(coarse[1].max, 127.0);
  EXPECT_EQ(coarse[1].mean, 95.5);
}

TEST(Metrics, CoarseLevelsAgreeWithTheCurve) {
  RecordFixture f;
  f.start("r");
  ASSERT_TRUE(f.store.write("r", points("loss", 0, 10'000, identity)));
  Reader reader = f.reader();
  EXPECT_EQ(reader.coarse_curve("r", "loss", 2000).value().size(), 157U);  // 10,000 / 64
  const auto wide = reader.coarse_curve("r", "loss", 10).value();
  ASSERT_EQ(wide.size(), 3U);
  EXPECT_EQ(wide[1].width, 4096);
  EXPECT_EQ(wide[1].mean, (4096 + 8191) / 2.0);
  EXPECT_EQ(wide[2].finite, 10'000 - 8192);
  const auto widest = reader.coarse_curve("r", "loss", 1).value();
  ASSERT_EQ(widest.size(), 1U);
  EXPECT_EQ(widest[0].mean, 9999 / 2.0);
  // The bucket that holds the first step asked for is part of the answer.
  const auto window = reader.coarse_curve("r", "loss", 100, 100, 200).value();
  ASSERT_EQ(window.size(), 3U);
  EXPECT_EQ(window.front().first_step, 64);
  EXPECT_EQ(window.back().first_step, 192);
}

TEST(Metrics, NonFiniteValuesAreKept) {
  RecordFixture f;
  f.start("r");
  RunUpdate update;
  update.metrics = {
      {"loss", 0, 1.0, 0}, {"loss", 1, kNan, 0}, {"loss", 2, kInfinity, 0}, {"loss", 3, -kInfinity, 0}};
  ASSERT_TRUE(f.store.write("r", update));
  Reader reader = f.reader();
  const auto curve = reader.curve("r", "loss").value();
  ASSERT_EQ(curve.size(), 4U);
  EXPECT_TRUE(std::isnan(curve[1].value));
  EXPECT_EQ(curve[2].value, kInfinity);
  EXPECT_EQ(curve[3].value, -kInfinity);
  const auto coarse = reader.coarse_curve("r", "loss").value();
  ASSERT_EQ(coarse.size(), 1U);
  EXPECT_EQ(coarse[0].finite, 1);
  EXPECT_EQ(coarse[0].non_finite, 3);
  EXPECT_EQ(coarse[0].max, 1.0);
}

TEST(Metrics, BadStepRollsTheWholeUpdateBack) {
  RecordFixture f;
  f.start("r");
  RunUpdate update;
  update.metrics = {{"fresh", 0, 1.0, 0}, {"fresh", -1, 1.0, 0}};
  EXPECT_EQ(f.store.write("r", update).error().code, base::ErrorCode::InvalidArgument);
  Reader reader = f.reader();
  EXPECT_TRUE(reader.metric_names("r").value().empty());
  // The name's key was rolled back with it: it must not be remembered.
  update.metrics.pop_back();
  ASSERT_TRUE(f.store.write("r", update));
  EXPECT_THAT(reader.metric_names("r").value(), testing::ElementsAre("fresh"));
  EXPECT_EQ(reader.curve("r", "fresh").value().size(), 1U);
}

// A damaged or huge file must not hang a window.
TEST(Metrics, EndlessQueryIsGivenUpInWords) {
  RecordFixture f;
  f.start("r");
  ASSERT_TRUE(f.store.write("r", points("loss", 0, 20'000, identity)));
  ReaderOptions options;
  options.deadline_micros = 1;
  Reader hasty = Reader::open(f.workspace, options).value();
  const auto error = hasty.curve("r", "loss").error();
  EXPECT_EQ(error.code, base::ErrorCode::Io);
  EXPECT_THAT(error.message, testing::HasSubstr("took too long"));
  EXPECT_TRUE(f.reader().curve("r", "loss"));
}

// Two trainers, one workspace: both get through, and names are shared.
TEST(Metrics, TwoWritersShareARecord) {
  RecordFixture f;
  f.start("a");
  f.start("b");
  Store other = Store::open(f.workspace).value();
  for (std::int64_t i = 0; i < 20; ++i) {
    ASSERT_TRUE(f.store.write("a", points("loss", i, i + 1, identity)));
    ASSERT_TRUE(other.write("b", points("loss", i, i + 1, identity)));
  }
  Reader reader = f.reader();
  EXPECT_EQ(reader.curve("a", "loss").value().size(), 20U);
  EXPECT_EQ(reader.curve("b", "loss").value().size(), 20U);
}

}  // namespace
}  // namespace ibot::record
