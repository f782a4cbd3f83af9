// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/evaluate/features.h>
#include <ibot/evaluate/knn.h>

#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/tensor.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ibot::evaluate {
namespace {

// As the definition has it: every product, ordered, weighted, summed.
std::vector<std::int64_t> by_definition(const at::Tensor& train, const at::Tensor& labels,
                                        const at::Tensor& test, std::int64_t k, double temperature,
                                        std::int64_t classes) {
  std::vector<std::int64_t> answers;
  for (std::int64_t query = 0; query < test.size(0); ++query) {
    const at::Tensor products = train.matmul(test.select(0, query)).to(at::kDouble);
    const auto product = products.accessor<double, 1>();
    std::vector<std::int64_t> order(static_cast<std::size_t>(train.size(0)));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::int64_t a, std::int64_t b) { return product[a] > product[b]; });
    std::vector<double> sums(static_cast<std::size_t>(classes));
    for (std::int64_t i = 0; i < k; ++i) {
      const std::int64_t row = order[static_cast<std::size_t>(i)];
      sums[static_cast<std::size_t>(labels.select(0, row).item<std::int64_t>())] +=
          std::exp(product[row] / temperature);
    }
    answers.push_back(std::max_element(sums.begin(), sums.end()) - sums.begin());
  }
  return answers;
}

// More rows and queries than fit into one tile, and numbers of both that no tile divides.
TEST(Knn, AnswersAsTheDefinitionDoes) {
  at::manual_seed(5);
  const at::Tensor train = normalize_rows(at::randn({5003, 24}, at::kDouble));
  const at::Tensor test = normalize_rows(at::randn({301, 24}, at::kDouble));
  const at::Tensor labels = at::randint(0, 7, {5003}, at::kLong);
  const at::Tensor truth = at::randint(0, 7, {301}, at::kLong);
  const auto results = knn_classify(train, labels, test, truth, {1, 20}, 0.07, 7);
  ASSERT_TRUE(results) << results.error().to_text();
  for (const KnnResult& result : *results) {
    const auto expected = by_definition(train, labels, test, result.k, 0.07, 7);
    EXPECT_TRUE(result.predictions.equal(at::tensor(expected, at::kLong))) << "k " << result.k;
    double hits = 0;
    for (std::size_t i = 0; i < expected.size(); ++i)
      hits += expected[i] == truth.select(0, static_cast<std::int64_t>(i)).item<std::int64_t>() ? 1 : 0;
    EXPECT_NEAR(result.top1, 100 * hits / 301, 1e-9);
  }
}

TEST(Knn, TakesTheFirstOfEqualNeighbours) {
  const at::Tensor train = at::tensor({1.0, 0.0, 1.0, 0.0, 1.0, 0.0}, at::kDouble).view({3, 2});
  const at::Tensor test = at::tensor({1.0, 0.0}, at::kDouble).view({1, 2});
  const auto results =
      knn_classify(train, at::tensor({2, 1, 1}, at::kLong), test, at::tensor({2}, at::kLong), {1}, 0.07, 3);
  ASSERT_TRUE(results);
  EXPECT_EQ(results->front().predictions.item<std::int64_t>(), 2);
  EXPECT_DOUBLE_EQ(results->front().top1, 100);
}

TEST(Knn, AFeatureThatIsNoNumberIsNobodysNeighbour) {
  const at::Tensor train = at::tensor({NAN, 1.0, 0.5, 0.5}, at::kDouble).view({2, 2});
  const at::Tensor test = at::tensor({0.6, 0.8}, at::kDouble).view({1, 2});
  const auto results =
      knn_classify(train, at::tensor({0, 1}, at::kLong), test, at::tensor({1}, at::kLong), {2}, 0.07, 2);
  ASSERT_TRUE(results);
  EXPECT_EQ(results->front().predictions.item<std::int64_t>(), 1);
}

}  // namespace
}  // namespace ibot::evaluate
