// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/params/check.h>
#include <ibot/params/schema.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ibot::params {
namespace {

struct Blur {
  double probability = 0.5;
  static void describe(Describer& d, Blur& o) { d.field("probability", o.probability).between(0, 1); }
};

struct Everything {
  bool flag = true;
  int small = 3;
  std::int64_t large = 4;
  double real = 0.5;
  std::string text = "one";
  std::vector<std::int64_t> integers = {1, 2};
  std::vector<double> reals = {0.0, 0.3};
  std::vector<std::string> texts = {"a"};
  Blur blur;

  static void describe(Describer& d, Everything& o) {
    d.field("flag", o.flag).help("A flag.");
    d.field("small", o.small).at_least(1);
    d.field("large", o.large).unit("px");
    d.field("real", o.real).above(0).below(1).source("paper 3.2").applies_when("flag=true");
    d.field("text", o.text).choices({"one", "two"}).advanced();
    d.field("integers", o.integers).items(1, 4).at_least(0);
    d.field("reals", o.reals).between(0, 1);
    d.field("texts", o.texts).group("Names");
    d.group("blur", o.blur);
  }
};

struct DefaultOutsideItsRange {
  double share = 2;
  static void describe(Describer& d, DefaultOutsideItsRange& o) { d.field("share", o.share).at_most(1); }
};

struct DeclaredTwice {
  bool a = false, b = false;
  static void describe(Describer& d, DeclaredTwice& o) {
    d.field("a", o.a);
    d.field("a", o.b);
  }
};

struct ValueAndGroup {
  bool plain = false;
  Blur blur;
  static void describe(Describer& d, ValueAndGroup& o) {
    d.field("blur", o.plain);
    d.group("blur", o.blur);
  }
};

TEST(Schema, ListsFieldsInTheOrderOfTheirDeclaration) {
  const Schema schema = schema_of<Everything>();
  EXPECT_EQ(schema.keys(), (std::vector<std::string>{"flag", "small", "large", "real", "text", "integers",
                                                     "reals", "texts", "blur.probability"}));
  EXPECT_EQ(std::get<double>(schema.find("blur.probability")->default_value), 0.5);
  EXPECT_EQ(schema.find("real")->source, "paper 3.2");
  EXPECT_EQ(schema.find("colour"), nullptr);
}

TEST(Schema, BindsValuesAndKeepsDefaultsForTheRest) {
  const Values values = {{"small", std::int64_t{7}},
                         {"reals", std::vector<double>{0.25}},
                         {"blur.probability", 0.1},
                         {"text", std::string("two")}};
  const auto options = bind<Everything>(values);
  EXPECT_EQ(options.small, 7);
  EXPECT_EQ(options.reals, std::vector<double>{0.25});
  EXPECT_EQ(options.blur.probability, 0.1);
  EXPECT_EQ(options.text, "two");
  EXPECT_EQ(options.large, 4);
}

TEST(Schema, ReadsBackWhatWasBound) {
  Everything options;
  options.small = -2;
  options.texts = {"x", "y"};
  const Values values = values_of(options);
  EXPECT_EQ(values.size(), 9U);
  EXPECT_EQ(values_of(bind<Everything>(values)), values);
  EXPECT_EQ(default_values(schema_of<Everything>()), values_of(Everything{}));
}

TEST(Schema, WrongAlternativeIsAProgrammersError) {
  EXPECT_THROW(bind<Everything>({{"small", 1.0}}), base::Exception);
}

TEST(Schema, RefusesContradictoryDeclarations) {
  EXPECT_THROW(schema_of<DefaultOutsideItsRange>(), base::Exception);
  EXPECT_THROW(schema_of<DeclaredTwice>(), base::Exception);
  EXPECT_THROW(schema_of<ValueAndGroup>(), base::Exception);
}

TEST(SchemaJson, RoundTripIsLossless) {
  const Schema schema = schema_of<Everything>();
  const auto text = to_json(schema).dump();
  const auto read = schema_from_json(nlohmann::json::parse(text));
  ASSERT_TRUE(read.ok()) << read.error().to_text();
  EXPECT_TRUE(*read == schema);
}

TEST(SchemaJson, RefusesWhatContradictsItself) {
  const auto code_of = [](const char* text) {
    const auto schema = schema_from_json(nlohmann::json::parse(text));
    return schema ? "" : schema.error().message;
  };
  EXPECT_EQ(code_of(R"([{"key": "a", "type": "real", "default": 0.5, "maximum": 1}])"), "");
  EXPECT_EQ(code_of(R"({"key": "a"})"), "a schema is object");
  EXPECT_EQ(code_of(R"([3])"), "a parameter is number");
  EXPECT_EQ(code_of(R"([{"key": "a", "type": "colour", "default": 1}])"),
            "field \"type\" of a parameter is wrong");
  EXPECT_EQ(code_of(R"([{"key": "a", "type": "integer", "default": 1.5}])"),
            "field \"default\" of a parameter is wrong");
  EXPECT_EQ(code_of(R"([{"key": "a", "type": "integer"}])"), "field \"default\" of a parameter is wrong");
  EXPECT_EQ(code_of(R"([{"key": "A b", "type": "integer", "default": 1}])"),
            "parameter \"A b\": its key is not dotted lower_snake_case");
  EXPECT_EQ(code_of(R"([{"key": "a", "type": "integer", "default": 9, "maximum": 1}])"),
            "parameter \"a\": its default is not allowed: 9 is too large");
  EXPECT_EQ(code_of(R"([{"key": "a", "type": "integer", "default": 1, "colour": 1}])"),
            "a parameter has an unknown field \"colour\"");
  EXPECT_EQ(
      code_of(
          R"([{"key": "a", "type": "integer", "default": 1}, {"key": "a", "type": "text", "default": ""}])"),
      "parameter \"a\": its key is declared twice");
  EXPECT_EQ(code_of(R"([{"key": "a", "type": "integer", "default": 18446744073709551615}])"),
            "field \"default\" of a parameter is wrong");
}

TEST(Check, SaysWhatIsExpected) {
  const Schema schema = schema_of<Everything>();
  const auto expected = [&schema](const char* key) { return expectation(*schema.find(key)); };
  EXPECT_EQ(expected("flag"), "true or false");
  EXPECT_EQ(expected("small"), "a whole number of at least 1");
  EXPECT_EQ(expected("large"), "a whole number");
  EXPECT_EQ(expected("real"), "a number above 0 and below 1");
  EXPECT_EQ(expected("text"), "one or two");
  EXPECT_EQ(expected("integers"), "a list of 1 to 4 whole numbers of at least 0");
  EXPECT_EQ(expected("reals"), "a list of numbers from 0 to 1");
  EXPECT_EQ(expected("texts"), "a list of texts");
}

TEST(Check, NamesTheValueSeen) {
  const Schema schema = schema_of<Everything>();
  const auto seen = [&schema](const char* key, Value value) { return violation(*schema.find(key), value); };
  EXPECT_EQ(seen("real", 0.5), std::nullopt);
  EXPECT_EQ(seen("real", 1.0), "1 is too large");
  EXPECT_EQ(seen("real", std::numeric_limits<double>::quiet_NaN()), "nan is not a finite number");
  EXPECT_EQ(seen("small", std::int64_t{0}), "0 is too small");
  EXPECT_EQ(seen("small", std::int64_t{1} << 40), "1099511627776 is too large");
  EXPECT_EQ(seen("small", 1.0), "1.0 is of type real");
  EXPECT_EQ(seen("text", std::string("three")), "\"three\" is not among the choices");
  EXPECT_EQ(seen("integers", std::vector<std::int64_t>{}), "the list has 0 elements");
  EXPECT_EQ(seen("reals", std::vector<double>{0.1, 1.5}), "element 2: 1.5 is too large");
}

}  // namespace
}  // namespace ibot::params
