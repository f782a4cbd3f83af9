// SPDX-License-Identifier: GPL-3.0-or-later
#include "plan_state.h"

#include <ibot/params/layers.h>
#include <ibot/params/value.h>
#include <ibot/params/yaml.h>
#include <ibot/plan/plan.h>
#include <ibot/plan/sections.h>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ibot::plan {
namespace {

constexpr int kJsonFormat = 1;

const ResolvedSection& section_named(const std::vector<ResolvedSection>& sections, std::string_view name) {
  const auto found = std::find_if(sections.begin(), sections.end(),
                                  [name](const ResolvedSection& section) { return section.name == name; });
  if (found == sections.end()) {
    throw base::Exception(
        {base::ErrorCode::Internal, "the plan has no section " + std::string(name), "", ""});
  }
  return *found;
}

std::vector<ResolvedSection> sections_named(const std::vector<ResolvedSection>& sections,
                                            std::string_view name) {
  std::vector<ResolvedSection> found;
  std::copy_if(sections.begin(), sections.end(), std::back_inserter(found),
               [name](const ResolvedSection& section) { return section.name == name; });
  return found;
}

template <class Options>
Options options_of(const std::vector<ResolvedSection>& sections, std::string_view name) {
  return params::bind<Options>(section_named(sections, name).content.values);
}

params::Node to_node(const ResolvedSection& section) {
  params::Node node = params::to_node(section.content.values, section.schema);
  if (!section.plugin) return node;
  params::Node with_plugin = params::Node::mapping();
  with_plugin.at(params::kPluginKey) = params::to_node(section.plugin->id);
  for (params::Node::Entry& entry : node.entries) with_plugin.entries.push_back(std::move(entry));
  return with_plugin;
}

template <class T>
void put(nlohmann::json& json, const char* key, const std::optional<T>& value) {
  if (value) json[key] = *value;
}

nlohmann::json to_json(const std::vector<CostPart>& parts) {
  nlohmann::json list = nlohmann::json::array();
  for (const CostPart& part : parts)
    list.push_back({{"name", part.name}, {"title", part.title}, {"bytes", part.bytes}});
  return list;
}

nlohmann::json to_json(const Derived& derived) {
  nlohmann::json json = {{"peak_lr", derived.peak_lr}};
  const auto put_crop = [&json](const char* key, const std::optional<CropTokens>& crop) {
    if (crop) json[key] = {{"grid", crop->grid}, {"tokens", crop->tokens}};
  };
  put_crop("global", derived.global);
  put_crop("local", derived.local);
  put(json, "student_tokens", derived.student_tokens);
  put(json, "teacher_tokens", derived.teacher_tokens);
  put(json, "backbone_parameters", derived.backbone_parameters);
  put(json, "head_parameters", derived.head_parameters);
  put(json, "effective_batch", derived.effective_batch);
  put(json, "steps_per_epoch", derived.steps_per_epoch);
  put(json, "total_steps", derived.total_steps);
  put(json, "warmup_steps", derived.warmup_steps);
  put(json, "total_images", derived.total_images);
  put(json, "memory_bytes", derived.memory_bytes);
  put(json, "checkpoint_bytes", derived.checkpoint_bytes);
  put(json, "disk_bytes", derived.disk_bytes);
  if (!derived.memory.empty()) json["memory"] = to_json(derived.memory);
  if (!derived.disk.empty()) json["disk"] = to_json(derived.disk);
  return json;
}

}  // namespace

RunOptions Plan::run() const {
  return options_of<RunOptions>(state_->sections, "");
}
data::DataOptions Plan::data() const {
  return options_of<data::DataOptions>(state_->sections, "data");
}
data::CropOptions Plan::crops() const {
  return options_of<data::CropOptions>(state_->sections, "crops");
}
nn::HeadOptions Plan::head() const {
  return options_of<nn::HeadOptions>(state_->sections, "head");
}
train::OptimizerOptions Plan::optimizer() const {
  return options_of<train::OptimizerOptions>(state_->sections, "optimizer");
}
train::TrainOptions Plan::train() const {
  return options_of<train::TrainOptions>(state_->sections, "train");
}
train::CheckpointOptions Plan::checkpoints() const {
  return options_of<train::CheckpointOptions>(state_->sections, "checkpoints");
}
train::ProbeOptions Plan::probes() const {
  return options_of<train::ProbeOptions>(state_->sections, "probes");
}

const ResolvedSection& Plan::backbone() const {
  return section_named(state_->sections, "backbone");
}
const ResolvedSection& Plan::mask() const {
  return section_named(state_->sections, "mask");
}
std::vector<ResolvedSection> Plan::losses() const {
  return sections_named(state_->sections, "losses");
}
std::vector<ResolvedSection> Plan::evaluators() const {
  return sections_named(state_->sections, "evaluators");
}

const std::vector<ResolvedSection>& Plan::sections() const {
  return state_->sections;
}
const PlanValues& Plan::values() const {
  return state_->values;
}
const Derived& Plan::derived() const {
  return state_->derived;
}
const Hashes& Plan::hashes() const {
  return state_->hashes;
}
int Plan::ranks() const {
  return state_->ranks;
}
const std::optional<DatasetFacts>& Plan::dataset() const {
  return state_->dataset;
}
const std::vector<std::filesystem::path>& Plan::files() const {
  return state_->files;
}

std::string Plan::to_yaml() const {
  // The section without a name comes first; its keys stand at the top.
  params::Node root =
      params::to_node(state_->sections.front().content.values, state_->sections.front().schema);
  for (const SectionInfo& info : plan::sections()) {
    if (info.name.empty()) continue;
    params::Node& node = root.at(info.name);
    // A list is written without elements too: its default may be another.
    if (info.is_list) node = params::Node::sequence({});
    for (const ResolvedSection& section : state_->sections) {
      if (section.name != info.name) continue;
      if (info.is_list) {
        node.items.push_back(to_node(section));
      } else {
        node = to_node(section);
      }
    }
  }
  return params::write_yaml(root);
}

nlohmann::json Plan::to_json() const {
  nlohmann::json values = nlohmann::json::object();
  nlohmann::json origins = nlohmann::json::object();
  for (const auto& [key, value] : state_->values) {
    values[key] = params::to_json(value.value);
    if (value.origin.kind != params::Origin::Kind::Default) origins[key] = params::to_json(value.origin);
  }
  nlohmann::json plugins = nlohmann::json::object();
  for (const ResolvedSection& section : state_->sections) {
    if (!section.plugin) continue;
    plugins[section.path] = {{"kind", plugin::to_string(section.plugin->kind)},
                             {"id", section.plugin->id},
                             {"version", section.plugin->version}};
  }
  const Hashes& hashes = state_->hashes;
  nlohmann::json json = {{"format", kJsonFormat},
                         {"ranks", state_->ranks},
                         {"values", values},
                         {"origins", origins},
                         {"plugins", plugins},
                         {"derived", plan::to_json(state_->derived)},
                         {"hashes",
                          {{"plan", hashes.plan},
                           {"config", hashes.config},
                           {"plugins", hashes.plugins},
                           {"data", hashes.data},
                           {"seed", hashes.seed}}}};
  if (state_->dataset) {
    json["dataset"] = {{"pictures", state_->dataset->pictures}, {"classes", state_->dataset->classes}};
  }
  return json;
}

}  // namespace ibot::plan
