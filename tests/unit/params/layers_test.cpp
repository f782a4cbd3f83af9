// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/file.h>
#include <ibot/params/layers.h>
#include <ibot/params/yaml.h>
#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::params {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Node parse(std::string_view text) {
  Diagnostics diagnostics;
  auto node = read_yaml(text, {}, diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << to_text(diagnostics);
  return node.value_or(Node{});
}

const char* const kDefaults =
    "train: {epochs: 100, batch: 64}\n"
    "mask: {plugin: block}\n"
    "losses: [{plugin: ibot_cls, weight: 1.0}, {plugin: ibot_patch, weight: 1.0}]\n";

struct Overridden {
  Node root;
  std::string messages;
};

Overridden override_with(const std::vector<std::string>& assignments, const char* text = kDefaults) {
  Diagnostics diagnostics;
  Overridden result{parse(text), ""};
  apply_overrides(result.root, assignments, diagnostics);
  result.messages = to_text(diagnostics);
  return result;
}

TEST(Layers, LaterLayersWinKeyByKey) {
  const test::TempDir dir;
  std::filesystem::create_directories(dir / "base");
  std::filesystem::create_directories(dir / "recipes");
  ASSERT_TRUE(base::write_file_atomically(dir / "base/ibot.yaml", "train: {epochs: 200}\nseed: 1\n").ok());
  ASSERT_TRUE(base::write_file_atomically(dir / "recipes/small.yaml",
                                          "base: ../base/ibot.yaml\n# comment\ntrain:\n  batch: 32\n")
                  .ok());
  const std::vector<std::string> overrides = {"seed=7", "train.precision=fp32"};
  const Layers layers = load_layers(parse(kDefaults), dir / "recipes/small.yaml", overrides);
  EXPECT_EQ(to_text(layers.diagnostics), "");
  EXPECT_THAT(layers.files, ElementsAre(dir / "base/ibot.yaml", dir / "recipes/small.yaml"));
  EXPECT_EQ(
      write_yaml(layers.root),
      "train:\n  epochs: 200\n  batch: 32\n  precision: fp32\nmask:\n  plugin: block\n"
      "losses:\n  - plugin: ibot_cls\n    weight: 1.0\n  - plugin: ibot_patch\n    weight: 1.0\nseed: 7\n");
  const Node& train = *layers.root.find("train");
  EXPECT_EQ(to_text(train.find("epochs")->origin), (dir / "base/ibot.yaml").string() + ":1");
  EXPECT_EQ(to_text(train.find("batch")->origin), (dir / "recipes/small.yaml").string() + ":4");
  EXPECT_EQ(to_text(layers.root.find("seed")->origin), "--set seed=7");
  EXPECT_EQ(to_text(layers.root.find("mask")->find("plugin")->origin), "default");
}

TEST(Layers, CyclesAndMissingFilesAreNamedWhereTheyAreAskedFor) {
  const auto fixtures = test::source_dir() / "tests/fixtures/yaml";
  const Layers cycle = load_layers(parse(""), fixtures / "cycle_a.yaml", {});
  ASSERT_EQ(cycle.diagnostics.size(), 1U);
  EXPECT_THAT(to_text(cycle.diagnostics),
              HasSubstr("cycle_b.yaml:1:7: error: base: the chain of base files comes back"));
  const Layers missing = load_layers(parse(""), fixtures / "missing_base.yaml", {});
  EXPECT_THAT(to_text(missing.diagnostics), HasSubstr("missing_base.yaml:1:7: error: base: the base file"));
  const Layers list = load_layers(parse(""), fixtures / "list_at_top.yaml", {});
  EXPECT_THAT(to_text(list.diagnostics), HasSubstr("list_at_top.yaml:1:1: error: found a list"));
}

TEST(Layers, AnEditorsTextStandsForItsFile) {
  const test::TempDir dir;
  base::write_file_atomically(dir / "base.yaml", std::string_view("train: {epochs: 5, batch: 8}\n")).value();
  base::write_file_atomically(dir / "recipe.yaml", std::string_view("train: {batch: 1}\n")).value();
  const Layers held =
      load_layers(parse(kDefaults), dir / "recipe.yaml", {}, "base: base.yaml\ntrain:\n  batch: 32\n");
  EXPECT_TRUE(held.diagnostics.empty()) << to_text(held.diagnostics);
  EXPECT_EQ(held.root.find("train")->find("epochs")->text, "5");
  EXPECT_EQ(held.root.find("train")->find("batch")->text, "32");
  EXPECT_EQ(held.root.find("train")->find("batch")->origin.line, 3);
  EXPECT_EQ(
      load_layers(parse(kDefaults), dir / "unsaved.yaml", {}, "").root.find("train")->find("batch")->text,
      "64");
}

TEST(Merge, AnotherPluginBeginsItsGroupAfresh) {
  Diagnostics diagnostics;
  Node under = parse("mask: {plugin: block, ratio: [0.3]}");
  under.find("mask")->find("ratio")->origin = {Origin::Kind::File, "a.yaml", 1, 1};
  const Node same = merge(under, parse("mask: {plugin: block, variance: [0.1]}"), "", diagnostics);
  EXPECT_EQ(write_yaml(same), "mask:\n  plugin: block\n  ratio: [0.3]\n  variance: [0.1]\n");
  EXPECT_TRUE(diagnostics.empty());
  const Node other = merge(under, parse("mask: {plugin: random}"), "", diagnostics);
  EXPECT_EQ(write_yaml(other), "mask:\n  plugin: random\n");
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics[0].severity, Severity::Warning);
  EXPECT_THAT(
      diagnostics[0].message,
      HasSubstr("the plugin changes from \"block\" to \"random\"; what the layers below say for ratio"));
}

TEST(Merge, ListsAndScalarsAreReplacedWhole) {
  Diagnostics diagnostics;
  EXPECT_EQ(write_yaml(merge(parse("a: [1, 2]\nb: 1"), parse("a: [3]"), "", diagnostics)), "a: [3]\nb: 1\n");
  EXPECT_EQ(write_yaml(merge(parse("a: {x: 1}"), parse("a:"), "", diagnostics)), "a:\n  x: 1\n");
  EXPECT_EQ(write_yaml(merge(parse("a: {x: 1}"), parse("a: 2"), "", diagnostics)), "a: 2\n");
}

TEST(Overrides, ReachIntoGroupsAndLists) {
  const auto result = override_with({"train.epochs=5", "losses.ibot_patch.weight=0.5", "losses.0.weight=2",
                                     "mask.ratio=[0, 0.3]", "probes.deep.er=x"});
  EXPECT_EQ(result.messages, "");
  EXPECT_EQ(write_yaml(result.root),
            "train:\n  epochs: 5\n  batch: 64\nmask:\n  plugin: block\n  ratio: [0, 0.3]\n"
            "losses:\n  - plugin: ibot_cls\n    weight: 2\n  - plugin: ibot_patch\n    weight: 0.5\n"
            "probes:\n  deep:\n    er: x\n");
}

TEST(Overrides, TheChoiceOfAPluginComesFirst) {
  const auto result = override_with({"mask.ratio=[0.7]", "mask.plugin=random"});
  EXPECT_EQ(result.messages, "");
  EXPECT_EQ(write_yaml(*result.root.find("mask")), "plugin: random\nratio: [0.7]\n");
}

TEST(Overrides, MistakesAreNamedAndChangeNothing) {
  const auto message = [](const char* assignment) {
    const auto result = override_with({assignment});
    EXPECT_TRUE(same_content(result.root, parse(kDefaults))) << assignment;
    return result.messages;
  };
  EXPECT_EQ(
      message("train.epochs"),
      "--set train.epochs: error: an override without \"=\" (expected: key=value, as train.epochs=100)\n");
  EXPECT_THAT(message("=3"), HasSubstr("the key of an override is empty"));
  EXPECT_THAT(message("train..epochs=3"), HasSubstr("or a part of it is"));
  EXPECT_THAT(message("train.epochs="), HasSubstr("no value is given"));
  EXPECT_THAT(message("train.epochs.x=1"), HasSubstr("train.epochs is a single value and has no keys"));
  EXPECT_EQ(message("losses.ibot_path.weight=1"),
            "--set losses.ibot_path.weight=1: error: losses.ibot_path.weight: \"ibot_path\" is not in the "
            "list losses "
            "(expected: ibot_cls or ibot_patch). Did you mean ibot_patch?\n");
  EXPECT_THAT(message("losses.7.weight=1"), HasSubstr("\"7\" is not in the list losses"));
  EXPECT_THAT(message("mask.ratio=[0, 0.3"), HasSubstr("--set mask.ratio=[0, 0.3: error: "));
}

}  // namespace
}  // namespace ibot::params
