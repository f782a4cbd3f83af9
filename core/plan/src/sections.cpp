// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/data/crop_options.h>
#include <ibot/data/options.h>
#include <ibot/nn/options.h>
#include <ibot/params/layers.h>
#include <ibot/plan/options.h>
#include <ibot/plan/sections.h>
#include <ibot/train/options.h>

#include <algorithm>

namespace ibot::plan {
namespace {

template <class Options>
SectionInfo fixed(std::string name, std::string title) {
  return {std::move(name), std::move(title), std::nullopt, false, params::schema_of<Options>()};
}

SectionInfo one_plugin(std::string name, std::string title, plugin::Kind kind) {
  return {std::move(name), std::move(title), kind, false, {}};
}

template <class Options>
SectionInfo plugin_list(std::string name, std::string title, plugin::Kind kind) {
  return {std::move(name), std::move(title), kind, true, params::schema_of<Options>()};
}

params::Node choice(std::string plugin) {
  params::Node node = params::Node::mapping();
  node.at(params::kPluginKey) = params::Node::scalar(std::move(plugin), false);
  return node;
}

}  // namespace

const std::vector<SectionInfo>& sections() {
  static const std::vector<SectionInfo> all = {
      fixed<RunOptions>("", "the run"),
      fixed<data::DataOptions>("data", "where pictures come from"),
      fixed<data::CropOptions>("crops", "crops and their colours"),
      one_plugin("backbone", "the network", plugin::Kind::Backbone),
      fixed<nn::HeadOptions>("head", "projection head and prototypes"),
      plugin_list<LossOptions>("losses", "terms of the objective", plugin::Kind::Loss),
      one_plugin("mask", "which patches the student does not see", plugin::Kind::Masking),
      fixed<train::OptimizerOptions>("optimizer", "optimiser and its schedules"),
      fixed<train::TrainOptions>("train", "the course of the run"),
      fixed<train::CheckpointOptions>("checkpoints", "what is kept"),
      fixed<train::ProbeOptions>("probes", "what is looked at while training"),
      plugin_list<EvaluatorOptions>("evaluators", "measured protocols", plugin::Kind::Evaluator),
  };
  return all;
}

const SectionInfo* find_section(std::string_view name) {
  const auto found = std::find_if(sections().begin(), sections().end(),
                                  [name](const SectionInfo& section) { return section.name == name; });
  return found == sections().end() ? nullptr : &*found;
}

params::Node default_configuration() {
  params::Node root = params::Node::mapping();
  root.at("backbone") = choice("vit");
  root.at("losses") = params::Node::sequence({choice("ibot_cls"), choice("ibot_patch")});
  root.at("mask") = choice("block");
  root.at("evaluators") = params::Node::sequence({});
  return root;
}

}  // namespace ibot::plan
