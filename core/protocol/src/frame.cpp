// SPDX-License-Identifier: GPL-3.0-or-later
#include "frame_format.h"

#include <ibot/base/text.h>
#include <ibot/protocol/frame.h>

#include <cstring>

namespace ibot::protocol {
namespace {

base::Error too_large(const std::string& what) {
  return {base::ErrorCode::OutOfSpace, "a message is too large: " + what, "", ""};
}

template <class Number>
void put(std::vector<std::byte>& out, Number value) {
  for (std::size_t i = 0; i < sizeof value; ++i) {
    out.push_back(static_cast<std::byte>((value >> (8 * i)) & 0xFFU));
  }
}

}  // namespace

std::optional<std::uint64_t> array_bytes(std::span<const std::int64_t> shape, Array::Type type,
                                         std::uint64_t limit) {
  // With an empty side nothing is counted, whatever the other sides say.
  std::uint64_t bytes = element_size(type);
  bool empty = false;
  for (const std::int64_t side : shape) {
    if (side < 0) return std::nullopt;
    if (side == 0) empty = true;
    const auto sides = static_cast<std::uint64_t>(side);
    if (sides > 0 && bytes > limit / sides) return std::nullopt;
    if (sides > 0) bytes *= sides;
  }
  return empty ? 0 : bytes;
}

base::Result<std::vector<std::byte>> encode(const Message& message, const FrameLimits& limits) {
  if (message.arrays.size() > limits.arrays) return too_large(base::str(message.arrays.size(), " arrays"));
  nlohmann::json arrays = nlohmann::json::array();
  std::uint64_t payload = 0;
  for (const Array& array : message.arrays) {
    const auto bytes = array_bytes(array.shape, array.type, limits.payload_bytes);
    if (!bytes || array.shape.size() > limits.rank) return too_large("array " + array.name);
    if (*bytes != array.bytes.size()) {
      return base::Error{base::ErrorCode::InvalidArgument,
                         base::str("array ", array.name, " has ", array.bytes.size(), " bytes"),
                         base::str(*bytes, " for its shape"), ""};
    }
    payload += *bytes;
    if (payload > limits.payload_bytes)
      return too_large(base::str("arrays of more than ", base::format_bytes(limits.payload_bytes)));
    arrays.push_back({{"name", array.name}, {"type", to_string(array.type)}, {"shape", array.shape}});
  }
  nlohmann::json header = {{"kind", to_string(message.kind)}, {"number", message.number}};
  if (!message.tag.empty()) header["tag"] = message.tag;
  if (!message.method.empty()) header["method"] = message.method;
  header["body"] = message.body;
  if (!arrays.empty()) header["arrays"] = std::move(arrays);
  const std::string text = header.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (text.size() > limits.header_bytes) return too_large(base::format_bytes(text.size()) + " of text");

  std::vector<std::byte> out;
  out.reserve(kPrefixBytes + text.size() + payload);
  for (const char c : kMagic) out.push_back(static_cast<std::byte>(c));
  put(out, static_cast<std::uint32_t>(text.size()));
  put(out, payload);
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  out.insert(out.end(), begin, begin + text.size());
  for (const Array& array : message.arrays) out.insert(out.end(), array.bytes.begin(), array.bytes.end());
  return out;
}

}  // namespace ibot::protocol
