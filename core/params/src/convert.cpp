// SPDX-License-Identifier: GPL-3.0-or-later
#include "scalar_text.h"

#include <ibot/base/text.h>
#include <ibot/params/check.h>
#include <ibot/params/section.h>
#include <ibot/params/value.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace ibot::params {
namespace {

// Why a scalar is not of the wanted type: what was seen, and what to write instead where that can be guessed.
struct Misfit {
  std::string message;
  std::string hint;
};

template <class T>
struct Parsed {
  std::optional<T> value;
  Misfit misfit;
};

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

std::string seen(const Node& node) {
  return "found " + describe(node);
}

std::string write_instead(const std::string& text) {
  return "Write " + text;
}

// The number that a person meant by a text that YAML or we do not take for one.
std::optional<double> guessed_number(std::string text) {
  double factor = 1;
  if (!text.empty() && text.back() == '%') {
    text.pop_back();
    factor = 0.01;
  }
  std::erase(text, '_');
  std::erase(text, ' ');
  if (text.find('.') == std::string::npos && std::count(text.begin(), text.end(), ',') == 1) {
    text[text.find(',')] = '.';
  }
  const auto number = base::parse_double(text);
  if (!number || !std::isfinite(*number)) return std::nullopt;
  return *number * factor;
}

bool is_whole(double number) {
  return std::floor(number) == number && std::abs(number) < 1e15;
}

Parsed<bool> parse_boolean(const Node& node) {
  if (!node.quoted && node.text == "true") return {true, {}};
  if (!node.quoted && node.text == "false") return {false, {}};
  static constexpr std::array<std::string_view, 5> kYes = {"true", "yes", "on", "y", "1"};
  static constexpr std::array<std::string_view, 5> kNo = {"false", "no", "off", "n", "0"};
  const std::string word = lower_case(node.text);
  const auto among = [&word](const auto& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  std::string hint;
  if (among(kYes)) hint = write_instead("true");
  if (among(kNo)) hint = write_instead("false");
  return {std::nullopt, {seen(node), hint}};
}

// Shared by both kinds of numbers: quotes, NaN and the spellings of other languages.
Misfit number_misfit(const Node& node, bool whole) {
  std::string name = lower_case(node.text);
  if (!name.empty() && (name.front() == '-' || name.front() == '+')) name.erase(0, 1);
  if (name == ".nan" || name == "nan") return {"found NaN, which is not a finite number", ""};
  if (name == ".inf" || name == "inf" || name == "infinity")
    return {"found infinity, which is not a finite number", ""};
  const auto guess = guessed_number(node.text);
  if (!guess) return {seen(node), ""};
  if (whole && !is_whole(*guess)) return {seen(node), ""};
  std::string hint = write_instead(base::format_number(*guess));
  if (node.quoted) hint += ", without quotes";
  return {seen(node), hint};
}

Parsed<std::int64_t> parse_integer(const Node& node) {
  std::string_view digits = node.text;
  if (!digits.empty() && (digits.front() == '-' || digits.front() == '+')) digits.remove_prefix(1);
  const bool all_digits = !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
  if (node.quoted || !all_digits) return {std::nullopt, number_misfit(node, true)};
  if (digits.size() > 1 && digits.front() == '0') {
    return {std::nullopt,
            {seen(node) + ", which some readers take for an octal number", "Delete the leading zeros"}};
  }
  const auto number = base::parse_int(node.text);
  if (!number) return {std::nullopt, {seen(node) + ", which does not fit 64 bits", ""}};
  return {*number, {}};
}

Parsed<double> parse_real(const Node& node) {
  const bool plausible = node.text.find_first_not_of("0123456789+-.eE") == std::string::npos;
  if (node.quoted || !plausible) return {std::nullopt, number_misfit(node, false)};
  const auto number = base::parse_double(node.text);
  if (number && std::isfinite(*number)) return {*number, {}};
  if (node.text.find_first_of("0123456789") == std::string::npos) return {std::nullopt, {seen(node), ""}};
  // Digits that from_chars refuses: out of a double's range, or "1.2.3".
  return {std::nullopt, {seen(node) + ", which is not a number that a double can hold", ""}};
}

Parsed<std::string> parse_text(const Node& node) {
  return {node.text, {}};
}

class Converter {
 public:
  Converter(const Definition& definition, std::string_view path, Diagnostics& diagnostics)
      : definition_(definition), path_(path), diagnostics_(diagnostics) {}

  std::optional<Value> convert(const Node& node) {
    switch (definition_.type) {
      case Type::Boolean:
        return single(node, parse_boolean);
      case Type::Integer:
        return single(node, parse_integer);
      case Type::Real:
        return single(node, parse_real);
      case Type::Text:
        return single(node, parse_text);
      case Type::IntegerList:
        return list(node, parse_integer);
      case Type::RealList:
        return list(node, parse_real);
      case Type::TextList:
        return list(node, parse_text);
    }
    return std::nullopt;
  }

 private:
  std::nullopt_t fail(const Node& node, std::string message, std::string hint = "") {
    diagnostics_.push_back({Severity::Error, node.origin, std::string(path_), std::move(message),
                            expectation(definition_), std::move(hint)});
    return std::nullopt;
  }

  template <class T>
  std::optional<Value> checked(const Node& node, T value) {
    Value held(std::move(value));
    const auto problem = violation(definition_, held);
    if (!problem) return held;
    std::string hint;
    if (const auto* text = std::get_if<std::string>(&held)) {
      if (const auto near = base::nearest_name(*text, definition_.choices))
        hint = "Did you mean " + *near + "?";
    }
    return fail(node, *problem, hint);
  }

  template <class T>
  std::optional<Value> single(const Node& node, Parsed<T> (*parse)(const Node&)) {
    if (node.kind == Node::Kind::Null)
      return fail(node, "no value is given", "Delete the key to keep the default");
    if (node.kind != Node::Kind::Scalar) return fail(node, seen(node));
    Parsed<T> parsed = parse(node);
    if (!parsed.value) return fail(node, parsed.misfit.message, parsed.misfit.hint);
    return checked(node, std::move(*parsed.value));
  }

  template <class T>
  std::optional<Value> list(const Node& node, Parsed<T> (*parse)(const Node&)) {
    if (node.kind == Node::Kind::Null) return fail(node, "no value is given", "An empty list is []");
    if (node.kind == Node::Kind::Scalar) {
      const Parsed<T> only = parse(node);
      const bool fits = only.value && !violation(definition_, Value(std::vector<T>{*only.value}));
      return fail(node, seen(node), fits ? write_instead("[" + node.text + "]") : "");
    }
    if (node.kind != Node::Kind::Sequence) return fail(node, seen(node));
    std::vector<T> values;
    bool sound = true;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const Node& item = node.items[i];
      const std::string position = base::str("element ", i + 1, ": ");
      Parsed<T> parsed;
      if (item.kind == Node::Kind::Scalar) {
        parsed = parse(item);
      } else {
        parsed.misfit.message = seen(item);
      }
      if (parsed.value) {
        values.push_back(std::move(*parsed.value));
      } else {
        fail(item, position + parsed.misfit.message, parsed.misfit.hint);
        sound = false;
      }
    }
    if (!sound) return std::nullopt;
    return checked(node, std::move(values));
  }

  const Definition& definition_;
  std::string_view path_;
  Diagnostics& diagnostics_;
};

Node scalar_node(bool value, const Origin& origin) {
  return Node::scalar(to_text(value), false, origin);
}
Node scalar_node(std::int64_t value, const Origin& origin) {
  return Node::scalar(to_text(value), false, origin);
}
Node scalar_node(double value, const Origin& origin) {
  return Node::scalar(to_text(value), false, origin);
}
Node scalar_node(const std::string& value, const Origin& origin) {
  return Node::scalar(value, !is_plain_text(value), origin);
}

template <class T>
Node scalar_node(const std::vector<T>& values, const Origin& origin) {
  std::vector<Node> items;
  for (const T& value : values) items.push_back(scalar_node(value, origin));
  return Node::sequence(std::move(items), origin);
}

}  // namespace

std::optional<Value> convert(const Node& node, const Definition& definition, std::string_view path,
                             Diagnostics& diagnostics) {
  return Converter(definition, path, diagnostics).convert(node);
}

Node to_node(const Value& value, Origin origin) {
  return std::visit([&origin](const auto& held) { return scalar_node(held, origin); }, value);
}

}  // namespace ibot::params
