// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/params/check.h>
#include <ibot/params/schema.h>
#include <ibot/params/value.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace ibot::params {
namespace {

// A manifest is untrusted: these bounds keep a hostile one from filling memory or a screen.
constexpr std::size_t kMostParameters = 1000;
constexpr std::size_t kMostChoices = 1000;
constexpr std::size_t kLongestText = 4096;

base::Error corrupt(std::string message, std::string expected) {
  return {base::ErrorCode::Corrupt, std::move(message), std::move(expected), ""};
}

nlohmann::json to_json(const Definition& definition) {
  nlohmann::json json = {{"key", definition.key},
                         {"type", to_string(definition.type)},
                         {"default", params::to_json(definition.default_value)}};
  const auto put = [&json](const char* name, const auto& value, bool present) {
    if (present) json[name] = value;
  };
  put("unit", definition.unit, !definition.unit.empty());
  put("help", definition.help, !definition.help.empty());
  put("source", definition.source, !definition.source.empty());
  put("group", definition.group, !definition.group.empty());
  put("advanced", true, definition.advanced);
  put("choices", definition.choices, !definition.choices.empty());
  put("minimum", definition.minimum.value_or(0), definition.minimum.has_value());
  put("maximum", definition.maximum.value_or(0), definition.maximum.has_value());
  put("minimum_open", true, definition.minimum_open);
  put("maximum_open", true, definition.maximum_open);
  put("min_items", definition.min_items.value_or(0), definition.min_items.has_value());
  put("max_items", definition.max_items.value_or(0), definition.max_items.has_value());
  put("applies_when", definition.applies_when, !definition.applies_when.empty());
  return json;
}

// Reads the fields of one parameter; the first mistake is kept and later reads do nothing.
class DefinitionReader {
 public:
  explicit DefinitionReader(const nlohmann::json& json) : json_(json) {}

  base::Result<Definition> read() {
    static constexpr std::array<std::string_view, 16> kFields = {
        "key",       "type",      "default",      "unit",    "help",         "source",
        "group",     "advanced",  "choices",      "minimum", "minimum_open", "maximum_open",
        "min_items", "max_items", "applies_when", "maximum"};
    if (!json_.is_object()) return corrupt(base::str("a parameter is ", json_.type_name()), "an object");
    for (const auto& [name, value] : json_.items()) {
      if (std::find(kFields.begin(), kFields.end(), name) == kFields.end()) {
        return corrupt("a parameter has an unknown field " + base::quote_untrusted(name), "");
      }
    }
    Definition definition;
    read_text("key", definition.key, true);
    read_type(definition);
    read_text("unit", definition.unit);
    read_text("help", definition.help);
    read_text("source", definition.source);
    read_text("group", definition.group);
    read_text("applies_when", definition.applies_when);
    read_flag("advanced", definition.advanced);
    read_flag("minimum_open", definition.minimum_open);
    read_flag("maximum_open", definition.maximum_open);
    read_number("minimum", definition.minimum);
    read_number("maximum", definition.maximum);
    read_count("min_items", definition.min_items);
    read_count("max_items", definition.max_items);
    read_choices(definition);
    if (problem_) return *problem_;
    return definition;
  }

 private:
  void fail(std::string_view field, std::string expected) {
    if (!problem_)
      problem_ = corrupt(base::str("field \"", field, "\" of a parameter is wrong"), std::move(expected));
  }

  const nlohmann::json* find(const char* field) const {
    const auto found = json_.find(field);
    return found == json_.end() ? nullptr : &*found;
  }

  void read_text(const char* field, std::string& target, bool required = false) {
    const nlohmann::json* json = find(field);
    if (!json && !required) return;
    if (!json || !json->is_string() || json->get_ref<const std::string&>().size() > kLongestText) {
      return fail(field, base::str("a text of at most ", kLongestText, " bytes"));
    }
    target = json->get<std::string>();
  }

  void read_type(Definition& definition) {
    std::string name;
    read_text("type", name, true);
    const auto type = type_from_string(name);
    if (!type) return fail("type", "boolean, integer, real, text, integer_list, real_list or text_list");
    definition.type = *type;
    const nlohmann::json* json = find("default");
    auto value = json ? value_from_json(*json, *type) : value_from_json({}, *type);
    if (!value) return fail("default", value.error().expected);
    definition.default_value = std::move(value).value();
  }

  void read_flag(const char* field, bool& target) {
    const nlohmann::json* json = find(field);
    if (!json) return;
    if (!json->is_boolean()) return fail(field, "true or false");
    target = json->get<bool>();
  }

  void read_number(const char* field, std::optional<double>& target) {
    const nlohmann::json* json = find(field);
    if (!json) return;
    if (!json->is_number()) return fail(field, "a number");
    target = json->get<double>();
  }

  void read_count(const char* field, std::optional<std::size_t>& target) {
    const nlohmann::json* json = find(field);
    if (!json) return;
    if (!json->is_number_unsigned()) return fail(field, "a whole number of at least 0");
    target = json->get<std::size_t>();
  }

  void read_choices(Definition& definition) {
    const nlohmann::json* json = find("choices");
    if (!json) return;
    auto choices = value_from_json(*json, Type::TextList);
    if (!choices || json->size() > kMostChoices) return fail("choices", "a list of texts");
    definition.choices = std::get<std::vector<std::string>>(std::move(choices).value());
  }

  const nlohmann::json& json_;
  std::optional<base::Error> problem_;
};

}  // namespace

nlohmann::json to_json(const Schema& schema) {
  nlohmann::json list = nlohmann::json::array();
  for (const Definition& definition : schema.definitions()) list.push_back(to_json(definition));
  return list;
}

base::Result<Schema> schema_from_json(const nlohmann::json& json) {
  if (!json.is_array()) return corrupt(base::str("a schema is ", json.type_name()), "a list of parameters");
  if (json.size() > kMostParameters) {
    return corrupt(base::str("a schema has ", json.size(), " parameters"),
                   base::str("at most ", kMostParameters));
  }
  Schema schema;
  for (const nlohmann::json& element : json) {
    IBOT_TRY(Definition definition, DefinitionReader(element).read());
    if (auto problem = schema.conflict(definition)) {
      return corrupt("parameter " + base::quote_untrusted(definition.key) + ": " + *problem, "");
    }
    schema.add(std::move(definition));
  }
  return schema;
}

}  // namespace ibot::params
