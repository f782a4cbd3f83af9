// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/analysis/labels.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::analysis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Labels = std::vector<std::int32_t>;

TEST(PairedLabels, ShareAsManyPointsAsCanBe) {
  // Table of counts: 0 meets 5 twice and 7 once, 1 meets 7 twice, 2 meets 5 once.
  const Labels first = {0, 0, 0, 1, 1, 2}, second = {5, 5, 7, 7, 7, 5};
  const auto pairs = paired_labels(first, second);
  EXPECT_THAT(pairs, ElementsAre(LabelPair{0, 5, 2}, LabelPair{1, 7, 2})) << "nothing is left for 2";
  EXPECT_DOUBLE_EQ(paired_share(pairs, 6), 4.0 / 6);
  // The greedy choice, 0 with 5 (3 points), would leave 1 alone: 3 instead of 4.
  const Labels left = {0, 0, 0, 0, 0, 1, 1}, right = {5, 5, 5, 7, 7, 5, 5};
  EXPECT_THAT(paired_labels(left, right), ElementsAre(LabelPair{0, 7, 2}, LabelPair{1, 5, 2}));
}

TEST(PairedLabels, RenamedLabelsBelongTogetherWhole) {
  const Labels first = {3, 1, 4, 1, 5, 9, 2, 6}, second = {30, 10, 40, 10, 50, 90, 20, 60};
  EXPECT_DOUBLE_EQ(paired_share(paired_labels(first, second), first.size()), 1);
  EXPECT_EQ(same_share(first, second), 0);
}

TEST(PairedLabels, OfEachSideOnlyTheMostFrequent) {
  const Labels first = {0, 0, 0, 1, 1, 2}, second = {0, 0, 0, 1, 1, 2};
  EXPECT_THAT(paired_labels(first, second, 2), ElementsAre(LabelPair{0, 0, 3}, LabelPair{1, 1, 2}));
  EXPECT_THAT(paired_labels({}, {}), IsEmpty());
  EXPECT_EQ(paired_share({}, 0), 0);
}

TEST(SameShare, CountsPointsThatKeepTheirLabel) {
  const Labels before = {1, 1, 2, 2, 3}, after = {1, 2, 2, 2, 1};
  EXPECT_DOUBLE_EQ(same_share(before, after), 3.0 / 5);
  // Label 1: 2/5 of the one and 2/5 of the other; label 2: 2/5 and 3/5.
  EXPECT_DOUBLE_EQ(same_share_by_chance(before, after), 0.4 * 0.4 + 0.4 * 0.6);
  EXPECT_EQ(same_share({}, {}), 0);
  EXPECT_EQ(same_share_by_chance({}, {}), 0);
}

}  // namespace
}  // namespace ibot::analysis
