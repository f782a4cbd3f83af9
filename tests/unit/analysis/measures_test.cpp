// SPDX-License-Identifier: GPL-3.0-or-later
#include "vectors.h"

#include <ibot/analysis/assignment.h>
#include <ibot/analysis/attention.h>
#include <ibot/analysis/masks.h>
#include <ibot/analysis/matches.h>
#include <ibot/analysis/outliers.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace ibot::analysis {
namespace {

using testing::ElementsAre;
using Mask = std::vector<std::uint8_t>;

TEST(Assignment, IsThatOfAnIndependentLibrary) {
  for (const nlohmann::json& stored : test::vectors().at("assignments")) {
    const auto cost = stored["cost"].get<std::vector<double>>();
    const std::size_t rows = stored["rows"];
    const std::size_t columns = stored["columns"];
    const std::vector<int> found = assign(cost, rows, columns);
    EXPECT_EQ(found, stored["assigned"].get<std::vector<int>>());
    double total = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      if (found[i] >= 0) total += cost[i * columns + static_cast<std::size_t>(found[i])];
    }
    EXPECT_NEAR(total, stored["total"].get<double>(), 1e-9);
  }
  EXPECT_THAT(assign({}, 2, 0), ElementsAre(-1, -1));
}

TEST(AttentionMass, TakesTheFewestPatchesThatHoldTheShare) {
  const std::vector<float> values = {0.1F, 0.4F, 0.3F, 0.2F};
  EXPECT_THAT(attention_mass(values, 0.6), ElementsAre(0, 1, 1, 0));
  EXPECT_THAT(attention_mass(values, 0.7), ElementsAre(0, 1, 1, 0));
  EXPECT_THAT(attention_mass(values, 0.71), ElementsAre(0, 1, 1, 1));
  EXPECT_THAT(attention_mass(values, 1), ElementsAre(1, 1, 1, 1));
  EXPECT_THAT(attention_mass(values, 0), ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(attention_mass(std::vector<float>{0, 0}, 0.6), ElementsAre(0, 0));
}

TEST(AttentionStatistics, OfMapsWithAKnownAnswer) {
  const std::vector<float> even(6, 0.05F);
  EXPECT_NEAR(attention_entropy(even), std::log(6), 1e-6);
  EXPECT_EQ(attention_entropy(std::vector<float>{0, 3, 0}), 0);
  EXPECT_EQ(attention_entropy(std::vector<float>{0, 0}), 0);
  // All of it three columns and four rows away.
  std::vector<float> far(20, 0);
  far[4 * 4 + 3] = 0.5F;
  EXPECT_DOUBLE_EQ(attention_distance(far, 5, 4, 0, 0), 5);
  EXPECT_DOUBLE_EQ(attention_distance(far, 5, 4, 4, 3), 0);
  // From its own centre, between two patches.
  EXPECT_DOUBLE_EQ(attention_distance(std::vector<float>{1, 0, 1}, 1, 3, -1, -1), 1);
}

TEST(MutualNearest, KeepsOnlyPairsThatChooseEachOther) {
  // Row 0 and row 1 both like column 0 best; column 0 likes row 1.
  const std::vector<float> similarity = {0.8F, 0.1F,  0.2F,  //
                                         0.9F, 0.3F,  0.0F,  //
                                         0.1F, 0.95F, 0.4F};
  EXPECT_THAT(mutual_nearest(similarity, 3, 3), ElementsAre(Match{2, 1, 0.95F}, Match{1, 0, 0.9F}));
  EXPECT_TRUE(mutual_nearest({}, 0, 3).empty());
}

TEST(Masks, JaccardIsThatOfAnIndependentLibrary) {
  const nlohmann::json& stored = test::vectors().at("jaccard");
  EXPECT_NEAR(intersection_over_union(stored["a"].get<Mask>(), stored["b"].get<Mask>()),
              stored["value"].get<double>(), 1e-12);
  EXPECT_EQ(intersection_over_union(Mask{0, 0}, Mask{0, 0}), 0);
}

TEST(Masks, OneThresholdServesAllRegionsOfAPicture) {
  const std::vector<float> first = {0.9F, 0.8F, 0.1F, 0.0F};
  const std::vector<float> second = {0.0F, 0.2F, 0.6F, 1.0F};
  const Mask left = {1, 1, 0, 0}, right = {0, 0, 1, 1};
  const std::vector<MapAndRegion> both = {{first, left}, {second, right}};
  const BestThreshold best = best_threshold(both);
  EXPECT_EQ(best.mean(), 1);
  EXPECT_GT(best.threshold, 0.2);
  EXPECT_LE(best.threshold, 0.6);
  // Apart, the first would be cut at 0.9; together one threshold must serve.
  const Mask narrow = {1, 0, 0, 0};
  const std::vector<MapAndRegion> conflict = {{first, narrow}, {second, right}};
  EXPECT_NEAR(best_threshold(conflict).mean(), 0.75, 1e-9);
}

TEST(Masks, CentredBoxHasTheRegionsArea) {
  // The middle quarter of an 8 x 8 picture is the box itself.
  Mask middle(64, 0);
  for (int y = 2; y < 6; ++y) {
    for (int x = 2; x < 6; ++x) middle[static_cast<std::size_t>(y * 8 + x)] = 1;
  }
  EXPECT_EQ(centred_box_iou(middle, 8, 8), 1);
  Mask corner(64, 0);
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 4; ++x) corner[static_cast<std::size_t>(y * 8 + x)] = 1;
  }
  EXPECT_NEAR(centred_box_iou(corner, 8, 8), 4.0 / 28, 1e-12);
  EXPECT_EQ(centred_box_iou(Mask(64, 0), 8, 8), 0);
}

TEST(Masks, PurityIsThatOfAnIndependentLibrary) {
  const nlohmann::json& stored = test::vectors().at("labels");
  EXPECT_NEAR(purity(stored["clusters"].get<std::vector<std::int64_t>>(),
                     stored["classes"].get<std::vector<std::int64_t>>()),
              stored["purity"].get<double>(), 1e-12);
}

TEST(Outliers, AreToldFromTheMedian) {
  const std::vector<float> values = {1, 2, 3, 4, 5, 100};
  const Outliers found = find_outliers(values, 6);
  EXPECT_DOUBLE_EQ(found.median, 3.5);
  // Deviations 2.5, 1.5, 0.5, 0.5, 1.5, 96.5.
  EXPECT_NEAR(found.threshold, 3.5 + 6 * 1.4826 * 1.5, 1e-6);
  EXPECT_EQ(found.count, 1);
  EXPECT_EQ(median(std::vector<float>{5, 1, 3}), 3);
  EXPECT_EQ(find_outliers(std::vector<float>(9, 2.0F), 6).count, 0);
}

}  // namespace
}  // namespace ibot::analysis
