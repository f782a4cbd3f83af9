// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/params/value.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ibot::params {
namespace {

TEST(Value, IsWrittenAsYaml) {
  EXPECT_EQ(to_text(true), "true");
  EXPECT_EQ(to_text(std::int64_t{-3}), "-3");
  EXPECT_EQ(to_text(5e-4), "0.0005");
  EXPECT_EQ(to_text(1.0), "1.0");
  EXPECT_EQ(to_text(1e-20), "1.0e-20");
  EXPECT_EQ(to_text(1.5e20), "1.5e+20");
  EXPECT_EQ(to_text(std::vector<double>{0, 0.3}), "[0.0, 0.3]");
  EXPECT_EQ(to_text(std::vector<std::string>{"a", "b c"}), "[a, \"b c\"]");
}

TEST(Value, AmbiguousTextIsQuoted) {
  EXPECT_EQ(quote_if_needed("block"), "block");
  EXPECT_EQ(quote_if_needed("../data/train"), "\"../data/train\"");
  EXPECT_EQ(quote_if_needed("data/train-2"), "data/train-2");
  for (const char* text :
       {"", "yes", "No", "ON", "null", "~", "12", "1e5", ".5", "a: b", "# no", "- x", "[a"}) {
    EXPECT_EQ(quote_if_needed(text), '"' + std::string(text) + '"');
  }
  EXPECT_EQ(quote_if_needed("a\"b\\c\n\x01"), "\"a\\\"b\\\\c\\n\\x01\"");
}

TEST(Value, JsonIsStrictButWidensIntegers) {
  EXPECT_EQ(value_from_json(3, Type::Real).value(), Value(3.0));
  EXPECT_FALSE(value_from_json(3.0, Type::Integer).ok());
  EXPECT_FALSE(value_from_json("true", Type::Boolean).ok());
  EXPECT_FALSE(value_from_json(nlohmann::json::array({1, "2"}), Type::IntegerList).ok());
  EXPECT_EQ(value_from_json(nlohmann::json::array({1, 2}), Type::RealList).value(),
            Value(std::vector<double>{1, 2}));
}

TEST(Value, TypeNamesReadBack) {
  for (const Value& value : {Value(true), Value(std::int64_t{1}), Value(0.5), Value(std::string("x")),
                             Value(std::vector<std::int64_t>{}), Value(std::vector<double>{}),
                             Value(std::vector<std::string>{})}) {
    EXPECT_EQ(type_from_string(to_string(type_of(value))), type_of(value));
    EXPECT_EQ(value_from_json(to_json(value), type_of(value)).value(), value);
  }
}

}  // namespace
}  // namespace ibot::params
