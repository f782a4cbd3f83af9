// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a recipe: a plan or reasons, and a plan reads back from its own YAML with the same hashes.
#include <ibot/plan/diff.h>
#include <ibot/plan/explain.h>
#include <ibot/plan/plan.h>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdlib>
#include <iostream>

namespace {

using namespace ibot;

struct VitLike {
  std::string size = "small";
  std::int64_t patch = 16, dim = 0, depth = 0, heads = 0;
  double mlp_ratio = 4, drop_path = 0.1, layer_scale = 0;
  bool qkv_bias = true;

  static void describe(params::Describer& d, VitLike& o) {
    d.field("size", o.size).choices({"tiny", "small", "base", "large"});
    d.field("patch", o.patch).at_least(1);
    d.field("dim", o.dim).at_least(0);
    d.field("depth", o.depth).at_least(0);
    d.field("heads", o.heads).at_least(0);
    d.field("mlp_ratio", o.mlp_ratio).above(0);
    d.field("drop_path", o.drop_path);
    d.field("layer_scale", o.layer_scale);
    d.field("qkv_bias", o.qkv_bias);
  }
};

struct MaskLike {
  std::vector<double> ratio = {0.3}, variance = {0.0};
  std::int64_t start_epoch = 0;

  static void describe(params::Describer& d, MaskLike& o) {
    d.field("ratio", o.ratio);
    d.field("variance", o.variance);
    d.field("start_epoch", o.start_epoch);
  }
};

struct LossLike {
  double teacher_temp = 0.07;
  double warmup_teacher_temp_epochs = 3;

  static void describe(params::Describer& d, LossLike& o) {
    d.field("teacher_temp", o.teacher_temp);
    d.field("warmup_teacher_temp_epochs", o.warmup_teacher_temp_epochs);
  }
};

std::vector<plan::PluginInfo> plugins() {
  return {{plugin::Kind::Backbone, "vit", "1", "", params::schema_of<VitLike>(), ""},
          {plugin::Kind::Masking, "block", "1", "", params::schema_of<MaskLike>(), ""},
          {plugin::Kind::Masking, "none", "1", "", {}, ""},
          {plugin::Kind::Loss, "ibot_cls", "1", "", params::schema_of<LossLike>(), ""},
          {plugin::Kind::Loss, "ibot_patch", "1", "", params::schema_of<LossLike>(), ""},
          {plugin::Kind::Evaluator, "knn", "1", "", {}, ""}};
}

void require(bool condition, const char* what) {
  if (condition) return;
  std::cerr << "promise broken: " << what << '\n';
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<plan::PluginInfo> kPlugins = plugins();
  plan::PlanRequest request;
  request.text = std::string(reinterpret_cast<const char*>(data), size);
  request.plugins = kPlugins;
  request.dataset = plan::DatasetFacts{1000, 10};
  request.machine.emplace().memory_bytes = std::uint64_t{1} << 34;
  const plan::PlanResult first = plan::make_plan(request);
  require(first.plan.has_value() != params::has_errors(first.diagnostics), "either a plan or errors");
  if (!first.plan) return 0;
  plan::explain(*first.plan);
  first.plan->to_json().dump();
  request.text = first.plan->to_yaml();
  const plan::PlanResult second = plan::make_plan(request);
  require(second.plan.has_value(), "a plan's own YAML gives a plan");
  require(second.plan->hashes() == first.plan->hashes(), "with the same hashes");
  require(plan::diff(*first.plan, *second.plan).empty(), "and no difference");
  return 0;
}
