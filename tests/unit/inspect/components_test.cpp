// SPDX-License-Identifier: GPL-3.0-or-later
#include "components.h"

#include <ibot/evaluate/clusters.h>

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>

namespace ibot::inspect {
namespace {

// Values that an independent library computed; "source" in the file says which.
const nlohmann::json& vectors() {
  static const nlohmann::json kVectors = [] {
    std::ifstream file(IBOT_TEST_VECTORS);
    return nlohmann::json::parse(file);
  }();
  return kVectors;
}

at::Tensor matrix(const nlohmann::json& values, std::int64_t columns) {
  return at::tensor(values.get<std::vector<double>>(), at::kDouble).view({-1, columns});
}

at::Tensor points() {
  return matrix(vectors().at("points"), vectors().at("columns"));
}

double largest_difference(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

TEST(Components, AreThoseOfAnIndependentLibraryButForSigns) {
  const nlohmann::json& stored = vectors().at("pca");
  const Components found = components_of(points(), 3);
  const at::Tensor explained = at::tensor(stored["explained"].get<std::vector<double>>(), at::kDouble);
  EXPECT_LT(largest_difference(found.explained, explained), 1e-9);
  const at::Tensor axes = matrix(stored["axes"], vectors().at("columns")).t();
  EXPECT_LT(largest_difference(at::mm(found.axes.t(), axes).abs(), at::mm(axes.t(), axes)), 1e-9);
  const at::Tensor scores = matrix(stored["scores"], 3);
  const at::Tensor unit = scores / scores.std(0, false).unsqueeze(0);
  EXPECT_LT(largest_difference(found.scores.abs(), unit.abs()), 1e-9);
}

TEST(Components, LeanToThePositiveSide) {
  // Nine rows at one place and one far away: the far one is positive, whichever side it is on.
  for (const double side : {-1.0, 1.0}) {
    const at::Tensor rows =
        at::tensor({0.0, 0.1, 0.0, 0.1, 0.0, 0.1, 0.0, 0.1, 0.05, 9 * side}, at::kDouble).unsqueeze(1);
    EXPECT_GT(components_of(rows, 1).scores[9].item<double>(), 2) << side;
  }
}

TEST(Components, FollowAReferenceWithSignsAndOrder) {
  const Components found = components_of(points(), 3);
  // The reference has them in another order and turned round.
  const at::Tensor reference =
      at::stack({-found.scores.select(1, 2), found.scores.select(1, 0), -found.scores.select(1, 1)}, 1);
  EXPECT_LT(largest_difference(aligned_scores(found.scores, reference), reference), 1e-9);
}

TEST(Clusters, FollowAReferenceInTheirNumbers) {
  const at::Tensor before = at::tensor({0, 0, 0, 1, 1, 2, 2, 2}, at::kLong);
  const at::Tensor now = at::tensor({2, 2, 1, 1, 1, 0, 0, 0}, at::kLong);
  EXPECT_TRUE(aligned_clusters(now, before, 3).equal(at::tensor({0, 0, 1, 1, 1, 2, 2, 2}, at::kLong)));
}

TEST(KMeans, FromGivenCentresIsThatOfAnIndependentLibrary) {
  const nlohmann::json& stored = vectors().at("kmeans");
  const std::int64_t columns = vectors().at("columns");
  const auto found =
      evaluate::k_means_from(points().to(at::kFloat), matrix(stored["start"], columns).to(at::kFloat), 100);
  EXPECT_TRUE(
      found.assignment.equal(at::tensor(stored["labels"].get<std::vector<std::int64_t>>(), at::kLong)));
  EXPECT_LT(largest_difference(found.centres.to(at::kDouble), matrix(stored["centres"], columns)), 1e-5);
  EXPECT_NEAR(found.inertia * static_cast<double>(points().size(0)), stored["inertia"].get<double>(), 1e-3);
}

TEST(Nmi, IsThatOfAnIndependentLibrary) {
  const auto labels = [](const char* name) {
    return at::tensor(vectors().at(name).get<std::vector<std::int64_t>>(), at::kLong);
  };
  EXPECT_NEAR(evaluate::normalized_mutual_information(labels("nmi_a"), labels("nmi_b")),
              vectors().at("nmi").get<double>(), 1e-12);
}

TEST(Cka, IsThatOfTheGramMatrices) {
  const nlohmann::json& stored = vectors().at("cka");
  const at::Tensor other = matrix(stored["other"], stored["columns"]);
  EXPECT_NEAR(linear_cka(points(), other), stored["value"].get<double>(), 1e-12);
  EXPECT_NEAR(linear_cka(other, points()), stored["value"].get<double>(), 1e-12);
}

TEST(Cka, KnowsNoRotationNoScaleAndNoPlace) {
  const at::Tensor rows = points();
  EXPECT_NEAR(linear_cka(rows, rows), 1, 1e-12);
  EXPECT_NEAR(linear_cka(rows, rows.flip({1}) * -3 + 7), 1, 1e-12);
  EXPECT_EQ(linear_cka(rows, rows.narrow(1, 0, 1) * 0), 0);
  // Few rows take the way over Gram matrices: the same value.
  const at::Tensor few = rows.narrow(0, 0, 4);
  const at::Tensor other = matrix(vectors().at("cka")["other"], 9).narrow(0, 0, 4);
  const at::Tensor wide = at::cat({few, few.new_zeros({4, 0})}, 1);
  const at::Tensor a = few - few.mean(0, true);
  const at::Tensor b = other - other.mean(0, true);
  const double direct = at::mm(b.t(), a).square().sum().item<double>() /
                        std::sqrt(at::mm(a.t(), a).square().sum().item<double>() *
                                  at::mm(b.t(), b).square().sum().item<double>());
  EXPECT_NEAR(linear_cka(wide, other), direct, 1e-12);
}

}  // namespace
}  // namespace ibot::inspect
