// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/params/yaml.h>
#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ibot::params {
namespace {

using ::testing::HasSubstr;

const Origin kHere{Origin::Kind::File, "x.yaml", 0, 0};

Node read(std::string_view text) {
  Diagnostics diagnostics;
  auto node = read_yaml(text, kHere, diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << to_text(diagnostics);
  EXPECT_TRUE(node.has_value()) << text;
  return node.value_or(Node{});
}

// All messages of a text, one a line.
std::string messages(std::string_view text) {
  Diagnostics diagnostics;
  read_yaml(text, kHere, diagnostics);
  return to_text(diagnostics);
}

// All messages of a fixture, with the file's name alone.
std::string fixture(const std::string& name) {
  Diagnostics diagnostics;
  read_yaml_file(test::source_dir() / "tests/fixtures/yaml" / name, diagnostics);
  for (Diagnostic& diagnostic : diagnostics) diagnostic.where.source = name;
  return to_text(diagnostics);
}

TEST(Yaml, KnowsThePlaceOfEveryValue) {
  const Node root = read("a: 1\nlong_key:\n  größe: ü\n  list: [x,  y]\n");
  EXPECT_EQ(root.find("a")->origin.line, 1);
  EXPECT_EQ(root.find("a")->origin.column, 4);
  const Node& list = *root.find("long_key")->find("list");
  EXPECT_EQ(list.items[1].origin, (Origin{Origin::Kind::File, "x.yaml", 4, 14}));
  // Columns count characters, not bytes.
  EXPECT_EQ(root.find("long_key")->find("größe")->origin.column, 10);
}

TEST(Yaml, TellsQuotedFromPlain) {
  const Node root = read("a: 1\nb: \"1\"\nc: '1'\nd: |\n  1\ne:\nf: ~\ng: \"\"\n");
  EXPECT_FALSE(root.find("a")->quoted);
  EXPECT_TRUE(root.find("b")->quoted);
  EXPECT_TRUE(root.find("c")->quoted);
  EXPECT_TRUE(root.find("d")->quoted);
  EXPECT_EQ(root.find("e")->kind, Node::Kind::Null);
  EXPECT_EQ(root.find("f")->kind, Node::Kind::Null);
  EXPECT_EQ(root.find("g")->kind, Node::Kind::Scalar);
}

TEST(Yaml, AnEmptyTextMeansDefaults) {
  for (const char* text : {"", "# only a comment\n", "---\n", "\xEF\xBB\xBF"}) {
    EXPECT_TRUE(read(text).is_mapping()) << text;
  }
  EXPECT_EQ(fixture("empty.yaml"), "");
}

TEST(BrokenYaml, TabsDoNotHideOtherMistakes) {
  Diagnostics diagnostics;
  const auto root =
      read_yaml("train:\n\tepochs: 10\n\tepochs: 11\n", {Origin::Kind::File, "x", 0, 0}, diagnostics);
  ASSERT_TRUE(root.has_value());
  ASSERT_EQ(diagnostics.size(), 2U);
  EXPECT_NE(diagnostics[0].message.find("tab"), std::string::npos);
  EXPECT_NE(diagnostics[1].message.find("given twice"), std::string::npos);
  EXPECT_TRUE(has_errors(diagnostics));
  // Where spaces do not mend it, the tab alone is named.
  diagnostics.clear();
  EXPECT_FALSE(read_yaml("a: 1\n\tb: [\n", {Origin::Kind::File, "x", 0, 0}, diagnostics).has_value());
  EXPECT_EQ(diagnostics.size(), 1U);
  for (const char* odd : {"\r\ta: 1\n", " \t \ta: 1\n", "\t\n\ta: 1", "\ta: 1\r\n\r\tb: 2\n"}) {
    diagnostics.clear();
    (void)read_yaml(odd, {Origin::Kind::File, "x", 0, 0}, diagnostics);
    EXPECT_TRUE(has_errors(diagnostics)) << odd;
  }
}

TEST(BrokenYaml, EachFixtureGetsOneClearMessage) {
  EXPECT_EQ(fixture("tabs.yaml"),
            "tabs.yaml:2:1: error: this line is indented with a tab, as 1 more in this file (expected: "
            "spaces; YAML does "
            "not allow tabs there). Replace each leading tab by two spaces\n");
  EXPECT_EQ(
      fixture("duplicate_keys.yaml"),
      "duplicate_keys.yaml:4:3: error: the key \"epochs\" is given twice in one group. It stands in line 2 "
      "already\n");
  EXPECT_EQ(fixture("latin1.yaml"),
            "latin1.yaml:1:11: error: the byte 0xe9 is not UTF-8 (expected: a text file in UTF-8). Save the "
            "file with "
            "the encoding UTF-8\n");
  EXPECT_THAT(fixture("utf16.yaml"), HasSubstr("utf16.yaml:1:1: error: the byte 0xff is not UTF-8"));
  EXPECT_THAT(fixture("control_character.yaml"),
              HasSubstr("yaml:1:9: error: the control character 0x04 cannot"));
  EXPECT_THAT(fixture("merge_keys.yaml"), HasSubstr("yaml:3:3: error: merge keys (<<) are not supported"));
  EXPECT_THAT(fixture("tags.yaml"),
              HasSubstr("yaml:2:11: error: the tag \"tag:yaml.org,2002:float\" is not supported"));
  EXPECT_THAT(fixture("two_documents.yaml"), HasSubstr("a second document begins here"));
  EXPECT_THAT(fixture("unclosed_list.yaml"), HasSubstr("unclosed_list.yaml:"));
  EXPECT_THAT(fixture("wrong_indentation.yaml"),
              HasSubstr("yaml:3:2: error: this line does not belong to the group above"));
  EXPECT_THAT(fixture("unclosed_quotes.yaml"), HasSubstr("the file ends inside a text in quotes"));
}

TEST(BrokenYaml, AliasesAreRefusedBeforeTheyMultiply) {
  EXPECT_EQ(fixture("aliases.yaml"),
            "aliases.yaml:1:4: error: anchors (&name) are not supported. Write the value out\n"
            "aliases.yaml:2:5: error: aliases (*name) are not supported (expected: the value itself). Write "
            "the value out\n"
            "aliases.yaml:2:9: error: aliases (*name) are not supported (expected: the value itself). Write "
            "the value out\n"
            "aliases.yaml:2:13: error: aliases (*name) are not supported (expected: the value itself). Write "
            "the value "
            "out\n");
}

TEST(BrokenYaml, TwentyThousandLevelsAreOneMessage) {
  const std::string expected = "more than 64 levels inside each other";
  for (const char* opening : {"[", "{a: ", "- ", "? "}) {
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += opening;
    EXPECT_THAT(messages(text), HasSubstr(expected)) << opening;
    EXPECT_THAT(messages(text), ::testing::Not(HasSubstr("\nx.yaml"))) << opening;
  }
  std::string block;
  for (std::size_t i = 0; i < 1'000; ++i) block += std::string(i, ' ') + "a:\n";
  EXPECT_THAT(messages(block), HasSubstr(expected));
}

TEST(BrokenYaml, SizeIsBounded) {
  EXPECT_THAT(messages(std::string(kMostYamlBytes + 1, '#')), HasSubstr("the text has 1.0 MB"));
  std::string many = "[0";
  for (std::size_t i = 0; i < kMostYamlNodes; ++i) many += ",0";
  EXPECT_THAT(messages(many + "]"), HasSubstr("more than 20,000 values"));
}

TEST(BrokenYaml, OddKeysAreRefused) {
  EXPECT_THAT(messages("? [a]\n: 1\n"), HasSubstr("a list stands where a key must"));
  EXPECT_THAT(messages(": 1\n"), HasSubstr("nothing stands where a key must"));
  EXPECT_THAT(messages("? " + std::string(500, 'k') + "\n: 1\n"), HasSubstr("a key has 500 bytes"));
  // What is sound beside a refused key is still read.
  Diagnostics diagnostics;
  const auto node = read_yaml("? [a]\n: 1\nb: 2\n", kHere, diagnostics);
  ASSERT_TRUE(node.has_value());
  EXPECT_EQ(node->entries.size(), 1U);
  EXPECT_EQ(node->entries[0].key, "b");
}

TEST(BrokenYaml, EscapesBringInNoControlCharacters) {
  for (const char* text :
       {R"(a: "\e[31m")", R"(a: "\0")", R"(a: "x\_y")", R"(a: "\N")", R"(a: "\x9b")", R"(a: "\r")"}) {
    EXPECT_THAT(messages(text), HasSubstr("x.yaml:1:4: error: the text holds control characters")) << text;
  }
  EXPECT_EQ(read(R"(a: "\xe9\u20ac\t\n\L")").find("a")->text, "\u00e9\u20ac\t\n\u2028");
}

TEST(BrokenYaml, FilesThatCannotBeReadAreNamed) {
  Diagnostics diagnostics;
  read_yaml_file(test::source_dir() / "tests/fixtures/yaml/nowhere.yaml", diagnostics);
  read_yaml_file(test::source_dir() / "tests/fixtures/yaml", diagnostics);
  ASSERT_EQ(diagnostics.size(), 2U);
  EXPECT_THAT(diagnostics[0].message, HasSubstr("nowhere.yaml: No such file"));
  EXPECT_THAT(diagnostics[1].message, HasSubstr("not a regular file"));
}

TEST(WriteYaml, IsCanonicalAndReadsBack) {
  const Node root = read(
      "train: {epochs: 100, precision: bf16}\n"
      "losses:\n- plugin: ibot_cls\n  weight: 1.0\n- {plugin: ibot_patch, nested: {a: []}}\n"
      "mask: {ratio: [0.0, 0.3]}\n"
      "notes: \"two\\nlines: with \\\"quotes\\\"\"\n"
      "name: 'yes'\nversion: '1.0'\nplain words: in many\nempty: {}\nnothing:\n");
  const std::string text = write_yaml(root);
  EXPECT_EQ(
      text,
      "train:\n  epochs: 100\n  precision: bf16\n"
      "losses:\n  - plugin: ibot_cls\n    weight: 1.0\n  - plugin: ibot_patch\n    nested:\n      a: []\n"
      "mask:\n  ratio: [0.0, 0.3]\n"
      "notes: \"two\\nlines: with \\\"quotes\\\"\"\n"
      "name: \"yes\"\nversion: \"1.0\"\n\"plain words\": \"in many\"\nempty: {}\nnothing: null\n");
  EXPECT_TRUE(same_content(read(text), root));
  EXPECT_EQ(write_yaml(read(text)), text);
}

TEST(SameContent, IgnoresPlaceAndOrderButNotMeaning) {
  EXPECT_TRUE(same_content(read("a: 1\nb: x"), read("\n\nb: x\na: 1")));
  EXPECT_FALSE(same_content(read("a: 1"), read("a: '1'")));
  EXPECT_TRUE(same_content(read("a: b c"), read("a: 'b c'")));
  EXPECT_FALSE(same_content(read("a: [1, 2]"), read("a: [2, 1]")));
}

TEST(Diagnostics, RenderAsTextAndJson) {
  const Diagnostic diagnostic{Severity::Warning, {Origin::Kind::File, "r.yaml", 3, 5},
                              "train.batch",     "found \"8x\"",
                              "a whole number",  "Write 8"};
  EXPECT_EQ(to_text(diagnostic),
            "r.yaml:3:5: warning: train.batch: found \"8x\" (expected: a whole number). Write 8");
  const auto json = to_json(Diagnostics{diagnostic});
  EXPECT_EQ(json[0]["where"],
            nlohmann::json::parse(R"({"kind": "file", "source": "r.yaml", "line": 3, "column": 5})"));
  EXPECT_EQ(json[0]["hint"], "Write 8");
  EXPECT_FALSE(has_errors({diagnostic}));
  Diagnostics many(120, diagnostic);
  EXPECT_THAT(to_text(many), HasSubstr("... and 70 more\n"));
}

TEST(Diagnostics, AreSortedByPlaceWithinAFile) {
  const auto at = [](const char* file, int line) {
    return Diagnostic{Severity::Error, {Origin::Kind::File, file, line, 1}, "", "", "", ""};
  };
  Diagnostics diagnostics = {at("b", 9), at("a", 2), at("b", 1), at("a", 1)};
  sort_by_position(diagnostics);
  EXPECT_EQ(diagnostics, (Diagnostics{at("b", 1), at("b", 9), at("a", 1), at("a", 2)}));
}

}  // namespace
}  // namespace ibot::params
