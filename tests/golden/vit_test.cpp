// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../plugins/backbones/vit/vit.h"

#include "engine_support.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>

#include <numeric>

namespace ibot {
namespace {

using test::expect_golden;
using test::tensor_of;

IBOT_GOLDEN_SUITE(GoldenVit, "vit");

vit::VitOptions options_of(const nlohmann::json& settings) {
  vit::VitOptions options;
  options.patch = settings.at("patch");
  options.dim = settings.at("dim");
  options.depth = settings.at("depth");
  options.heads = settings.at("heads");
  options.mlp_ratio = settings.at("mlp_ratio");
  options.qkv_bias = settings.value("qkv_bias", true);
  options.layer_scale = settings.value("init_values", 0.0);
  options.mean_pooling = settings.value("use_mean_pooling", false);
  options.drop_path = settings.value("drop_path_rate", 0.0);
  return options;
}

nn::BackboneInput input_of(const at::Tensor& images, const at::Tensor& mask = {}) {
  nn::BackboneInput input;
  input.groups.push_back({images, mask});
  return input;
}

// Packed rows [n * tokens, D] of one group as [n, tokens, D].
at::Tensor unpack(const at::Tensor& rows, std::int64_t samples) {
  return rows.view({samples, -1, rows.size(1)});
}

std::vector<std::string> sizes_of(const test::GoldenCase& golden) {
  std::vector<std::string> names;
  for (const std::string& key : golden.keys("in.x.")) names.push_back(key.substr(5));
  return names;
}

TEST_P(GoldenVit, ForwardAtEverySize) {
  for (const std::string& size : sizes_of(golden())) {
    SCOPED_TRACE(size);
    const at::Tensor x = tensor_of(golden(), "in.x." + size);
    vit::Vit network(options_of(golden().settings()), golden().settings().at("img_size"), true);
    test::load_golden_state(golden(), "param.", network);
    const at::NoGradGuard no_grad;
    const at::Tensor plain = unpack(network.forward(input_of(x)), x.size(0));
    expect_golden(golden(), "out.unmasked." + size, plain);
    if (golden().has("out.cls." + size)) expect_golden(golden(), "out.cls." + size, plain.select(1, 0));
    if (golden().has("out.masked." + size)) {
      const at::Tensor mask = test::mask_of(golden(), "in.mask." + size);
      expect_golden(golden(), "out.masked." + size, unpack(network.forward(input_of(x, mask)), x.size(0)));
    }
    if (golden().has("out.pos." + size))
      expect_golden(golden(), "out.pos." + size, network.positions(x.size(2), x.size(3)));
  }
}

TEST_P(GoldenVit, AttentionOfEveryQuery) {
  for (const std::string& size : sizes_of(golden())) {
    if (!golden().has("out.lastattn." + size)) continue;
    SCOPED_TRACE(size);
    const nn::ImageGroup group{tensor_of(golden(), "in.x." + size).narrow(0, 0, 1), {}};
    vit::Vit network(options_of(golden().settings()), golden().settings().at("img_size"), true);
    test::load_golden_state(golden(), "param.", network);
    std::vector<at::Tensor> rows;
    const std::int64_t tokens = network.grid(group.images.size(2), group.images.size(3)).tokens();
    for (std::int64_t query = 0; query < tokens; ++query) {
      rows.push_back(network.attention_row(group, {}, network.depth() - 1, query));
    }
    expect_golden(golden(), "out.lastattn." + size, at::stack(rows, 2));
  }
}

// The way of the views: one pass keeps the stream, from which any query and the last tokens follow.
TEST_P(GoldenVit, AttentionOfEveryQueryFromTheKeptStream) {
  int sizes = 0;
  for (const std::string& size : sizes_of(golden())) {
    if (!golden().has("out.lastattn." + size)) continue;
    SCOPED_TRACE(size);
    const nn::ImageGroup group{tensor_of(golden(), "in.x." + size).narrow(0, 0, 1), {}};
    vit::Vit network(options_of(golden().settings()), golden().settings().at("img_size"), true);
    test::load_golden_state(golden(), "param.", network);
    const auto stream = network.residual_stream(group, {});
    ASSERT_EQ(static_cast<std::int64_t>(stream.size()), network.depth() + 1);
    const std::int64_t last = network.depth() - 1;
    std::vector<std::int64_t> queries(
        static_cast<std::size_t>(network.grid(group.images.size(2), group.images.size(3)).tokens()));
    std::iota(queries.begin(), queries.end(), 0);
    expect_golden(golden(), "out.lastattn." + size,
                  network.attention_rows(stream[static_cast<std::size_t>(last)], last, queries));
    EXPECT_TRUE(network.final_tokens(stream.back()).equal(network.intermediate(group, {}, 1).front()));
    ++sizes;
  }
  if (sizes == 0) GTEST_SKIP() << "the case stores no attention";
}

TEST_P(GoldenVit, IntermediateTokens) {
  for (const std::string& size : sizes_of(golden())) {
    if (!golden().has("out.inter0." + size)) continue;
    SCOPED_TRACE(size);
    vit::Vit network(options_of(golden().settings()), golden().settings().at("img_size"), true);
    test::load_golden_state(golden(), "param.", network);
    std::int64_t count = 0;
    while (golden().has("out.inter" + std::to_string(count) + "." + size)) ++count;
    const auto tokens = network.intermediate({tensor_of(golden(), "in.x." + size), {}}, {}, count);
    for (std::int64_t i = 0; i < count; ++i) {
      expect_golden(golden(), "out.inter" + std::to_string(i) + "." + size,
                    tokens[static_cast<std::size_t>(i)]);
    }
  }
}

TEST_P(GoldenVit, Gradients) {
  int sizes = 0;
  // Only the native size has the gradient of every parameter.
  const std::string side = std::to_string(golden().settings().at("img_size").get<int>());
  const std::string native = side + "x" + side;
  for (const std::string& size : sizes_of(golden())) {
    if (!golden().has("in.w." + size)) continue;
    SCOPED_TRACE(size);
    vit::Vit network(options_of(golden().settings()), golden().settings().at("img_size"), true);
    test::load_golden_state(golden(), "param.", network);
    const at::Tensor x = tensor_of(golden(), "in.x." + size).requires_grad_();
    const at::Tensor y =
        unpack(network.forward(input_of(x, test::mask_of(golden(), "in.mask." + size))), x.size(0));
    (y * tensor_of(golden(), "in.w." + size)).sum().backward();
    test::expect_golden_gradients(golden(), "out.grad." + size + ".", network, size != native);
    if (golden().has("out.gradx." + size)) expect_golden(golden(), "out.gradx." + size, x.grad());
    ++sizes;
  }
  if (sizes == 0) GTEST_SKIP() << "the case stores no gradients by size";
}

TEST_P(GoldenVit, DropPath) {
  if (!golden().has("in.uniform")) GTEST_SKIP() << "the case has no stochastic depth";
  const nlohmann::json& settings = golden().settings();
  const vit::VitOptions options = options_of(settings);
  vit::Vit network(options, settings.at("img_size"), false);
  test::load_golden_state(golden(), "param.", network);
  nn::BackboneInput input = input_of(tensor_of(golden(), "in.x"));
  // The stored draws leave out blocks of rate 0; ours have two rows for every block.
  const at::Tensor draws = tensor_of(golden(), "in.uniform");
  at::Tensor uniform = at::zeros({2 * options.depth, draws.size(1)}, at::kDouble);
  std::int64_t call = 0;
  for (std::int64_t block = 0; block < options.depth; ++block) {
    if (settings.at("rate_per_block").at(static_cast<std::size_t>(block)).get<double>() <= 0) continue;
    uniform.select(0, 2 * block).copy_(draws.select(0, call++));
    uniform.select(0, 2 * block + 1).copy_(draws.select(0, call++));
  }
  ASSERT_EQ(call, draws.size(0));
  input.drop_path_uniform = uniform;
  const at::Tensor y = unpack(network.forward(input), input.groups[0].images.size(0));
  expect_golden(golden(), "out.y", y);
  (y * tensor_of(golden(), "in.w")).sum().backward();
  test::expect_golden_gradients(golden(), "out.grad.", network, false);
}

// Crops of all sizes in one packed pass give what each gives alone, and chosen rows are those rows.
TEST_P(GoldenVit, PackedSizesAndChosenRows) {
  const std::vector<std::string> sizes = sizes_of(golden());
  if (sizes.size() < 2) GTEST_SKIP() << "the case has one size";
  vit::Vit network(options_of(golden().settings()), golden().settings().at("img_size"), true);
  test::load_golden_state(golden(), "param.", network);
  nn::BackboneInput input;
  std::vector<at::Tensor> expected;
  for (const std::string& size : sizes) {
    input.groups.push_back({tensor_of(golden(), "in.x." + size), test::mask_of(golden(), "in.mask." + size)});
    if (!golden().has("out.masked." + size)) GTEST_SKIP() << "no masked output for " << size;
    expected.push_back(tensor_of(golden(), "out.masked." + size).flatten(0, 1));
  }
  const at::Tensor all = at::cat(expected);
  const test::Tolerance tolerance = golden().tolerance("out.masked");
  const at::NoGradGuard no_grad;
  test::expect_close(test::values_of(network.forward(input)), test::values_of(all), tolerance, "packed");
  const std::vector<std::int64_t> wanted = {0, 3, all.size(0) - 1, 5};
  input.rows = at::zeros({4}, at::kLong);
  for (std::int64_t i = 0; i < 4; ++i) input.rows.select(0, i).fill_(wanted[static_cast<std::size_t>(i)]);
  test::expect_close(test::values_of(network.forward(input)),
                     test::values_of(all.index_select(0, input.rows)), tolerance, "chosen rows");
}

}  // namespace
}  // namespace ibot
