// SPDX-License-Identifier: GPL-3.0-or-later
#include "body.h"

#include <ibot/protocol/message.h>

#include <algorithm>
#include <cstring>

namespace ibot::protocol {
namespace {

// Not among base::ErrorCode: an answer that nobody reads.
constexpr const char* kSuperseded = "superseded";

}  // namespace

Array Array::of_u8(std::string name, std::vector<std::int64_t> shape, std::span<const std::uint8_t> values) {
  Array array{std::move(name), Type::U8, std::move(shape), {}};
  array.bytes.resize(values.size());
  if (!values.empty()) std::memcpy(array.bytes.data(), values.data(), values.size());
  return array;
}

std::span<const std::uint8_t> Array::u8() const {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

std::string_view to_string(Array::Type type) {
  switch (type) {
    case Array::Type::U8:
      return "u8";
    case Array::Type::F32:
      return "f32";
    case Array::Type::I64:
      return "i64";
  }
  return "unknown";
}

std::size_t element_size(Array::Type type) {
  return type == Array::Type::U8 ? 1 : type == Array::Type::F32 ? 4 : 8;
}

std::string_view to_string(MessageKind kind) {
  switch (kind) {
    case MessageKind::Hello:
      return "hello";
    case MessageKind::Request:
      return "request";
    case MessageKind::Cancel:
      return "cancel";
    case MessageKind::Progress:
      return "progress";
    case MessageKind::Reply:
      return "reply";
    case MessageKind::Error:
      return "error";
  }
  return "unknown";
}

const Array* Message::find(std::string_view name) const {
  const auto found =
      std::find_if(arrays.begin(), arrays.end(), [name](const Array& array) { return array.name == name; });
  return found == arrays.end() ? nullptr : &*found;
}

Message error_message(std::uint64_t number, const base::Error& error) {
  Message message;
  message.kind = MessageKind::Error;
  message.number = number;
  message.body = {{"code", base::to_string(error.code)},
                  {"message", error.message},
                  {"expected", error.expected},
                  {"hint", error.hint}};
  return message;
}

base::Error error_of(const Message& message) {
  BodyReader body(message.body, "error");
  const std::string code = body.text("code");
  base::Error error{base::ErrorCode::Internal, body.text("message"), body.text_or("expected"),
                    body.text_or("hint")};
  if (!body.status()) return body.status().error();
  for (int i = 1; i <= static_cast<int>(base::ErrorCode::Internal); ++i) {
    const auto known = static_cast<base::ErrorCode>(i);
    if (base::to_string(known) == code) error.code = known;
  }
  if (code == kSuperseded) error.code = base::ErrorCode::Cancelled;
  return error;
}

Message superseded_message(std::uint64_t number) {
  Message message =
      error_message(number, {base::ErrorCode::Cancelled, "a newer request took its place", "", ""});
  message.body["code"] = kSuperseded;
  return message;
}

Message cancelled_message(std::uint64_t number) {
  return error_message(number, {base::ErrorCode::Cancelled, "the request was cancelled", "", ""});
}

bool is_superseded(const Message& message) {
  if (message.kind != MessageKind::Error || !message.body.is_object()) return false;
  const auto code = message.body.find("code");
  return code != message.body.end() && code->is_string() && *code == kSuperseded;
}

}  // namespace ibot::protocol
