// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/nn/block.h>
#include <ibot/nn/init.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>

#include <gtest/gtest.h>

namespace ibot::nn {
namespace {

// A block of awkward sizes: nothing is a multiple of a vector's width.
struct Fixture {
  Fixture(at::ScalarType master, at::ScalarType working, double layer_scale)
      : block({.dim = 36,
               .heads = 3,
               .mlp_hidden = 50,
               .qkv_bias = true,
               .norm_eps = 1e-6,
               .layer_scale = layer_scale}) {
    const Initializer init(3);
    int index = 0;
    for (const NamedParameter& named : block.parameters()) {
      at::Tensor value = named.parameter->value.detach();
      init.truncated_normal("p" + std::to_string(index++), value, 0.3);
      if (named.name.ends_with("weight") && value.dim() == 1) value.add_(1);
    }
    block.to(at::kCPU, master, working);
    x = at::empty({2 * 5 + 3 * 7, 36}, at::kFloat);
    init.truncated_normal("x", x, 1);
    w = at::empty({x.size(0), 36}, at::kFloat);
    init.truncated_normal("w", w, 1);
    at::Tensor scale = at::empty({x.size(0)}, at::kFloat);
    init.uniform("scale", scale, 1);
    drop.attention = scale.abs().to(master);
    drop.mlp = scale.abs().add(0.5).to(master);
    x = x.to(master);
    w = w.to(master);
  }

  Block block;
  at::Tensor x, w;
  DropPathRows drop;
  std::vector<TokenSegment> segments = {{0, 2, 5}, {10, 3, 7}};
};

double largest(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

// The hand-written forward and backward against LibTorch's own, for all rows and for chosen ones.
void compare(at::ScalarType master, at::ScalarType working, double layer_scale, double tolerance) {
  for (const bool chosen : {false, true}) {
    Fixture ours(master, working, layer_scale);
    Fixture theirs(master, working, layer_scale);
    const at::Tensor rows = chosen ? at::tensor({0, 5, 10, 17, 24, 30}, at::kLong) : at::Tensor();
    const at::Tensor weights = chosen ? ours.w.index_select(0, rows) : ours.w;
    const at::Tensor x1 = ours.x.clone().requires_grad_();
    const at::Tensor x2 = theirs.x.clone().requires_grad_();
    const at::Tensor y1 = ours.block.forward(x1, ours.segments, ours.drop, rows);
    const at::Tensor y2 = theirs.block.forward_composed(x2, theirs.segments, theirs.drop, rows);
    EXPECT_LT(largest(y1, y2), tolerance);
    (y1 * weights).sum().backward();
    (y2 * weights).sum().backward();
    EXPECT_LT(largest(x1.grad(), x2.grad()), tolerance * 10);
    const auto a = ours.block.parameters();
    const auto b = theirs.block.parameters();
    for (std::size_t i = 0; i < a.size(); ++i) {
      EXPECT_LT(largest(a[i].parameter->value.grad(), b[i].parameter->value.grad()), tolerance * 30)
          << a[i].name;
    }
  }
}

TEST(Block, EqualsItsCompositionInDouble) {
  compare(at::kDouble, at::kDouble, 0, 1e-11);
}
TEST(Block, EqualsItsCompositionInFloat) {
  compare(at::kFloat, at::kFloat, 0, 3e-5);
}
TEST(Block, EqualsItsCompositionWithLayerScale) {
  compare(at::kFloat, at::kFloat, 0.3, 3e-5);
}
TEST(Block, EqualsItsCompositionInBf16) {
  compare(at::kFloat, at::kBFloat16, 0, 0.15);
}

TEST(Block, IsTheSameWithoutAutograd) {
  Fixture fixture(at::kFloat, at::kBFloat16, 0);
  const at::Tensor with = fixture.block.forward(fixture.x, fixture.segments, fixture.drop);
  const at::NoGradGuard no_grad;
  const at::Tensor without = fixture.block.forward(fixture.x, fixture.segments, fixture.drop);
  EXPECT_TRUE(with.equal(without));
}

}  // namespace
}  // namespace ibot::nn
