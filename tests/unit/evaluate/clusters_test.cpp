// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/evaluate/clusters.h>

#include <ATen/TensorOperators.h>
#include <ATen/ops/_unique.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <gtest/gtest.h>

namespace ibot::evaluate {
namespace {

at::Tensor labels(std::vector<std::int64_t> values) {
  return at::tensor(values, at::kLong);
}

TEST(Nmi, KnownValues) {
  EXPECT_DOUBLE_EQ(normalized_mutual_information(labels({0, 0, 1, 1}), labels({1, 1, 0, 0})), 1.0);
  EXPECT_NEAR(normalized_mutual_information(labels({0, 0, 1, 1}), labels({0, 1, 0, 1})), 0.0, 1e-12);
  // Mutual information ln 2, entropies ln 2 and 1.5 ln 2: 2 / 2.5.
  EXPECT_NEAR(normalized_mutual_information(labels({0, 0, 1, 1}), labels({0, 0, 1, 2})), 0.8, 1e-12);
  EXPECT_DOUBLE_EQ(normalized_mutual_information(labels({0, 0}), labels({0, 0})), 1.0);
}

TEST(KMeans, FindsClearClusters) {
  std::vector<at::Tensor> groups;
  for (const float centre : {0.0F, 10.0F, 20.0F}) {
    groups.push_back(at::tensor({centre, centre + 0.1F, centre - 0.1F, centre + 0.2F}).unsqueeze(1));
  }
  const auto result = k_means(at::cat(groups), 3, 7);
  ASSERT_TRUE(result);
  for (int group = 0; group < 3; ++group) {
    const at::Tensor part = result->assignment.narrow(0, 4 * group, 4);
    EXPECT_TRUE(part.eq(part.select(0, 0)).all().item<bool>()) << group;
  }
  EXPECT_LT(result->inertia, 0.1);
}

TEST(KMeans, IsAFunctionOfItsSeedAndLeavesNoClusterEmpty) {
  const at::Tensor points =
      at::cat({at::zeros({20, 2}), at::zeros({1, 2}).fill_(5), at::zeros({1, 2}).fill_(9)});
  const auto first = k_means(points, 3, 1);
  const auto second = k_means(points, 3, 1);
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(first->assignment.equal(second->assignment));
  EXPECT_EQ(std::get<0>(at::_unique(first->assignment)).numel(), 3);
}

TEST(KMeans, RefusesMoreClustersThanPoints) {
  EXPECT_EQ(k_means(at::zeros({2, 2}), 3, 1).error().code, base::ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace ibot::evaluate
