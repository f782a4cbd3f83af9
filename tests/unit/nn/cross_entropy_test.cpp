// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/nn/cross_entropy.h>

#include <ATen/TensorOperators.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/softmax.h>

#include <gtest/gtest.h>

namespace ibot::nn {
namespace {

TEST(SoftCrossEntropy, IsMinusTargetsTimesLogSoftmaxAndSoIsItsGradient) {
  const at::Tensor logits = at::randn({7, 19}, at::kDouble);
  // Rows of any weight, as the sum of several teacher views has.
  const at::Tensor targets =
      at::softmax(at::randn({7, 19}, at::kDouble), 1) * at::rand({7, 1}, at::kDouble) * 5;
  const at::Tensor ours = logits.clone().requires_grad_();
  const at::Tensor plain = logits.clone().requires_grad_();
  const at::Tensor loss = soft_cross_entropy(ours, targets, 0.1);
  const at::Tensor expected = -(targets * at::log_softmax(plain / 0.1, 1)).sum();
  EXPECT_NEAR(loss.item<double>(), expected.item<double>(), 1e-10 * expected.abs().item<double>());
  (loss * 3).backward();
  (expected * 3).backward();
  EXPECT_TRUE(ours.grad().allclose(plain.grad(), 1e-10, 1e-12));
  EXPECT_FALSE(targets.requires_grad());
}

TEST(SoftCrossEntropy, ComputesInTheDtypeOfTheTargets) {
  const at::Tensor logits = at::randn({4, 8}).to(at::kBFloat16).requires_grad_();
  const at::Tensor targets = at::softmax(at::randn({4, 8}), 1);
  const at::Tensor loss = soft_cross_entropy(logits, targets, 0.1);
  EXPECT_EQ(loss.scalar_type(), at::kFloat);
  loss.backward();
  EXPECT_EQ(logits.grad().scalar_type(), at::kBFloat16);
}

}  // namespace
}  // namespace ibot::nn
