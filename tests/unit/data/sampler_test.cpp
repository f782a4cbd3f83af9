// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/data/sampler.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace ibot::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Sampler sampler_of(std::int64_t pictures, std::int64_t batch, std::uint64_t seed = 0, int rank = 0,
                   int world_size = 1) {
  return Sampler::create({pictures, batch, seed, rank, world_size}).value();
}

std::vector<std::int64_t> epoch_of(Sampler sampler, std::int64_t epoch) {
  std::vector<std::int64_t> all;
  const std::int64_t steps = sampler.steps_per_epoch();
  for (std::int64_t step = epoch * steps; step < (epoch + 1) * steps; ++step) {
    for (const std::int64_t sample : sampler.samples_of_step(step)) all.push_back(sample);
  }
  return all;
}

std::vector<std::int64_t> sorted(std::vector<std::int64_t> values) {
  std::sort(values.begin(), values.end());
  return values;
}

std::vector<std::int64_t> numbers(std::int64_t count) {
  std::vector<std::int64_t> values(static_cast<std::size_t>(count));
  std::iota(values.begin(), values.end(), 0);
  return values;
}

TEST(Sampler, ShowsEveryPictureOnceAnEpoch) {
  const Sampler sampler = sampler_of(12, 4);
  EXPECT_EQ(sampler.steps_per_epoch(), 3);
  EXPECT_EQ(sorted(epoch_of(sampler, 0)), numbers(12));
  EXPECT_EQ(sorted(epoch_of(sampler, 1)), numbers(12));
  EXPECT_NE(epoch_of(sampler, 0), epoch_of(sampler, 1));
  EXPECT_NE(epoch_of(sampler, 0), epoch_of(sampler_of(12, 4, 1), 0)) << "another seed";
}

TEST(Sampler, LeavesOutAnIncompleteLastBatch) {
  const Sampler sampler = sampler_of(11, 4);
  EXPECT_EQ(sampler.steps_per_epoch(), 2);
  EXPECT_EQ(sampler.epoch_of_step(1), 0);
  EXPECT_EQ(sampler.epoch_of_step(2), 1);
  const auto order = epoch_order(0, 0, 11);
  EXPECT_EQ(epoch_of(sampler, 0), std::vector<std::int64_t>(order.begin(), order.begin() + 8));
}

TEST(Sampler, NeedsNothingButTheStep) {
  Sampler forwards = sampler_of(100, 7, 3), backwards = forwards;
  std::vector<std::vector<std::int64_t>> batches;
  for (std::int64_t step = 0; step < 40; ++step) batches.push_back(forwards.samples_of_step(step));
  for (std::int64_t step = 39; step >= 0; --step) {
    EXPECT_EQ(backwards.samples_of_step(step), batches[static_cast<std::size_t>(step)]) << "step " << step;
  }
}

TEST(Sampler, RanksTakeTurnsInOneOrder) {
  const auto order = epoch_order(0, 0, 10);
  EXPECT_THAT(sampler_of(10, 5, 0, 0, 2).samples_of_step(0),
              ElementsAre(order[0], order[2], order[4], order[6], order[8]));
  EXPECT_THAT(sampler_of(10, 5, 0, 1, 2).samples_of_step(0),
              ElementsAre(order[1], order[3], order[5], order[7], order[9]));
  // 10 pictures for 3 ranks: the order is filled up from its start to 12.
  EXPECT_THAT(sampler_of(10, 4, 0, 0, 3).samples_of_step(0),
              ElementsAre(order[0], order[3], order[6], order[9]));
  EXPECT_THAT(sampler_of(10, 4, 0, 1, 3).samples_of_step(0),
              ElementsAre(order[1], order[4], order[7], order[0]));
  EXPECT_THAT(sampler_of(10, 4, 0, 2, 3).samples_of_step(0),
              ElementsAre(order[2], order[5], order[8], order[1]));
}

TEST(Sampler, RefusesWhatCannotBeSampled) {
  const auto large = Sampler::create({10, 11, 0, 0, 1});
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().message, "a batch of 11 pictures is larger than the data set (10)");
  EXPECT_THAT(Sampler::create({10, 6, 0, 0, 2}).error().message, HasSubstr("each process's share"));
  EXPECT_FALSE(Sampler::create({0, 1, 0, 0, 1}));
  EXPECT_FALSE(Sampler::create({10, 0, 0, 0, 1}));
  EXPECT_FALSE(Sampler::create({10, 1, 0, 2, 2}));
}

}  // namespace
}  // namespace ibot::data
