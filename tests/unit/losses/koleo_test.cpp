// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../../plugins/losses/koleo/koleo.h"

#include <ibot/dist/collectives.h>

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>

#include <gtest/gtest.h>

#include <cmath>

namespace ibot::losses {
namespace {

constexpr train::Read kTokens = {train::Network::Student, train::Rows::ClsGlobal, train::Stage::Tokens};

// Unit circle; each crop's images by their angles in radians.
at::Tensor tokens_at(const std::vector<double>& angles) {
  std::vector<double> values;
  for (const double angle : angles) values.insert(values.end(), {std::cos(angle), std::sin(angle)});
  return at::tensor(values, at::kDouble).view({-1, 2});
}

train::LossResult koleo_of(const at::Tensor& tokens, std::int64_t crops) {
  KoLeo term({}, {});
  train::StepOutputs outputs;
  outputs.global_crops = crops;
  outputs.images = tokens.size(0) / crops;
  outputs.set(kTokens, tokens);
  const auto collectives = dist::null_collectives();
  return term.compute(outputs, {.epoch = 0, .step = 0, .collectives = collectives.get()});
}

double chord(double angle) {
  return 2 * std::sin(angle / 2);
}

TEST(KoLeo, IsTheMeanLogarithmOfTheNearestDistance) {
  // Nearest of 0 and of 0.4 is each other, of 1.5 it is 0.4.
  const double expected = -(2 * std::log(chord(0.4)) + std::log(chord(1.1))) / 3;
  EXPECT_NEAR(koleo_of(tokens_at({0, 0.4, 1.5}), 1).loss.item<double>(), expected, 1e-6);
  // Lengths do not count.
  EXPECT_NEAR(koleo_of(tokens_at({0, 0.4, 1.5}) * 7, 1).loss.item<double>(), expected, 1e-6);
}

TEST(KoLeo, LooksAtEachCropByItself) {
  // The second crop's images lie on those of the first, which counts for nothing.
  const double one = koleo_of(tokens_at({0, 1}), 1).loss.item<double>();
  EXPECT_NEAR(koleo_of(tokens_at({0, 1, 0, 1}), 2).loss.item<double>(), 2 * one, 1e-9);
}

TEST(KoLeo, PushesNeighboursApart) {
  const at::Tensor tokens = tokens_at({0, 0.3, 2}).requires_grad_();
  koleo_of(tokens, 1).loss.backward();
  const at::Tensor moved = tokens.detach() - 0.01 * tokens.grad();
  EXPECT_GT((moved[0] - moved[1]).norm().item<double>(), (tokens[0] - tokens[1]).norm().item<double>());
}

TEST(KoLeo, StaysFiniteWhereTokensCoincide) {
  const at::Tensor tokens = tokens_at({1, 1, 1}).requires_grad_();
  const train::LossResult result = koleo_of(tokens, 1);
  result.loss.backward();
  EXPECT_TRUE(std::isfinite(result.loss.item<double>()));
  EXPECT_TRUE(tokens.grad().isfinite().all().item<bool>());
}

TEST(KoLeo, HasNothingToSayAboutOneImage) {
  EXPECT_FALSE(koleo_of(tokens_at({1, 2}), 2).loss.defined());
}

}  // namespace
}  // namespace ibot::losses
