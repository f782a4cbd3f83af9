// SPDX-License-Identifier: GPL-3.0-or-later
#include "body.h"

#include <ibot/base/text.h>

#include <cmath>

namespace ibot::protocol {
namespace {

const nlohmann::json kNothing = nlohmann::json::array();
const nlohmann::json kNoObject = nlohmann::json::object();

}  // namespace

std::optional<std::uint64_t> natural(const nlohmann::json& value) {
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  if (value.is_number_integer() && value.get<std::int64_t>() >= 0) return value.get<std::uint64_t>();
  return std::nullopt;
}

BodyReader::BodyReader(const nlohmann::json& object, std::string what)
    : object_(object), what_(std::move(what)) {
  if (!object.is_object()) fail("body", "an object");
}

void BodyReader::fail(std::string_view key, std::string_view expected) {
  if (!status_) return;
  status_ = base::Error{base::ErrorCode::Corrupt, base::str("the ", what_, " cannot be read: ", key),
                        std::string(expected), ""};
}

const nlohmann::json* BodyReader::find(std::string_view key, std::string_view expected) {
  if (!status_) return nullptr;
  const auto found = object_.find(key);
  if (found != object_.end()) return &*found;
  fail(key, expected);
  return nullptr;
}

bool BodyReader::has(std::string_view key) const {
  return status_.ok() && object_.find(key) != object_.end();
}

std::string BodyReader::text(std::string_view key) {
  const nlohmann::json* value = find(key, "a text");
  if (value == nullptr) return {};
  if (value->is_string()) return value->get<std::string>();
  fail(key, "a text");
  return {};
}

std::string BodyReader::text_or(std::string_view key) {
  return has(key) ? text(key) : std::string();
}

std::vector<std::string> BodyReader::texts(std::string_view key, std::size_t most) {
  std::vector<std::string> result;
  for (const nlohmann::json& each : list(key, most)) {
    if (!each.is_string()) {
      fail(key, "a list of texts");
      return {};
    }
    result.push_back(each.get<std::string>());
  }
  return result;
}

std::int64_t BodyReader::integer(std::string_view key, std::int64_t low, std::int64_t high) {
  const nlohmann::json* value = find(key, "a whole number");
  if (value == nullptr) return low;
  const bool huge =
      value->is_number_unsigned() &&
      value->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (value->is_number_integer() && !huge) {
    const auto number = value->get<std::int64_t>();
    if (number >= low && number <= high) return number;
  }
  fail(key, base::str("a whole number from ", low, " to ", high));
  return low;
}

std::uint64_t BodyReader::unsigned_integer(std::string_view key) {
  const nlohmann::json* value = find(key, "a whole number");
  if (value == nullptr) return 0;
  if (const auto number = natural(*value)) return *number;
  fail(key, "a whole number, not negative");
  return 0;
}

bool BodyReader::flag(std::string_view key) {
  const nlohmann::json* value = find(key, "true or false");
  if (value == nullptr) return false;
  if (value->is_boolean()) return value->get<bool>();
  fail(key, "true or false");
  return false;
}

double BodyReader::number(std::string_view key, double low, double high) {
  const nlohmann::json* value = find(key, "a number");
  if (value == nullptr) return low;
  if (value->is_number()) {
    const auto number = value->get<double>();
    if (std::isfinite(number) && number >= low && number <= high) return number;
  }
  fail(key, base::str("a number from ", low, " to ", high));
  return low;
}

const nlohmann::json& BodyReader::object(std::string_view key) {
  const nlohmann::json* value = find(key, "an object");
  if (value == nullptr) return kNoObject;
  if (value->is_object()) return *value;
  fail(key, "an object");
  return kNoObject;
}

void BodyReader::adopt(const BodyReader& part) {
  if (status_.ok() && !part.status().ok()) status_ = part.status();
}

const nlohmann::json& BodyReader::list(std::string_view key, std::size_t most) {
  const nlohmann::json* value = find(key, "a list");
  if (value == nullptr) return kNothing;
  if (value->is_array() && value->size() <= most) return *value;
  fail(key, base::str("a list of at most ", most, " elements"));
  return kNothing;
}

}  // namespace ibot::protocol
