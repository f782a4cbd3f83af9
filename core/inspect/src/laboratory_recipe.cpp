// SPDX-License-Identifier: GPL-3.0-or-later
#include "laboratory_recipe.h"

#include <ibot/base/text.h>
#include <ibot/nn/backbone.h>
#include <ibot/params/layers.h>
#include <ibot/params/section.h>
#include <ibot/params/value.h>
#include <ibot/params/yaml_edit.h>
#include <ibot/plan/plugin_info.h>
#include <ibot/train/crop_settings.h>
#include <ibot/train/model.h>

#include <algorithm>

namespace ibot::inspect {
namespace {

constexpr std::size_t kKept = 8;

// What the options of data::MaskRatioOptions ask for, of any strategy that has them (core/plan does the
// same).
std::vector<protocol::ShareRange> asked_shares(const params::Values& values, std::int64_t epoch) {
  const auto list = [&](const char* key) {
    const auto found = values.find(key);
    const auto* numbers = found == values.end() ? nullptr : std::get_if<std::vector<double>>(&found->second);
    return numbers == nullptr ? std::vector<double>() : *numbers;
  };
  const auto start = values.find("start_epoch");
  const auto* first = start == values.end() ? nullptr : std::get_if<std::int64_t>(&start->second);
  const std::vector<double> ratios = list("ratio");
  const std::vector<double> variances = list("variance");
  if (ratios.empty() || variances.empty()) return {};
  if (first != nullptr && epoch < *first) return {{0, 0}};
  std::vector<protocol::ShareRange> asked;
  for (std::size_t i = 0; i < ratios.size(); ++i) {
    const double variance = variances[variances.size() == ratios.size() ? i : 0];
    asked.push_back({std::clamp(ratios[i] - variance, 0.0, 1.0), std::clamp(ratios[i] + variance, 0.0, 1.0)});
  }
  return asked;
}

}  // namespace

std::vector<protocol::ShareRange> asked_of(const DrawingRecipe& recipe, std::int64_t epoch) {
  return asked_shares(recipe.plan.mask().content.values, epoch);
}

base::Result<const DrawingRecipe*> DrawingRecipes::get(const protocol::RecipeText& recipe,
                                                       const std::string& masking) {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.masking == masking && entry.recipe == recipe;
  });
  if (found != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, found);
    return entries_.front().made.get();
  }
  IBOT_TRY(auto made, make(recipe, masking));
  entries_.push_front({recipe, masking, std::move(made)});
  if (entries_.size() > kKept) entries_.pop_back();
  return entries_.front().made.get();
}

base::Result<plan::Plan> DrawingRecipes::plan_of(const plan::PlanRequest& request) const {
  plan::PlanResult result = plan::make_plan(request);
  if (!result.plan) return params::to_error(result.diagnostics);
  return std::move(*result.plan);
}

base::Result<plan::Plan> DrawingRecipes::with_masking(const plan::Plan& plan,
                                                      const std::string& masking) const {
  IBOT_TRY(const plugin::PluginRecord* other, loader_.find(plugin::Kind::Masking, masking));
  params::Node node = params::Node::mapping();
  node.at(params::kPluginKey) = params::Node::scalar(masking, false);
  const plan::PluginInfo info = plan::plugin_info(other->manifest);
  for (const params::Definition& definition : info.schema.definitions()) {
    const auto value = plan.mask().content.values.find(definition.key);
    if (value == plan.mask().content.values.end() || params::type_of(value->second) != definition.type)
      continue;
    params::Node* at = &node;
    for (const std::string& part : base::split(definition.key, '.')) {
      if (at->kind == params::Node::Kind::Null) *at = params::Node::mapping();
      at = &at->at(part);
    }
    *at = params::to_node(value->second);
  }
  plan::PlanRequest request;
  IBOT_TRY(request.text, params::set_yaml(plan.to_yaml(), "mask", node));
  request.plugins = plan::usable_plugins(loader_);
  return plan_of(request);
}

base::Result<std::unique_ptr<DrawingRecipe>> DrawingRecipes::make(const protocol::RecipeText& recipe,
                                                                  const std::string& masking) {
  plan::PlanRequest request;
  request.file = recipe.file;
  request.text = recipe.text;
  request.overrides = recipe.overrides;
  request.plugins = plan::usable_plugins(loader_);
  IBOT_TRY(plan::Plan plan, plan_of(request));
  if (!masking.empty() && masking != plan.mask().plugin->id) {
    base::Result<plan::Plan> other = with_masking(plan, masking);
    if (!other) return other.error().with_context("with masking plugin " + masking);
    plan = std::move(*other);
  }
  IBOT_CHECK_OK(loader_.load(plugin::Kind::Masking, plan.mask().plugin->id));
  IBOT_TRY(auto masks, train::make_mask_strategy(plan, loader_.registry()));
  IBOT_TRY(const std::int64_t cell, mask_cell(plan));
  data::MultiCropSettings settings = train::crop_settings(plan, *masks, cell);
  if (settings.crops.global.size < cell) {
    return base::Error{
        base::ErrorCode::InvalidArgument,
        base::str("global crops of ", settings.crops.global.size, " px with patches of ", cell, " px"),
        "crops of at least one patch", ""};
  }
  return std::make_unique<DrawingRecipe>(
      DrawingRecipe{std::move(plan), std::move(masks), std::move(settings)});
}

base::Result<std::int64_t> DrawingRecipes::mask_cell(const plan::Plan& plan) {
  const plan::ResolvedSection& section = plan.backbone();
  const auto patch = section.content.values.find("patch");
  if (patch != section.content.values.end()) {
    const auto* side = std::get_if<std::int64_t>(&patch->second);
    if (side != nullptr && *side > 0) return *side;
  }
  // A backbone that declares no patch is asked, as training asks it. Making one takes time: once for each.
  std::string name = section.plugin->id + base::str(plan.crops().global.size);
  for (const auto& [key, value] : section.content.values) name += "\n" + key + params::to_text(value);
  if (name != cell_of_) {
    IBOT_CHECK_OK(loader_.load(plugin::Kind::Backbone, section.plugin->id));
    IBOT_TRY(const auto backbone, train::build_backbone(plan, loader_.registry(), false));
    cell_ = backbone->patch_size();
    cell_of_ = name;
  }
  return cell_;
}

}  // namespace ibot::inspect
