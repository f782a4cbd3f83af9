// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/params/schema.h>

namespace ibot::params {

/// The stable lower-case name of a type: "boolean", "integer", "real", "text", "integer_list", "real_list",
/// "text_list".
IBOT_API std::string_view to_string(Type type);
IBOT_API std::optional<Type> type_from_string(std::string_view name);

/// The type whose alternative the value holds.
IBOT_API Type type_of(const Value& value);

/// Lists have a length limit and may not hold lists.
inline bool is_list(Type type) {
  return type == Type::IntegerList || type == Type::RealList || type == Type::TextList;
}

/// The value as it would be written in a YAML file, on one line: 0.0005, [0.0, 0.3], "yes". A text is quoted
/// where YAML would otherwise read something else. Reads back to the same value.
IBOT_API std::string to_text(const Value& value);

/// One scalar text as YAML would need it.
IBOT_API std::string quote_if_needed(std::string_view text);

/// true, 3, 0.5, "text", [..]. Reals must be finite (JSON knows no others).
IBOT_API nlohmann::json to_json(const Value& value);
/// Strict; an integer is accepted where a real is expected. Error: InvalidArgument.
IBOT_API base::Result<Value> value_from_json(const nlohmann::json& json, Type type);

}  // namespace ibot::params
