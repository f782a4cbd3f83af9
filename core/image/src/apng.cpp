// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/image/apng.h>
#include <ibot/image/encode.h>

#include <zlib.h>

#include <span>
#include <string_view>

namespace ibot::image {
namespace {

using base::Error;
using base::ErrorCode;
using Bytes = std::vector<std::byte>;

constexpr std::size_t kSignature = 8;
constexpr std::size_t kAround = 12;  // length, kind and checksum of a chunk
constexpr int kMostMillis = 60'000;
constexpr std::uint32_t kMostChunks = 1U << 30;

void append_number(Bytes& bytes, std::uint32_t value, int size) {
  for (int byte = size - 1; byte >= 0; --byte) bytes.push_back(static_cast<std::byte>(value >> (8 * byte)));
}

std::uint32_t number_at(std::span<const std::byte> bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint32_t>(bytes[at + i]);
  return value;
}

void append_chunk(Bytes& bytes, std::string_view kind, std::span<const std::byte> content) {
  append_number(bytes, static_cast<std::uint32_t>(content.size()), 4);
  const std::size_t from = bytes.size();
  for (const char letter : kind) bytes.push_back(static_cast<std::byte>(letter));
  bytes.insert(bytes.end(), content.begin(), content.end());
  const auto* checked = reinterpret_cast<const Bytef*>(bytes.data() + from);
  const uLong sum = ::crc32(::crc32(0, nullptr, 0), checked, static_cast<uInt>(bytes.size() - from));
  append_number(bytes, static_cast<std::uint32_t>(sum), 4);
}

Bytes frame_control(std::uint32_t sequence, int width, int height, int milliseconds) {
  Bytes content;
  append_number(content, sequence, 4);
  append_number(content, static_cast<std::uint32_t>(width), 4);
  append_number(content, static_cast<std::uint32_t>(height), 4);
  append_number(content, 0, 4);  // left
  append_number(content, 0, 4);  // top
  append_number(content, static_cast<std::uint32_t>(milliseconds), 2);
  append_number(content, 1000, 2);
  append_number(content, 0, 1);  // leaves what it shows
  append_number(content, 0, 1);  // in the place of all that was there
  return content;
}

}  // namespace

base::Status ApngEncoder::add(const Image& frame, int milliseconds) {
  if (milliseconds < 1 || milliseconds > kMostMillis) {
    return Error{ErrorCode::InvalidArgument, base::str("a frame of ", milliseconds, " ms"),
                 base::str("1 to ", kMostMillis), ""};
  }
  const bool same = frames_ == 0 || (frame.width() == width_ && frame.height() == height_);
  if (frame.bytes() == 0 || !same || sequence_ >= kMostChunks) {
    return Error{
        ErrorCode::InvalidArgument, base::str("a frame of ", frame.width(), " x ", frame.height(), " px"),
        frames_ == 0 ? std::string("a picture") : base::str(width_, " x ", height_, ", as the first"),
        "All frames of an animation have one size"};
  }
  const Bytes png = encode_png(frame);
  const bool first = frames_ == 0;
  if (first) {
    width_ = frame.width();
    height_ = frame.height();
  }
  append_chunk(body_, "fcTL", frame_control(sequence_++, width_, height_, milliseconds));
  // The same data as in a file of its own; frames after the first carry a number before it.
  for (std::size_t at = kSignature; at + kAround <= png.size();) {
    const std::size_t length = number_at(png, at);
    const std::span<const std::byte> content = std::span(png).subspan(at + 8, length);
    const std::string_view kind(reinterpret_cast<const char*>(png.data() + at + 4), 4);
    if (kind == "IHDR" && first)
      header_.assign(png.begin(), png.begin() + static_cast<std::ptrdiff_t>(at + kAround + length));
    if (kind == "IDAT" && first) append_chunk(body_, "IDAT", content);
    if (kind == "IDAT" && !first) {
      Bytes numbered;
      append_number(numbered, sequence_++, 4);
      numbered.insert(numbered.end(), content.begin(), content.end());
      append_chunk(body_, "fdAT", numbered);
    }
    at += kAround + length;
  }
  ++frames_;
  return {};
}

base::Result<std::vector<std::byte>> ApngEncoder::finish() const {
  if (frames_ == 0)
    return Error{ErrorCode::InvalidArgument, "an animation without a frame", "at least one", ""};
  Bytes file = header_;
  Bytes control;
  append_number(control, static_cast<std::uint32_t>(frames_), 4);
  append_number(control, 0, 4);  // plays for ever
  append_chunk(file, "acTL", control);
  file.insert(file.end(), body_.begin(), body_.end());
  append_chunk(file, "IEND", {});
  return file;
}

}  // namespace ibot::image
