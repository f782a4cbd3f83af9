// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/params/section.h>
#include <ibot/params/yaml.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::params {
namespace {

using ::testing::HasSubstr;

struct Blur {
  double probability = 0.5;
  static void describe(Describer& d, Blur& o) { d.field("probability", o.probability).between(0, 1); }
};

struct Options {
  bool shared = true;
  std::int64_t batch = 64;
  double lr = 5e-4;
  std::string kind = "adamw";
  std::string path;
  std::vector<double> ratio = {0, 0.3};
  std::vector<std::int64_t> sizes;
  Blur blur;

  static void describe(Describer& d, Options& o) {
    d.field("shared", o.shared);
    d.field("batch", o.batch).at_least(1);
    d.field("lr", o.lr).above(0);
    d.field("kind", o.kind).choices({"adamw", "sgd", "lars"});
    d.field("path", o.path);
    d.field("ratio", o.ratio).between(0, 1);
    d.field("sizes", o.sizes);
    d.group("blur", o.blur);
  }
};

struct Read {
  Section section;
  std::string messages;
  Options options() const { return bind<Options>(section.values); }
};

Read read(std::string_view text) {
  Diagnostics diagnostics;
  const auto node = read_yaml(text, {Origin::Kind::File, "x.yaml", 0, 0}, diagnostics);
  Read result;
  if (node)
    result.section =
        read_section(*node, schema_of<Options>(), {"s", {"plugin"}, {"other.depth"}}, diagnostics);
  sort_by_position(diagnostics);
  result.messages = to_text(diagnostics);
  return result;
}

TEST(Section, ReadsEveryTypeAndKeepsOrigins) {
  const Read result = read(
      "plugin: whatever\nshared: false\nbatch: 8\nlr: 1e-3\nkind: sgd\npath: 2024\nratio: [0, 0.5]\nsizes: "
      "[1, -2]\n"
      "blur:\n  probability: 1\n");
  ASSERT_EQ(result.messages, "");
  const Options options = result.options();
  EXPECT_FALSE(options.shared);
  EXPECT_EQ(options.batch, 8);
  EXPECT_EQ(options.lr, 1e-3);
  EXPECT_EQ(options.kind, "sgd");
  EXPECT_EQ(options.path, "2024");
  EXPECT_EQ(options.ratio, (std::vector<double>{0, 0.5}));
  EXPECT_EQ(options.sizes, (std::vector<std::int64_t>{1, -2}));
  EXPECT_EQ(options.blur.probability, 1.0);
  EXPECT_EQ(to_text(result.section.origins.at("blur.probability")), "x.yaml:10");
}

TEST(Section, WhatNobodyWroteKeepsItsDefault) {
  const Read result = read("blur:\n");
  EXPECT_EQ(result.messages, "");
  EXPECT_EQ(result.section.values, values_of(Options{}));
  EXPECT_EQ(result.section.origins.at("lr").kind, Origin::Kind::Default);
}

TEST(Section, AllMistakesComeInOneGo) {
  const Read result = read(
      "shard: true\nbatch: 0\nlr: fast\nkind: adam\nratio: [0.1, 1.5]\nblur:\n  prob: 1\nnonsense_word: 3\n");
  EXPECT_EQ(
      result.messages,
      "x.yaml:1:1: error: s: unknown key \"shard\" (expected: plugin, shared, batch, lr, kind, path, ratio, "
      "sizes "
      "or blur). Did you mean shared?\n"
      "x.yaml:2:8: error: s.batch: 0 is too small (expected: a whole number of at least 1)\n"
      "x.yaml:3:5: error: s.lr: found \"fast\" (expected: a number above 0)\n"
      "x.yaml:4:7: error: s.kind: \"adam\" is not among the choices (expected: adamw, sgd or lars). Did you "
      "mean "
      "adamw?\n"
      "x.yaml:5:8: error: s.ratio: element 2: 1.5 is too large (expected: a list of numbers from 0 to 1)\n"
      "x.yaml:7:3: error: s.blur: unknown key \"prob\" (expected: probability)\n"
      "x.yaml:8:1: error: s: unknown key \"nonsense_word\" (expected: plugin, shared, batch, lr, kind, path, "
      "ratio, "
      "sizes or blur)\n");
}

TEST(Section, TruthIsNotSpelledYes) {
  EXPECT_THAT(read("shared: yes").messages, HasSubstr("found \"yes\" (expected: true or false). Write true"));
  EXPECT_THAT(read("shared: Off").messages, HasSubstr("Write false"));
  EXPECT_THAT(read("shared: 'true'").messages,
              HasSubstr("found the text \"true\" (expected: true or false). Write true"));
  EXPECT_THAT(read("shared: 2").messages, HasSubstr("found \"2\" (expected: true or false)\n"));
}

TEST(Section, WholeNumbersAreStrictAndSayWhatToWrite) {
  EXPECT_THAT(read("batch: 1_000").messages,
              HasSubstr("found \"1_000\" (expected: a whole number of at least 1). Write 1000\n"));
  EXPECT_THAT(read("batch: 1.0").messages,
              HasSubstr("found \"1.0\" (expected: a whole number of at least 1). Write 1\n"));
  EXPECT_THAT(read("batch: 1e3").messages, HasSubstr("Write 1000\n"));
  EXPECT_THAT(
      read("batch: '8'").messages,
      HasSubstr("found the text \"8\" (expected: a whole number of at least 1). Write 8, without quotes\n"));
  EXPECT_THAT(read("batch: 010").messages, HasSubstr("octal"));
  EXPECT_THAT(read("batch: 1.5").messages,
              HasSubstr("found \"1.5\" (expected: a whole number of at least 1)\n"));
  EXPECT_THAT(read("batch: 99999999999999999999").messages, HasSubstr("does not fit 64 bits"));
  EXPECT_THAT(read("batch: [8]").messages, HasSubstr("found a list"));
  EXPECT_THAT(read("batch:").messages, HasSubstr("no value is given"));
}

TEST(Section, RealNumbersAreFinite) {
  EXPECT_THAT(read("lr: .nan").messages,
              HasSubstr("found NaN, which is not a finite number (expected: a number above 0)"));
  EXPECT_THAT(read("lr: nan").messages, HasSubstr("found NaN"));
  EXPECT_THAT(read("lr: -.INF").messages, HasSubstr("found infinity"));
  EXPECT_THAT(read("lr: 1e999").messages,
              HasSubstr("found \"1e999\", which is not a number that a double can hold"));
  EXPECT_THAT(read("lr: 1.2.3").messages, HasSubstr("found \"1.2.3\", which is not a number"));
  EXPECT_THAT(read("lr: 5%").messages, HasSubstr("Write 0.05"));
  EXPECT_THAT(read("lr: 0,5").messages, HasSubstr("Write 0.5"));
  EXPECT_EQ(read("lr: 3").options().lr, 3.0);
  EXPECT_EQ(read("lr: .5").options().lr, 0.5);
}

TEST(Section, ListsAreLists) {
  EXPECT_THAT(read("ratio: 0.3").messages,
              HasSubstr("found \"0.3\" (expected: a list of numbers from 0 to 1). Write [0.3]"));
  EXPECT_THAT(read("ratio: 7").messages, ::testing::AllOf(HasSubstr("found \"7\" (expected: a list"),
                                                          ::testing::Not(HasSubstr("Write"))))
      << "[7] would be wrong too";
  EXPECT_THAT(read("ratio: [0.1, x, .nan]").messages,
              HasSubstr("x.yaml:1:14: error: s.ratio: element 2: found \"x\""));
  EXPECT_THAT(read("ratio: [0.1, x, .nan]").messages,
              HasSubstr("x.yaml:1:17: error: s.ratio: element 3: found NaN"));
  EXPECT_THAT(read("ratio: [[0.1]]").messages, HasSubstr("element 1: found a list"));
  EXPECT_THAT(read("ratio: {a: 1}").messages, HasSubstr("found a group of keys"));
}

TEST(Section, RightNameAtTheWrongLevelIsRecognised) {
  EXPECT_THAT(read("probability: 1").messages, HasSubstr("The key s.blur.probability exists"));
  EXPECT_THAT(read("blur.probability: 1").messages,
              HasSubstr("The key s.blur.probability exists; write it as nested"));
  EXPECT_THAT(read("depth: 1").messages, HasSubstr("The key other.depth exists\n"));
  EXPECT_THAT(read("blur: 1").messages,
              HasSubstr("s.blur: found \"1\" (expected: a group with probability)"));
  EXPECT_THAT(read("[1]").messages, HasSubstr("s: found a list (expected: a group of keys)"));
}

TEST(Section, ValuesReadBackFromTheirNodes) {
  const Schema schema = schema_of<Options>();
  Options options;
  options.path = "yes";
  options.lr = 1e-7;
  Diagnostics diagnostics;
  for (const auto& [key, value] : values_of(options)) {
    EXPECT_EQ(convert(to_node(value), *schema.find(key), key, diagnostics), value) << key;
  }
  EXPECT_TRUE(diagnostics.empty()) << to_text(diagnostics);
}

}  // namespace
}  // namespace ibot::params
