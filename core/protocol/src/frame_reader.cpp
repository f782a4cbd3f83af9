// SPDX-License-Identifier: GPL-3.0-or-later
#include "body.h"
#include "frame_format.h"

#include <ibot/base/text.h>
#include <ibot/protocol/frame_reader.h>

#include <algorithm>
#include <array>

namespace ibot::protocol {
namespace {

template <class Number>
Number get(std::span<const std::byte> bytes, std::size_t at) {
  Number value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i) {
    value |= static_cast<Number>(static_cast<Number>(bytes[at + i]) << (8 * i));
  }
  return value;
}

bool begins_frame(std::span<const std::byte> bytes) {
  const std::size_t known = std::min(bytes.size(), kMagic.size());
  for (std::size_t i = 0; i < known; ++i) {
    if (bytes[i] != static_cast<std::byte>(kMagic[i])) return false;
  }
  return true;
}

// How deep brackets nest, outside of texts: known before anything is built.
int nesting_of(std::string_view json) {
  int depth = 0;
  int deepest = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
    } else if (c == '"') {
      in_text = true;
    } else if (c == '[' || c == '{') {
      deepest = std::max(deepest, ++depth);
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return deepest;
}

std::optional<MessageKind> kind_of(std::string_view name) {
  for (int i = 1; i <= static_cast<int>(MessageKind::Error); ++i) {
    const auto kind = static_cast<MessageKind>(i);
    if (to_string(kind) == name) return kind;
  }
  return std::nullopt;
}

std::optional<Array::Type> type_of(std::string_view name) {
  for (const auto type : {Array::Type::U8, Array::Type::F32, Array::Type::I64}) {
    if (to_string(type) == name) return type;
  }
  return std::nullopt;
}

// The arrays as the header announces them, still without bytes.
void read_arrays(BodyReader& header, const FrameLimits& limits, std::vector<Array>& arrays) {
  for (const nlohmann::json& each : header.list("arrays", limits.arrays)) {
    BodyReader told(each, "array");
    Array array;
    array.name = told.text("name");
    const auto type = type_of(told.text("type"));
    for (const nlohmann::json& side : told.list("shape", limits.rank)) {
      const auto length = natural(side);
      if (!length || *length > limits.payload_bytes) return header.fail("arrays", "shapes of whole numbers");
      array.shape.push_back(static_cast<std::int64_t>(*length));
    }
    if (!told.status() || !type || array.name.size() > limits.name_bytes)
      return header.fail("arrays", "name, type and shape of each");
    array.type = *type;
    arrays.push_back(std::move(array));
  }
}

}  // namespace

void FrameReader::feed(std::span<const std::byte> bytes) {
  // What is used goes before what comes is added, so that the buffer grows with the largest frame alone.
  if (begin_ > 0) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
    begin_ = 0;
  }
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

void FrameReader::drop(std::size_t bytes) {
  begin_ += std::min(bytes, waiting());
}

bool FrameReader::find_beginning() {
  while (waiting() > 0) {
    if (begins_frame(std::span(buffer_).subspan(begin_))) return waiting() >= kMagic.size();
    drop(1);
  }
  return false;
}

base::Result<std::optional<Message>> FrameReader::next() {
  failed_number_ = 0;
  const bool at_frame = begins_frame(std::span(buffer_).subspan(begin_));
  if (!at_frame || lost_) {
    const bool told = lost_;
    lost_ = true;
    if (!told)
      return base::Error{base::ErrorCode::Corrupt, "what came is no frame", "a frame that begins with IBF1",
                         ""};
    if (!find_beginning()) return std::optional<Message>();
    lost_ = false;
  }
  const std::span<const std::byte> all = std::span(buffer_).subspan(begin_);
  if (all.size() < kPrefixBytes) return std::optional<Message>();
  const auto header = get<std::uint32_t>(all, 4);
  const auto payload = get<std::uint64_t>(all, 8);
  if (header > limits_.header_bytes || payload > limits_.payload_bytes) {
    // The lengths cannot be believed: go on behind the magic.
    drop(kMagic.size());
    lost_ = true;
    return base::Error{
        base::ErrorCode::OutOfSpace,
        base::str("a frame of ", base::format_bytes(header), " and ", base::format_bytes(payload), " came"),
        base::str("at most ", base::format_bytes(limits_.header_bytes), " and ",
                  base::format_bytes(limits_.payload_bytes)),
        ""};
  }
  const std::size_t whole = kPrefixBytes + header + static_cast<std::size_t>(payload);
  if (all.size() < whole) return std::optional<Message>();
  base::Result<Message> message =
      decode(all.subspan(kPrefixBytes, header), all.subspan(kPrefixBytes + header, payload));
  drop(whole);
  if (!message) return message.error();
  return std::optional(std::move(*message));
}

base::Result<Message> FrameReader::decode(std::span<const std::byte> header,
                                          std::span<const std::byte> payload) {
  const std::string_view text(reinterpret_cast<const char*>(header.data()), header.size());
  const base::Error bad{base::ErrorCode::Corrupt, "a frame's header is no JSON object", "", ""};
  if (nesting_of(text) > limits_.nesting) return bad;
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return bad;
  BodyReader reader(json, "frame");
  Message message;
  message.number = reader.unsigned_integer("number");
  failed_number_ = message.number;
  const auto kind = kind_of(reader.text("kind"));
  if (!kind) reader.fail("kind", "a known kind of message");
  message.kind = kind.value_or(MessageKind::Error);
  message.tag = reader.text_or("tag");
  message.method = reader.text_or("method");
  if (message.tag.size() > limits_.name_bytes || message.method.size() > limits_.name_bytes)
    reader.fail("tag and method", "shorter ones");
  if (reader.has("body")) message.body = json["body"];
  if (!message.body.is_object()) reader.fail("body", "an object");
  if (reader.has("arrays")) read_arrays(reader, limits_, message.arrays);
  if (!reader.status()) return reader.status().error();

  for (Array& array : message.arrays) {
    const auto bytes = array_bytes(array.shape, array.type, limits_.payload_bytes);
    if (!bytes || *bytes > payload.size())
      return base::Error{base::ErrorCode::Corrupt, "a frame announces more bytes than it has", "", ""};
    array.bytes.assign(payload.begin(), payload.begin() + static_cast<std::ptrdiff_t>(*bytes));
    payload = payload.subspan(*bytes);
  }
  if (!payload.empty())
    return base::Error{base::ErrorCode::Corrupt, "a frame has more bytes than it announces", "", ""};
  failed_number_ = 0;
  return message;
}

}  // namespace ibot::protocol
