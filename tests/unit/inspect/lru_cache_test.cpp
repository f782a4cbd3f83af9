// SPDX-License-Identifier: GPL-3.0-or-later
#include "lru_cache.h"

#include <gtest/gtest.h>

namespace ibot::inspect {
namespace {

TEST(LruCache, ForgetsWhatWasUsedLongestAgo) {
  LruCache<int> cache(10);
  cache.put("a", 1, 4);
  cache.put("b", 2, 4);
  ASSERT_NE(cache.find("a"), nullptr);
  cache.put("c", 3, 4);
  EXPECT_EQ(cache.find("b"), nullptr);
  ASSERT_NE(cache.find("a"), nullptr);
  EXPECT_EQ(*cache.find("a"), 1);
  EXPECT_EQ(cache.held(), 8U);
}

TEST(LruCache, KeepsTheNewestWhateverItsSize) {
  LruCache<int> cache(10);
  cache.put("small", 1, 1);
  EXPECT_EQ(cache.put("huge", 2, 100), 2);
  EXPECT_EQ(cache.size(), 1U);
  EXPECT_EQ(cache.find("small"), nullptr);
}

TEST(LruCache, ReplacesUnderOneName) {
  LruCache<int> cache(10);
  cache.put("a", 1, 4);
  cache.put("a", 2, 5);
  EXPECT_EQ(*cache.find("a"), 2);
  EXPECT_EQ(cache.held(), 5U);
}

}  // namespace
}  // namespace ibot::inspect
