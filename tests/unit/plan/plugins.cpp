// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugins.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace ibot::plan::test {
namespace {

using params::Definition;
using params::Type;

Definition define(std::string key, Type type, params::Value value) {
  Definition definition;
  definition.key = std::move(key);
  definition.type = type;
  definition.default_value = std::move(value);
  return definition;
}

PluginInfo plugin_of(plugin::Kind kind, std::string id, std::vector<Definition> definitions) {
  PluginInfo info{kind, std::move(id), "1.0.0", "A stand-in.", {}, std::string(64, 'a')};
  for (Definition& definition : definitions) info.schema.add(std::move(definition));
  return info;
}

PluginInfo vit() {
  Definition size = define("size", Type::Text, std::string("small"));
  size.choices = {"tiny", "small", "base", "large"};
  Definition patch = define("patch", Type::Integer, std::int64_t{16});
  patch.minimum = 1;
  return plugin_of(plugin::Kind::Backbone, "vit",
                   {size, patch, define("dim", Type::Integer, std::int64_t{0}),
                    define("depth", Type::Integer, std::int64_t{0}),
                    define("heads", Type::Integer, std::int64_t{0}), define("mlp_ratio", Type::Real, 4.0),
                    define("qkv_bias", Type::Boolean, true), define("drop_path", Type::Real, 0.1),
                    define("layer_scale", Type::Real, 0.0), define("mean_pooling", Type::Boolean, false)});
}

std::vector<Definition> temperatures() {
  return {define("warmup_teacher_temp", Type::Real, 0.04), define("teacher_temp", Type::Real, 0.07),
          define("warmup_teacher_temp_epochs", Type::Integer, std::int64_t{30})};
}

std::vector<Definition> ratios() {
  return {define("ratio", Type::RealList, std::vector<double>{0.3}),
          define("variance", Type::RealList, std::vector<double>{0.0}),
          define("start_epoch", Type::Integer, std::int64_t{0})};
}

}  // namespace

std::vector<PluginInfo> plugins() {
  Definition glitter = define("glitter.amount", Type::Real, 0.5);
  glitter.minimum = 0;
  glitter.maximum = 1;
  glitter.help = "How much.";
  return {
      vit(),
      plugin_of(plugin::Kind::Loss, "ibot_cls", temperatures()),
      plugin_of(plugin::Kind::Loss, "ibot_patch", temperatures()),
      plugin_of(plugin::Kind::Masking, "none", {}),
      plugin_of(plugin::Kind::Masking, "random", ratios()),
      plugin_of(plugin::Kind::Masking, "block", ratios()),
      plugin_of(plugin::Kind::Masking, "sparkle",
                {glitter, define("colour", Type::Text, std::string("gold"))}),
      plugin_of(plugin::Kind::Evaluator, "knn",
                {define("k", Type::Integer, std::int64_t{20}), define("temperature", Type::Real, 0.07),
                 define("data", Type::Text, std::string()), define("resize", Type::Integer, std::int64_t{0}),
                 define("crop", Type::Integer, std::int64_t{0})}),
      plugin_of(plugin::Kind::Evaluator, "part_clusters",
                {define("clusters", Type::Integer, std::int64_t{20}),
                 define("crop", Type::Integer, std::int64_t{0})})};
}

PlanRequest request(std::string text, std::vector<std::string> overrides) {
  PlanRequest request;
  if (!text.empty()) request.text = std::move(text);
  request.overrides = std::move(overrides);
  request.plugins = plugins();
  return request;
}

Plan plan_of(const PlanRequest& request) {
  PlanResult result = make_plan(request);
  EXPECT_TRUE(result.plan.has_value()) << to_text(result.diagnostics);
  if (!result.plan) throw std::runtime_error("no plan");
  return *result.plan;
}

Plan plan_of(std::string text, std::vector<std::string> overrides) {
  return plan_of(request(std::move(text), std::move(overrides)));
}

std::string messages(const PlanRequest& request) {
  PlanResult result = make_plan(request);
  EXPECT_EQ(result.plan.has_value(), !params::has_errors(result.diagnostics));
  for (params::Diagnostic& diagnostic : result.diagnostics) {
    if (diagnostic.where.kind == params::Origin::Kind::File) diagnostic.where.source = "x";
  }
  return to_text(result.diagnostics);
}

std::string errors(std::string text, std::vector<std::string> overrides) {
  PlanResult result = make_plan(request(std::move(text), std::move(overrides)));
  std::erase_if(result.diagnostics, [](const params::Diagnostic& diagnostic) {
    return diagnostic.severity != params::Severity::Error;
  });
  for (params::Diagnostic& diagnostic : result.diagnostics) {
    if (diagnostic.where.kind == params::Origin::Kind::File) diagnostic.where.source = "x";
  }
  return to_text(result.diagnostics);
}

std::string warnings(std::string text, std::vector<std::string> overrides) {
  PlanResult result = make_plan(request(std::move(text), std::move(overrides)));
  EXPECT_TRUE(result.plan.has_value()) << to_text(result.diagnostics);
  return to_text(result.diagnostics);
}

}  // namespace ibot::plan::test
