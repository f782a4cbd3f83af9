// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/random.h>
#include <ibot/base/result.h>

#include <gtest/gtest.h>

#include <numeric>
#include <set>
#include <vector>

namespace ibot::base {
namespace {

// Known-answer vectors of the Random123 distribution (kat_vectors, philox4x32 10 rounds).
TEST(Philox, KnownAnswers) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
            (std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (std::array<std::uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (std::array<std::uint32_t, 4>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomStream, IsAFunctionOfItsKey) {
  RandomStream a(7, Purpose::Crop, 3, 41, 2);
  RandomStream b(7, Purpose::Crop, 3, 41, 2);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.next_u64(), b.next_u64());
}

TEST(RandomStream, EveryPartOfTheKeyMatters) {
  std::set<std::uint64_t> first;
  first.insert(RandomStream(7, Purpose::Crop, 3, 41, 2).next_u64());
  first.insert(RandomStream(8, Purpose::Crop, 3, 41, 2).next_u64());
  first.insert(RandomStream(7, Purpose::Mask, 3, 41, 2).next_u64());
  first.insert(RandomStream(7, Purpose::Crop, 4, 41, 2).next_u64());
  first.insert(RandomStream(7, Purpose::Crop, 3, 42, 2).next_u64());
  first.insert(RandomStream(7, Purpose::Crop, 3, 41, 3).next_u64());
  EXPECT_EQ(first.size(), 6U);
}

TEST(RandomStream, UniformHasTheRightMoments) {
  RandomStream stream(1, Purpose::Test, 0, 0);
  double sum = 0;
  double squares = 0;
  constexpr int kDraws = 100000;
  for (int i = 0; i < kDraws; ++i) {
    const double x = stream.uniform();
    ASSERT_GE(x, 0.0);
    ASSERT_LT(x, 1.0);
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 0.005);
  EXPECT_NEAR(squares / kDraws, 1.0 / 3, 0.005);
}

TEST(RandomStream, BelowIsUnbiased) {
  RandomStream stream(1, Purpose::Test, 0, 1);
  std::vector<int> counts(7);
  for (int i = 0; i < 70000; ++i) ++counts[stream.below(7)];
  for (const int count : counts) EXPECT_NEAR(count, 10000, 450);
}

TEST(RandomStream, NormalHasTheRightMoments) {
  RandomStream stream(1, Purpose::Test, 0, 2);
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < 100000; ++i) {
    const double x = stream.normal();
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / 100000, 0, 0.015);
  EXPECT_NEAR(squares / 100000, 1, 0.02);
}

TEST(RandomStream, ShuffleIsAPermutation) {
  std::vector<int> items(50);
  std::iota(items.begin(), items.end(), 0);
  RandomStream(3, Purpose::Order, 0, 0).shuffle(std::span(items));
  EXPECT_NE(items[0] + items[1] * 50, 50);
  EXPECT_EQ(std::set<int>(items.begin(), items.end()).size(), 50U);
}

TEST(RandomStream, RefusesAnEpochOutOfRange) {
  EXPECT_THROW(RandomStream(1, Purpose::Test, 1ULL << 24, 0), Exception);
}

}  // namespace
}  // namespace ibot::base
