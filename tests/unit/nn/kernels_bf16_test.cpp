// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../../core/nn/src/kernels_bf16.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/gelu_backward.h>
#include <ATen/ops/isnan.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tensor.h>

#include <gtest/gtest.h>

#include <cmath>

namespace ibot::nn::kernels::bf16 {
namespace {

// Of the result after rounding to bf16: half a unit in its last place, and a little for the function itself.
void expect_rounded(const at::Tensor& actual, const at::Tensor& exact) {
  const at::Tensor difference = (actual.to(at::kDouble) - exact).abs();
  const at::Tensor allowed = exact.abs() / 256 + 1e-6;
  EXPECT_TRUE(difference.le(allowed).all().item<bool>()) << (difference / allowed).max().item<double>();
}

at::Tensor grid() {
  return (at::arange(-4000, 4001, at::kFloat) / 400).to(at::kBFloat16);
}

TEST(Bf16Kernels, GeluIsTheExactOneRounded) {
  const at::Tensor u = grid();
  expect_rounded(bf16::gelu(u), at::gelu(u.to(at::kDouble)));
}

TEST(Bf16Kernels, GradientOfGeluGoesWithItsValue) {
  const at::Tensor u = grid();
  const at::Tensor dg = at::randn(u.sizes()).to(at::kBFloat16);
  at::Tensor du = dg.clone();
  const at::Tensor g = gelu_and_gradient_(du, u);
  EXPECT_TRUE(g.equal(bf16::gelu(u)));
  expect_rounded(du, at::gelu_backward(dg.to(at::kDouble), u.to(at::kDouble)));
}

TEST(Bf16Kernels, SoftmaxOfRowsOfAnyLength) {
  for (const std::int64_t n : {1, 2, 5, 10, 15, 16, 17, 37, 65, 145, 511, 512}) {
    const at::Tensor s = (at::randn({7, n}) * 20).to(at::kBFloat16);
    at::Tensor p = s.clone();
    scaled_softmax_(p, 0.35);
    const at::Tensor exact = at::softmax(s.to(at::kDouble) * 0.35, -1);
    expect_rounded(p, exact);
    const at::Tensor gradient = at::randn({7, n}).to(at::kBFloat16);
    at::Tensor ds = gradient.clone();
    scaled_softmax_backward_(ds, p, 0.35);
    const at::Tensor dp = gradient.to(at::kDouble), q = p.to(at::kDouble);
    const at::Tensor expected = 0.35 * q * (dp - (q * dp).sum(-1, true));
    EXPECT_LT((ds.to(at::kDouble) - expected).abs().max().item<double>(), 4e-3) << n;
  }
}

TEST(Bf16Kernels, LargeScoresDoNotOverflow) {
  at::Tensor s = at::tensor({3e38F, 3e38F, -3e38F, 0.0F}).view({1, 4}).to(at::kBFloat16);
  scaled_softmax_(s, 1.0);
  expect_rounded(s, at::tensor({0.5, 0.5, 0.0, 0.0}, at::kDouble).view({1, 4}));
}

// What is not finite must come out again: a run stops at it.
TEST(Bf16Kernels, NotANumberIsNotLost) {
  for (const std::int64_t place : {0, 3, 20, 36}) {
    at::Tensor s = at::randn({2, 37}).to(at::kBFloat16);
    s[0][place] = NAN;
    at::Tensor u = s.clone();
    EXPECT_TRUE(at::isnan(bf16::gelu(u))[0][place].item<bool>());
    scaled_softmax_(s, 1.0);
    EXPECT_TRUE(at::isnan(s[0]).all().item<bool>()) << place;
    EXPECT_FALSE(at::isnan(s[1]).any().item<bool>());
  }
}

}  // namespace
}  // namespace ibot::nn::kernels::bf16
