// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/params/value.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace ibot::params {
namespace {

constexpr std::array<std::pair<Type, std::string_view>, 7> kTypeNames = {{
    {Type::Boolean, "boolean"},
    {Type::Integer, "integer"},
    {Type::Real, "real"},
    {Type::Text, "text"},
    {Type::IntegerList, "integer_list"},
    {Type::RealList, "real_list"},
    {Type::TextList, "text_list"},
}};

std::string scalar(bool value) {
  return value ? "true" : "false";
}
std::string scalar(std::int64_t value) {
  return std::to_string(value);
}
std::string scalar(const std::string& value) {
  return quote_if_needed(value);
}

// A real always looks like one, to readers of YAML 1.1 too: those want a point and a sign before the
// exponent.
std::string scalar(double value) {
  if (std::isnan(value)) return ".nan";
  if (std::isinf(value)) return value > 0 ? ".inf" : "-.inf";
  std::string text = base::format_number(value);
  const std::size_t exponent = std::min(text.find('e'), text.size());
  if (exponent < text.size() && text[exponent + 1] != '-') text.insert(exponent + 1, "+");
  if (text.find('.') == std::string::npos) text.insert(exponent, ".0");
  return text;
}

template <class T>
std::string scalar(const std::vector<T>& values) {
  std::string text = "[";
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) text += ", ";
    text += scalar(values[i]);
  }
  return text + "]";
}

base::Error wrong_type(const nlohmann::json& json, std::string_view expected) {
  return {base::ErrorCode::InvalidArgument, base::str("found ", json.type_name()), std::string(expected), ""};
}

base::Result<std::int64_t> integer_from(const nlohmann::json& json) {
  const bool too_large = json.is_number_unsigned() && json.get<std::uint64_t>() > INT64_MAX;
  if (!json.is_number_integer() || too_large) return wrong_type(json, "a whole number of at most 64 bits");
  return json.get<std::int64_t>();
}

base::Result<double> real_from(const nlohmann::json& json) {
  if (!json.is_number()) return wrong_type(json, "a number");
  return json.get<double>();
}

base::Result<std::string> text_from(const nlohmann::json& json) {
  if (!json.is_string()) return wrong_type(json, "a text");
  return json.get<std::string>();
}

template <class Convert>
auto list_from(const nlohmann::json& json, Convert convert)
    -> base::Result<std::vector<typename decltype(convert(json))::value_type>> {
  if (!json.is_array()) return wrong_type(json, "a list");
  std::vector<typename decltype(convert(json))::value_type> items;
  for (const nlohmann::json& element : json) {
    IBOT_TRY(auto item, convert(element));
    items.push_back(std::move(item));
  }
  return items;
}

template <class T>
base::Result<Value> widen(base::Result<T> result) {
  if (!result) return result.error();
  return Value(std::move(result).value());
}

}  // namespace

std::string_view to_string(Type type) {
  for (const auto& [known, name] : kTypeNames) {
    if (known == type) return name;
  }
  return "unknown";
}

std::optional<Type> type_from_string(std::string_view name) {
  for (const auto& [type, known] : kTypeNames) {
    if (known == name) return type;
  }
  return std::nullopt;
}

Type type_of(const Value& value) {
  static_assert(std::variant_size_v<Value> == kTypeNames.size());
  return kTypeNames[value.index()].first;
}

std::string to_text(const Value& value) {
  return std::visit([](const auto& held) { return scalar(held); }, value);
}

nlohmann::json to_json(const Value& value) {
  return std::visit([](const auto& held) { return nlohmann::json(held); }, value);
}

base::Result<Value> value_from_json(const nlohmann::json& json, Type type) {
  switch (type) {
    case Type::Boolean:
      if (!json.is_boolean()) return wrong_type(json, "true or false");
      return Value(json.get<bool>());
    case Type::Integer:
      return widen(integer_from(json));
    case Type::Real:
      return widen(real_from(json));
    case Type::Text:
      return widen(text_from(json));
    case Type::IntegerList:
      return widen(list_from(json, integer_from));
    case Type::RealList:
      return widen(list_from(json, real_from));
    case Type::TextList:
      return widen(list_from(json, text_from));
  }
  return base::Error{base::ErrorCode::Unsupported, "found a type that this program does not know", "", ""};
}

}  // namespace ibot::params
