// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::protocol {

/// A whole number that is not negative. JSON that was made here and JSON that was read keep it differently.
std::optional<std::uint64_t> natural(const nlohmann::json& value);

/// Reads the fields of an untrusted JSON object. The first field that is missing or of another kind becomes
/// status(); from then on every answer is empty.
class BodyReader {
 public:
  /// `what` stands in messages: "laboratory request".
  BodyReader(const nlohmann::json& object, std::string what);

  std::string text(std::string_view key);
  /// "" where the key is missing.
  std::string text_or(std::string_view key);
  std::vector<std::string> texts(std::string_view key, std::size_t most);
  std::int64_t integer(std::string_view key, std::int64_t low = 0,
                       std::int64_t high = std::numeric_limits<std::int64_t>::max());
  std::uint64_t unsigned_integer(std::string_view key);
  bool flag(std::string_view key);
  /// A finite number in [low, high].
  double number(std::string_view key, double low, double high);
  /// An array of at most `most` elements; an empty one in case of trouble.
  const nlohmann::json& list(std::string_view key, std::size_t most);
  /// An object; an empty one in case of trouble.
  const nlohmann::json& object(std::string_view key);
  bool has(std::string_view key) const;
  /// Takes over what is wrong with a part of this object.
  void adopt(const BodyReader& part);

  /// Says that something is wrong that the fields' kinds do not say.
  void fail(std::string_view key, std::string_view expected);
  const base::Status& status() const { return status_; }

 private:
  const nlohmann::json* find(std::string_view key, std::string_view expected);

  const nlohmann::json& object_;
  std::string what_;
  base::Status status_;
};

}  // namespace ibot::protocol
