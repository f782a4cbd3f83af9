// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine_support.h"

#include <ibot/nn/head.h>

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>

namespace ibot {
namespace {

using test::expect_golden;
using test::tensor_of;

IBOT_GOLDEN_SUITE(GoldenHead, "head");

nn::Head::Shape shape_of(const nlohmann::json& settings) {
  nn::Head::Shape shape;
  shape.in_dim = settings.at("in_dim");
  shape.options.out_dim = settings.at("out_dim");
  shape.options.hidden_dim = settings.at("hidden_dim");
  shape.options.bottleneck_dim = settings.at("bottleneck_dim");
  shape.options.patch_out_dim = settings.value("patch_out_dim", shape.options.out_dim);
  shape.options.layers = settings.at("nlayers");
  shape.options.activation = settings.value("act", "gelu");
  const auto name = [&](const char* key) {
    return settings.contains(key) && settings.at(key).is_string() ? settings.at(key).get<std::string>()
                                                                  : "none";
  };
  shape.options.norm = name("norm");
  shape.options.last_norm = name("last_norm");
  shape.patch_head = settings.at("cls") == "iBOTHead";
  shape.shared = settings.value("shared_head", false);
  shape.train_weight_g = !settings.value("norm_last_layer", true);
  return shape;
}

// Outputs, gradients and buffers of one or more calls in training mode.
TEST_P(GoldenHead, CallsInTrainingMode) {
  const nlohmann::json& settings = golden().settings();
  nn::Head head(shape_of(settings));
  test::load_golden_state(golden(), "param.", head);
  const int calls = settings.at("calls");
  for (int call = 0; call < calls; ++call) {
    const std::string suffix = golden().has("in.x") ? "" : ".call" + std::to_string(call);
    SCOPED_TRACE("call " + std::to_string(call));
    const at::Tensor x = tensor_of(golden(), "in.x" + suffix).requires_grad_();
    at::Tensor loss;
    if (x.dim() == 2) {
      const at::Tensor cls = head.cls_logits(head.bottleneck(x, true), true);
      expect_golden(golden(), "out.cls" + suffix, cls);
      loss = (cls * tensor_of(golden(), "in.w_cls" + suffix)).sum();
    } else {
      const at::Tensor z = head.bottleneck(x.flatten(0, 1), true).view({x.size(0), x.size(1), -1});
      const at::Tensor cls = head.cls_logits(z.select(1, 0), true);
      const at::Tensor patch = head.patch_logits(z.narrow(1, 1, x.size(1) - 1).flatten(0, 1), true)
                                   .view({x.size(0), x.size(1) - 1, -1});
      expect_golden(golden(), "out.cls" + suffix, cls);
      expect_golden(golden(), "out.patch" + suffix, patch);
      loss = (cls * tensor_of(golden(), "in.w_cls" + suffix)).sum() +
             (patch * tensor_of(golden(), "in.w_patch" + suffix)).sum();
    }
    test::clear_gradients(head);
    loss.backward();
    expect_golden(golden(), "out.gradx" + suffix, x.grad());
    test::expect_golden_gradients(golden(), suffix.empty() ? "out.grad." : "out.grad" + suffix + ".", head,
                                  false);
  }
  for (const std::string& key : golden().keys("out.buffer.")) {
    bool found = false;
    for (const nn::NamedTensor& named : head.state()) {
      if ("out.buffer." + named.name != key) continue;
      expect_golden(golden(), key, *named.tensor);
      found = true;
    }
    EXPECT_TRUE(found) << key;
  }
}

// What the patch centre rests on: logits are linear in the bottleneck.
TEST_P(GoldenHead, LogitsOfTheMeanAreTheMeanOfLogits) {
  nn::Head head(shape_of(golden().settings()));
  if (head.uses_batch_statistics()) GTEST_SKIP() << "batch statistics are not row-wise";
  test::load_golden_state(golden(), "param.", head);
  const std::string key = golden().has("in.x") ? "in.x" : "in.x.call0";
  const at::Tensor x = tensor_of(golden(), key);
  const at::Tensor z = head.bottleneck(x.reshape({-1, x.size(-1)}), true);
  test::expect_close(test::values_of(head.cls_logits(z.mean(0, true), true)),
                     test::values_of(head.cls_logits(z, true).mean(0, true)), {1e-12, 1e-12}, "mean");
}

}  // namespace
}  // namespace ibot
