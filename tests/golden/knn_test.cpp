// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine_support.h"

#include <ibot/evaluate/knn.h>

#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

namespace ibot {
namespace {

IBOT_GOLDEN_SUITE(GoldenKnn, "knn");

TEST_P(GoldenKnn, PredictionsAndAccuracy) {
  const nlohmann::json& settings = golden().settings();
  const std::vector<std::int64_t> k = settings.at("k");
  const auto results = evaluate::knn_classify(
      test::tensor_of(golden(), "in.train"), test::tensor_of(golden(), "in.train_labels").to(at::kLong),
      test::tensor_of(golden(), "in.test"), test::tensor_of(golden(), "in.test_labels").to(at::kLong), k,
      settings.at("T"), settings.at("num_classes"));
  ASSERT_TRUE(results) << results.error().to_text();
  for (const evaluate::KnnResult& result : *results) {
    const std::string name = std::to_string(result.k);
    SCOPED_TRACE("k = " + name);
    EXPECT_EQ(test::values_of(result.predictions), golden().doubles("out.pred.k" + name));
    const nlohmann::json& expected = golden().json().at("results").at(name);
    EXPECT_NEAR(result.top1, expected.at("top1").get<double>(), 1e-9);
    // Classes without any weight are tied; the published sort leaves their order open.
    EXPECT_GE(result.top5, expected.at("top5_lower").get<double>() - 1e-9);
    EXPECT_LE(result.top5, expected.at("top5_upper").get<double>() + 1e-9);
  }
}

TEST(Knn, RefusesWhatDoesNotFit) {
  const at::Tensor two = at::ones({2, 3});
  const at::Tensor labels = at::zeros({2}, at::kLong);
  EXPECT_EQ(evaluate::knn_classify(two, labels, at::ones({1, 4}), at::zeros({1}, at::kLong), {1}, 0.07, 2)
                .error()
                .code,
            base::ErrorCode::InvalidArgument);
  EXPECT_EQ(evaluate::knn_classify(two, labels, two, labels, {3}, 0.07, 2).error().message,
            "k-NN: k of 3 with 2 pictures");
}

}  // namespace
}  // namespace ibot
