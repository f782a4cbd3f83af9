// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::protocol {

/// Numbers that travel as bytes beside a message's JSON: row-major, little-endian.
struct IBOT_API Array {
  enum class Type : std::uint8_t { U8 = 1, F32, I64 };

  std::string name;
  Type type = Type::U8;
  std::vector<std::int64_t> shape;
  std::vector<std::byte> bytes;  ///< as many as shape and type need

  static Array of_u8(std::string name, std::vector<std::int64_t> shape, std::span<const std::uint8_t> values);
  /// Precondition: type U8.
  std::span<const std::uint8_t> u8() const;
  bool operator==(const Array&) const = default;
};
IBOT_API std::string_view to_string(Array::Type type);
IBOT_API std::size_t element_size(Array::Type type);

enum class MessageKind : std::uint8_t {
  Hello = 1,  ///< the server's first word
  Request,    ///< answered once, by Reply or Error, with its number
  Cancel,     ///< the request of this number is no longer wanted
  Progress,   ///< of a request that is being answered
  Reply,
  Error,  ///< number 0: of something that is no request
};
IBOT_API std::string_view to_string(MessageKind kind);

/// One message between a client and the inspection process.
struct IBOT_API Message {
  MessageKind kind = MessageKind::Request;
  std::uint64_t number = 0;  ///< chosen by the client, from 1, never used again
  /// Requests of one tag replace each other: the views of one picture, say. Empty: replaced by none.
  std::string tag;
  std::string method;  ///< of a request: what is wanted
  nlohmann::json body = nlohmann::json::object();
  std::vector<Array> arrays;

  /// nullptr if there is none of that name.
  const Array* find(std::string_view name) const;
};

/// An error as a message, and back. What cannot be read becomes an Internal error that says so.
IBOT_API Message error_message(std::uint64_t number, const base::Error& error);
IBOT_API base::Error error_of(const Message& message);

/// The answer to a request whose place a newer one took, and the one to a request that was cancelled.
IBOT_API Message superseded_message(std::uint64_t number);
IBOT_API Message cancelled_message(std::uint64_t number);
/// Whether an Error message says that a newer request took this one's place: nothing for a person to read.
IBOT_API bool is_superseded(const Message& message);

}  // namespace ibot::protocol
