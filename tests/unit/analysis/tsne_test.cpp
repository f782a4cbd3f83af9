// SPDX-License-Identifier: GPL-3.0-or-later
#include "vectors.h"

#include <ibot/analysis/tsne.h>
#include <ibot/base/random.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ibot::analysis {
namespace {

std::vector<float> floats(const nlohmann::json& list) {
  return list.get<std::vector<float>>();
}

// Three groups of points, far apart, in five dimensions.
std::vector<double> grouped_points(std::size_t count) {
  base::RandomStream random(3, base::Purpose::Test, 0, 0);
  std::vector<double> points(count * 5);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < 5; ++k) points[i * 5 + k] = random.normal() + (i % 3 == k ? 12 : 0);
  }
  return points;
}

// Their squared distances.
std::vector<float> grouped_distances(std::size_t count) {
  const std::vector<double> points = grouped_points(count);
  std::vector<float> distances(count * count);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < count; ++j) {
      double sum = 0;
      for (std::size_t k = 0; k < 5; ++k)
        sum += (points[i * 5 + k] - points[j * 5 + k]) * (points[i * 5 + k] - points[j * 5 + k]);
      distances[i * count + j] = static_cast<float>(sum);
    }
  }
  return distances;
}

std::vector<float> scattered(std::size_t count) {
  base::RandomStream random(4, base::Purpose::Test, 0, 0);
  std::vector<float> points(2 * count);
  for (float& value : points) value = static_cast<float>(random.normal());
  return points;
}

TEST(Tsne, ProbabilitiesAreThoseOfAnIndependentLibrary) {
  const nlohmann::json& stored = test::vectors().at("tsne");
  const auto p =
      joint_probabilities(floats(stored["squared_distances"]), stored["points"], stored["perplexity"]);
  ASSERT_TRUE(p) << p.error().to_text();
  const auto expected = stored["joint_first_row"].get<std::vector<double>>();
  for (std::size_t j = 0; j < expected.size(); ++j) EXPECT_NEAR((*p)[j], expected[j], 2e-6) << j;
  EXPECT_NEAR(std::accumulate(p->begin(), p->end(), 0.0), 1, 1e-5);
}

TEST(Tsne, ObjectiveAndGradientAreThoseOfAnIndependentLibrary) {
  const nlohmann::json& stored = test::vectors().at("tsne");
  const auto p =
      joint_probabilities(floats(stored["squared_distances"]), stored["points"], stored["perplexity"]);
  ASSERT_TRUE(p);
  const std::vector<float> y = floats(stored["y"]);
  std::vector<float> gradient(y.size());
  EXPECT_NEAR(tsne_objective(*p, y, gradient), stored["objective"].get<double>(), 1e-4);
  const auto expected = stored["gradient"].get<std::vector<double>>();
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(gradient[i], expected[i], 2e-5) << i;
}

TEST(Tsne, GradientIsTheSlopeOfTheObjective) {
  const auto p = joint_probabilities(grouped_distances(30), 30, 6);
  ASSERT_TRUE(p);
  std::vector<float> y = scattered(30);
  std::vector<float> gradient(y.size());
  tsne_objective(*p, y, gradient);
  for (const std::size_t at : {0U, 7U, 40U}) {
    constexpr float kStep = 1e-2F;
    std::vector<float> moved = y;
    moved[at] += kStep;
    const double above = tsne_objective(*p, moved, {});
    moved[at] -= 2 * kStep;
    const double below = tsne_objective(*p, moved, {});
    EXPECT_NEAR((above - below) / (2 * kStep), gradient[at], 1e-4) << at;
  }
}

TEST(Tsne, PutsGroupsApartAndLowersTheObjective) {
  constexpr std::size_t kCount = 60;
  const std::vector<float> distances = grouped_distances(kCount);
  // Two of their coordinates, as principal components would be: from a random start a point can get stuck.
  const std::vector<double> points = grouped_points(kCount);
  std::vector<float> start;
  for (std::size_t i = 0; i < kCount; ++i) {
    start.push_back(static_cast<float>(points[i * 5]));
    start.push_back(static_cast<float>(points[i * 5 + 1]));
  }
  const TsneOptions options{.perplexity = 10};
  const auto result = tsne(distances, start, options);
  ASSERT_TRUE(result) << result.error().to_text();
  const auto p = joint_probabilities(distances, kCount, 10);
  EXPECT_LT(result->objective, 0.5 * tsne_objective(*p, scattered(kCount), {}));
  // Every point's nearest neighbour is of its own group.
  for (std::size_t i = 0; i < kCount; ++i) {
    std::size_t nearest = i == 0 ? 1 : 0;
    const auto away = [&](std::size_t j) {
      return std::hypot(result->points[2 * i] - result->points[2 * j],
                        result->points[2 * i + 1] - result->points[2 * j + 1]);
    };
    for (std::size_t j = 0; j < kCount; ++j) {
      if (j != i && away(j) < away(nearest)) nearest = j;
    }
    EXPECT_EQ(nearest % 3, i % 3) << i;
  }
}

TEST(Tsne, ThreadsChangeNoBit) {
  TsneOptions options{.perplexity = 8, .iterations = 60, .threads = 1};
  const auto one = tsne(grouped_distances(50), scattered(50), options);
  options.threads = 3;
  const auto three = tsne(grouped_distances(50), scattered(50), options);
  ASSERT_TRUE(one && three);
  EXPECT_EQ(one->points, three->points);
}

TEST(Tsne, IsCancelledAndRefusesWhatDoesNotFit) {
  int seen = 0;
  const auto cancelled =
      tsne(grouped_distances(20), scattered(20), {.perplexity = 5}, [&](int) { return ++seen < 7; });
  EXPECT_EQ(cancelled.error().code, base::ErrorCode::Cancelled);
  EXPECT_EQ(seen, 7);
  // Also before the first iteration, while neighbourhoods are sought.
  const auto early = tsne(grouped_distances(20), scattered(20), {.perplexity = 5},
                          [](int iteration) { return iteration > 0; });
  EXPECT_EQ(early.error().code, base::ErrorCode::Cancelled);
  EXPECT_EQ(tsne(grouped_distances(20), scattered(20), {.perplexity = 40}).error().code,
            base::ErrorCode::InvalidArgument);
  EXPECT_FALSE(joint_probabilities(std::vector<float>(4), 2, 1));
  std::vector<float> odd = grouped_distances(20);
  odd[5] = NAN;
  EXPECT_FALSE(joint_probabilities(odd, 20, 5));
}

TEST(Tsne, PointsOnOneSpotGiveNumbers) {
  const auto result =
      tsne(std::vector<float>(400, 0.0F), std::vector<float>(40, 0.0F), {.perplexity = 5, .iterations = 50});
  ASSERT_TRUE(result) << result.error().to_text();
  EXPECT_TRUE(
      std::all_of(result->points.begin(), result->points.end(), [](float v) { return std::isfinite(v); }));
}

}  // namespace
}  // namespace ibot::analysis
