// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/params/check.h>
#include <ibot/params/value.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ibot::params {
namespace {

std::string element_noun(Type type, bool plural) {
  switch (type) {
    case Type::Boolean:
      return "true or false";
    case Type::Integer:
    case Type::IntegerList:
      return plural ? "whole numbers" : "a whole number";
    case Type::Real:
    case Type::RealList:
      return plural ? "numbers" : "a number";
    case Type::Text:
    case Type::TextList:
      return plural ? "texts" : "a text";
  }
  return "a value";
}

// The bounds of C++'s int are not worth a word in a message.
std::optional<double> worth_saying(std::optional<double> bound) {
  if (bound && (*bound == std::numeric_limits<int>::min() || *bound == std::numeric_limits<int>::max()))
    return {};
  return bound;
}

std::string range_text(const Definition& definition) {
  const auto low = worth_saying(definition.minimum);
  const auto high = worth_saying(definition.maximum);
  const std::string low_text = low ? base::format_number(*low) : "";
  const std::string high_text = high ? base::format_number(*high) : "";
  if (low && high && !definition.minimum_open && !definition.maximum_open) {
    return " from " + low_text + " to " + high_text;
  }
  std::string text;
  if (low) text += (definition.minimum_open ? " above " : " of at least ") + low_text;
  if (low && high) text += " and";
  if (high) text += (definition.maximum_open ? " below " : " of at most ") + high_text;
  return text;
}

std::string length_text(const Definition& definition) {
  const auto low = definition.min_items;
  const auto high = definition.max_items;
  if (low && high && *low == *high) return base::str(*low, " ");
  if (low && high) return base::str(*low, " to ", *high, " ");
  if (low) return base::str("at least ", *low, " ");
  if (high) return base::str("at most ", *high, " ");
  return "";
}

std::optional<std::string> violated_by(const Definition& definition, double number) {
  const std::string seen = base::format_number(number);
  if (!std::isfinite(number)) return seen + " is not a finite number";
  if (definition.minimum &&
      (number < *definition.minimum || (definition.minimum_open && number == *definition.minimum))) {
    return seen + " is too small";
  }
  if (definition.maximum &&
      (number > *definition.maximum || (definition.maximum_open && number == *definition.maximum))) {
    return seen + " is too large";
  }
  return std::nullopt;
}

std::optional<std::string> violated_by(const Definition& definition, std::int64_t number) {
  const auto problem = violated_by(definition, static_cast<double>(number));
  if (!problem) return std::nullopt;
  // The exact digits, which a double may not have.
  return std::to_string(number) + problem->substr(problem->find(' '));
}

std::optional<std::string> violated_by(const Definition&, bool) {
  return std::nullopt;
}

std::optional<std::string> violated_by(const Definition& definition, const std::string& text) {
  const auto& choices = definition.choices;
  if (choices.empty() || std::find(choices.begin(), choices.end(), text) != choices.end())
    return std::nullopt;
  return base::quote_untrusted(text) + " is not among the choices";
}

template <class T>
std::optional<std::string> violated_by(const Definition& definition, const std::vector<T>& items) {
  if ((definition.min_items && items.size() < *definition.min_items) ||
      (definition.max_items && items.size() > *definition.max_items)) {
    return base::str("the list has ", items.size(), items.size() == 1 ? " element" : " elements");
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (auto problem = violated_by(definition, items[i])) return base::str("element ", i + 1, ": ", *problem);
  }
  return std::nullopt;
}

bool is_word(std::string_view text) {
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  if (text.empty() || !lower(text.front())) return false;
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return lower(c) || c == '_' || (c >= '0' && c <= '9'); });
}

bool is_dotted_key(std::string_view key) {
  const auto words = base::split(key, '.');
  return std::all_of(words.begin(), words.end(), [](const std::string& word) { return is_word(word); });
}

}  // namespace

std::string expectation(const Definition& definition) {
  if (definition.type == Type::Boolean) return "true or false";
  if (!is_list(definition.type)) {
    if (!definition.choices.empty()) return base::join_choices(definition.choices);
    return element_noun(definition.type, false) + range_text(definition);
  }
  std::string text = "a list of " + length_text(definition);
  const bool one = definition.min_items == std::size_t{1} && definition.max_items == std::size_t{1};
  const std::string noun = element_noun(definition.type, true);
  text += one ? noun.substr(0, noun.size() - 1) : noun;
  text += range_text(definition);
  if (!definition.choices.empty()) text += ", each " + base::join_choices(definition.choices);
  return text;
}

std::optional<std::string> violation(const Definition& definition, const Value& value) {
  if (type_of(value) != definition.type) {
    return base::str(to_text(value), " is of type ", to_string(type_of(value)));
  }
  return std::visit([&](const auto& held) { return violated_by(definition, held); }, value);
}

std::optional<std::string> defect(const Definition& definition) {
  const bool number = definition.type == Type::Integer || definition.type == Type::Real ||
                      definition.type == Type::IntegerList || definition.type == Type::RealList;
  const bool text = definition.type == Type::Text || definition.type == Type::TextList;
  const auto finite = [](const std::optional<double>& bound) { return !bound || std::isfinite(*bound); };
  if (!is_dotted_key(definition.key)) return "its key is not dotted lower_snake_case";
  if (!definition.choices.empty() && !text) return "choices belong to texts alone";
  if ((definition.minimum || definition.maximum) && !number) return "a range belongs to numbers alone";
  if (!finite(definition.minimum) || !finite(definition.maximum)) return "its range is not finite";
  if ((definition.min_items || definition.max_items) && !is_list(definition.type)) {
    return "a number of items belongs to lists alone";
  }
  if (!definition.applies_when.empty() && definition.applies_when.find('=') == std::string::npos) {
    return "applies_when is not of the form key=value";
  }
  if (auto problem = violation(definition, definition.default_value))
    return "its default is not allowed: " + *problem;
  return std::nullopt;
}

Values default_values(const Schema& schema) {
  Values values;
  for (const Definition& definition : schema.definitions()) values[definition.key] = definition.default_value;
  return values;
}

}  // namespace ibot::params
