// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness.h"

#include "memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::bench {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Works through given times and writes down whose turn it was.
class Scripted : public Contender {
 public:
  Scripted(std::string name, std::vector<double> seconds, std::vector<std::string>& turns)
      : name_(std::move(name)), seconds_(std::move(seconds)), turns_(turns) {}

  base::Result<Measurement> run(int iterations) override {
    turns_.push_back(name_);
    const double seconds = seconds_.at(next_++ % seconds_.size());
    return Measurement{seconds * iterations, 10.0 * iterations, {{"half", seconds * iterations / 2}}};
  }

 private:
  std::string name_;
  std::vector<double> seconds_;
  std::vector<std::string>& turns_;
  std::size_t next_ = 0;
};

TEST(Spread, InterpolatesQuartiles) {
  const Spread spread = spread_of({4, 1, 3, 2});
  EXPECT_DOUBLE_EQ(spread.minimum, 1);
  EXPECT_DOUBLE_EQ(spread.lower_quartile, 1.75);
  EXPECT_DOUBLE_EQ(spread.median, 2.5);
  EXPECT_DOUBLE_EQ(spread.upper_quartile, 3.25);
  EXPECT_DOUBLE_EQ(spread.maximum, 4);
}

TEST(Spread, OfOneValueIsThatValue) {
  const Spread spread = spread_of({7});
  EXPECT_DOUBLE_EQ(spread.lower_quartile, 7);
  EXPECT_DOUBLE_EQ(spread.median, 7);
  EXPECT_DOUBLE_EQ(spread.maximum, 7);
}

// scipy 1.17.1: scipy.stats.t.ppf(0.975, degrees).
TEST(Interval, IsThatOfStudentsDistribution) {
  EXPECT_NEAR(student_t95(1), 12.706204736, 1e-5);
  EXPECT_NEAR(student_t95(2), 4.302652730, 1e-6);
  EXPECT_NEAR(student_t95(9), 2.262157163, 1e-7);
  EXPECT_NEAR(student_t95(30), 2.042272456, 1e-7);
  const Interval interval = interval_of({0.012, -0.004, 0.009, 0.001, 0.015});
  EXPECT_NEAR(interval.mean, 0.0066, 1e-12);
  EXPECT_NEAR(interval.low, -0.003200497277, 1e-9);
  EXPECT_NEAR(interval.high, 0.016400497277, 1e-9);
}

TEST(Alternate, SidesTakeTurnsAndTheOneThatBeginsChanges) {
  std::vector<std::string> turns;
  Scripted ours("A", {1}, turns);
  Scripted reference("B", {1}, turns);
  ASSERT_TRUE(alternate(ours, &reference, {.rounds = 3, .iterations = 1, .warmup = 1}));
  EXPECT_THAT(turns, ElementsAre("A", "B", "A", "B", "B", "A", "A", "B"));
}

TEST(Alternate, RatioIsOfRatesRoundByRound) {
  std::vector<std::string> turns;
  Scripted ours("A", {1, 2, 5}, turns);
  Scripted reference("B", {2, 2, 20}, turns);
  const auto comparison = alternate(ours, &reference, {.rounds = 3, .iterations = 4, .warmup = 0});
  ASSERT_TRUE(comparison);
  EXPECT_THAT(comparison->ours.rates(), ElementsAre(10, 5, 2));
  EXPECT_THAT(comparison->ratios(), ElementsAre(2, 1, 4));
  EXPECT_THAT(comparison->ours.stage_seconds_per_item().at("half"), DoubleEq(0.1));
}

TEST(Alternate, WorksAlone) {
  std::vector<std::string> turns;
  Scripted ours("A", {1}, turns);
  const auto comparison = alternate(ours, nullptr, {.rounds = 2, .iterations = 1, .warmup = 0});
  ASSERT_TRUE(comparison);
  EXPECT_THAT(turns, ElementsAre("A", "A"));
  EXPECT_TRUE(comparison->ratios().empty());
}

TEST(Alternate, TimeThatIsNotPositiveIsAnErrorThatNamesTheSide) {
  std::vector<std::string> turns;
  Scripted ours("A", {1}, turns);
  Scripted reference("B", {0}, turns);
  const auto comparison = alternate(ours, &reference, {.rounds = 1, .iterations = 1, .warmup = 0});
  ASSERT_FALSE(comparison);
  EXPECT_THAT(comparison.error().message, HasSubstr("the reference reported 10 items in 0 s"));
}

TEST(Memory, PeakIsAtLeastWhatIsResident) {
  const std::uint64_t resident = resident_now();
  EXPECT_GT(resident, 100'000U);
  EXPECT_GE(resident_peak(), resident);
}

TEST(Memory, AddedNeverWrapsAround) {
  EXPECT_EQ((MemoryUse{.before = 10, .peak = 25}).added(), 15U);
  EXPECT_EQ((MemoryUse{.before = 25, .peak = 10}).added(), 0U);
}

}  // namespace
}  // namespace ibot::bench
