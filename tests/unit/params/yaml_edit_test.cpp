// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/params/yaml.h>
#include <ibot/params/yaml_edit.h>
#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace ibot::params {
namespace {

Node scalar(const std::string& text) {
  return Node::scalar(text, false);
}
Node flow(const std::string& text) {
  Diagnostics diagnostics;
  return *read_yaml(text, {}, diagnostics);
}
std::string set(const std::string& text, const std::string& key, const Node& value) {
  return set_yaml(text, key, value).value();
}
std::string removed(const std::string& text, const std::string& key) {
  return remove_yaml(text, key).value();
}

constexpr const char* kRecipe = R"(# A recipe.
name: small   # shown in lists

crops:
  global: {count: 2, size: 48}  # large
  jitter:
    hue: 0.1   # turns
losses:
  - plugin: ibot_cls
    weight: 1.0
    # sharper
    teacher_temp: 0.04
  - plugin: koleo
    weight: 0.1

# The end.
)";

TEST(YamlEdit, ReplacesOneValueAndNothingElse) {
  std::string text = kRecipe;
  const auto expect = [&](const char* key, const char* value, const std::string& from,
                          const std::string& to) {
    std::string wanted = text;
    wanted.replace(wanted.find(from), from.size(), to);
    EXPECT_EQ(set(text, key, flow(value)), wanted) << key;
  };
  expect("name", "large", "name: small ", "name: large ");
  expect("crops.global.size", "64", "size: 48}", "size: 64}");
  expect("crops.jitter.hue", "0.4", "hue: 0.1 ", "hue: 0.4 ");
  expect("losses.ibot_cls.weight", "2", "weight: 1.0", "weight: 2");
  expect("losses.1.weight", "0.2", "weight: 0.1", "weight: 0.2");
  expect("losses.ibot_cls.teacher_temp", "[0.03, 0.04]", "teacher_temp: 0.04", "teacher_temp: [0.03, 0.04]");
}

TEST(YamlEdit, AddsAKeyAtTheEndOfItsGroup) {
  std::string text = set(kRecipe, "crops.jitter.saturation", scalar("0.2"));
  EXPECT_THAT(text, testing::HasSubstr("    hue: 0.1   # turns\n    saturation: 0.2\nlosses:"));
  text = set(text, "crops.global.blur", scalar("0.5"));
  EXPECT_THAT(text, testing::HasSubstr("{count: 2, size: 48, blur: 0.5}  # large"));
  text = set(text, "losses.koleo.network", scalar("student"));
  EXPECT_THAT(text, testing::HasSubstr("    weight: 0.1\n    network: student\n\n# The end."));
  text = set(text, "train.epochs", scalar("10"));
  EXPECT_THAT(text, testing::HasSubstr("network: student\ntrain:\n  epochs: 10\n\n# The end."));
  EXPECT_EQ(set("", "optimizer.lr", scalar("0.1")), "optimizer:\n  lr: 0.1\n");
  EXPECT_EQ(set("# nothing yet", "name", scalar("a")), "# nothing yet\nname: a\n");
  EXPECT_EQ(set("mask:\nname: a\n", "mask.plugin", scalar("random")), "mask:\n  plugin: random\nname: a\n");
}

TEST(YamlEdit, ReplacesGroupsAndLists) {
  EXPECT_EQ(set("mask:\n  plugin: block\n  ratio: [0.3]\nname: a\n", "mask", flow("{plugin: random}")),
            "mask:\n  plugin: random\nname: a\n");
  EXPECT_EQ(set("ratio: [0.1,\n  0.2]\nname: a\n", "ratio", flow("[0.3]")), "ratio: [0.3]\nname: a\n");
  EXPECT_EQ(set("ratio:\n- 0.1\n- 0.2\nname: a\n", "ratio", flow("[0.3]")), "ratio: [0.3]\nname: a\n");
}

TEST(YamlEdit, TakesOutKeysAndElements) {
  EXPECT_THAT(removed(kRecipe, "crops.global.count"), testing::HasSubstr("global: {size: 48}  # large"));
  EXPECT_THAT(removed(kRecipe, "crops.global.size"), testing::HasSubstr("global: {count: 2}  # large"));
  EXPECT_THAT(removed(kRecipe, "losses.ibot_cls"), testing::HasSubstr("losses:\n  - plugin: koleo\n"));
  EXPECT_THAT(removed(kRecipe, "losses.koleo"), testing::EndsWith("teacher_temp: 0.04\n\n# The end.\n"));
  EXPECT_THAT(removed(kRecipe, "crops"),
              testing::StartsWith("# A recipe.\nname: small   # shown in lists\n\nlosses:"));
  EXPECT_EQ(removed(kRecipe, "optimizer.lr"), kRecipe);
  EXPECT_EQ(removed("mask:\n  ratio: [0.3]\nname: a\n", "mask.ratio"), "mask:\nname: a\n");
  EXPECT_EQ(removed("name: a\n", "name"), "");
  EXPECT_EQ(removed("a: {b: , c: 1}\n", "a.b"), "a: {c: 1}\n");
}

TEST(YamlEdit, AppendsToAList) {
  EXPECT_THAT(append_yaml(kRecipe, "losses", flow("{plugin: mine}")).value(),
              testing::HasSubstr("    weight: 0.1\n  - plugin: mine\n\n# The end."));
  EXPECT_EQ(append_yaml("losses: [{plugin: a}]\n", "losses", flow("{plugin: b}")).value(),
            "losses: [{plugin: a}, {plugin: b}]\n");
  EXPECT_EQ(append_yaml(kRecipe, "evaluators", flow("{plugin: knn}")).error().code,
            base::ErrorCode::NotFound);
}

TEST(YamlEdit, SaysWhatCannotBe) {
  EXPECT_EQ(set_yaml("a: [", "a", scalar("1")).error().code, base::ErrorCode::InvalidArgument);
  EXPECT_EQ(set_yaml("- a\n", "a", scalar("1")).error().code, base::ErrorCode::InvalidArgument);
  EXPECT_EQ(set_yaml("a: 1\n", "a.b", scalar("1")).error().code, base::ErrorCode::InvalidArgument);
  EXPECT_EQ(set_yaml("a: [{plugin: x}]\n", "a.y.z", scalar("1")).error().code, base::ErrorCode::NotFound);
}

// Every key of every shipped recipe, changed and taken out: the content is what was meant, and no other line
// has changed.
TEST(YamlEdit, KeepsTheLayoutOfEveryRecipe) {
  int recipes = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(test::source_dir() / "experiments")) {
    // The keys of an ablation's levels hold dots: it is no recipe, and is written as a whole.
    if (entry.path().extension() != ".yaml" || entry.path().parent_path().filename() == "ablations") continue;
    ++recipes;
    std::stringstream stream;
    stream << std::ifstream(entry.path()).rdbuf();
    const std::string text = stream.str();
    Diagnostics diagnostics;
    const Node root = *read_yaml(text, {}, diagnostics);
    const auto lines = [](const std::string& all) { return std::count(all.begin(), all.end(), '\n'); };
    const auto visit = [&](const auto& self, const Node& node, const std::string& path) -> void {
      if (node.kind == Node::Kind::Scalar) {
        const std::string edited = set(text, path, scalar("12345"));
        EXPECT_EQ(lines(edited), lines(text)) << entry.path() << " " << path;
        // A text of several words comes back in quotes.
        if (write_yaml(node) == node.text + "\n") {
          EXPECT_EQ(set(edited, path, node), text) << entry.path() << " " << path;
        }
      }
      for (const Node::Entry& child : node.entries)
        self(self, child.value, path.empty() ? child.key : path + "." + child.key);
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        if (node.items[i].is_mapping()) self(self, node.items[i], path + "." + std::to_string(i));
      }
    };
    visit(visit, root, "");
  }
  EXPECT_GT(recipes, 3);
}

}  // namespace
}  // namespace ibot::params
